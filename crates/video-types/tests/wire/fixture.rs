//! Reads the bodies beside these tests.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// The bytes of one fixture.
pub(crate) fn body(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// One fixture as JSON.
pub(crate) fn json(name: &str) -> Value {
    serde_json::from_slice(&body(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Names of all fixtures, sorted.
pub(crate) fn names() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("the folder of fixtures");
    let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name in UTF-8"));
    let mut names: Vec<String> = names.filter(|name| name != "README.md").collect();
    names.sort();
    names
}

/// Names of the fixtures that are answers in JSON.
pub(crate) fn answers() -> Vec<String> {
    let request_or_text = |name: &String| ["request", "refusal-h"].iter().any(|kind| name.starts_with(kind));
    names().into_iter().filter(|name| !request_or_text(name)).collect()
}

#[test]
fn every_fixture_is_named_by_a_test_and_by_the_readme() {
    const TESTS: &[&str] = &[
        include_str!("answers.rs"),
        include_str!("answers_old_and_odd.rs"),
        include_str!("openai.rs"),
        include_str!("problems.rs"),
        include_str!("requests.rs"),
        include_str!("typed.rs"),
    ];
    let readme = String::from_utf8(body("README.md")).expect("a README in UTF-8");
    let listed: Vec<&str> = readme.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next()).collect();
    for name in names() {
        assert!(TESTS.iter().any(|test| test.contains(&name)), "no test names {name}");
        assert!(listed.contains(&name.as_str()), "README.md does not list {name}");
    }
}
