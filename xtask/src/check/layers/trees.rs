//! What stands anywhere in a crate's tree, however many steps away.

use std::collections::BTreeSet;
use std::path::Path;

use super::table::{Row, Table, Tier};
use crate::finding::Finding;
use crate::{Failure, cargo};

/// Clocks, sockets, files, chance, and what is built on them.
const IMPURE: [&str; 21] = [
    "async-std",
    "axum",
    "chrono",
    "clap",
    "fastrand",
    "getrandom",
    "hyper",
    "instant",
    "jiff",
    "js-sys",
    "libc",
    "mio",
    "rand",
    "reqwest",
    "ring",
    "rusqlite",
    "rustix",
    "socket2",
    "time",
    "tokio",
    "web-time",
];

/// Crates that must also build small: without their default features their trees hold none of these.
const LEAN: [(&str, &[&str]); 2] = [("video-client", &["reqwest", "rusqlite"]), ("video-journal", &["rusqlite"])];

pub(super) fn look(root: &Path, table: &Table<'_>) -> Result<Vec<Finding>, Failure> {
    let mut findings = Vec::new();
    for (name, row) in table.crates() {
        let never = never(row);
        if never.is_empty() {
            continue;
        }
        // A pure crate is asked about every platform; the others' foreign platforms are not worth their download.
        let more: &[&str] =
            if row.tier == Tier::Pure { &["--all-features", "--target", "all"] } else { &["--all-features"] };
        findings.extend(unwanted(root, table, name, &never, more)?);
    }
    for (name, never) in LEAN {
        if table.crates().any(|(present, _)| present == name) {
            let never = never.iter().copied().collect();
            findings.extend(unwanted(root, table, name, &never, &["--no-default-features"])?);
        }
    }
    Ok(findings)
}

fn never(row: &Row) -> BTreeSet<&str> {
    let pure: &[&str] = if row.tier == Tier::Pure { &IMPURE } else { &[] };
    row.never.iter().map(String::as_str).chain(pure.iter().copied()).collect()
}

fn unwanted(
    root: &Path,
    table: &Table<'_>,
    name: &str,
    never: &BTreeSet<&str>,
    more: &[&str],
) -> Result<Vec<Finding>, Failure> {
    let tree = cargo::tree(root, name, more)?;
    let (path, line) = table.place(name);
    let options = more.join(" ");
    let findings = never.iter().filter(|target| tree.contains(**target)).map(|target| {
        let message = format!("{name} with {options} has {target} in its tree");
        Finding::error(
            path,
            line,
            message,
            format!("see how it gets there: cargo tree -p {name} -e normal {options} -i {target}"),
        )
    });
    Ok(findings.collect())
}
