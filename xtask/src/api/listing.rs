//! A listing: one head line, then one line for each public item, sorted, every path from its crate on.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use public_api::PublicItem;
use rustdoc_types::{Crate, ItemEnum};

use super::public_paths::PublicPaths;
use super::rustdoc;
use crate::Failure;
use crate::cargo::Package;
use crate::checkout::Checkout;

/// Where listings stand, from the root.
pub(crate) const FOLDER: &str = "api";

/// What starts the head line, and no item: attributes start with `#[`.
const HEAD: &str = "# ";

/// What stands before the number of the format in the head line.
const FORMAT: &str = "rustdoc JSON format ";

/// How many lines of each side a difference shows.
const SHOWN: usize = 30;

pub(crate) fn path(package: &str) -> String {
    format!("{FOLDER}/{package}.txt")
}

/// Paths of the listings that stand in a checkout.
pub(crate) fn written(checkout: &Checkout) -> impl Iterator<Item = &str> {
    let inside = checkout.paths().filter(|path| path.starts_with(&format!("{FOLDER}/")));
    inside.filter(|path| Path::new(path).extension().is_some_and(|ending| ending == "txt"))
}

/// What rustdoc wrote of one library.
pub(crate) struct Source {
    json: PathBuf,
    pub(crate) krate: Crate,
}

impl Source {
    pub(crate) fn read(json: PathBuf) -> Result<Self, Failure> {
        let text = fs::read_to_string(&json).map_err(|error| format!("{}: {error}", json.display()))?;
        Ok(Self { krate: serde_json::from_str(&text)?, json })
    }
}

/// Writes the listing of one library.
///
/// Derived implementations are listed, since a `Clone` that goes is a break; blanket and automatic ones are not:
/// nobody wrote them, and they would be most of the text.
pub(crate) fn make(package: &Package, source: &Source, paths: &PublicPaths) -> Result<String, Failure> {
    let api = public_api::Builder::from_rustdoc_json(&source.json);
    let api = api.omit_blanket_impls(true).omit_auto_trait_impls(true).build();
    let api = api.map_err(|error| format!("{}: {error}", source.json.display()))?;
    let lines: Vec<String> = api.items().map(|item| paths.rewrite(&line(item, &source.krate))).collect();
    Ok(format!("{}\n{}\n", head(package), lines.join("\n")))
}

fn head(package: &Package) -> String {
    let features: Vec<_> = package.features().collect();
    let features = if features.is_empty() { "no features".to_owned() } else { features.join(" + ") };
    let (name, format) = (&package.name, rustdoc::FORMAT);
    format!("{HEAD}{name} with {features}, from {FORMAT}{format}; written by `cargo xtask api`, not by hand")
}

/// An item as the library prints it; a name taken over from elsewhere also says from where.
fn line(item: &PublicItem, krate: &Crate) -> String {
    let text = item.to_string();
    let Some(ItemEnum::Use(taken)) = krate.index.get(&item.id()).map(|item| &item.inner) else { return text };
    let summary = taken.id.and_then(|id| krate.paths.get(&id));
    match summary {
        Some(summary) if summary.crate_id == 0 => text,
        Some(summary) => format!("{text} = {}", summary.path.join("::")),
        None => format!("{text} = {}", taken.source),
    }
}

/// Items with the line each stands on, counted from 1.
pub(crate) fn items(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    lines.filter(|(_, line)| !line.starts_with(HEAD) && !line.is_empty())
}

/// The format a listing was made from, as its head line names it.
pub(crate) fn format(text: &str) -> Option<&str> {
    let head = text.lines().next().filter(|line| line.starts_with(HEAD))?;
    head.split(FORMAT).nth(1)?.split(';').next()
}

/// Crates whose items a line names, in the order in which they stand there.
pub(crate) fn crates_named(item: &str) -> Vec<&str> {
    let word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut found = Vec::new();
    if let Some((_, origin)) = item.split_once(" = ").filter(|_| item.starts_with("pub use ")) {
        found.extend(origin.split("::").next());
    }
    for (at, _) in item.match_indices("::") {
        let start = item[..at].rfind(|letter| !word(letter)).map_or(0, |index| index + 1);
        let root = &item[start..at];
        if !item[..start].ends_with("::") && root.starts_with(|letter: char| letter.is_lowercase()) {
            found.push(root);
        }
    }
    found
}

/// What one listing has and another has not.
pub(crate) struct Difference<'a> {
    pub(crate) gone: Vec<&'a str>,
    pub(crate) new: Vec<&'a str>,
}

impl<'a> Difference<'a> {
    pub(crate) fn between(before: &'a str, after: &'a str) -> Self {
        Self { gone: surplus(before, after), new: surplus(after, before) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.new.is_empty()
    }
}

/// Items that stand more often in one listing than in another.
fn surplus<'a>(one: &'a str, other: &str) -> Vec<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, item) in items(other) {
        *counts.entry(item).or_default() += 1;
    }
    let surplus = items(one).map(|(_, item)| item).filter(|item| match counts.get_mut(item) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    });
    surplus.collect()
}

impl fmt::Display for Difference<'_> {
    /// One line for each item, indented to stand below a finding.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (mark, items) in [('-', &self.gone), ('+', &self.new)] {
            for item in items.iter().take(SHOWN) {
                write!(f, "\n    {mark} {item}")?;
            }
            if items.len() > SHOWN {
                write!(f, "\n    {mark} and {} more", items.len() - SHOWN)?;
            }
        }
        Ok(())
    }
}
