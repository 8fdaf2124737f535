//! `cargo xtask api` and `cargo xtask check api`

use std::fs;

use insta::assert_snapshot;

use crate::house::House;

/// A type with a private home, one with a feature, and what another crate shows of the first.
fn furnished() -> House {
    let house = House::in_order();
    house.plant("crates/video-types/src/lib.rs", "//! A room.\nmod inner;\npub use inner::Size;\n");
    house.plant(
        "crates/video-types/src/inner.rs",
        "//! Inner.\n\n/// A size.\n#[derive(Clone, Debug)]\npub struct Size {\n    /// In pixels.\n    pub width: u32,\n}\n",
    );
    let client = "//! A room.\npub use video_types::Size;\n\n/// Doubles.\n#[cfg(feature = \"double\")]\npub fn double(size: &Size) -> Size {\n    size.clone()\n}\n";
    house.plant("crates/video-client/src/lib.rs", client);
    house.replace("crates/video-client/Cargo.toml", "[dependencies]", "[features]\ndouble = []\n\n[dependencies]");
    house
}

fn check(house: &House) -> String {
    house.xtask(&["check", "api"])
}

#[test]
fn a_listing_shows_fields_derives_features_and_where_a_name_comes_from() {
    if !House::lists() {
        return;
    }
    let house = furnished();
    assert_snapshot!(house.xtask(&["api"]), @"
    api/video-client.txt: 0 gone, 2 new
    api/video-types.txt: 0 gone, 6 new
    2 listings in api/
    exit 0
    ");
    let read = |name: &str| fs::read_to_string(house.root().join("api").join(name)).unwrap_or_default();
    assert_snapshot!(read("video-types.txt"), @"
    # video-types with no features, from rustdoc JSON format 57; written by `cargo xtask api`, not by hand
    pub mod video_types
    pub struct video_types::Size
    pub video_types::Size::width: u32
    impl core::clone::Clone for video_types::Size
    pub fn video_types::Size::clone(&self) -> video_types::Size
    impl core::fmt::Debug for video_types::Size
    pub fn video_types::Size::fmt(&self, &mut core::fmt::Formatter<'_>) -> core::fmt::Result
    ");
    assert_snapshot!(read("video-client.txt"), @"
    # video-client with double, from rustdoc JSON format 57; written by `cargo xtask api`, not by hand
    pub mod video_client
    pub use video_client::Size = video_types::Size
    pub fn video_client::double(&video_types::Size) -> video_types::Size
    ");
}

#[test]
fn a_listing_is_written_once_and_stays_when_a_type_moves_to_another_private_file() {
    if !House::lists() {
        return;
    }
    let house = furnished();
    house.xtask(&["api"]);
    let inner = fs::read_to_string(house.root().join("crates/video-types/src/inner.rs")).unwrap_or_default();
    assert_eq!(house.xtask(&["api"]), "2 listings in api/\nexit 0", "a second time there is nothing to write");
    house.remove("crates/video-types/src/inner.rs").plant("crates/video-types/src/deeper.rs", inner);
    house.plant("crates/video-types/src/lib.rs", "//! A room.\nmod deeper;\npub use deeper::Size;\n");
    assert_snapshot!(check(&house), @"
    check api: 0 findings, 0 notices
    exit 0
    ");
}

#[test]
fn a_missing_listing_and_one_without_a_crate_are_found() {
    if !House::lists() {
        return;
    }
    let house = House::in_order();
    house.remove("api/video-types.txt").plant("api/video-gone.txt", "# video-gone\n");
    assert_snapshot!(check(&house), @"
    api/video-gone.txt:1: no crate has this listing
        `cargo xtask api` removes it
    api/video-types.txt:1: missing
        `cargo xtask api` writes it
    check api: 2 findings, 0 notices
    exit 1
    ");
    assert_snapshot!(house.xtask(&["api"]), @"
    api/video-types.txt: new
    api/video-gone.txt: removed
    2 listings in api/
    exit 0
    ");
}

#[test]
fn a_crate_with_a_reason_not_to_be_listed_is_not() {
    if !House::lists() {
        return;
    }
    let house = House::in_order();
    house.replace(
        "Cargo.toml",
        "video-client = { none = { ",
        "video-client = { none = { api = \"for our own tests\", ",
    );
    house.remove("api/video-client.txt");
    assert_snapshot!(check(&house), @"
    check api: 0 findings, 0 notices
    exit 0
    ");
}

#[test]
fn another_toolchain_is_told_that_nothing_was_looked_at_and_why() {
    let house = House::in_order();
    house.plant("rustdoc.sh", "#!/bin/sh\nfor last; do :; done\n[ \"$last\" = --version ] && { echo 'rustdoc 1.99.0'; exit; }\necho '{\"format_version\":63}' > \"${last%.rs}.json\"\n");
    house.allow_to_run("rustdoc.sh");
    let other = house.root().join("rustdoc.sh").display().to_string();
    let with = |arguments: &[&str], more: &[(&str, &str)]| {
        let environment: Vec<_> = more.iter().copied().chain([("RUSTDOC", other.as_str())]).collect();
        house.xtask_with(arguments, &environment)
    };
    assert_snapshot!(with(&["check", "api"], &[]), @"
    api:1: notice: not looked at: listings are made from rustdoc JSON format 57, this toolchain (rustdoc 1.99.0) writes format 63; use `cargo +1.95.0`
    check api: 0 findings, 1 notice
    exit 0
    ");
    assert_snapshot!(with(&["check", "api"], &[("CI", "true")]), @"
    api:1: not looked at: listings are made from rustdoc JSON format 57, this toolchain (rustdoc 1.99.0) writes format 63; use `cargo +1.95.0`
        CI needs the toolchain that listings are made with
    check api: 1 finding, 0 notices
    exit 1
    ");
    assert_snapshot!(with(&["api"], &[]), @"
    xtask: listings are made from rustdoc JSON format 57, this toolchain (rustdoc 1.99.0) writes format 63; use `cargo +1.95.0`
    exit 2
    ");
}

#[test]
fn a_crate_that_does_not_compile_has_no_listing() {
    if !House::lists() {
        return;
    }
    let house = House::in_order();
    house.plant("crates/video-types/src/lib.rs", "//! A room.\npub fn broken() -> u8 { no_such_name }\n");
    let said = check(&house);
    assert_snapshot!(said.lines().rev().take(2).collect::<Vec<_>>().join("\n"), @"
    exit 2
    xtask: cargo doc failed; what it says stands above
    ");
}
