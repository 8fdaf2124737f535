//! The disk under the journal: it keeps what was synced, is slow, fails, and is cut off.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fastrand::Rng;
use video_journal::{
    Counts, Event, HistoryEntry, JobId, JournalError, KeyHabit, Line, MemoryStore, Page, Query, Record, RequestHash,
    Store, Write, Written,
};

use crate::history::History;

/// A store in memory that remembers every write in its order, so that a power cut can take the last ones back.
#[derive(Debug)]
pub(crate) struct Disk {
    kept: Mutex<Kept>,
    failing: f64,
    history: Arc<History>,
}

#[derive(Debug)]
struct Kept {
    store: Arc<MemoryStore>,
    groups: Vec<Vec<Write>>,
    /// How many of them have reached the disk for good.
    synced: usize,
    rng: Rng,
    /// Ids of tasks and how often each key was noted as sent; only of what was synced.
    tasks: BTreeSet<String>,
    sent: BTreeMap<String, u64>,
    /// The same of what was not synced yet: a task, or the key of an order.
    unsynced: Vec<Known>,
}

#[derive(Debug)]
enum Known {
    Task(String),
    Sent(String),
}

impl Disk {
    pub(crate) fn new(seed: u64, failing: f64, history: Arc<History>) -> Self {
        let kept = Kept {
            store: Arc::default(),
            groups: Vec::new(),
            synced: 0,
            rng: Rng::with_seed(seed),
            tasks: BTreeSet::new(),
            sent: BTreeMap::new(),
            unsynced: Vec::new(),
        };
        Self { kept: Mutex::new(kept), failing, history }
    }

    /// The power fails: of what was not synced, the last groups are gone, as many as chance has it.
    pub(crate) fn power_cut(&self) {
        let mut kept = self.lock();
        let range = kept.synced..=kept.groups.len();
        let left = kept.rng.usize(range);
        self.history.note("power cut", format_args!("{left} of {} groups are left", kept.groups.len()));
        kept.groups.truncate(left);
        kept.synced = left;
        // What was not synced and is left all the same is not counted on.
        kept.unsynced.clear();
        let again = MemoryStore::new();
        for group in &kept.groups {
            drop(again.write(group.clone()));
        }
        kept.store = Arc::new(again);
    }

    /// Whether a power cut now would leave the id of this task.
    pub(crate) fn has_task(&self, id: &str) -> bool {
        self.lock().tasks.contains(id)
    }

    /// How often a power cut now would leave it noted that the order under this key went out.
    pub(crate) fn sent(&self, key: &str) -> u64 {
        self.lock().sent.get(key).copied().unwrap_or_default()
    }

    pub(crate) fn store(&self) -> Arc<MemoryStore> {
        self.lock().store.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Disk {
    fn write(&self, group: Vec<Write>) -> Vec<Result<Written, JournalError>> {
        let mut kept = self.lock();
        if self.failing > 0.0 && kept.rng.f64() < self.failing {
            self.history.note("disk full", format_args!("{} writes", group.len()));
            let full = || JournalError::Full { path: "journal".into(), source: None };
            return group.iter().map(|_| Err(full())).collect();
        }
        let written = kept.store.write(group.clone());
        for (write, written) in group.iter().zip(&written) {
            self.history.note("write", format_args!("{} {}", said(write), written.is_ok()));
            let (Write::Note { event, .. }, Ok(Written::Record(record))) = (write, written) else { continue };
            match &**event {
                Event::Sent { .. } => kept.unsynced.push(Known::Sent(record.idempotency_key.clone())),
                Event::Accepted { task } | Event::Adopted { task } => {
                    kept.unsynced.push(Known::Task(task.id.as_str().to_owned()));
                }
                _ => {}
            }
        }
        let synced = group.iter().any(Write::must_reach_the_disk);
        kept.groups.push(group);
        if synced {
            kept.synced = kept.groups.len();
            for known in std::mem::take(&mut kept.unsynced) {
                match known {
                    Known::Task(id) => {
                        kept.tasks.insert(id);
                    }
                    Known::Sent(key) => *kept.sent.entry(key).or_default() += 1,
                }
            }
        }
        written
    }

    fn job(&self, job: &JobId) -> Result<Option<Record>, JournalError> {
        self.store().job(job)
    }
    fn jobs_that_begin(&self, beginning: &str, limit: usize) -> Result<Vec<Record>, JournalError> {
        self.store().jobs_that_begin(beginning, limit)
    }
    fn job_of_task(&self, origin: &str, id: &str) -> Result<Option<Record>, JournalError> {
        self.store().job_of_task(origin, id)
    }
    fn job_of_key(&self, key: &str) -> Result<Option<Record>, JournalError> {
        self.store().job_of_key(key)
    }
    fn last_of_line(&self, line: &Line) -> Result<Option<Record>, JournalError> {
        self.store().last_of_line(line)
    }
    fn of_request(&self, origin: &str, request: RequestHash, limit: usize) -> Result<Vec<Record>, JournalError> {
        self.store().of_request(origin, request, limit)
    }
    fn list(&self, query: &Query) -> Result<Page, JournalError> {
        self.store().list(query)
    }
    fn counts(&self, batch: Option<&str>) -> Result<Counts, JournalError> {
        self.store().counts(batch)
    }
    fn history(&self, job: &JobId) -> Result<Vec<HistoryEntry>, JournalError> {
        self.store().history(job)
    }
    fn key_habit(&self, origin: &str) -> Result<Option<KeyHabit>, JournalError> {
        self.store().key_habit(origin)
    }
}

fn said(write: &Write) -> String {
    match write {
        Write::Begin { intent, .. } => format!("begin {}", intent.job),
        Write::Note { job, event, .. } => format!("{} {job}", event.kind().as_str()),
        Write::Reorder(order) => format!("reorder {}", order.of),
        Write::Claim { job, .. } => format!("claim {job}"),
        Write::TakeUp { .. } => "take up".to_owned(),
        Write::Renew { .. } => "renew".to_owned(),
        Write::Release { job, .. } => format!("release {job}"),
        Write::NoteKeys { .. } => "keys".to_owned(),
        Write::Prune(_) => "prune".to_owned(),
    }
}
