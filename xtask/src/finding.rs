//! What a check found, and how it is said.

use std::io::{self, Write};

use crate::Verdict;

/// One thing to mend, at one place.
pub(crate) struct Finding {
    /// Relative to the root of the checkout.
    pub(crate) path: String,
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) message: String,
    /// What to do about it; empty where the message says it all.
    pub(crate) repair: String,
    pub(crate) weight: Weight,
}

/// Whether a finding fails the check.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    Error,
    /// Worth knowing; never fails.
    Notice,
}

impl Finding {
    pub(crate) fn error(path: &str, line: usize, message: impl Into<String>, repair: impl Into<String>) -> Self {
        let (message, repair) = (message.into(), repair.into());
        Self { path: path.to_owned(), line, message, repair, weight: Weight::Error }
    }

    pub(crate) fn notice(path: &str, line: usize, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { path: path.to_owned(), line, message, repair: String::new(), weight: Weight::Notice }
    }
}

/// Prints findings by place, notices first so that what fails stands last on the screen, then the count.
pub(crate) fn report(check: &str, mut findings: Vec<Finding>, out: &mut dyn Write) -> io::Result<Verdict> {
    findings.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| (&a.path, a.line).cmp(&(&b.path, b.line))));
    for Finding { path, line, message, repair, weight } in &findings {
        let word = if *weight == Weight::Notice { "notice: " } else { "" };
        writeln!(out, "{path}:{line}: {word}{message}")?;
        if !repair.is_empty() {
            writeln!(out, "    {repair}")?;
        }
    }
    let errors = findings.iter().filter(|finding| finding.weight == Weight::Error).count();
    let notices = findings.len() - errors;
    writeln!(out, "check {check}: {}, {}", counted(errors, "finding"), counted(notices, "notice"))?;
    Ok(if errors == 0 { Verdict::Good } else { Verdict::Bad })
}

fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
