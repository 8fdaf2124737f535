//! Who may know whom: `[workspace.metadata.layers]` against what cargo says and what the pure crates' code says.

mod exposes;
mod purity;
pub(crate) mod table;
mod trees;

use std::path::Path;

use crate::checkout::Checkout;
use crate::finding::Finding;
use crate::{Failure, cargo};

pub(super) fn look(root: &Path, checkout: &Checkout) -> Result<Vec<Finding>, Failure> {
    let metadata = cargo::metadata(root)?;
    let table = table::Table::read(&metadata, root, checkout)?;
    let mut findings = table.findings();
    findings.extend(trees::look(root, &table)?);
    findings.extend(exposes::look(&metadata, &table, checkout));
    findings.extend(purity::look(&table, checkout));
    Ok(findings)
}
