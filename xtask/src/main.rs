//! `cargo xtask`: the chores of this workspace, one row each in a table.

mod cargo;
mod check;
mod checkout;
mod ci;
mod codegen;
mod finding;
mod markdown;
mod rust_source;

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

/// Why a chore could not do its work at all; a finding is not a failure.
type Failure = Box<dyn Error>;

/// Whether what was looked at is in order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Good,
    Bad,
}

struct Chore {
    name: &'static str,
    arguments: &'static str,
    summary: &'static str,
    run: fn(&[String], &mut dyn Write) -> Result<Verdict, Failure>,
}

const CHORES: &[Chore] = &[
    Chore { name: "ci", arguments: "", summary: "everything CI checks, in its order, on this machine", run: ci::run },
    Chore {
        name: "check",
        arguments: "[layers|tidy]",
        summary: "what the compiler cannot see: who may know whom, and house order",
        run: check::run,
    },
    Chore {
        name: "codegen",
        arguments: "[--check]",
        summary: "typed crates, tables and reference pages from spec/; --check says which are stale",
        run: codegen::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments, &mut io::stdout()) {
        Ok(Verdict::Good) => ExitCode::SUCCESS,
        Ok(Verdict::Bad) => ExitCode::from(1),
        Err(failure) => {
            // With no stderr to write to, the exit code is all there is left to say it with.
            let _ = writeln!(io::stderr(), "xtask: {failure}");
            ExitCode::from(2)
        }
    }
}

fn dispatch(arguments: &[String], out: &mut dyn Write) -> Result<Verdict, Failure> {
    let Some((name, rest)) = arguments.split_first() else {
        return Err(format!("which chore?\n{}", help()).into());
    };
    if ["--help", "-h", "help"].contains(&name.as_str()) {
        write!(out, "{}", help())?;
        return Ok(Verdict::Good);
    }
    match CHORES.iter().find(|chore| chore.name == name) {
        Some(chore) => (chore.run)(rest, out),
        None => Err(format!("no chore is called `{name}`\n{}", help()).into()),
    }
}

fn help() -> String {
    let rows = CHORES.iter().map(|chore| {
        let call = format!("{} {}", chore.name, chore.arguments);
        format!("  {call:<22}{}", chore.summary)
    });
    let rows: Vec<String> = rows.collect();
    format!(
        "usage: cargo xtask CHORE\n\n{}\n\nExit code: 0 in order, 1 something to mend, 2 the chore itself could not run.\n",
        rows.join("\n"),
    )
}
