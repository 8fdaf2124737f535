//! Rustdoc asked for JSON, which stable toolchains give only when told that they may.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{self, Command, ExitCode};
use std::sync::OnceLock;
use std::{env, fs};

use serde::Deserialize;

use crate::cargo::Metadata;
use crate::{Failure, cargo};

/// The format that listings are made from; it moves with rustdoc, and the library that reads it with it.
pub(crate) const FORMAT: u32 = rustdoc_types::FORMAT_VERSION;

/// A toolchain that writes this format.
const TOOLCHAIN: &str = "1.95.0";

/// Holds the real rustdoc when this program is called in its place.
const STANDS_FOR: &str = "XTASK_STANDS_FOR";

/// This program, asked for while it is sure to stand there: `cargo test` builds it anew in the middle of `ci`, and
/// then the system calls the one that runs deleted. The new one serves as well.
static THIS_PROGRAM: OnceLock<PathBuf> = OnceLock::new();

const JSON: [&str; 6] = ["-Z", "unstable-options", "--output-format", "json", "--cap-lints", "allow"];

/// To be called before anything else.
pub(crate) fn note_this_program() {
    if let Ok(path) = env::current_exe() {
        THIS_PROGRAM.get_or_init(|| path);
    }
}

/// The rustdoc this process was called in the place of, if it was.
pub(crate) fn stands_for() -> Option<OsString> {
    env::var_os(STANDS_FOR)
}

/// Calls rustdoc with what this process was called with, and with leave to write JSON.
///
/// The leave is given to rustdoc alone. Build scripts watch it too (those of proc-macro2 and thiserror do), so
/// giving it to all of cargo would compile nearly everything anew, at every change between two steps.
pub(crate) fn stand_in(rustdoc: OsString) -> ExitCode {
    let status = Command::new(rustdoc).args(env::args_os().skip(1)).env("RUSTC_BOOTSTRAP", "1").status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Documents every library of the workspace with all features, as JSON.
pub(crate) fn document(root: &Path) -> Result<(), Failure> {
    // Flags that were never used before make cargo document anew. It would not know that another checkout with
    // the same target folder, or `cargo doc`, was here in between.
    let nonce = format!("made_by=\"{}\"", process::id());
    let flags: Vec<&str> =
        JSON.into_iter().chain(["--check-cfg", "cfg(made_by,values(any()))", "--cfg", &nonce]).collect();
    let mut command = cargo::command();
    command.current_dir(root).args(["doc", "--quiet", "--workspace", "--lib", "--no-deps", "--all-features"]);
    command.env("CARGO_ENCODED_RUSTDOCFLAGS", flags.join("\u{1f}")).env_remove("CARGO_BUILD_TARGET");
    command
        .env("RUSTDOC", THIS_PROGRAM.get().ok_or("this program does not know where it stands")?)
        .env(STANDS_FOR, rustdoc());
    let status = command.status().map_err(|error| format!("cargo: {error}"))?;
    if status.success() { Ok(()) } else { Err("cargo doc failed; what it says stands above".into()) }
}

/// Where the JSON of a library is then found.
pub(crate) fn output(metadata: &Metadata, library: &str) -> PathBuf {
    metadata.target_directory.join("doc").join(format!("{library}.json"))
}

/// Says so if this toolchain writes another format than the one listings are made from.
pub(crate) fn other_format(metadata: &Metadata) -> Result<Option<String>, Failure> {
    let folder = metadata.target_directory.join("api-format");
    fs::create_dir_all(&folder)?;
    let source = folder.join("empty.rs");
    fs::write(&source, "")?;
    let mut command = Command::new(rustdoc());
    command.env("RUSTC_BOOTSTRAP", "1").args(JSON).args(["--crate-name", "empty", "--out-dir"]).arg(&folder);
    let said = command.arg(&source).output().map_err(|error| format!("rustdoc: {error}"))?;
    let text = fs::read_to_string(folder.join("empty.json")).unwrap_or_default();
    let format = serde_json::from_str::<Empty>(&text).map(|empty| empty.format_version);
    if matches!(format, Ok(FORMAT)) && said.status.success() {
        return Ok(None);
    }
    let writes = format.map_or_else(|_| "none of them".to_owned(), |format| format!("format {format}"));
    Ok(Some(format!(
        "listings are made from rustdoc JSON format {FORMAT}, this toolchain ({}) writes {writes}; use `cargo +{TOOLCHAIN}`",
        version()
    )))
}

#[derive(Deserialize)]
struct Empty {
    format_version: u32,
}

fn version() -> String {
    let said = Command::new(rustdoc()).arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&said).trim().to_owned()
}

fn rustdoc() -> OsString {
    env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into())
}
