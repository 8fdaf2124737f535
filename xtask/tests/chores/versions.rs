//! `cargo xtask check versions`

use insta::assert_snapshot;

use crate::house::{House, listing, without_commits};

const CHANGELOG: &str = "crates/video-types/CHANGELOG.md";

fn versions(house: &House) -> String {
    without_commits(&house.xtask(&["check", "versions"]))
}

fn committed() -> House {
    let house = House::in_order();
    house.plant(CHANGELOG, "# Changelog\n\n## Unreleased\n\n### Added\n\n- A room.\n\n### Fixed\n\n- A leak.\n");
    house.commit();
    house
}

/// The API becomes another, and `cargo xtask api` has written that down.
fn change(house: &House) {
    house.plant("api/video-types.txt", listing("video-types", &["pub struct video_types::Size"]));
}

#[test]
fn a_house_without_history_is_in_order() {
    assert_snapshot!(versions(&House::in_order()), @"
    check versions: 0 findings, 0 notices
    exit 0
    ");
}

#[test]
fn a_changed_listing_without_an_entry_is_found_before_and_after_the_commit() {
    let house = committed();
    change(&house);
    let before = versions(&house);
    assert_snapshot!(before, @"
    crates/video-types/CHANGELOG.md:1: no entry since (commit) says why api/video-types.txt changed:
        + pub struct video_types::Size
        say on top what this means for whoever uses video-types
    check versions: 1 finding, 0 notices
    exit 1
    ");
    house.commit();
    assert_eq!(versions(&house), before);
}

#[test]
fn an_entry_in_the_same_change_or_a_later_one_accounts_for_it() {
    let house = committed();
    change(&house);
    house.replace(CHANGELOG, "- A room.\n", "- A room.\n- `Size`.\n");
    let uncommitted = versions(&house);
    assert_snapshot!(uncommitted, @"
    check versions: 0 findings, 0 notices
    exit 0
    ");
    house.commit();
    assert_eq!(versions(&house), uncommitted);

    let late = committed();
    change(&late);
    late.commit().replace(CHANGELOG, "- A room.\n", "- A room.\n- `Size`.\n");
    late.commit();
    assert_eq!(versions(&late), uncommitted);
}

#[test]
fn an_entry_from_before_the_change_does_not_account_for_it() {
    let house = committed();
    house.replace(CHANGELOG, "- A room.\n", "- A room.\n- A crack.\n").commit();
    change(&house);
    assert_snapshot!(versions(&house), @"
    crates/video-types/CHANGELOG.md:1: no entry since (commit) says why api/video-types.txt changed:
        + pub struct video_types::Size
        say on top what this means for whoever uses video-types
    check versions: 1 finding, 0 notices
    exit 1
    ");
}

#[test]
fn white_space_titles_moved_lines_and_old_sections_are_no_entries() {
    let house = committed();
    house.replace(CHANGELOG, "- A room.\n", "- A room.\n- A door.\n").commit();
    change(&house);
    house.replace(CHANGELOG, "- A room.\n- A door.\n", "- A door.\n\n### Changed\n\n- A room. \n");
    house.replace(CHANGELOG, "- A leak.\n", "- A leak.\n\n## 0.0.1\n\n- The ground.\n").commit();
    assert_snapshot!(versions(&house), @"
    crates/video-types/CHANGELOG.md:1: no entry since (commit) says why api/video-types.txt changed:
        + pub struct video_types::Size
        say on top what this means for whoever uses video-types
    check versions: 1 finding, 0 notices
    exit 1
    ");
}

#[test]
fn an_entry_older_than_the_first_listing_accounts_for_that_one_only() {
    let house = House::in_order();
    house.plant(CHANGELOG, "# Changelog\n\n## Unreleased\n\n- A room.\n").remove("api/video-types.txt").commit();
    house.plant("api/video-types.txt", listing("video-types", &[]));
    let first = versions(&house);
    house.commit();
    change(&house);
    assert_snapshot!(first + "\n" + &versions(&house), @"
    check versions: 0 findings, 0 notices
    exit 0
    crates/video-types/CHANGELOG.md:1: no entry since (commit) says why api/video-types.txt changed:
        + pub struct video_types::Size
        say on top what this means for whoever uses video-types
    check versions: 1 finding, 0 notices
    exit 1
    ");
}

#[test]
fn an_entry_from_a_branch_that_knew_no_listings_yet_is_believed() {
    let house = House::in_order();
    house.plant(CHANGELOG, "# Changelog\n\n## Unreleased\n\n- A room.\n").remove("api/video-types.txt").commit();
    house.git(&["branch", "other"]);
    house.plant("api/video-types.txt", listing("video-types", &[])).commit();
    house.git(&["checkout", "--quiet", "other"]);
    house.replace(CHANGELOG, "- A room.\n", "- A room.\n- `Size`.\n").commit();
    house.merge();
    change(&house);
    house.commit();
    assert_snapshot!(versions(&house), @"
    check versions: 0 findings, 0 notices
    exit 0
    ");
}

#[test]
fn a_release_needs_no_entry_of_its_own() {
    let house = committed();
    house.replace(CHANGELOG, "## Unreleased\n", "## Unreleased\n\n## 0.1.0\n").commit();
    assert_snapshot!(versions(&house), @"
    check versions: 0 findings, 0 notices
    exit 0
    ");
}

#[test]
fn branches_that_each_tell_of_their_change_are_in_order_together() {
    let house = committed();
    house.git(&["branch", "other"]);
    change(&house);
    house.replace(CHANGELOG, "- A room.\n", "- `Size`.\n- A room.\n").commit();
    house.git(&["checkout", "--quiet", "other"]);
    house.replace(CHANGELOG, "- A leak.\n", "- A leak.\n- A draught.\n").commit();
    house.merge();
    assert_snapshot!(versions(&house), @"
    check versions: 0 findings, 0 notices
    exit 0
    ");
}

#[test]
fn a_branch_that_tells_nothing_is_found_after_the_merge() {
    let house = committed();
    house.git(&["branch", "other"]);
    change(&house);
    house.commit().git(&["checkout", "--quiet", "other"]);
    house.replace(CHANGELOG, "- A leak.\n", "- A leak.\n- A draught.\n").commit();
    house.merge();
    assert_snapshot!(versions(&house), @"
    crates/video-types/CHANGELOG.md:1: no entry since (commit) says why api/video-types.txt changed:
        + pub struct video_types::Size
        say on top what this means for whoever uses video-types
    check versions: 1 finding, 0 notices
    exit 1
    ");
}

#[test]
fn a_listing_from_another_format_is_no_change() {
    let house = committed();
    change(&house);
    house.replace("api/video-types.txt", "format 57", "format 58");
    assert_snapshot!(versions(&house), @"
    check versions: 0 findings, 0 notices
    exit 0
    ");
}

#[test]
fn a_clone_without_the_history_says_so_and_sees_what_happens_in_it() {
    let clone = committed().shallow_clone();
    assert_snapshot!(versions(&clone), @"
    api:1: notice: this clone begins in the middle of the history: only changes since then are looked at
    check versions: 0 findings, 1 notice
    exit 0
    ");
    change(&clone);
    clone.commit();
    assert_snapshot!(versions(&clone), @"
    api:1: notice: this clone begins in the middle of the history: only changes since then are looked at
    crates/video-types/CHANGELOG.md:1: no entry since (commit) says why api/video-types.txt changed:
        + pub struct video_types::Size
        say on top what this means for whoever uses video-types
    check versions: 1 finding, 1 notice
    exit 1
    ");
}

#[test]
fn a_stable_crate_that_shows_an_unstable_one_is_found() {
    let house = House::in_order();
    house.replace("crates/video-client/Cargo.toml", "0.1.0", "1.0.0");
    let items = [
        "pub fn video_client::a() -> video_types::Size",
        "pub fn video_client::b() -> http::Uri",
        "pub fn video_client::c() -> bytes::Bytes",
    ];
    house.plant("api/video-client.txt", listing("video-client", &items));
    house.plant(
        "Cargo.lock",
        "[[package]]\nname = \"bytes\"\nversion = \"0.5.0\"\n\n[[package]]\nname = \"http\"\nversion = \"1.5.0\"\n",
    );
    assert_snapshot!(versions(&house), @"
    api/video-client.txt:3: video-client is at 1.0.0, but shows types of video_types at 0.1.0 in `pub fn video_client::a() -> video_types::Size`
        hide it behind a type of our own, or stay below 1.0 as long as it does
    api/video-client.txt:5: video-client is at 1.0.0, but shows types of bytes at 0.5.0 in `pub fn video_client::c() -> bytes::Bytes`
        hide it behind a type of our own, or stay below 1.0 as long as it does
    check versions: 2 findings, 0 notices
    exit 1
    ");
}
