//! What the version of a crate promises: a changed API is told, and a stable one does not show an unstable one.

mod entries;
mod stable;

use std::path::Path;

use crate::api::listing;
use crate::checkout::Checkout;
use crate::finding::Finding;
use crate::golden::Golden;
use crate::{Failure, cargo, git};

pub(super) fn look(root: &Path, checkout: &Checkout) -> Result<Vec<Finding>, Failure> {
    let metadata = cargo::metadata(root)?;
    let golden = Golden::read(&metadata)?;
    let mut findings = Vec::new();
    for (package, library) in golden.listed(&metadata) {
        if let Some(listing) = checkout.text(&listing::path(&package.name)) {
            findings.extend(entries::look(root, checkout, package, listing)?);
            findings.extend(stable::look(&metadata, checkout, package, &library, listing));
        }
    }
    if git::is_shallow(root)? {
        let message = "this clone begins in the middle of the history: only changes since then are looked at";
        findings.push(Finding::notice(listing::FOLDER, 1, message));
    }
    Ok(findings)
}
