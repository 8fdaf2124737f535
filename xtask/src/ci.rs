//! `cargo xtask ci`: what decides whether a change is in order, the quick steps first.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::{Failure, Verdict, cargo, check, codegen};

enum Work {
    /// A cargo call, with what it needs in its environment.
    Cargo(&'static [&'static str], &'static [(&'static str, &'static str)]),
    Check,
    /// Whether what is generated is what the facts say.
    Codegen,
}

struct Step {
    name: &'static str,
    work: Work,
}

const STEPS: &[Step] = &[
    Step { name: "fmt", work: Work::Cargo(&["fmt", "--all", "--", "--check"], &[]) },
    Step { name: "check", work: Work::Check },
    Step { name: "codegen", work: Work::Codegen },
    Step {
        name: "clippy",
        work: Work::Cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], &[]),
    },
    Step { name: "test", work: Work::Cargo(&["test", "--workspace"], &[]) },
    Step { name: "doc", work: Work::Cargo(&["doc", "--workspace", "--no-deps"], &[("RUSTDOCFLAGS", "-D warnings")]) },
];

/// Runs every step, and stops at the first that fails.
pub(crate) fn run(arguments: &[String], out: &mut dyn Write) -> Result<Verdict, Failure> {
    if let Some(argument) = arguments.first() {
        return Err(format!("ci takes no `{argument}`: it runs every step").into());
    }
    let root = cargo::root()?;
    let start = now();
    for Step { name, work } in STEPS {
        let command = work.by_hand();
        writeln!(out, "== {name}: {command}")?;
        let start = now();
        let verdict = work.run(&root, out)?;
        let time = seconds(start.elapsed());
        if verdict == Verdict::Bad {
            writeln!(out, "== {name} failed after {time}; this step alone: {command}")?;
            return Ok(Verdict::Bad);
        }
        writeln!(out, "== {name} passed in {time}")?;
    }
    writeln!(out, "== ci passed in {}", seconds(start.elapsed()))?;
    Ok(Verdict::Good)
}

impl Work {
    /// The command that does the same when typed into a shell.
    fn by_hand(&self) -> String {
        match self {
            Self::Cargo(arguments, environment) => {
                let settings = environment.iter().map(|(name, value)| format!("{name}='{value}' "));
                format!("{}cargo {}", settings.collect::<String>(), arguments.join(" "))
            }
            Self::Check => "cargo xtask check".to_owned(),
            Self::Codegen => "cargo xtask codegen --check".to_owned(),
        }
    }

    fn run(&self, root: &Path, out: &mut dyn Write) -> Result<Verdict, Failure> {
        match self {
            Self::Cargo(arguments, environment) => {
                let mut command = cargo::command();
                command.current_dir(root).args(*arguments).envs(environment.iter().copied());
                let status = command.status().map_err(|error| format!("cargo: {error}"))?;
                Ok(if status.success() { Verdict::Good } else { Verdict::Bad })
            }
            Self::Check => check::run(&[], out),
            Self::Codegen => codegen::check(root, out),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a stopwatch for people; nothing is decided by it")]
fn now() -> Instant {
    Instant::now()
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
