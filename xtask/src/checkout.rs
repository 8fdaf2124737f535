//! The files of this repository, read once, so that the checks over them are plain functions.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use crate::Failure;

/// Every file git tracks or would track; ignored files do not exist here.
pub(crate) struct Checkout {
    /// Path from the root, with `/`, to text; `None` for what is not UTF-8.
    files: BTreeMap<String, Option<String>>,
}

impl Checkout {
    pub(crate) fn read(root: &Path) -> Result<Self, Failure> {
        let mut files = BTreeMap::new();
        for path in listed(root)? {
            match fs::read(root.join(&path)) {
                Ok(bytes) => files.insert(path, String::from_utf8(bytes).ok()),
                // Deleted but not yet committed, or another checkout inside of this one.
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => continue,
                Err(error) => return Err(format!("{path}: {error}").into()),
            };
        }
        Ok(Self { files })
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Path and text of every text file.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    pub(crate) fn texts_ending(&self, ending: &str) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(move |(path, _)| path.ends_with(ending))
    }

    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.as_deref()
    }

    /// Whether a file, or a folder with a file in it, stands at this path; the empty path is the root.
    pub(crate) fn has(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        path.is_empty() || self.files.contains_key(path) || self.paths().any(|file| file.starts_with(&folder))
    }
}

fn listed(root: &Path) -> Result<Vec<String>, Failure> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").current_dir(root).args(arguments).output().map_err(|e| format!("git: {e}"))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        return Err(format!("the checks read a git checkout: {}", reason.trim()).into());
    }
    let listing = String::from_utf8(output.stdout).map_err(|_| "a file name is not UTF-8")?;
    Ok(listing.split_terminator('\0').map(str::to_owned).collect())
}
