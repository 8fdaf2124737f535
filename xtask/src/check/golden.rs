//! Whether every crate has its golden texts, or a reason in the table for each it lacks.

use std::path::Path;

use crate::api::listing;
use crate::cargo::{Metadata, Package};
use crate::checkout::Checkout;
use crate::finding::Finding;
use crate::golden::{Golden, Row, Text};
use crate::{Failure, cargo};

const MANIFEST: &str = "Cargo.toml";
const TABLE: &str = "[workspace.metadata.golden]";

/// What a test calls when its expected output is text.
const SNAPSHOT: &str = "assert_snapshot!";

pub(super) fn look(root: &Path, checkout: &Checkout) -> Result<Vec<Finding>, Failure> {
    let metadata = cargo::metadata(root)?;
    let golden = Golden::read(&metadata)?;
    let look = Look { root, checkout };
    let mut findings = look.rows_without_crate(&metadata, &golden);
    for package in metadata.packages.iter().filter(|package| package.name != "xtask") {
        match golden.row(&package.name) {
            Some(row) => findings.extend(look.texts(package, row)),
            None => findings.push(Finding::error(
                &package.manifest(root),
                1,
                format!("{} has no row in the table of golden texts", package.name),
                format!("say under {TABLE} in {MANIFEST} where its wire and its behaviour are written down"),
            )),
        }
    }
    Ok(findings)
}

struct Look<'a> {
    root: &'a Path,
    checkout: &'a Checkout,
}

impl Look<'_> {
    fn rows_without_crate(&self, metadata: &Metadata, golden: &Golden) -> Vec<Finding> {
        let exists = |name: &str| metadata.packages.iter().any(|package| package.name == name);
        let rows = golden.names().filter(|name| !exists(name));
        rows.map(|name| self.in_table(name, format!("{name} has a row, but no crate"), "drop the row")).collect()
    }

    fn texts(&self, package: &Package, row: &Row) -> Vec<Finding> {
        [Text::Api, Text::Wire, Text::Behaviour].into_iter().filter_map(|text| self.text(package, row, text)).collect()
    }

    fn text(&self, package: &Package, row: &Row, text: Text) -> Option<Finding> {
        let name = &package.name;
        let place = match text {
            Text::Api => package.library().map(|_| listing::path(name)),
            Text::Wire => row.wire.as_ref().map(|path| format!("{}/{path}", package.folder(self.root))),
            Text::Behaviour => row.behaviour.as_ref().map(|path| format!("{}/{path}", package.folder(self.root))),
        };
        match (place, row.none.get(&text)) {
            (_, Some(reason)) if reason.split_whitespace().count() < 3 => {
                Some(self.in_table(name, format!("{name} lacks its {text} without a reason"), "say why in a few words"))
            }
            (Some(_), Some(_)) if text == Text::Api => None,
            (Some(_), Some(_)) => Some(self.in_table(
                name,
                format!("{name} has its {text}, and a reason to have none"),
                "say one of the two",
            )),
            (None, None) => Some(self.in_table(
                name,
                format!("{name} has no {text}"),
                "write it, and say where; or say why not under `none`",
            )),
            (Some(place), None) if !self.holds(&place, text) => Some(self.in_table(
                name,
                format!("{name} has no {text} in {place}"),
                if text == Text::Api { "`cargo xtask api` writes it" } else { "a snapshot test writes it" },
            )),
            _ => None,
        }
    }

    /// Whether a text stands at this place.
    fn holds(&self, place: &str, text: Text) -> bool {
        if text == Text::Api {
            return self.checkout.has(place);
        }
        let folder = format!("{place}/");
        let mut sources =
            self.checkout.texts_ending(".rs").filter(|(path, _)| *path == place || path.starts_with(&folder));
        sources.any(|(_, source)| source.contains(SNAPSHOT))
    }

    fn in_table(&self, name: &str, message: String, repair: &str) -> Finding {
        let lines = self.checkout.text(MANIFEST).unwrap_or_default();
        let table = lines.lines().position(|line| line.trim() == TABLE).unwrap_or_default();
        let starts = |line: &str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '=']));
        let row = lines.lines().skip(table).position(starts).unwrap_or_default();
        Finding::error(MANIFEST, table + row + 1, message, repair)
    }
}
