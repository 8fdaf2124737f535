//! What the code of the pure crates says: nothing in it touches the world.

use super::table::{Table, Tier};
use crate::checkout::Checkout;
use crate::finding::Finding;
use crate::rust_source;

/// Paths that reach a clock, a socket, a file, a process, a thread or a random number.
const WORLD: [&[&str]; 17] = [
    &["std", "net"],
    &["std", "fs"],
    &["std", "thread"],
    &["std", "process"],
    &["std", "env"],
    &["io", "stdin"],
    &["io", "stdout"],
    &["io", "stderr"],
    &["SystemTime", "now"],
    &["Instant", "now"],
    &["RandomState"],
    &["fastrand"],
    &["getrandom"],
    &["rand"],
    &["uuid"],
    &["tokio"],
    &["async_std"],
];

pub(super) fn look(table: &Table<'_>, checkout: &Checkout) -> Vec<Finding> {
    let pure = table.crates().filter(|(_, row)| row.tier == Tier::Pure);
    let mut findings = Vec::new();
    for (name, _) in pure {
        let folder = format!("crates/{name}/src/");
        for (path, text) in checkout.texts_ending(".rs").filter(|(path, _)| path.starts_with(&folder)) {
            findings.extend(reaches(name, path, text));
        }
    }
    findings
}

fn reaches(name: &str, path: &str, text: &str) -> Vec<Finding> {
    // What does not lex does not compile either, and `tidy` says so.
    let Ok(tokens) = rust_source::tokens(text) else { return Vec::new() };
    let mut findings = Vec::new();
    for written in rust_source::paths(rust_source::without_tests(tokens)) {
        if let Some(reached) = WORLD.iter().find(|segments| written.goes_through(segments)) {
            let message = format!("{name} is pure, but reaches for `{}`", reached.join("::"));
            findings.push(Finding::error(
                path,
                written.line,
                message,
                "take time, bytes and chance as arguments; do I/O in an edge crate",
            ));
        }
    }
    findings
}
