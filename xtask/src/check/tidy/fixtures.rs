//! Fixtures: each is used by a test, and none holds a secret.

use std::collections::BTreeSet;

use proc_macro2::TokenTree;

use super::file_name;
use crate::checkout::Checkout;
use crate::finding::Finding;
use crate::rust_source;

/// The one key a fixture may show.
const PLACEHOLDER: &str = "sk-xxxx";

pub(super) fn look(checkout: &Checkout) -> Vec<Finding> {
    let fixtures: Vec<&str> = checkout.paths().filter(|path| is_fixture(path)).collect();
    if fixtures.is_empty() {
        return Vec::new();
    }
    let named = names_in_tests(checkout);
    let mut findings = Vec::new();
    for path in fixtures {
        let name = file_name(path);
        let stem = name.split('.').next().unwrap_or(name);
        if name != "README.md" && !named.contains(name) && !named.contains(stem) {
            findings.push(Finding::error(path, 1, "no test names this fixture", "use it in a test or delete it"));
        }
        let secrets = checkout.text(path).unwrap_or_default().lines().enumerate().filter(|(_, line)| has_secret(line));
        findings.extend(secrets.map(|(index, _)| {
            let repair =
                format!("replace it with the placeholder `{PLACEHOLDER}`; a real key is now public: revoke it");
            Finding::error(path, index + 1, "looks like a credential", repair)
        }));
    }
    findings
}

fn is_fixture(path: &str) -> bool {
    let mut segments = path.split('/');
    segments.next() == Some("crates") && segments.nth(1) == Some("tests") && segments.next() == Some("fixtures")
}

/// Last path segments in the string literals of all test code, in `tests/` or beside the code.
fn names_in_tests(checkout: &Checkout) -> BTreeSet<String> {
    let files = checkout.texts_ending(".rs").filter(|(path, _)| path.starts_with("crates/"));
    let levels = files.filter_map(|(_, text)| rust_source::tokens(text).ok()).flat_map(rust_source::levels);
    let literals = levels.flatten().filter_map(|tree| match tree {
        TokenTree::Literal(literal) => Some(literal.to_string()),
        _ => None,
    });
    let mut names = BTreeSet::new();
    for literal in literals {
        let words = literal.split(|c: char| !c.is_alphanumeric() && !"._-".contains(c));
        names.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
    }
    names
}

fn has_secret(line: &str) -> bool {
    has_key(line) || (has_header(line) && !line.contains(PLACEHOLDER))
}

/// A word that starts like a key of these gateways and is not the placeholder.
fn has_key(line: &str) -> bool {
    let words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
    words.filter(|word| word.starts_with("sk-")).any(|word| word != PLACEHOLDER)
}

/// `Authorization: …` or `"authorization": "…"`; the bare word in a sentence is none.
fn has_header(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    lower.match_indices("authorization").any(|(at, word)| {
        let rest = lower[at + word.len()..].trim_start_matches(['"', '\'', '\\', ' ']);
        rest.starts_with([':', '='])
    })
}
