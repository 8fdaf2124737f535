//! Questions put to git about what was.

use std::path::Path;
use std::process::Command;

use crate::Failure;

pub(crate) struct Commit {
    pub(crate) name: String,
    pub(crate) parents: Vec<String>,
}

/// Commits that changed a file, newest first; none where nothing was ever committed.
pub(crate) fn changes(root: &Path, path: &str) -> Result<Vec<Commit>, Failure> {
    if answer(root, &["rev-parse", "--verify", "--quiet", "HEAD"])?.is_none() {
        return Ok(Vec::new());
    }
    let log = answer(root, &["log", "--format=%H %P", "--", path])?.unwrap_or_default();
    let commits = log.lines().filter_map(|line| {
        let mut names = line.split_whitespace().map(str::to_owned);
        Some(Commit { name: names.next()?, parents: names.collect() })
    });
    Ok(commits.collect())
}

/// The text of a file in a commit.
pub(crate) fn text(root: &Path, commit: &str, path: &str) -> Result<Option<String>, Failure> {
    answer(root, &["show", &format!("{commit}:{path}")])
}

/// Whether one commit is among those another one builds on.
pub(crate) fn is_before(root: &Path, one: &str, other: &str) -> Result<bool, Failure> {
    Ok(answer(root, &["merge-base", "--is-ancestor", one, other])?.is_some())
}

/// Whether this clone holds less than the whole history.
pub(crate) fn is_shallow(root: &Path) -> Result<bool, Failure> {
    let said = answer(root, &["rev-parse", "--is-shallow-repository"])?;
    Ok(said.is_some_and(|said| said.trim() == "true"))
}

/// What git prints, or nothing where it says no.
fn answer(root: &Path, arguments: &[&str]) -> Result<Option<String>, Failure> {
    let output = Command::new("git").current_dir(root).args(arguments).output().map_err(|e| format!("git: {e}"))?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
}
