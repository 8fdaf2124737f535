//! `video storage prune`: removes what is old and not needed.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use serde_json::json;
use sha2::{Digest as _, Sha256};
use video_journal::{JournalError, Millis, Pruning, Query, SavedFile, SqliteStore, State, Store as _, Write, Written};
use video_protocol::{Error, Verdict};

use super::books::Books;
use super::entries::{Entry, age, folder, now};
use super::parts::{self, Need};
use super::words::Words;
use crate::arguments::Prune;
use crate::complaint::What;
use crate::exit;
use crate::screen::Screen;

/// Records pruned at once, so that others can write in between.
const STEP: usize = 1000;

/// What went, or would go.
#[derive(Debug, Default)]
struct Gone {
    count: u64,
    bytes: u64,
}

struct Work<'a> {
    books: Books,
    now: SystemTime,
    older_than: Duration,
    dry_run: bool,
    screen: &'a Screen,
    words: Words,
    /// Whether something could not be removed.
    failed: bool,
}

pub(super) fn prune(home: &Path, arguments: &Prune, screen: &Screen) -> Result<ExitCode, Error> {
    if arguments.results && !arguments.yes && !arguments.dry_run {
        return Err(What::ResultsNeedYes.into_error());
    }
    let Prune { journal, parts, sandbox_tasks: sandbox, results, .. } = *arguments;
    let all = !(journal || parts || sandbox || results);
    // Without the journal nobody knows what is needed, so nothing goes.
    let books = Books::read(home)?;
    let mut work = Work {
        books,
        now: now(),
        older_than: arguments.older_than,
        dry_run: arguments.dry_run,
        screen,
        words: Words(screen.language()),
        failed: false,
    };
    let mut gone = Vec::new();
    if results {
        gone.push(("results", work.results()));
    }
    if all || parts {
        gone.push(("parts", work.parts(&arguments.folder)));
    }
    if all || sandbox {
        gone.push(("sandbox", work.sandbox(&home.join("sandbox"))));
    }
    if all || journal {
        gone.push(("journal", work.journal()?));
    }
    for (name, Gone { count, bytes }) in &gone {
        screen.data(&work.words.gone(name, *count, *bytes, work.dry_run));
    }
    let unfinished = work.books.unfinished.len();
    if unfinished > 0 {
        screen.talk(&work.words.kept(unfinished));
    }
    let areas: Vec<_> =
        gone.iter().map(|(name, gone)| json!({"area": name, "count": gone.count, "bytes": gone.bytes})).collect();
    screen.object(&json!({
        "schema": "video.prune/1",
        "dry_run": work.dry_run,
        "older_than_seconds": work.older_than.as_secs(),
        "areas": areas,
        "unfinished_jobs": unfinished,
    }));
    Ok(if work.failed { exit::of(Verdict::Local) } else { ExitCode::SUCCESS })
}

