//! Work that was left for later: it is done, or it is an issue, but it is not in the code.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::checkout::Checkout;
use crate::finding::Finding;
use crate::rust_source;

/// Written in two parts, so that this file is not found by its own rule.
const MARKS: [&str; 2] = [concat!("FIX", "ME"), concat!("XX", "X")];

const UNFINISHED: [&str; 2] = ["todo", "unimplemented"];

/// What `insta` leaves beside a snapshot that nobody has looked at.
const PENDING: [&str; 2] = [".snap.new", ".pending-snap"];

pub(super) fn look(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in checkout.texts_ending(".rs") {
        findings.extend(marks(path, text));
        if let Ok(tokens) = rust_source::tokens(text) {
            findings.extend(unfinished(path, tokens));
        }
    }
    for path in checkout.paths().filter(|path| PENDING.iter().any(|ending| path.ends_with(ending))) {
        let repair = "read it, then accept it (`cargo insta review`) or delete it";
        findings.push(Finding::error(path, 1, "a snapshot waits for review", repair));
    }
    findings
}

fn marks(path: &str, text: &str) -> Vec<Finding> {
    let words = |line: &str| line.split(|c: char| !c.is_alphanumeric()).any(|word| MARKS.contains(&word));
    let marked = text.lines().enumerate().filter(|(_, line)| words(line));
    marked.map(|(index, _)| Finding::error(path, index + 1, "a mark for later", "do it, or open an issue")).collect()
}

fn unfinished(path: &str, tokens: TokenStream) -> Vec<Finding> {
    let mut findings = Vec::new();
    for level in rust_source::levels(tokens) {
        for pair in level.windows(2) {
            match pair {
                [TokenTree::Ident(name), TokenTree::Punct(mark)]
                    if mark.as_char() == '!' && UNFINISHED.iter().any(|word| name == word) =>
                {
                    let message = format!("unfinished: `{name}!`");
                    findings.push(Finding::error(
                        path,
                        name.span().start().line,
                        message,
                        "finish it, or return an error",
                    ));
                }
                [TokenTree::Punct(hash), TokenTree::Group(attribute)]
                    if hash.as_char() == '#'
                        && attribute.delimiter() == Delimiter::Bracket
                        && ignores(attribute.stream()) =>
                {
                    let line = attribute.span_open().start().line;
                    findings.push(Finding::error(path, line, "an ignored test", "mend the test or delete it"));
                }
                _ => {}
            }
        }
    }
    findings
}

/// `ignore`, `ignore = "…"`, or `cfg_attr(…, ignore)`.
fn ignores(attribute: TokenStream) -> bool {
    let levels = rust_source::levels(attribute);
    let starts_with = |word: &str| matches!(levels[0].first(), Some(TokenTree::Ident(first)) if first == word);
    let ignore = |tree: &TokenTree| matches!(tree, TokenTree::Ident(word) if word == "ignore");
    starts_with("ignore") || (starts_with("cfg_attr") && levels.iter().flatten().any(ignore))
}
