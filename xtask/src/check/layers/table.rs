//! The layer table, and what the manifests alone say against it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::Failure;
use crate::cargo::{Dependency, Metadata, Package};
use crate::checkout::Checkout;
use crate::finding::Finding;

const MANIFEST: &str = "Cargo.toml";

/// Each has one home: one crate of ours may name it, so that it can be exchanged in one place.
const ONE_HOME: [&str; 5] = ["reqwest", "axum", "clap", "rusqlite", "tokio-postgres"];

/// What `video-types` may ever use, whatever its row says.
const TYPES: (&str, [&str; 2]) = ("video-types", ["serde", "serde_json"]);

/// How far from plain values a crate stands; it may know its own tier and those before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Tier {
    /// No clock, no socket, no file, no random number.
    Pure,
    /// One kind of I/O.
    Edge,
    /// Assembled from the others.
    Top,
    /// Only for tests.
    Tests,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    pub(crate) tier: Tier,
    /// What normal and build dependencies may name.
    uses: Vec<String>,
    /// What the whole normal tree must not contain.
    #[serde(default)]
    pub(crate) never: Vec<String>,
    /// Crates from elsewhere, as Rust paths name them, that its public API may show.
    #[serde(default)]
    pub(crate) exposes: Vec<String>,
}

pub(crate) struct Table<'a> {
    rows: BTreeMap<String, Row>,
    packages: &'a [Package],
    root: &'a Path,
    checkout: &'a Checkout,
}

impl<'a> Table<'a> {
    pub(crate) fn read(metadata: &'a Metadata, root: &'a Path, checkout: &'a Checkout) -> Result<Self, Failure> {
        let layers = metadata.custom.as_ref().and_then(|custom| custom.get("layers"));
        let layers = layers.ok_or("Cargo.toml has no [workspace.metadata.layers]")?;
        let rows = BTreeMap::deserialize(layers).map_err(|e| format!("[workspace.metadata.layers]: {e}"))?;
        Ok(Self { rows, packages: &metadata.packages, root, checkout })
    }

    /// Rows whose crate exists.
    pub(crate) fn crates(&self) -> impl Iterator<Item = (&str, &Row)> {
        let rows = self.rows.iter().map(|(name, row)| (name.as_str(), row));
        rows.filter(|(name, _)| self.packages.iter().any(|package| package.name == *name))
    }

    /// The line of the root manifest that holds a crate's row.
    pub(crate) fn place(&self, name: &str) -> (&'static str, usize) {
        let lines = self.checkout.text(MANIFEST).unwrap_or_default();
        let table = lines.lines().position(|line| line.trim() == "[workspace.metadata.layers]").unwrap_or_default();
        let row = lines.lines().skip(table).position(|line| names(line, name)).unwrap_or_default();
        (MANIFEST, table + row + 1)
    }

    pub(crate) fn findings(&self) -> Vec<Finding> {
        let mut findings = self.rows_without_crate();
        for package in self.packages.iter().filter(|package| package.name != "xtask") {
            match self.rows.get(&package.name) {
                Some(row) => findings.extend(self.unlisted(package, row)),
                None => findings.push(Finding::error(
                    &package.manifest(self.root),
                    1,
                    format!("{} has no row in the layer table", package.name),
                    "say its tier and what it uses under [workspace.metadata.layers] in Cargo.toml",
                )),
            }
        }
        findings.extend(self.rows_looking_up());
        findings.extend(self.second_homes());
        findings.extend(self.types_that_use_more());
        findings
    }

    fn rows_without_crate(&self) -> Vec<Finding> {
        let missing = self.rows.keys().filter(|name| self.packages.iter().all(|package| package.name != **name));
        missing.map(|name| self.notice(name, format!("{name} has a row, but no crate yet"))).collect()
    }

    fn unlisted(&self, package: &Package, row: &Row) -> Vec<Finding> {
        let unlisted = shipped(package).filter(|dependency| !row.uses.contains(&dependency.name));
        unlisted
            .map(|dependency| {
                let (name, target) = (&package.name, &dependency.name);
                let repair =
                    format!("do without it, or add it to the `uses` of {name} in Cargo.toml and say why in the commit");
                self.at_dependency(package, target, format!("{name} must not depend on {target}"), repair)
            })
            .collect()
    }

    fn rows_looking_up(&self) -> Vec<Finding> {
        let uses = self.rows.iter().flat_map(|(name, row)| row.uses.iter().map(move |used| (name, row, used)));
        let upward = uses.filter_map(|(name, row, used)| {
            let above = self.rows.get(used).filter(|used| used.tier > row.tier)?;
            let message = format!("{name} ({:?}) must not use {used} ({:?})", row.tier, above.tier);
            let (path, line) = self.place(name);
            Some(Finding::error(path, line, message, "tiers look down only: pure, edge, top, tests"))
        });
        upward.collect()
    }

    fn second_homes(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for target in ONE_HOME {
            let uses = |package: &&Package| shipped(package).any(|dependency| dependency.name == target);
            let homes: Vec<&Package> = self.packages.iter().filter(uses).collect();
            let all: Vec<&str> = homes.iter().map(|package| package.name.as_str()).collect();
            for package in homes.iter().filter(|_| homes.len() > 1) {
                let message = format!("{target} has more than one home: {}", all.join(", "));
                findings.push(self.at_dependency(
                    package,
                    target,
                    message,
                    "keep it in one crate and go through that crate".into(),
                ));
            }
        }
        findings
    }

    fn types_that_use_more(&self) -> Vec<Finding> {
        let (name, allowed) = TYPES;
        let uses = self.rows.get(name).into_iter().flat_map(|row| &row.uses);
        let more = uses.filter(|used| !allowed.contains(&used.as_str()));
        more.map(|used| {
            let (path, line) = self.place(name);
            Finding::error(
                path,
                line,
                format!("{name} may use {} only, not {used}", allowed.join(" and ")),
                "keep the types plain",
            )
        })
        .collect()
    }

    fn notice(&self, name: &str, message: String) -> Finding {
        let (path, line) = self.place(name);
        Finding::notice(path, line, message)
    }

    fn at_dependency(&self, package: &Package, target: &str, message: String, repair: String) -> Finding {
        let manifest = package.manifest(self.root);
        let text = self.checkout.text(&manifest).unwrap_or_default();
        let line = text.lines().position(|line| names(line, target)).unwrap_or_default();
        Finding::error(&manifest, line + 1, message, repair)
    }
}

/// The dependencies that users of a crate get: all but those of its tests.
fn shipped(package: &Package) -> impl Iterator<Item = &Dependency> {
    package.dependencies.iter().filter(|dependency| dependency.kind.as_deref() != Some("dev"))
}

/// Whether a manifest line is about a crate: it starts with the name, or quotes it (`package = "…"`).
fn names(line: &str, name: &str) -> bool {
    let starts = line.trim_start().strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', ' ', '=']));
    starts || line.contains(&format!("package = \"{name}\""))
}
