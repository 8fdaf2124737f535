//! The handle: asynchronous or blocking, and one transaction for all who wait.

use std::future::Future as _;
use std::pin::Pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};

use futures_util::future::join_all;
use video_journal::{
    Counts, HistoryEntry, JobId, Journal, JournalError, KeyHabit, Line, MemoryStore, Page, Query, Record, RequestHash,
    SqliteStore, State, Store, Write, Written,
};

use crate::stage::{NOON, accepted, id, intent, lease, sent};

/// A store whose disk is slow: each write waits for leave, and the sizes of the groups are noted.
#[derive(Debug)]
struct Slow {
    store: MemoryStore,
    begun: Mutex<Sender<usize>>,
    leave: Mutex<Receiver<()>>,
}

impl Store for Slow {
    fn write(&self, group: Vec<Write>) -> Vec<Result<Written, JournalError>> {
        self.begun.lock().unwrap().send(group.len()).unwrap();
        self.leave.lock().unwrap().recv().unwrap();
        self.store.write(group)
    }
    fn job(&self, job: &JobId) -> Result<Option<Record>, JournalError> {
        self.store.job(job)
    }
    fn jobs_that_begin(&self, beginning: &str, limit: usize) -> Result<Vec<Record>, JournalError> {
        self.store.jobs_that_begin(beginning, limit)
    }
    fn job_of_task(&self, origin: &str, id: &str) -> Result<Option<Record>, JournalError> {
        self.store.job_of_task(origin, id)
    }
    fn job_of_key(&self, key: &str) -> Result<Option<Record>, JournalError> {
        self.store.job_of_key(key)
    }
    fn last_of_line(&self, line: &Line) -> Result<Option<Record>, JournalError> {
        self.store.last_of_line(line)
    }
    fn of_request(&self, origin: &str, request: RequestHash, limit: usize) -> Result<Vec<Record>, JournalError> {
        self.store.of_request(origin, request, limit)
    }
    fn list(&self, query: &Query) -> Result<Page, JournalError> {
        self.store.list(query)
    }
    fn counts(&self, batch: Option<&str>) -> Result<Counts, JournalError> {
        self.store.counts(batch)
    }
    fn history(&self, job: &JobId) -> Result<Vec<HistoryEntry>, JournalError> {
        self.store.history(job)
    }
    fn key_habit(&self, origin: &str) -> Result<Option<KeyHabit>, JournalError> {
        self.store.key_habit(origin)
    }
}

#[test]
fn what_waits_while_the_disk_is_busy_is_written_together_and_in_order() {
    let (begun, groups) = channel();
    let (leave, waits) = channel();
    let slow = Slow { store: MemoryStore::new(), begun: Mutex::new(begun), leave: Mutex::new(waits) };
    let journal = Journal::start(Arc::new(slow)).unwrap();
    let first = journal.begin(intent(1), lease("a"));
    assert_eq!(groups.recv().unwrap(), 1);
    let steps = [
        journal.note(id(1), sent(), lease("a").owner, NOON),
        journal.note(id(1), accepted("t"), lease("a").owner, NOON),
    ];
    let others: Vec<_> = (2..=100).map(|name| journal.begin(intent(name), lease("a"))).collect();
    // A list does not wait for the disk.
    assert!(journal.list(Query::all()).wait().unwrap().records.is_empty());
    leave.send(()).unwrap();
    assert_eq!(groups.recv().unwrap(), 101);
    leave.send(()).unwrap();
    assert!(first.wait().unwrap().is_new);
    assert_eq!(steps.map(|step| step.wait().unwrap().state), [State::Sent, State::Accepted]);
    assert!(others.into_iter().all(|other| other.wait().unwrap().is_new));
}

/// Whoever waits may hold the last handle, and may be dropped by the thread that wakes it.
struct LastHandle {
    journal: Mutex<Option<Journal>>,
    dropped: Sender<()>,
}

impl Wake for LastHandle {
    fn wake(self: Arc<Self>) {
        drop(self.journal.lock().unwrap().take());
        self.dropped.send(()).unwrap();
    }
}

#[test]
fn the_last_handle_may_go_on_the_thread_that_answers() {
    let (begun, groups) = channel();
    let (leave, waits) = channel();
    let slow = Slow { store: MemoryStore::new(), begun: Mutex::new(begun), leave: Mutex::new(waits) };
    let journal = Journal::start(Arc::new(slow)).unwrap();
    let mut receipt = journal.begin(intent(1), lease("a"));
    groups.recv().unwrap();
    let (dropped, gone) = channel();
    let waker = Waker::from(Arc::new(LastHandle { journal: Mutex::new(Some(journal)), dropped }));
    assert!(Pin::new(&mut receipt).poll(&mut Context::from_waker(&waker)).is_pending());
    leave.send(()).unwrap();
    gone.recv().unwrap();
    assert!(receipt.wait().unwrap().is_new);
}

#[tokio::test(flavor = "current_thread")]
async fn a_thousand_tasks_wait_for_their_intents_without_blocking_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::start(Arc::new(SqliteStore::open(folder.path().join("journal.db")).unwrap())).unwrap();
    let orders = (0..1000_u32).map(|number| {
        let mut intent = intent(0);
        (intent.job, intent.idempotency_key) = (format!("job-{number}").parse().unwrap(), format!("key-{number}"));
        let journal = journal.clone();
        async move {
            let job = journal.begin(intent, lease("a")).await.unwrap().record.job;
            journal.note(job, sent(), lease("a").owner, NOON).await.unwrap().state
        }
    });
    let states = join_all(orders).await;
    assert!(states.iter().all(|state| *state == State::Sent));
    assert_eq!(journal.counts(None).await.unwrap().get(&State::Sent), Some(&1000));
}

#[test]
fn what_was_handed_over_is_written_though_nobody_waits_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = Journal::start(Arc::new(SqliteStore::open(&path).unwrap())).unwrap();
    drop(journal.begin(intent(1), lease("a")));
    drop(journal);
    assert!(SqliteStore::open(&path).unwrap().job(&id(1)).unwrap().is_some());
}

#[test]
fn a_receipt_outlives_its_journal() {
    let journal = Journal::start(Arc::new(MemoryStore::new())).unwrap();
    let receipt = journal.begin(intent(1), lease("a"));
    drop(journal);
    assert!(receipt.wait().unwrap().is_new);
}
