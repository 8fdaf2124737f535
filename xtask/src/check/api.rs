//! Whether the listings under `api/` say what the crates show today.

use std::env;
use std::path::Path;

use crate::api::listing::{self, Difference};
use crate::api::rustdoc;
use crate::checkout::Checkout;
use crate::finding::Finding;
use crate::golden::Golden;
use crate::{Failure, api, cargo};

const REPAIR: &str = "if that is meant: `cargo xtask api` writes it down, and the changelog says so";

pub(super) fn look(root: &Path, checkout: &Checkout) -> Result<Vec<Finding>, Failure> {
    let metadata = cargo::metadata(root)?;
    let golden = Golden::read(&metadata)?;
    if let Some(other) = rustdoc::other_format(&metadata)? {
        return Ok(vec![not_looked_at(&other)]);
    }
    let listings = api::read(root, &metadata, &golden)?;
    let mut findings = Vec::new();
    for (path, now) in &listings {
        findings.extend(one(path, checkout.text(path), now));
    }
    for path in listing::written(checkout).filter(|path| !listings.contains_key(*path)) {
        findings.push(Finding::error(path, 1, "no crate has this listing", "`cargo xtask api` removes it"));
    }
    Ok(findings)
}

/// With another toolchain, people may work on; the machine that decides must have looked.
fn not_looked_at(other: &str) -> Finding {
    let message = format!("not looked at: {other}");
    if env::var_os("CI").is_some_and(|value| value != "false" && !value.is_empty()) {
        Finding::error(listing::FOLDER, 1, message, "CI needs the toolchain that listings are made with")
    } else {
        Finding::notice(listing::FOLDER, 1, message)
    }
}

fn one(path: &str, written: Option<&str>, now: &str) -> Option<Finding> {
    let Some(written) = written else {
        return Some(Finding::error(path, 1, "missing", "`cargo xtask api` writes it"));
    };
    if written == now {
        return None;
    }
    let difference = Difference::between(written, now);
    if difference.is_empty() {
        return Some(Finding::error(path, 1, "not as it would be written today", "`cargo xtask api` writes it anew"));
    }
    let first = difference.gone.first().and_then(|gone| listing::items(written).find(|(_, item)| item == gone));
    let message = format!("the public API is another:{difference}");
    Some(Finding::error(path, first.map_or(1, |(line, _)| line), message, REPAIR))
}
