//! House order: everything a reviewer should not have to look for.

mod cases;
mod crates;
mod fixtures;
mod leftovers;
mod links;
mod machine_paths;
mod readmes;
mod rust_files;

use crate::checkout::Checkout;
use crate::finding::Finding;

const RULES: &[fn(&Checkout) -> Vec<Finding>] = &[
    rust_files::look,
    leftovers::look,
    crates::look,
    machine_paths::look,
    links::look,
    fixtures::look,
    readmes::look,
    cases::look,
];

pub(super) fn look(checkout: &Checkout) -> Vec<Finding> {
    RULES.iter().flat_map(|rule| rule(checkout)).collect()
}

/// The file name at the end of a path.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
