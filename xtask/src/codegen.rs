//! `cargo xtask codegen`: typed crates and reference pages from the facts under `spec/`.

mod catalog;
mod output;
mod page;
mod review;
mod rust;
mod spec;
mod tables;
mod typed;

use std::io::Write;
use std::path::Path;

use crate::finding::{self, Finding};
use crate::{Failure, Verdict, cargo};

/// Writes every generated file, or with `--check` says which are stale.
pub(crate) fn run(arguments: &[String], out: &mut dyn Write) -> Result<Verdict, Failure> {
    let root = cargo::root()?;
    match arguments {
        [] => write(&root, out),
        [flag] if flag == "--check" => check(&root, out),
        _ => Err(format!("codegen takes `--check` or nothing, not `{}`", arguments.join(" ")).into()),
    }
}

/// Compares what is there with what the facts say; writes nothing.
pub(crate) fn check(root: &Path, out: &mut dyn Write) -> Result<Verdict, Failure> {
    if !root.join("spec").exists() {
        writeln!(out, "codegen: no facts under spec/, so nothing to generate")?;
        return Ok(Verdict::Good);
    }
    let spec = spec::load(root)?;
    let findings = review::look(&spec);
    if !findings.is_empty() {
        return Ok(finding::report("facts", findings, out)?);
    }
    output::compare(root, &render(root, &spec)?, out)
}

fn write(root: &Path, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let spec = spec::load(root)?;
    let findings: Vec<Finding> = review::look(&spec);
    if !findings.is_empty() {
        return Ok(finding::report("facts", findings, out)?);
    }
    output::write(root, &render(root, &spec)?, out)?;
    Ok(Verdict::Good)
}

/// Every generated file: path from the root, and text.
fn render(root: &Path, spec: &spec::Spec) -> Result<Vec<(String, String)>, Failure> {
    let mut sources = vec![
        ("crates/video-catalog/src/generated.rs".to_owned(), catalog::index(spec)),
        ("crates/video-types/src/generated.rs".to_owned(), tables::statuses(&spec.statuses)),
        ("crates/video-protocol/src/generated.rs".to_owned(), tables::errors(&spec.errors)),
    ];
    for provider in &spec.providers {
        let id = &provider.id;
        sources.push((format!("crates/video-catalog/src/generated/{id}.rs"), catalog::provider(provider)?));
        sources.push((format!("crates/video-{id}/src/generated.rs"), typed::source(provider)));
        sources.push((format!("crates/video-{id}/tests/generated/laws.rs"), typed::laws(provider)));
    }
    let mut files = Vec::new();
    for (path, source) in sources {
        let text = rust::formatted(root, &path, &source)?;
        files.push((path, text));
    }
    for provider in &spec.providers {
        files.push((format!("docs/reference/{}.md", provider.id), page::provider(spec, provider)));
    }
    files.push(("docs/reference/README.md".to_owned(), page::index(spec)));
    Ok(files)
}
