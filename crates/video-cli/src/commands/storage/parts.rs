//! Unfinished downloads: which of them nobody needs any more.

use std::fs::{self, File, TryLockError};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use serde_json::json;
use video_journal::JobId;
use video_protocol::Error;

use super::books::{Books, Unfinished};
use super::entries::{Entry, age};
use super::words::{self, Words};
use crate::room;
use crate::screen::Screen;
use crate::table;

/// How the record beside an unfinished download begins; browsers leave files named `.part`, too.
const MARK: &[u8] = b"video-part ";

/// An unfinished download, or the record of one.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) file: Entry,
    /// The record beside it.
    pub(super) record: Option<Entry>,
    /// Whether a process has it open.
    held: bool,
}

/// Why a part stays, or that it need not.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Need<'a> {
    /// Some process writes it.
    Held,
    /// It may be the beginning of this job's video.
    Job(&'a JobId),
    /// Nobody needs it.
    Stale,
}

/// Who may need a part that last changed at a moment.
///
/// A job may be downloaded to any place, so every part that changed since an unfinished job was ordered may be its.
pub(super) fn need(held: bool, modified: SystemTime, unfinished: &[Unfinished]) -> Need<'_> {
    if held {
        return Need::Held;
    }
    let may_be_its = |job: &&Unfinished| job.has_task && job.since <= modified;
    unfinished.iter().find(may_be_its).map_or(Need::Stale, |job| Need::Job(&job.job))
}

impl Part {
    pub(super) fn need<'a>(&self, books: &'a Books) -> Need<'a> {
        need(self.held, self.file.modified, &books.unfinished)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.file.bytes + self.record.as_ref().map_or(0, |record| record.bytes)
    }

    /// Removes it, unless a process has taken it up meanwhile.
    pub(super) fn remove(&self) -> std::io::Result<bool> {
        let file = File::options().read(true).write(true).open(&self.file.path)?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Ok(false);
        }
        fs::remove_file(&self.file.path)?;
        if let Some(record) = &self.record {
            // A record without its file proves nothing.
            let _ = fs::remove_file(&record.path);
        }
        Ok(true)
    }
}

/// Every part of ours in the folders the journal knows, in the working folder and in `more`.
pub(super) fn find(books: &Books, more: &[PathBuf]) -> Vec<Part> {
    let mut folders = books.folders();
    let here = Path::new(".").to_owned();
    folders.extend(more.iter().chain([&here]).filter_map(|folder| fs::canonicalize(folder).ok()));
    let mut parts: Vec<Part> = folders.iter().flat_map(|folder| of_folder(folder)).collect();
    parts.sort_by(|one, other| one.file.path.cmp(&other.file.path));
    parts.dedup_by(|one, other| one.file.path == other.file.path);
    parts
}

fn of_folder(folder: &Path) -> Vec<Part> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    let ends_with = |path: &Path, ending: &str| path.as_os_str().as_encoded_bytes().ends_with(ending.as_bytes());
    names
        .filter_map(|path| {
            if ends_with(&path, ".part") {
                let mut beside = path.clone().into_os_string();
                beside.push(".resume");
                let record = Entry::at(Path::new(&beside)).filter(|record| is_ours(&record.path))?;
                Some(Part { held: is_held(&path), file: Entry::at(&path)?, record: Some(record) })
            } else if ends_with(&path, ".part.resume") && !path.with_extension("").exists() && is_ours(&path) {
                Some(Part { held: is_held(&path), file: Entry::at(&path)?, record: None })
            } else {
                None
            }
        })
        .collect()
}

fn is_ours(record: &Path) -> bool {
    let mut head = Vec::new();
    let limit = u64::try_from(MARK.len()).unwrap_or(u64::MAX);
    let read = File::open(record).and_then(|file| file.take(limit).read_to_end(&mut head));
    read.is_ok() && head == MARK
}

/// Whether a process has a download in it under way: such a file is locked.
fn is_held(path: &Path) -> bool {
    let locked = File::options().read(true).write(true).open(path).map(|file| file.try_lock());
    !matches!(locked, Ok(Ok(()) | Err(TryLockError::Error(_))))
}

/// All parts, and how many of them nobody needs.
pub(super) fn found_and_stale(books: &Books) -> (Vec<Entry>, usize) {
    let parts = find(books, &[]);
    let stale = parts.iter().filter(|part| part.need(books) == Need::Stale).count();
    let entry = |part: &Part| Entry { bytes: part.bytes(), ..part.file.clone() };
    (parts.iter().map(entry).collect(), stale)
}

/// `video storage parts`.
pub(super) fn list(home: &Path, folders: &[PathBuf], screen: &Screen) -> Result<ExitCode, Error> {
    let (books, now, words) = (Books::read(home)?, super::entries::now(), Words(screen.language()));
    let parts = find(&books, folders);
    if parts.is_empty() {
        screen.talk(&words.no_parts());
    }
    let mut rows = Vec::new();
    for part in &parts {
        let need = part.need(&books);
        let age = age(part.file.modified, now);
        rows.push(vec![
            room::size(part.bytes()),
            words::short(age),
            words.need(&need),
            part.file.path.display().to_string(),
        ]);
        let job = if let Need::Job(job) = need { Some(job.as_str()) } else { None };
        screen.object(&json!({
            "schema": "video.part/1",
            "path": part.file.path,
            "bytes": part.bytes(),
            "age_seconds": age.as_secs(),
            "stale": need == Need::Stale,
            "in_use": need == Need::Held,
            "job": job,
        }));
    }
    screen.lines(&table::lines(&rows));
    if parts.iter().any(|part| part.need(&books) == Need::Stale) {
        screen.talk(&words.prune_parts());
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn a_part_that_changed_since_an_unfinished_job_was_ordered_may_be_its() {
        let at = |second| UNIX_EPOCH + Duration::from_secs(second);
        let job = |name: &str, second, has_task| Unfinished::example(name, at(second), has_task);
        let jobs = [job("unsent", 5, false), job("running", 50, true)];
        let cases = [(false, 4), (false, 49), (false, 50), (true, 4)];
        let told = cases.map(|(held, second)| format!("{:?}", need(held, at(second), &jobs)));
        assert_eq!(told, ["Stale", "Stale", "Job(JobId(\"running\"))", "Held"]);
    }
}
