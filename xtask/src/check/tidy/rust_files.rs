//! Handwritten Rust: how long a file is, how it starts, where it stands, what it and its types are called.

use proc_macro2::{TokenStream, TokenTree};

use super::file_name;
use crate::checkout::Checkout;
use crate::finding::Finding;
use crate::rust_source;

/// Above this a file is worth a second look.
const LONG: usize = 350;
/// Above this it is split.
const TOO_LONG: usize = 600;

/// Endings that say a name has no subject of its own.
const EMPTY_ENDINGS: [&str; 5] = ["manager", "helper", "helpers", "util", "utils"];

pub(super) fn look(checkout: &Checkout) -> Vec<Finding> {
    let files = checkout.texts_ending(".rs").filter(|(path, _)| !is_generated(path));
    files.flat_map(|(path, text)| file(path, text)).collect()
}

fn is_generated(path: &str) -> bool {
    path.contains("/generated/") || file_name(path) == "generated.rs"
}

fn file(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lines = text.lines().count();
    if lines > TOO_LONG {
        let message = format!("{lines} lines; no handwritten file has more than {TOO_LONG}");
        findings.push(Finding::error(path, TOO_LONG + 1, message, "split it by what it holds"));
    } else if lines > LONG {
        findings.push(Finding::notice(path, LONG + 1, format!("{lines} lines; rarely over {LONG}")));
    }
    if !text.starts_with("//!") {
        findings.push(Finding::error(path, 1, "does not start with `//!`", "say in one line what the file is for"));
    }
    if file_name(path) == "mod.rs" {
        findings.push(Finding::error(path, 1, "is called mod.rs", "name it for the module, `foo.rs` beside `foo/`"));
    }
    if is_empty_name(file_name(path).trim_end_matches(".rs")) {
        findings.push(Finding::error(path, 1, "has a name without a subject", "name the file for what it holds"));
    }
    match rust_source::tokens(text) {
        Ok(tokens) => findings.extend(empty_names(path, tokens)),
        Err(error) => {
            let line = error.span().start().line;
            findings.push(Finding::error(path, line, "is not Rust", "see what rustc says"));
        }
    }
    findings
}

fn empty_names(path: &str, tokens: TokenStream) -> Vec<Finding> {
    const KEYWORDS: [&str; 6] = ["enum", "mod", "struct", "trait", "type", "union"];
    let mut findings = Vec::new();
    for level in rust_source::levels(tokens) {
        for pair in level.windows(2) {
            let [TokenTree::Ident(keyword), TokenTree::Ident(name)] = pair else { continue };
            if KEYWORDS.iter().any(|word| keyword == word) && is_empty_name(&name.to_string()) {
                let message = format!("`{name}` is a name without a subject");
                findings.push(Finding::error(
                    path,
                    name.span().start().line,
                    message,
                    "name it for what it holds or does",
                ));
            }
        }
    }
    findings
}

/// Whether the last word of a name, in either case style, is one of [`EMPTY_ENDINGS`].
fn is_empty_name(name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or(name);
    let last = last.rfind(char::is_uppercase).map_or(last, |at| &last[at..]);
    EMPTY_ENDINGS.contains(&last.to_lowercase().as_str())
}
