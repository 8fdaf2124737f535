//! What the journal says of the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use video_journal::{JobId, JournalError, Query, Record, SavedFile, SqliteStore, State, Store as _};
use video_protocol::Error;

use super::entries::Entry;
use crate::complaint::What;
use crate::connect::SANDBOX_ORIGIN;
use crate::journal::FILE;

/// How many jobs are read at once.
const PAGE: usize = 1000;

/// A job that still needs something: it is open or in doubt, may be sent again, or is paid for and not delivered.
#[derive(Debug, Clone)]
pub(super) struct Unfinished {
    pub(super) job: JobId,
    pub(super) since: SystemTime,
    /// Its task in the sandbox.
    pub(super) sandbox_task: Option<String>,
    /// Whether there is a task whose video may have begun to come.
    pub(super) has_task: bool,
    name: Option<String>,
}

/// The journal, as it was read. Nothing is written to it.
#[derive(Debug)]
pub(super) struct Books {
    pub(super) path: PathBuf,
    pub(super) files: Vec<SavedFile>,
    pub(super) unfinished: Vec<Unfinished>,
    jobs: u64,
    pruned: u64,
    oldest: Option<SystemTime>,
}

impl Books {
    /// # Errors
    ///
    /// The journal cannot be read: then nobody knows what is needed.
    pub(super) fn read(home: &Path) -> Result<Self, Error> {
        let path = home.join(FILE);
        if !path.exists() {
            let (files, unfinished) = (Vec::new(), Vec::new());
            return Ok(Self { path, files, unfinished, jobs: 0, pruned: 0, oldest: None });
        }
        let read = SqliteStore::open_read_only(&path).and_then(|store| Self::of(&store, path.clone()));
        read.map_err(|cause| What::JournalUnusable { path: path.display().to_string() }.because(cause))
    }

    fn of(store: &SqliteStore, path: PathBuf) -> Result<Self, JournalError> {
        let counts: BTreeMap<State, u64> = store.counts(None)?;
        let mut unfinished = Vec::new();
        let states = counts.keys().filter(|state| !state.may_be_pruned());
        let mut query = states.fold(Query::all().limit(PAGE), |query, state| query.in_state(*state));
        // A question without states is one for all of them.
        while !query.states.is_empty() {
            let page = store.list(&query)?;
            unfinished.extend(page.records.iter().map(Unfinished::of));
            let Some(next) = page.next else { break };
            query = query.before(next);
        }
        let oldest = store.oldest()?.map(|at| UNIX_EPOCH + Duration::from_millis(at.get()));
        let (files, pruned) = (store.files()?, store.pruned()?);
        Ok(Self { path, files, unfinished, jobs: counts.values().sum(), pruned, oldest })
    }

    /// The videos that are where the journal noted them.
    pub(super) fn results(&self) -> Vec<Entry> {
        let paths: BTreeSet<&str> = self.files.iter().map(|file| file.path.as_str()).collect();
        paths.into_iter().filter_map(|path| Entry::at(Path::new(path))).collect()
    }

    /// The files of the journal itself, as old as the oldest job.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let beside = |ending: &str| {
            let mut name = self.path.clone().into_os_string();
            name.push(ending);
            Entry::at(Path::new(&name))
        };
        let entries = ["", "-wal", "-shm"].into_iter().filter_map(beside);
        entries.map(|entry| Entry { modified: self.oldest.unwrap_or(entry.modified), ..entry }).collect()
    }

    pub(super) fn note(&self) -> Option<[String; 2]> {
        let (jobs, pruned) = (self.jobs, self.pruned);
        match (jobs, pruned) {
            (0, 0) => None,
            (_, 0) => Some([format!("{jobs} jobs"), format!("{jobs} 个任务")]),
            _ => Some([format!("{jobs} jobs, {pruned} pruned"), format!("{jobs} 个任务，{pruned} 个已精简")]),
        }
    }

    /// The folders where videos were saved or were to be saved.
    pub(super) fn folders(&self) -> BTreeSet<PathBuf> {
        let saved = self.files.iter().map(|file| file.path.as_str());
        let wanted = self.unfinished.iter().filter_map(|job| job.name.as_deref());
        let folder = |path: &str| match path.strip_suffix('/') {
            Some(folder) => Some(PathBuf::from(folder)),
            None => Path::new(path).parent().map(Path::to_owned),
        };
        saved.chain(wanted).filter_map(folder).filter(|folder| folder.is_absolute()).collect()
    }
}

impl Unfinished {
    fn of(record: &Record) -> Self {
        let in_sandbox = record.task.as_ref().filter(|_| record.to.origin == SANDBOX_ORIGIN);
        Self {
            job: record.job.clone(),
            since: UNIX_EPOCH + Duration::from_millis(record.created_at.get()),
            sandbox_task: in_sandbox.map(|task| task.id.as_str().to_owned()),
            has_task: record.task.is_some(),
            name: record.name.clone(),
        }
    }

    #[cfg(test)]
    pub(super) fn example(job: &str, since: SystemTime, has_task: bool) -> Self {
        Self { job: job.parse().expect("a name"), since, sandbox_task: None, has_task, name: None }
    }
}
