//! What every crate carries: a README, a changelog, the lints of the workspace.

use crate::checkout::Checkout;
use crate::finding::Finding;

pub(super) fn look(checkout: &Checkout) -> Vec<Finding> {
    let folders = checkout.paths().filter_map(|path| {
        let folder = path.strip_suffix("/Cargo.toml")?;
        let name = folder.strip_prefix("crates/")?;
        (!name.contains('/')).then_some(folder)
    });
    folders.flat_map(|folder| one(checkout, folder)).collect()
}

fn one(checkout: &Checkout, folder: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let readme = format!("{folder}/README.md");
    if checkout.text(&readme).is_none_or(|text| text.trim().is_empty()) {
        findings.push(Finding::error(&readme, 1, "missing", "say what the crate is for, and show it in use"));
    }
    let changelog = format!("{folder}/CHANGELOG.md");
    match checkout.text(&changelog) {
        None => findings.push(Finding::error(&changelog, 1, "missing", "start it with `## Unreleased`")),
        Some(text) if !text.lines().any(is_release) => {
            findings.push(Finding::error(
                &changelog,
                1,
                "no `## Unreleased` and no version",
                "start it with `## Unreleased`",
            ));
        }
        Some(_) => {}
    }
    let manifest = format!("{folder}/Cargo.toml");
    if !checkout.text(&manifest).is_some_and(inherits_lints) {
        let repair = "add `[lints]` with `workspace = true`";
        findings.push(Finding::error(&manifest, 1, "does not take the lints of the workspace", repair));
    }
    findings
}

/// `## Unreleased`, `## 0.1.0`, `## [0.1.0] - 2026-11-21`.
fn is_release(line: &str) -> bool {
    let title = line.strip_prefix("## ").map(|title| title.trim_start_matches('['));
    title.is_some_and(|title| title.starts_with("Unreleased") || title.starts_with(|c: char| c.is_ascii_digit()))
}

fn inherits_lints(manifest: &str) -> bool {
    let mut lines = manifest.lines().map(str::trim);
    lines.any(|line| line == "[lints]") && lines.find(|line| !line.is_empty()) == Some("workspace = true")
}
