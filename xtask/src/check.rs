//! `cargo xtask check`: the rules of this house that the compiler does not know.

mod api;
mod golden;
pub(crate) mod layers;
mod tidy;
mod versions;

use std::io::Write;
use std::path::Path;

use crate::checkout::Checkout;
use crate::finding::{self, Finding};
use crate::{Failure, Verdict, cargo};

struct Check {
    name: &'static str,
    look: fn(&Path, &Checkout) -> Result<Vec<Finding>, Failure>,
}

const CHECKS: &[Check] = &[
    Check { name: "layers", look: layers::look },
    Check { name: "golden", look: golden::look },
    Check { name: "versions", look: versions::look },
    Check { name: "tidy", look: |_, checkout| Ok(tidy::look(checkout)) },
    Check { name: "api", look: api::look },
];

/// Runs the named checks, or all; every check says all it finds.
pub(crate) fn run<Name: AsRef<str>>(names: &[Name], out: &mut dyn Write) -> Result<Verdict, Failure> {
    if let Some(name) = names.iter().map(AsRef::as_ref).find(|name| CHECKS.iter().all(|check| check.name != *name)) {
        let known: Vec<_> = CHECKS.iter().map(|check| check.name).collect();
        return Err(format!("no check is called `{name}`; there are: {}", known.join(", ")).into());
    }
    let root = cargo::root()?;
    let checkout = Checkout::read(&root)?;
    let mut verdict = Verdict::Good;
    for check in CHECKS.iter().filter(|check| names.is_empty() || names.iter().any(|name| name.as_ref() == check.name))
    {
        let findings = (check.look)(&root, &checkout)?;
        if finding::report(check.name, findings, out)? == Verdict::Bad {
            verdict = Verdict::Bad;
        }
    }
    Ok(verdict)
}
