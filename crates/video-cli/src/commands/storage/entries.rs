//! Files by size and age.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How deep folders of ours are.
const DEPTH: u32 = 4;

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    pub(super) modified: SystemTime,
}

impl Entry {
    /// The file at a path, if there is one; a link is not followed.
    pub(super) fn at(path: &Path) -> Option<Self> {
        let file = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
        Some(Self { path: path.to_owned(), bytes: file.len(), modified: file.modified().ok()? })
    }
}

/// Every file below a folder of ours, in the order of their paths; none if it is not there.
pub(super) fn folder(path: &Path) -> Vec<Entry> {
    let mut entries = Vec::new();
    add(path, DEPTH, &mut entries);
    entries.sort_by(|one, other| one.path.cmp(&other.path));
    entries
}

fn add(path: &Path, depth: u32, entries: &mut Vec<Entry>) {
    for file in fs::read_dir(path).into_iter().flatten().flatten() {
        if file.file_type().is_ok_and(|kind| kind.is_dir()) && depth > 0 {
            add(&file.path(), depth - 1, entries);
        } else {
            entries.extend(Entry::at(&file.path()));
        }
    }
}

pub(super) fn total(entries: &[Entry]) -> u64 {
    entries.iter().map(|entry| entry.bytes).sum()
}

/// How old something is; nothing is younger than now.
pub(super) fn age(modified: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(modified).unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "a program is where time comes from")]
pub(super) fn now() -> SystemTime {
    SystemTime::now()
}
