//! `cargo xtask check tidy`, but for its fixtures rule.

use insta::assert_snapshot;

use crate::house::House;

const LIB: &str = "crates/video-types/src/lib.rs";

fn tidy(house: &House) -> String {
    house.xtask(&["check", "tidy"])
}

#[test]
fn a_house_in_order_has_no_findings() {
    assert_snapshot!(tidy(&House::in_order()), @r"
    check tidy: 0 findings, 0 notices
    exit 0
    ");
}

#[test]
fn a_long_file_is_a_notice_and_a_too_long_file_a_finding() {
    let house = House::in_order();
    house.plant(LIB, format!("//! A room.\n{}", "\n".repeat(350)));
    house.plant("crates/video-types/src/far.rs", format!("//! A room.\n{}", "\n".repeat(600)));
    house.plant("crates/video-types/src/generated.rs", format!("//! A table.\n{}", "\n".repeat(600)));
    assert_snapshot!(tidy(&house), @r"
    crates/video-types/src/lib.rs:351: notice: 351 lines; rarely over 350
    crates/video-types/src/far.rs:601: 601 lines; no handwritten file has more than 600
        split it by what it holds
    check tidy: 1 finding, 1 notice
    exit 1
    ");
}

#[test]
fn a_file_that_does_not_say_what_it_is_for_is_found() {
    let house = House::in_order();
    house.plant(LIB, "// A room.\n");
    assert_snapshot!(tidy(&house), @r"
    crates/video-types/src/lib.rs:1: does not start with `//!`
        say in one line what the file is for
    check tidy: 1 finding, 0 notices
    exit 1
    ");
}

#[test]
fn mod_rs_is_found() {
    let house = House::in_order();
    house.plant("crates/video-types/src/media/mod.rs", "//! A room.\n");
    assert_snapshot!(tidy(&house), @r"
    crates/video-types/src/media/mod.rs:1: is called mod.rs
        name it for the module, `foo.rs` beside `foo/`
    check tidy: 1 finding, 0 notices
    exit 1
    ");
}

#[test]
fn a_file_that_is_not_rust_is_found() {
    let house = House::in_order();
    house.plant(LIB, "//! A room.\nfn f() {\n");
    assert_snapshot!(tidy(&house), @r"
    crates/video-types/src/lib.rs:2: is not Rust
        see what rustc says
    check tidy: 1 finding, 0 notices
    exit 1
    ");
}

#[test]
fn names_without_a_subject_are_found() {
    let house = House::in_order();
    let source = "//! A room.\nmod utils {}\nstruct TaskManager;\nmod inner { pub enum Util {} trait PollHelper {} }\n";
    house.plant(LIB, source);
    house.plant("crates/video-types/src/size_helpers.rs", "//! A room.\n");
    assert_snapshot!(tidy(&house), @r"
    crates/video-types/src/lib.rs:2: `utils` is a name without a subject
        name it for what it holds or does
    crates/video-types/src/lib.rs:3: `TaskManager` is a name without a subject
        name it for what it holds or does
    crates/video-types/src/lib.rs:4: `Util` is a name without a subject
        name it for what it holds or does
    crates/video-types/src/lib.rs:4: `PollHelper` is a name without a subject
        name it for what it holds or does
    crates/video-types/src/size_helpers.rs:1: has a name without a subject
        name the file for what it holds
    check tidy: 5 findings, 0 notices
    exit 1
    ");
}

#[test]
fn names_that_only_contain_such_a_word_are_fine() {
    let house = House::in_order();
    house.plant(LIB, "//! A room.\nstruct Utilisation;\nstruct ManagerSeat;\nfn helper() {}\n");
    assert_snapshot!(tidy(&house), @r"
    check tidy: 0 findings, 0 notices
    exit 0
    ");
}

#[test]
fn work_left_for_later_is_found() {
    let house = House::in_order();
    let lines = [
        "//! A room.",
        concat!("// FIX", "ME: later"),
        concat!("fn f() { todo", "!() }"),
        concat!("fn g() { if true { unimplemented", "!(\"g\") } }"),
        concat!("#[ign", "ore = \"slow\"]"),
        "fn slow() {}",
        concat!("#[cfg_attr(windows, ign", "ore)]"),
        "fn windows() {}",
        "const TEXT: &str = \"todo!\";",
    ];
    house.plant(LIB, lines.join("\n"));
    assert_snapshot!(tidy(&house), @r"
    crates/video-types/src/lib.rs:2: a mark for later
        do it, or open an issue
    crates/video-types/src/lib.rs:3: unfinished: `todo!`
        finish it, or return an error
    crates/video-types/src/lib.rs:4: unfinished: `unimplemented!`
        finish it, or return an error
    crates/video-types/src/lib.rs:5: an ignored test
        mend the test or delete it
    crates/video-types/src/lib.rs:7: an ignored test
        mend the test or delete it
    check tidy: 5 findings, 0 notices
    exit 1
    ");
}

#[test]
fn a_snapshot_nobody_has_read_is_found() {
    let house = House::in_order();
    house.plant("crates/video-types/tests/snapshots/wire.snap.new", "---\n");
    house.plant("crates/video-types/tests/.wire.rs.pending-snap", "{}\n");
    assert_snapshot!(tidy(&house), @r"
    crates/video-types/tests/.wire.rs.pending-snap:1: a snapshot waits for review
        read it, then accept it (`cargo insta review`) or delete it
    crates/video-types/tests/snapshots/wire.snap.new:1: a snapshot waits for review
        read it, then accept it (`cargo insta review`) or delete it
    check tidy: 2 findings, 0 notices
    exit 1
    ");
}

#[test]
fn a_crate_without_its_papers_is_found() {
    let house = House::in_order();
    house.remove("crates/video-types/README.md").remove("crates/video-types/CHANGELOG.md");
    house.plant("crates/video-client/CHANGELOG.md", "# Changelog\n");
    house.replace("crates/video-client/Cargo.toml", "[lints]\nworkspace = true\n", "");
    assert_snapshot!(tidy(&house), @r"
    crates/video-client/CHANGELOG.md:1: no `## Unreleased` and no version
        start it with `## Unreleased`
    crates/video-client/Cargo.toml:1: does not take the lints of the workspace
        add `[lints]` with `workspace = true`
    crates/video-types/CHANGELOG.md:1: missing
        start it with `## Unreleased`
    crates/video-types/README.md:1: missing
        say what the crate is for, and show it in use
    check tidy: 4 findings, 0 notices
    exit 1
    ");
}

#[test]
fn a_changelog_may_start_with_a_version() {
    let house = House::in_order();
    house.plant("crates/video-types/CHANGELOG.md", "# Changelog\n\n## [0.1.0] - 2026-11-21\n");
    assert_snapshot!(tidy(&house), @r"
    check tidy: 0 findings, 0 notices
    exit 0
    ");
}

#[test]
fn paths_of_one_machine_are_found() {
    let house = House::in_order();
    let lines = [
        concat!("see /ho", "me/ann/notes.md"),
        concat!("[here](/wo", "rk/shared)"),
        concat!("FOLDER=/fa", "rm/7"),
        concat!("`/ro", "ot/.cargo/bin`"),
        concat!("file:///Us", "ers/ann/x"),
        concat!("在/tm", "p/build/里"),
    ];
    house.plant("notes.txt", lines.join("\n"));
    assert_snapshot!(tidy(&house), @r"
    notes.txt:1: a path of one machine
        write it relative to the repository, or make it an argument
    notes.txt:2: a path of one machine
        write it relative to the repository, or make it an argument
    notes.txt:3: a path of one machine
        write it relative to the repository, or make it an argument
    notes.txt:4: a path of one machine
        write it relative to the repository, or make it an argument
    notes.txt:5: a path of one machine
        write it relative to the repository, or make it an argument
    notes.txt:6: a path of one machine
        write it relative to the repository, or make it an argument
    check tidy: 6 findings, 0 notices
    exit 1
    ");
}

#[test]
fn paths_that_anybody_has_are_fine() {
    let house = House::in_order();
    let lines = [
        "https://example.com/home/page",
        "docs/home/notes.md",
        "/tmp/out.mp4",
        "/etc/ssl/certs",
        "~/builds/x",
        "/v1/videos",
        "/home/…",
    ];
    house.plant("notes.txt", lines.join("\n"));
    house.plant("Cargo.lock", concat!("/ho", "me/ann/x\n"));
    house.plant("target/notes.txt", concat!("/ho", "me/ann/x\n"));
    assert_snapshot!(tidy(&house), @r"
    check tidy: 0 findings, 0 notices
    exit 0
    ");
}

#[test]
fn a_picture_is_not_read_as_text() {
    let house = House::in_order();
    house.plant("picture.png", [b"\x89PNG ".as_slice(), concat!("/ho", "me/ann/x").as_bytes()].concat());
    assert_snapshot!(tidy(&house), @r"
    check tidy: 0 findings, 0 notices
    exit 0
    ");
}

#[test]
fn links_that_lead_nowhere_are_found() {
    let house = House::in_order();
    let text = "# Guide\n\n[gone](gone.md) and ![picture](../picture.png)\n\n| a |\n|---|\n| [up](../../x.md) |\n\n[by name][ref] <br>\n\n[ref]: lost.md#part\n";
    house.plant("docs/guide.md", text);
    assert_snapshot!(tidy(&house), @r"
    docs/guide.md:3: the link `gone.md` leads nowhere
        link to a file git tracks, or drop the link
    docs/guide.md:3: the link `../picture.png` leads nowhere
        link to a file git tracks, or drop the link
    docs/guide.md:7: the link `../../x.md` leads nowhere
        link to a file git tracks, or drop the link
    docs/guide.md:9: the link `lost.md#part` leads nowhere
        link to a file git tracks, or drop the link
    check tidy: 4 findings, 0 notices
    exit 1
    ");
}

#[test]
fn links_that_lead_somewhere_are_fine() {
    let house = House::in_order();
    let text = "[readme](../README.md#house) [crates](../crates) [root](/README.md) [top](#guide) [dots](./../docs/guide.md)\n\
                [web](https://example.com/gone.md) [mail](mailto:a@example.com) `[code](gone.md)`\n\n```md\n[code](gone.md)\n```\n";
    house.plant("docs/guide.md", text);
    assert_snapshot!(tidy(&house), @r"
    check tidy: 0 findings, 0 notices
    exit 0
    ");
}

#[test]
fn a_missing_readme_is_found() {
    let house = House::in_order();
    house.remove("README.zh-CN.md");
    assert_snapshot!(tidy(&house), @r"
    README.zh-CN.md:1: missing
        the repository is introduced in both languages
    check tidy: 1 finding, 0 notices
    exit 1
    ");
}

#[test]
fn readmes_with_different_commands_are_found() {
    let house = House::in_order();
    house.replace("README.zh-CN.md", "cargo run", "cargo run --release");
    assert_snapshot!(tidy(&house), @r"
    README.zh-CN.md:3: this command block is not the one at README.md:3
        the commands of both are the same; comments in them may differ
    check tidy: 1 finding, 0 notices
    exit 1
    ");
}

#[test]
fn a_command_block_only_one_readme_has_is_found() {
    let house = House::in_order();
    house.replace("README.md", "# House\n", "# House\n\n```sh\ncargo run # 1\n```\n");
    house.replace("README.md", "# House\n", "# House\n\n```rust\nfn main() {}\n```\n");
    assert_snapshot!(tidy(&house), @r"
    README.md:11: README.zh-CN.md lacks this command block
        the commands of both are the same; comments in them may differ
    check tidy: 1 finding, 0 notices
    exit 1
    ");
}
