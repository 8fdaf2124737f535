//! Questions put to cargo.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::Value;

use crate::Failure;

/// What `cargo metadata --no-deps` says of this workspace.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    pub(crate) target_directory: PathBuf,
    /// `[workspace.metadata]`, as written.
    #[serde(rename = "metadata", default)]
    pub(crate) custom: Option<BTreeMap<String, Value>>,
}

#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    manifest_path: PathBuf,
    pub(crate) dependencies: Vec<Dependency>,
    /// Name to what it switches on.
    features: BTreeMap<String, Value>,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Package {
    /// The name of its library as Rust paths have it; `None` for a program.
    pub(crate) fn library(&self) -> Option<String> {
        let library = self.targets.iter().find(|target| target.kind.iter().any(|kind| kind == "lib"))?;
        Some(library.name.replace('-', "_"))
    }

    /// Its features but for `default`, which only names others.
    pub(crate) fn features(&self) -> impl Iterator<Item = &str> {
        self.features.keys().map(String::as_str).filter(|name| *name != "default")
    }

    /// Its manifest as a path from the root, with `/`.
    pub(crate) fn manifest(&self, root: &Path) -> String {
        let path = self.manifest_path.strip_prefix(root).unwrap_or(&self.manifest_path);
        path.to_string_lossy().replace('\\', "/")
    }

    /// Its folder as a path from the root, with `/`.
    pub(crate) fn folder(&self, root: &Path) -> String {
        self.manifest(root).trim_end_matches("/Cargo.toml").to_owned()
    }
}

#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `None` is a normal dependency; else `build` or `dev`.
    pub(crate) kind: Option<String>,
}

/// A cargo that behaves as if it were called by hand, not from inside `cargo run`.
///
/// `cargo run` describes the package it runs in the environment. Some build scripts (ring's) watch these
/// variables, so passing them on would compile their crates anew at every change between the two callers.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.stdin(Stdio::null());
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// The root of the workspace around the current folder.
pub(crate) fn root() -> Result<PathBuf, Failure> {
    let manifest = answer(command().args(["locate-project", "--workspace", "--message-format", "plain"]))?;
    let folder = Path::new(manifest.trim()).parent().ok_or("cargo named no manifest")?;
    Ok(folder.to_owned())
}

pub(crate) fn metadata(root: &Path) -> Result<Metadata, Failure> {
    let arguments = ["metadata", "--offline", "--no-deps", "--format-version=1"];
    let text = answer(command().current_dir(root).args(arguments))?;
    Ok(serde_json::from_str(&text)?)
}

/// Names of the packages that a package runs with: its normal tree without proc macros, itself left out.
///
/// `cargo tree` resolves features for this one package. The graph in `cargo metadata` does not serve: there
/// features asked for by any other crate, even by its tests, are switched on.
pub(crate) fn tree(root: &Path, package: &str, more: &[&str]) -> Result<BTreeSet<String>, Failure> {
    let arguments = ["tree", "--quiet", "--package", package, "--edges", "normal,no-proc-macro", "--prefix", "none"];
    let text = answer(command().current_dir(root).args(arguments).args(more))?;
    let names = text.lines().filter_map(|line| line.split_whitespace().next());
    Ok(names.filter(|name| *name != package).map(str::to_owned).collect())
}

fn answer(command: &mut Command) -> Result<String, Failure> {
    let output = command.output().map_err(|error| format!("cargo: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    let question: Vec<_> = command.get_args().map(|part| part.to_string_lossy()).collect();
    Err(format!("cargo {}: {}", question.join(" "), String::from_utf8_lossy(&output.stderr).trim()).into())
}
