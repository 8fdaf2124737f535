//! Reads the answers beside these tests: a status line, headers, an empty line, the body.

use std::fs;
use std::path::PathBuf;

use video_protocol::HttpResponse;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// One answer, by the name of its file without `.http`.
pub(crate) fn answer(name: &str) -> HttpResponse {
    let text = fs::read_to_string(folder().join(format!("{name}.http")));
    let text = text.unwrap_or_else(|error| panic!("{name}: {error}"));
    let (head, body) = text.split_once("\n\n").unwrap_or_else(|| panic!("{name}: no empty line after the headers"));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")).expect("a status line");
    let mut builder = http::Response::builder().status(status);
    for line in lines {
        let (header, value) = line.split_once(": ").unwrap_or_else(|| panic!("{name}: {line}"));
        builder = builder.header(header, value);
    }
    builder.body(body.to_owned().into()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Names of all answers whose name begins so, sorted, without `.http`.
pub(crate) fn named(prefix: &str) -> Vec<String> {
    let files = fs::read_dir(folder()).expect("the folder of fixtures");
    let files = files.map(|file| file.expect("an entry").file_name().into_string().expect("a name in UTF-8"));
    let mut names: Vec<String> = files.filter_map(|file| file.strip_suffix(".http").map(str::to_owned)).collect();
    names.retain(|name| name.starts_with(prefix));
    names.sort();
    names
}

#[test]
fn every_fixture_is_told_in_a_transcript_and_listed_in_the_readme() {
    const TRANSCRIPTS: &[&str] = &[
        include_str!("accepted.rs"),
        include_str!("contents.rs"),
        include_str!("polls.rs"),
        include_str!("refusals.rs"),
    ];
    let told: Vec<&str> = TRANSCRIPTS.iter().flat_map(|text| text.lines()).map(first_word).collect();
    let readme = fs::read_to_string(folder().join("README.md")).expect("a README");
    let listed: Vec<&str> = readme.lines().filter_map(|line| line.strip_prefix("| ")?.split(".http ").next()).collect();
    for name in named("") {
        assert!(told.contains(&name.as_str()), "no transcript tells {name}");
        assert!(listed.contains(&name.as_str()), "README.md does not list {name}");
    }
}

fn first_word(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or_default()
}
