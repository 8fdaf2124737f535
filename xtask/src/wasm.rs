//! `cargo xtask wasm`: builds the pure crates where there is no clock, no socket and no file to reach for.

use std::env;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::check::layers::table::{Table, Tier};
use crate::checkout::Checkout;
use crate::{Failure, Verdict, cargo};

const TARGET: &str = "wasm32-unknown-unknown";

/// Builds where the target is installed, and says so where it is not.
///
/// It is not needed for the proof: `check layers` looks at the trees and the code of the same crates everywhere.
pub(crate) fn run(arguments: &[String], out: &mut dyn Write) -> Result<Verdict, Failure> {
    if let Some(argument) = arguments.first() {
        return Err(format!("wasm takes no `{argument}`: it builds every pure crate").into());
    }
    let root = cargo::root()?;
    if !is_installed(&root)? {
        writeln!(out, "skipped: needs the {TARGET} target (rustup target add {TARGET})")?;
        return Ok(Verdict::Good);
    }
    let checkout = Checkout::read(&root)?;
    let metadata = cargo::metadata(&root)?;
    let table = Table::read(&metadata, &root, &checkout)?;
    let pure: Vec<&str> = table.crates().filter(|(_, row)| row.tier == Tier::Pure).map(|(name, _)| name).collect();
    let packages = pure.iter().flat_map(|name| ["--package", name]);
    let mut command = cargo::command();
    command.current_dir(&root).args(["build", "--quiet", "--lib", "--all-features", "--target", TARGET]).args(packages);
    let status = command.status().map_err(|error| format!("cargo: {error}"))?;
    if !status.success() {
        writeln!(out, "not every pure crate builds for {TARGET}: {}", pure.join(", "))?;
        return Ok(Verdict::Bad);
    }
    writeln!(out, "built for {TARGET}: {}", pure.join(", "))?;
    Ok(Verdict::Good)
}

fn is_installed(root: &Path) -> Result<bool, Failure> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let question = ["--print", "target-libdir", "--target", TARGET];
    let answer = Command::new(rustc).current_dir(root).args(question).output().map_err(|e| format!("rustc: {e}"))?;
    let folder = String::from_utf8(answer.stdout)?;
    Ok(answer.status.success() && Path::new(folder.trim()).exists())
}
