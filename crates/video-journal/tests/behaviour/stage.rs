//! A store, a clock that stands still, and short ways to say what happens.

use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use video_journal::{
    Begun, Destination, End, Event, Evidence, Excerpt, Intent, JobId, JournalError, KeyFingerprint, Lease, MemoryStore,
    Millis, Order, Owner, Prompts, Record, Request, SavedFile, SqliteStore, Store, Write, Written,
};
use video_types::Generation;

pub(crate) const NOON: Millis = Millis::new(1_790_000_000_000);

/// A store with a name for messages; the folder goes with it.
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) store: Arc<dyn Store>,
    _folder: Option<TempDir>,
}

impl Stage {
    pub(crate) fn memory() -> Self {
        Self { name: "memory", store: Arc::new(MemoryStore::new()), _folder: None }
    }

    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(folder.path().join("journal.db")).unwrap());
        Self { name: "sqlite", store, _folder: Some(folder) }
    }

    /// Every store, each empty.
    pub(crate) fn all() -> [Self; 2] {
        [Self::memory(), Self::sqlite()]
    }

    pub(crate) fn one(&self, write: Write) -> Result<Written, JournalError> {
        let mut answers = self.store.write(vec![write]);
        assert_eq!(answers.len(), 1);
        answers.remove(0)
    }

    pub(crate) fn begin(&self, intent: Intent, lease: Lease) -> Result<Begun, JournalError> {
        match self.one(Write::Begin { intent: Box::new(intent), lease })? {
            Written::Begun(begun) => Ok(*begun),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn note(&self, job: &JobId, event: Event) -> Result<Record, JournalError> {
        self.note_by(job, event, "a", NOON)
    }

    pub(crate) fn note_by(&self, job: &JobId, event: Event, by: &str, at: Millis) -> Result<Record, JournalError> {
        let write = Write::Note { job: job.clone(), event: Box::new(event), by: Owner::new(by), at };
        self.one(write).map(record)
    }

    /// A job that saw these events.
    pub(crate) fn job_after(&self, name: u8, events: impl IntoIterator<Item = Event>) -> JobId {
        let job = self.begin(intent(name), lease("a")).unwrap().record.job;
        for event in events {
            self.note(&job, event).unwrap();
        }
        job
    }

    pub(crate) fn job(&self, job: &JobId) -> Record {
        self.store.job(job).unwrap().unwrap()
    }
}

pub(crate) fn record(written: Written) -> Record {
    match written {
        Written::Record(record) => *record,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn id(name: u8) -> JobId {
    format!("job-{name}").parse().unwrap()
}

pub(crate) fn request(prompt: &str) -> Request {
    Request::new(&Order::from(Generation::new("kling-v1", prompt)), Prompts::Stored)
}

pub(crate) fn to() -> Destination {
    Destination {
        dialect: "new-api".to_owned(),
        origin: "88api.ai".to_owned(),
        key_fingerprint: KeyFingerprint::of("sk-xxxx"),
    }
}

/// An order of its own for each name.
pub(crate) fn intent(name: u8) -> Intent {
    Intent::new(id(name), NOON, request(&format!("prompt {name}")), format!("key-{name}"), to())
}

/// A minute for one owner.
pub(crate) fn lease(owner: &str) -> Lease {
    lease_from(owner, NOON)
}

pub(crate) fn lease_from(owner: &str, at: Millis) -> Lease {
    Lease { owner: Owner::new(owner), until: at.after(Duration::from_secs(60)) }
}

pub(crate) fn later(seconds: u64) -> Millis {
    NOON.after(Duration::from_secs(seconds))
}

pub(crate) fn sent() -> Event {
    Event::Sent { to: to() }
}

pub(crate) fn task(id: &str) -> video_protocol::TaskRef {
    video_protocol::TaskRef::new("new-api", id).with_origin("88api.ai")
}

pub(crate) fn accepted(id: &str) -> Event {
    Event::Accepted { task: task(id) }
}

pub(crate) fn succeeded() -> Event {
    Event::Succeeded { billing: None }
}

pub(crate) fn saved() -> Event {
    Event::Saved { file: SavedFile { path: "/videos/a.mp4".to_owned(), bytes: 12, sha256: "ab".repeat(32) } }
}

pub(crate) fn ended(end: End) -> Event {
    let evidence = Evidence::new("trouble", Excerpt::new("it went wrong", &[])).with_http_status(502);
    Event::Ended { end, evidence }
}

/// The word for how it went.
pub(crate) fn said(result: Result<Record, JournalError>) -> String {
    match result {
        Ok(record) => record.state.to_string(),
        Err(error) => error.to_string(),
    }
}
