//! `cargo xtask check tidy`: its rule on fixtures.

use insta::assert_snapshot;

use crate::house::House;

fn with_fixture(text: &str) -> House {
    let house = House::in_order();
    house.plant("crates/video-types/tests/fixtures/wire/accepted.json", text);
    house.plant("crates/video-types/tests/wire.rs", "//! Wire.\nconst CASES: [&str; 1] = [\"wire/accepted\"];\n");
    house
}

fn tidy(house: &House) -> String {
    house.xtask(&["check", "tidy"])
}

#[test]
fn a_fixture_a_test_names_is_fine() {
    assert_snapshot!(tidy(&with_fixture("{}")), @r"
    check tidy: 0 findings, 0 notices
    exit 0
    ");
}

#[test]
fn a_fixture_no_test_names_is_found() {
    let house = with_fixture("{}");
    house.plant("crates/video-types/tests/wire.rs", "//! accepted.json\n/// accepted\nfn accepted() {}\n");
    house.plant("crates/video-types/tests/fixtures/README.md", "# Where these come from\n");
    assert_snapshot!(tidy(&house), @r"
    crates/video-types/tests/fixtures/wire/accepted.json:1: no test names this fixture
        use it in a test or delete it
    check tidy: 1 finding, 0 notices
    exit 1
    ");
}

#[test]
fn credentials_in_a_fixture_are_found() {
    let lines = [
        "sk-1234",
        "{\"token\":\"sk-xxxx-1\"}",
        "Authorization: Bearer eyJhbGciOi",
        "{\"authorization\": \"Basic dXNlcg==\"}",
        "{\"headers\":\"{\\\"authorization\\\":\\\"x\\\"}\"}",
    ];
    assert_snapshot!(tidy(&with_fixture(&lines.join("\n"))), @r"
    crates/video-types/tests/fixtures/wire/accepted.json:1: looks like a credential
        replace it with the placeholder `sk-xxxx`; a real key is now public: revoke it
    crates/video-types/tests/fixtures/wire/accepted.json:2: looks like a credential
        replace it with the placeholder `sk-xxxx`; a real key is now public: revoke it
    crates/video-types/tests/fixtures/wire/accepted.json:3: looks like a credential
        replace it with the placeholder `sk-xxxx`; a real key is now public: revoke it
    crates/video-types/tests/fixtures/wire/accepted.json:4: looks like a credential
        replace it with the placeholder `sk-xxxx`; a real key is now public: revoke it
    crates/video-types/tests/fixtures/wire/accepted.json:5: looks like a credential
        replace it with the placeholder `sk-xxxx`; a real key is now public: revoke it
    check tidy: 5 findings, 0 notices
    exit 1
    ");
}

#[test]
fn the_placeholder_and_plain_words_in_a_fixture_are_fine() {
    let lines = ["Authorization: Bearer sk-xxxx", "{\"id\":\"task-1234\"}", "{\"message\":\"authorization failed\"}"];
    assert_snapshot!(tidy(&with_fixture(&lines.join("\n"))), @r"
    check tidy: 0 findings, 0 notices
    exit 0
    ");
}
