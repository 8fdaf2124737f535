//! Links between the files of this repository.

use crate::checkout::Checkout;
use crate::finding::Finding;
use crate::markdown;

pub(super) fn look(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in checkout.texts_ending(".md") {
        for link in markdown::links(text) {
            let Some(target) = local(&link.text) else { continue };
            let exists = resolve(path, target).is_some_and(|file| checkout.has(&file));
            if !exists {
                let message = format!("the link `{}` leads nowhere", link.text);
                findings.push(Finding::error(path, link.line, message, "link to a file git tracks, or drop the link"));
            }
        }
    }
    findings
}

/// The file part of a link into this repository; `None` for links elsewhere and into the same page.
fn local(link: &str) -> Option<&str> {
    let elsewhere = link.contains("://") || link.starts_with("mailto:");
    let file = link.split(['#', '?']).next().unwrap_or_default();
    (!elsewhere && !file.is_empty()).then_some(file)
}

/// Path from the root; `None` outside of the repository.
fn resolve(from: &str, target: &str) -> Option<String> {
    let mut segments: Vec<&str> = from.split('/').collect();
    segments.pop();
    if target.starts_with('/') {
        segments.clear();
    }
    for segment in target.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()?),
            name => segments.push(name),
        }
    }
    Some(segments.join("/"))
}
