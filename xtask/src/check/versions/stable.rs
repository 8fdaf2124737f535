//! Whether a crate at 1.x or later shows types of a crate at 0.x, whose next version would break it.

use std::collections::BTreeMap;

use crate::api::listing;
use crate::cargo::{Metadata, Package};
use crate::checkout::Checkout;
use crate::finding::Finding;

pub(super) fn look(
    metadata: &Metadata,
    checkout: &Checkout,
    package: &Package,
    library: &str,
    listing: &str,
) -> Vec<Finding> {
    if is_unstable(&package.version) {
        return Vec::new();
    }
    let lock = checkout.text("Cargo.lock").unwrap_or_default();
    let mut shown: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for (line, item) in listing::items(listing) {
        for name in listing::crates_named(item).into_iter().filter(|name| *name != library) {
            shown.entry(name).or_insert((line, item));
        }
    }
    let unstable = shown.into_iter().filter_map(|(name, place)| {
        let ours = metadata.packages.iter().find(|other| other.library().is_some_and(|library| library == name));
        let version = ours.map(|other| other.version.as_str()).or_else(|| locked(lock, name))?;
        is_unstable(version).then_some((name, version, place))
    });
    let findings = unstable.map(|(name, version, (line, item))| {
        let message =
            format!("{} is at {}, but shows types of {name} at {version} in `{item}`", package.name, package.version);
        let repair = "hide it behind a type of our own, or stay below 1.0 as long as it does";
        Finding::error(&listing::path(&package.name), line, message, repair)
    });
    findings.collect()
}

fn is_unstable(version: &str) -> bool {
    version.starts_with("0.")
}

/// The version that the lock file has of a library; the newest if it has several.
fn locked<'a>(lock: &'a str, library: &str) -> Option<&'a str> {
    let mut newest = None;
    let mut lines = lock.lines();
    while let Some(line) = lines.next() {
        if value(line, "name").is_some_and(|name| name.replace('-', "_") == library) {
            newest = lines.next().and_then(|line| value(line, "version"));
        }
    }
    newest
}

fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"')
}
