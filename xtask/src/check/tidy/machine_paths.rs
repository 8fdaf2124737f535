//! Absolute paths that exist on one machine only.

use crate::checkout::Checkout;
use crate::finding::Finding;

/// Folders at the top of a file system where people and build machines keep their checkouts.
const PRIVATE: [&str; 7] = ["Users", "builds", "farm", "home", "root", "work", "workspace"];

pub(super) fn look(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in checkout.texts().filter(|(path, _)| *path != "Cargo.lock") {
        for (index, _) in text.lines().enumerate().filter(|(_, line)| has_private_path(line)) {
            let repair = "write it relative to the repository, or make it an argument";
            findings.push(Finding::error(path, index + 1, "a path of one machine", repair));
        }
    }
    findings
}

fn has_private_path(line: &str) -> bool {
    line.match_indices('/').any(|(at, _)| starts_here(&line[..at]) && is_private(&line[at + 1..]))
}

/// Whether a path can start after this text; inside a URL or a relative path it cannot.
fn starts_here(before: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || "._-~*/})]$%@+".contains(c);
    before.ends_with("file://") || !before.ends_with(inside)
}

fn is_private(path: &str) -> bool {
    let Some((top, rest)) = path.split_once('/') else { return false };
    let goes_on = rest.trim_start_matches('.').starts_with(|c: char| c == '_' || c.is_alphanumeric());
    goes_on && (PRIVATE.contains(&top) || (top == "tmp" && is_folder(rest)))
}

/// `out.mp4` under the temporary folder may be anybody's example; a folder there is somebody's.
fn is_folder(path: &str) -> bool {
    let end = path.find(|c: char| !c.is_alphanumeric() && !"._-".contains(c)).unwrap_or(path.len());
    path[end..].starts_with('/') || !path[..end].trim_end_matches('.').contains('.')
}
