//! Whether a changelog says something wherever a public API became another.
//!
//! The history is the record: since the commit that last added an entry, the listing may not have changed.

use std::collections::BTreeSet;
use std::path::Path;

use crate::api::listing::{self, Difference};
use crate::cargo::Package;
use crate::checkout::Checkout;
use crate::finding::Finding;
use crate::{Failure, git};

pub(super) fn look(root: &Path, checkout: &Checkout, package: &Package, now: &str) -> Result<Option<Finding>, Failure> {
    let path = listing::path(&package.name);
    let changelog = format!("{}/CHANGELOG.md", package.folder(root));
    // Without a changelog `tidy` has more to say.
    let Some(says) = checkout.text(&changelog) else { return Ok(None) };
    let Some(accounted) = last_entry(root, &changelog, says)? else { return Ok(None) };
    let Some(then) = listing_then(root, &accounted, &path)? else { return Ok(None) };
    // Another format may spell the same API in another way: a move to it is no change.
    if listing::format(&then) != listing::format(now) {
        return Ok(None);
    }
    let difference = Difference::between(&then, now);
    if difference.is_empty() {
        return Ok(None);
    }
    let short: String = accounted.chars().take(12).collect();
    let message = format!("no entry since {short} says why {path} changed:{difference}");
    let repair = format!("say on top what this means for whoever uses {}", package.name);
    Ok(Some(Finding::error(&changelog, 1, message, repair)))
}

/// The listing an entry speaks of; if it is older than the first listing, that one.
fn listing_then(root: &Path, accounted: &str, path: &str) -> Result<Option<String>, Failure> {
    if let Some(then) = git::text(root, accounted, path)? {
        return Ok(Some(then));
    }
    match git::changes(root, path)?.last() {
        Some(first) if git::is_before(root, accounted, &first.name)? => git::text(root, &first.name, path),
        _ => Ok(None),
    }
}

/// The commit that last added an entry; `None` if that is not committed yet, so that every change is accounted for.
fn last_entry(root: &Path, changelog: &str, says: &str) -> Result<Option<String>, Failure> {
    let commits = git::changes(root, changelog)?;
    let Some(newest) = commits.first() else { return Ok(None) };
    let committed = git::text(root, "HEAD", changelog)?.unwrap_or_default();
    if adds_an_entry(&committed, says) {
        return Ok(None);
    }
    for commit in &commits {
        // A merge brings entries together with the listings they speak of.
        let [parent] = commit.parents.as_slice() else { return Ok(Some(commit.name.clone())) };
        let before = git::text(root, parent, changelog)?.unwrap_or_default();
        let after = git::text(root, &commit.name, changelog)?.unwrap_or_default();
        if adds_an_entry(&before, &after) {
            return Ok(Some(commit.name.clone()));
        }
    }
    Ok(Some(newest.name.clone()))
}

/// Whether the newest section says something that stood nowhere before.
fn adds_an_entry(before: &str, after: &str) -> bool {
    let known: BTreeSet<&str> = before.lines().map(str::trim).collect();
    newest_section(after).any(|line| !known.contains(line))
}

/// What is said below the first `##`, without titles.
fn newest_section(changelog: &str) -> impl Iterator<Item = &str> {
    let sections = changelog.lines().map(str::trim).skip_while(|line| !line.starts_with("## "));
    let newest = sections.skip(1).take_while(|line| !line.starts_with("## "));
    newest.filter(|line| !line.is_empty() && !line.starts_with('#'))
}