impl Work<'_> {
    fn is_old(&self, modified: SystemTime) -> bool {
        age(modified, self.now) > self.older_than
    }

    /// Removes something, or only says that it would; what has gone by itself is fine.
    fn remove(&mut self, gone: &mut Gone, path: &Path, bytes: u64, remove: impl FnOnce() -> io::Result<bool>) {
        let removed = if self.dry_run { Ok(true) } else { remove() };
        match removed {
            Ok(true) => {
                gone.count += 1;
                gone.bytes += bytes;
            }
            Ok(false) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                self.failed = true;
                self.screen.talk(&self.words.not_removed(&path.display().to_string(), &error.to_string()));
            }
        }
    }

    fn entries(&mut self, entries: Vec<Entry>) -> Gone {
        let mut gone = Gone::default();
        for entry in entries {
            if !self.is_old(entry.modified) {
                continue;
            }
            self.remove(&mut gone, &entry.path, entry.bytes, || fs::remove_file(&entry.path).map(|()| true));
        }
        gone
    }

    fn sandbox(&mut self, place: &Path) -> Gone {
        let mut entries = folder(place);
        entries.retain(|entry| {
            let id = entry.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let id = id.split('.').next();
            !self.books.unfinished.iter().any(|job| job.sandbox_task.as_deref() == id)
        });
        self.entries(entries)
    }

    fn parts(&mut self, more: &[std::path::PathBuf]) -> Gone {
        let mut gone = Gone::default();
        for part in parts::find(&self.books, more) {
            if part.need(&self.books) == Need::Stale && self.is_old(part.file.modified) {
                self.remove(&mut gone, &part.file.path, part.bytes(), || part.remove());
            }
        }
        gone
    }

    /// Videos of jobs that were saved, where they still are what was saved.
    fn results(&mut self) -> Gone {
        let mut gone = Gone::default();
        for file in self.books.files.clone() {
            let path = Path::new(&file.path);
            let Some(entry) = Entry::at(path).filter(|entry| self.is_old(entry.modified)) else { continue };
            if is_what_was_saved(&entry, &file) {
                self.remove(&mut gone, path, entry.bytes, || fs::remove_file(path).map(|()| true));
            } else {
                self.screen.talk(&self.words.not_removed(&file.path, &self.words.changed()));
            }
        }
        gone
    }

    fn journal(&mut self) -> Result<Gone, Error> {
        let path = self.books.path.clone();
        if !path.exists() {
            return Ok(Gone::default());
        }
        let at = Millis::from(self.now);
        let unchanged_since = Millis::from(self.now.checked_sub(self.older_than).unwrap_or(SystemTime::UNIX_EPOCH));
        let pruning = Pruning { unchanged_since, at, limit: STEP };
        let pruned = if self.dry_run { would_be_pruned(&path, &pruning) } else { prune_records(&path, pruning) };
        let (count, bytes, shrunk) =
            pruned.map_err(|cause| What::JournalUnusable { path: path.display().to_string() }.because(cause))?;
        if let Err(error) = shrunk {
            self.failed = true;
            self.screen.talk(&self.words.not_removed(&path.display().to_string(), &error.to_string()));
        }
        Ok(Gone { count, bytes })
    }
}

type Pruned = (u64, u64, Result<(), JournalError>);

fn prune_records(path: &Path, pruning: Pruning) -> Result<Pruned, JournalError> {
    let store = SqliteStore::open(path)?;
    let mut count = 0;
    loop {
        match store.write(vec![Write::Prune(pruning)]).pop() {
            Some(Ok(Written::Count(0))) | None => break,
            Some(Ok(Written::Count(pruned))) => count += pruned,
            Some(Err(error)) => return Err(error),
            Some(Ok(_)) => break,
        }
    }
    if count == 0 {
        return Ok((0, 0, Ok(())));
    }
    let bytes = || fs::metadata(path).map(|file| file.len()).unwrap_or_default();
    let before = bytes();
    let shrunk = store.shrink();
    Ok((count, before.saturating_sub(bytes()), shrunk))
}

fn would_be_pruned(path: &Path, pruning: &Pruning) -> Result<Pruned, JournalError> {
    let store = SqliteStore::open_read_only(path)?;
    let mut query = State::PRUNABLE.into_iter().fold(Query::all().limit(STEP), Query::in_state);
    let mut count = 0;
    loop {
        let page = store.list(&query)?;
        count += page.records.iter().filter(|record| pruning.takes(record)).map(|_| 1).sum::<u64>();
        let Some(next) = page.next else { break };
        query = query.before(next);
    }
    Ok((count, 0, Ok(())))
}

fn is_what_was_saved(entry: &Entry, file: &SavedFile) -> bool {
    let hash = || -> io::Result<String> {
        let mut hasher = Sha256::new();
        io::copy(&mut File::open(&entry.path)?, &mut hasher)?;
        Ok(video_client::Sha256::from_bytes(hasher.finalize().into()).to_string())
    };
    entry.bytes == file.bytes && hash().is_ok_and(|hash| hash == file.sha256)
}
