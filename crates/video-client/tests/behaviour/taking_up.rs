//! What it costs the journal to take up many jobs, counted and not timed.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use insta::assert_snapshot;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use video_client::scheduler::{JobEnd, Limits, Scheduler};
use video_client::{Clock, Journaled};
use video_journal::{
    Counts, Event, HistoryEntry, Intent, JobId, Journal, JournalError, KeyHabit, Lease, Line, MemoryStore, Millis,
    Owner, Page, Prompts, Query, Record, Request, RequestHash, State, Store, Work, Write, Written,
};
use video_types::Generation;

use crate::answers::running;
use crate::stage::{Moody, Record as Said, over};

const NOON: Millis = Millis::new(1_790_000_000_000);

/// A store that counts what it is asked for.
#[derive(Debug, Default)]
struct Counted {
    inner: MemoryStore,
    groups: AtomicUsize,
    writes: AtomicUsize,
    reads: AtomicUsize,
}

impl Counted {
    fn read(&self) -> &MemoryStore {
        self.reads.fetch_add(1, Ordering::Relaxed);
        &self.inner
    }

    /// What was counted since the last time this was asked.
    fn told(&self) -> String {
        let [groups, writes, reads] =
            [&self.groups, &self.writes, &self.reads].map(|one| one.swap(0, Ordering::Relaxed));
        format!("{writes} writes in {groups} transactions, {reads} reads")
    }
}

impl Store for Counted {
    fn write(&self, group: Vec<Write>) -> Vec<Result<Written, JournalError>> {
        self.groups.fetch_add(1, Ordering::Relaxed);
        self.writes.fetch_add(group.len(), Ordering::Relaxed);
        self.inner.write(group)
    }

    fn job(&self, job: &JobId) -> Result<Option<Record>, JournalError> {
        self.read().job(job)
    }

    fn jobs_that_begin(&self, beginning: &str, limit: usize) -> Result<Vec<Record>, JournalError> {
        self.read().jobs_that_begin(beginning, limit)
    }

    fn job_of_task(&self, origin: &str, id: &str) -> Result<Option<Record>, JournalError> {
        self.read().job_of_task(origin, id)
    }

    fn job_of_key(&self, idempotency_key: &str) -> Result<Option<Record>, JournalError> {
        self.read().job_of_key(idempotency_key)
    }

    fn last_of_line(&self, line: &Line) -> Result<Option<Record>, JournalError> {
        self.read().last_of_line(line)
    }

    fn of_request(&self, origin: &str, request: RequestHash, limit: usize) -> Result<Vec<Record>, JournalError> {
        self.read().of_request(origin, request, limit)
    }

    fn list(&self, query: &Query) -> Result<Page, JournalError> {
        self.read().list(query)
    }

    fn counts(&self, batch: Option<&str>) -> Result<Counts, JournalError> {
        self.read().counts(batch)
    }

    fn history(&self, job: &JobId) -> Result<Vec<HistoryEntry>, JournalError> {
        self.read().history(job)
    }

    fn key_habit(&self, origin: &str) -> Result<Option<KeyHabit>, JournalError> {
        self.read().key_habit(origin)
    }
}

/// A journal whose disk is done with all that waits once a millisecond, and never in between.
fn on_a_slow_disk(store: Arc<Counted>) -> Journal {
    let (give, mut work) = mpsc::unbounded_channel::<Work>();
    tokio::spawn(async move {
        while let Some(first) = work.recv().await {
            sleep_until(Instant::now() + Duration::from_millis(1)).await;
            first();
            while let Ok(more) = work.try_recv() {
                more();
            }
        }
    });
    Journal::on(store, move |work| drop(give.send(work)))
}

#[tokio::test(start_paused = true)]
async fn a_thousand_jobs_of_a_process_that_was_killed_are_taken_up_in_three_transactions_and_no_read() {
    let store = Arc::new(Counted::default());
    let journal = on_a_slow_disk(store.clone());
    let client = over(
        "https://api.example",
        Moody::new(|_: &video_transport::Request, _| running(10)),
        &Said::new(),
        |builder| builder.clock(Clock::new(|| std::time::UNIX_EPOCH + Duration::from_millis(NOON.get()))),
    );
    let (to, dead) = (client.destination(), Owner::new("dead"));
    let lease = Lease { owner: dead.clone(), until: NOON.after(Duration::from_secs(60)) };
    for number in 0..1000_u16 {
        let mut chance = [0; 10];
        chance[..2].copy_from_slice(&number.to_be_bytes());
        let job = JobId::new(NOON, chance);
        let request = Request::new(&Generation::new("m", "a cat").into(), Prompts::Stored);
        let intent = Intent::new(job.clone(), NOON, request, format!("key-{number}"), to.clone());
        let task = format!("new-api:task_{number}@{}", to.origin).parse().expect("a task");
        drop(journal.begin(intent, lease.clone()));
        drop(journal.note(job.clone(), Event::Sent { to: to.clone() }, dead.clone(), NOON));
        drop(journal.note(job, Event::Accepted { task }, dead.clone(), NOON));
    }
    let desk = Journaled::new(client, journal, Owner::new("me")).with_ended_owners(move |owner| *owner == dead);
    let open = desk.journal().list(Query::all().in_state(State::Accepted).limit(2000)).await.expect("a list").records;
    assert_eq!(open.len(), 1000);
    store.told();

    let scheduler = Scheduler::new(NonZeroUsize::new(1000).expect("more than none"));
    let taken = AtomicUsize::new(0);
    let ran = scheduler.run(open, Limits::default(), std::future::pending(), async |record| {
        let mut job = desk.take_up(record).await.expect("nobody works on it");
        job.update().await;
        assert_eq!(job.record().state, State::Running);
        taken.fetch_add(1, Ordering::Relaxed);
        sleep_until(Instant::now() + Duration::from_millis(10)).await;
        JobEnd::Good
    });
    ran.await;
    let mut text = format!("{} taken up: {}\n", taken.into_inner(), store.told());
    sleep_until(Instant::now() + Duration::from_millis(10)).await;
    text += &format!("all given up: {}", store.told());
    assert_snapshot!(text, @r"
    1000 taken up: 3001 writes in 3 transactions, 0 reads
    all given up: 1000 writes in 1 transactions, 0 reads
    ");
}
