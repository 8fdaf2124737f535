//! `cargo xtask check golden`

use insta::assert_snapshot;

use crate::house::House;

fn golden(house: &House) -> String {
    house.xtask(&["check", "golden"])
}

#[test]
fn a_crate_without_a_row_or_a_row_without_a_crate_is_found() {
    let house = House::in_order().with_crate("video-extra", "");
    house.replace("Cargo.toml", "[workspace.lints.rust]", "video-gone = {}\n\n[workspace.lints.rust]");
    assert_snapshot!(golden(&house), @"
    Cargo.toml:14: video-gone has a row, but no crate
        drop the row
    crates/video-extra/Cargo.toml:1: video-extra has no row in the table of golden texts
        say under [workspace.metadata.golden] in Cargo.toml where its wire and its behaviour are written down
    check golden: 2 findings, 0 notices
    exit 1
    ");
}

#[test]
fn a_text_that_is_neither_there_nor_explained_is_found() {
    let house = House::in_order();
    let reasons = "video-types = { none = { wire = \"nothing is sent here\", behaviour = \"nothing is done here\" } }";
    house.replace("Cargo.toml", reasons, "video-types = { wire = \"tests/wire.rs\", none = { behaviour = \"none\" } }");
    house.remove("api/video-types.txt");
    assert_snapshot!(golden(&house), @"
    Cargo.toml:11: video-types has no API listing in api/video-types.txt
        `cargo xtask api` writes it
    Cargo.toml:11: video-types has no wire transcripts in crates/video-types/tests/wire.rs
        a snapshot test writes it
    Cargo.toml:11: video-types lacks its behaviour transcripts without a reason
        say why in a few words
    check golden: 3 findings, 0 notices
    exit 1
    ");
    house.replace("Cargo.toml", "wire = \"tests/wire.rs\", none = { behaviour = \"none\" }", "");
    assert_snapshot!(golden(&house), @"
    Cargo.toml:11: video-types has no API listing in api/video-types.txt
        `cargo xtask api` writes it
    Cargo.toml:11: video-types has no wire transcripts
        write it, and say where; or say why not under `none`
    Cargo.toml:11: video-types has no behaviour transcripts
        write it, and say where; or say why not under `none`
    check golden: 3 findings, 0 notices
    exit 1
    ");
}

#[test]
fn a_text_that_is_there_and_explained_away_is_found() {
    let house = House::in_order();
    house.replace("Cargo.toml", "video-types = { none", "video-types = { wire = \"tests/wire.rs\", none");
    assert_snapshot!(golden(&house), @"
    Cargo.toml:11: video-types has its wire transcripts, and a reason to have none
        say one of the two
    check golden: 1 finding, 0 notices
    exit 1
    ");
}

#[test]
fn tests_count_as_transcripts_once_they_compare_a_text() {
    let house = House::in_order();
    let reasons = "video-types = { none = { wire = \"nothing is sent here\", behaviour";
    house.replace("Cargo.toml", reasons, "video-types = { wire = \"tests/wire\", none = { behaviour");
    house.plant("crates/video-types/tests/wire/main.rs", "//! Wire.\n#[test]\nfn a() { assert!(true) }\n");
    house.plant("crates/video-types/tests/wireless.rs", "//! insta::assert_snapshot!\n");
    let without = golden(&house);
    house.plant("crates/video-types/tests/wire/main.rs", "//! Wire.\n#[test]\nfn a() { insta::assert_snapshot!(1) }\n");
    assert_snapshot!(without + "\n" + &golden(&house), @"
    Cargo.toml:11: video-types has no wire transcripts in crates/video-types/tests/wire
        a snapshot test writes it
    check golden: 1 finding, 0 notices
    exit 1
    check golden: 0 findings, 0 notices
    exit 0
    ");
}
