//! Mistakes planted in a house in order, and what it says to each: the architecture guards itself.

use insta::assert_snapshot;

use crate::house::{House, listing, without_commits};

struct Mistake {
    name: &'static str,
    plant: fn(&House),
    /// What is called then, one after the other.
    chores: &'static [&'static [&'static str]],
}

/// One row each; every row begins with the same house.
const MISTAKES: &[Mistake] = &[
    Mistake {
        name: "a new dependency edge",
        plant: |house| {
            let edge = "[dependencies]\nbytes = { path = \"../../vendor/bytes\" }\n";
            house.replace("crates/video-types/Cargo.toml", "[dependencies]\n", edge);
        },
        chores: &[&["check", "layers"]],
    },
    Mistake {
        name: "a foreign type in a signature",
        plant: |house| {
            let signature = "\n/// A frame.\npub fn frame() -> bytes::Bytes {\n    bytes::Bytes\n}\n";
            house.replace("crates/video-client/src/lib.rs", "//! A room.\n", &format!("//! A room.\n{signature}"));
        },
        chores: &[&["api"], &["check", "layers"]],
    },
    Mistake {
        name: "a foreign type taken over by name",
        plant: |house| {
            house.replace(
                "crates/video-client/src/lib.rs",
                "//! A room.\n",
                "//! A room.\npub use bytes::Bytes as Frame;\n",
            );
        },
        chores: &[&["api"], &["check", "layers"]],
    },
    Mistake {
        name: "a removed Clone",
        plant: |house| {
            house.replace("crates/video-types/src/lib.rs", "#[derive(Clone, Debug)]", "#[derive(Debug)]");
        },
        chores: &[&["check", "api"], &["api"], &["check", "versions"]],
    },
    Mistake {
        name: "a hand edit in a listing",
        plant: |house| {
            house.replace("api/video-types.txt", "impl core::clone::Clone for video_types::Size\n", "");
        },
        chores: &[&["check", "api"]],
    },
    Mistake {
        name: "a clock in a pure crate",
        plant: |house| {
            let clock = "\n/// Now.\npub fn now() -> std::time::SystemTime {\n    std::time::SystemTime::now()\n}\n";
            house.replace("crates/video-types/src/lib.rs", "//! A room.\n", &format!("//! A room.\n{clock}"));
        },
        chores: &[&["check", "layers"]],
    },
    Mistake {
        name: "a golden text that went away",
        plant: |house| {
            house.remove("api/video-types.txt");
        },
        chores: &[&["check", "golden"]],
    },
];

/// A pure crate with a type, and one above it that uses that type and a crate from elsewhere.
fn house() -> House {
    let house = House::in_order().with_foreign_crate("bytes", "");
    house.plant("vendor/bytes/src/lib.rs", "//! Not ours.\npub struct Bytes;\n");
    let types = "//! A room.\n\n/// A size.\n#[derive(Clone, Debug)]\npub struct Size;\n";
    house.plant("crates/video-types/src/lib.rs", types);
    let client = "//! A room.\n\n/// The size of a frame.\npub fn size(_: &[u8]) -> video_types::Size {\n    video_types::Size\n}\n";
    house.plant("crates/video-client/src/lib.rs", client);
    let needs = "[dependencies]\nbytes = { path = \"../../vendor/bytes\" }\n";
    house.replace("crates/video-client/Cargo.toml", "[dependencies]\n", needs);
    house.replace(
        "Cargo.toml",
        "uses = [\"video-types\", \"bytes\"]",
        "uses = [\"video-types\", \"bytes\"], exposes = [\"video_types\"]",
    );
    house.plant("crates/video-types/CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n- `Size`.\n");
    let size = [
        "pub struct video_types::Size",
        "impl core::clone::Clone for video_types::Size",
        "pub fn video_types::Size::clone(&self) -> video_types::Size",
        "impl core::fmt::Debug for video_types::Size",
        "pub fn video_types::Size::fmt(&self, &mut core::fmt::Formatter<'_>) -> core::fmt::Result",
    ];
    house.plant("api/video-types.txt", listing("video-types", &size));
    let frame = "pub fn video_client::size(&[u8]) -> video_types::Size";
    house.plant("api/video-client.txt", listing("video-client", &[frame]));
    house.commit();
    house
}

fn said(house: &House, chores: &[&[&str]]) -> String {
    let said = chores.iter().map(|chore| format!("$ cargo xtask {}\n{}\n", chore.join(" "), house.xtask(chore)));
    without_commits(&said.collect::<String>())
}

#[test]
fn nothing_planted_is_nothing_found() {
    if !House::lists() {
        return;
    }
    assert_snapshot!(said(&house(), &[&["check"]]), @"
    $ cargo xtask check
    check layers: 0 findings, 0 notices
    check golden: 0 findings, 0 notices
    check versions: 0 findings, 0 notices
    check tidy: 0 findings, 0 notices
    check api: 0 findings, 0 notices
    exit 0
    ");
}

#[test]
fn every_planted_mistake_is_found_by_name() {
    if !House::lists() {
        return;
    }
    let found = MISTAKES.iter().map(|mistake| {
        let house = house();
        (mistake.plant)(&house);
        format!("== {}\n{}\n", mistake.name, said(&house, mistake.chores))
    });
    assert_snapshot!(found.collect::<String>());
}
