//! Whose types a crate shows in its public API, as its listing tells.

use std::collections::BTreeMap;

use super::table::{Row, Table};
use crate::api::listing;
use crate::cargo::{Metadata, Package};
use crate::checkout::Checkout;
use crate::finding::Finding;

/// Part of the language: everybody may show these.
const LANGUAGE: [&str; 3] = ["alloc", "core", "std"];

/// Types that paths start from like from a crate.
const PRIMITIVES: [&str; 17] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32", "u64", "u128",
    "usize",
];

pub(super) fn look(metadata: &Metadata, table: &Table<'_>, checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, row) in table.crates() {
        let library = metadata.packages.iter().find(|package| package.name == name).and_then(Package::library);
        let path = listing::path(name);
        if let (Some(library), Some(text)) = (library, checkout.text(&path)) {
            findings.extend(shown_too_much(name, row, &library, &path, text));
            findings.extend(shown_no_more(name, row, table, text));
        }
    }
    findings
}

/// One finding a foreign crate: the first item that shows it, and how many do.
fn shown_too_much(name: &str, row: &Row, library: &str, path: &str, text: &str) -> Vec<Finding> {
    let mut items: BTreeMap<&str, Vec<(usize, &str)>> = BTreeMap::new();
    for (line, item) in listing::items(text) {
        for shown in listing::crates_named(item) {
            let known = shown == library || LANGUAGE.contains(&shown) || PRIMITIVES.contains(&shown);
            if !known && !row.exposes.iter().any(|exposed| exposed == shown) {
                let lines = items.entry(shown).or_default();
                if lines.last() != Some(&(line, item)) {
                    lines.push((line, item));
                }
            }
        }
    }
    let findings = items.into_iter().map(|(shown, lines)| {
        let (line, first) = lines[0];
        let more = if lines.len() > 1 { format!(" and {} more", lines.len() - 1) } else { String::new() };
        let message = format!("{name} must not show types of {shown}, but does in `{first}`{more}");
        let repair = format!(
            "take or give a type of our own, or add \"{shown}\" to the `exposes` of {name} in Cargo.toml and say why in the commit"
        );
        Finding::error(path, line, message, repair)
    });
    findings.collect()
}

fn shown_no_more(name: &str, row: &Row, table: &Table<'_>, text: &str) -> Vec<Finding> {
    let shows = |exposed: &str| listing::items(text).any(|(_, item)| listing::crates_named(item).contains(&exposed));
    let idle = row.exposes.iter().filter(|exposed| !shows(exposed));
    idle.map(|exposed| {
        let (path, line) = table.place(name);
        let message = format!("{name} may show types of {exposed}, but shows none");
        Finding::error(path, line, message, format!("drop \"{exposed}\" from its `exposes`"))
    })
    .collect()
}
