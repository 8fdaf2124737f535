//! The handle programs hold: a store on threads of its own.

use std::fmt;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use futures_channel::oneshot;

use crate::{
    Begun, Counts, Event, HistoryEntry, Intent, JobId, JournalError, KeyHabit, Lease, Line, Millis, Owner, Page,
    Pruning, Query, Receipt, Record, Reorder, RequestHash, Store, Wanted, Write, Written,
};

/// Most writes that share a transaction.
const LARGEST_GROUP: usize = 1024;

/// The journal, for any number of tasks and threads. Cheap to clone.
///
/// It runs a [`Store`] on two threads of its own, one that writes and one that reads, which end with the last clone.
/// What waits to be written while the disk is busy is written together: one flush serves all of it.
///
/// Every call hands its work over at once, in the order of the calls, and answers by a [`Receipt`]. A receipt that
/// says `Ok` means: done, and durable as far as [`Write::must_reach_the_disk`] says.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use video_journal::*;
/// use video_types::Generation;
///
/// let journal = Journal::start(Arc::new(MemoryStore::new()))?;
/// let now = Millis::new(1_790_000_000_000);
/// let me = Owner::new("desk:4711");
/// let lease = Lease { owner: me.clone(), until: now.after(Duration::from_secs(60)) };
/// let to = Destination {
///     dialect: "new-api".into(),
///     origin: "88api.ai".into(),
///     key_fingerprint: KeyFingerprint::of("sk-xxxx"),
/// };
/// let request = Request::new(&Generation::new("kling-v1-6", "a lighthouse").into(), Prompts::Stored);
///
/// // Before the first byte of the submit:
/// let job = JobId::new(now, [7; 10]);
/// journal.begin(Intent::new(job.clone(), now, request, "key-1", to.clone()), lease).wait()?;
/// journal.note(job.clone(), Event::Sent { to }, me.clone(), now).wait()?;
/// // Before the first poll:
/// let task = "new-api:task_8Jd0@88api.ai".parse().unwrap();
/// let record = journal.note(job, Event::Accepted { task }, me, now).wait()?;
/// assert_eq!(record.recovery(None, now), Recovery::Poll);
/// # Ok::<(), JournalError>(())
/// ```
#[derive(Clone)]
pub struct Journal(Arc<Desk>);

/// A store, and the hands that work on it.
struct Desk {
    store: Arc<dyn Store>,
    hands: Hands,
}

/// Who does the work.
enum Hands {
    Own {
        /// Both are taken when the last handle goes, which ends the threads.
        writes: Option<Sender<Waiting>>,
        reads: Option<Sender<Question>>,
        running: Vec<JoinHandle<()>>,
    },
    Lent {
        writes: Sender<Waiting>,
        waiting: Arc<Mutex<Receiver<Waiting>>>,
        run: Box<dyn Fn(Work) + Send + Sync>,
    },
}

/// A piece of work of a [`Journal`] on [lent hands](Journal::on). It blocks for as long as the store does.
pub type Work = Box<dyn FnOnce() + Send>;

struct Waiting {
    write: Write,
    answer: Answer,
}

/// Turns what was written into what was asked for, and tells whoever waits.
type Answer = Box<dyn FnOnce(Result<Written, JournalError>) + Send>;
type Question = Box<dyn FnOnce(&dyn Store) + Send>;

impl Journal {
    /// Starts the two threads over a store.
    ///
    /// # Errors
    ///
    /// The system gives no thread.
    pub fn start(store: Arc<dyn Store>) -> Result<Self, JournalError> {
        let (writes, waiting) = channel::<Waiting>();
        let (reads, questions) = channel::<Question>();
        let (written, read) = (store.clone(), store.clone());
        let running = vec![
            spawn("video-journal-write", move || write_groups(written.as_ref(), &waiting))?,
            spawn("video-journal-read", move || questions.iter().for_each(|question| question(read.as_ref())))?,
        ];
        let hands = Hands::Own { writes: Some(writes), reads: Some(reads), running };
        Ok(Self(Arc::new(Desk { store, hands })))
    }

    /// The same without threads: every piece of work is given to `run`, which does it at once or later, in the order
    /// given and one at a time. So a simulation decides when a disk is done, and what a power cut takes.
    ///
    /// A write takes along all that wait by then. What is dropped is not done, and its receipt waits until the journal
    /// is gone.
    pub fn on(store: Arc<dyn Store>, run: impl Fn(Work) + Send + Sync + 'static) -> Self {
        let (writes, waiting) = channel::<Waiting>();
        let hands = Hands::Lent { writes, waiting: Arc::new(Mutex::new(waiting)), run: Box::new(run) };
        Self(Arc::new(Desk { store, hands }))
    }

    /// The store itself, for programs that may block.
    pub fn store(&self) -> &dyn Store {
        self.0.store.as_ref()
    }

    /// Notes an order that is about to be sent, and claims it. Of two that begin the same line of a batch, or come
    /// with the same key, one gets a new job and the other one that job as it stands.
    pub fn begin(&self, intent: Intent, lease: Lease) -> Receipt<Begun> {
        self.write(Write::Begin { intent: Box::new(intent), lease }, |written| match written {
            Written::Begun(begun) => Some(*begun),
            _ => None,
        })
    }

    /// Notes what happened to a job, and gives it as it stands now.
    ///
    /// [`Event::Sent`] takes a claim that holds; [`Event::Accepted`] takes none; anything else is refused only while
    /// somebody else has one.
    pub fn note(&self, job: JobId, event: Event, by: Owner, at: Millis) -> Receipt<Record> {
        self.write(Write::Note { job, event: Box::new(event), by, at }, one)
    }

    /// Orders again what ended without a video or cannot be settled, as a new job linked to the old one.
    pub fn reorder(&self, order: Reorder) -> Receipt<Record> {
        self.write(Write::Reorder(Box::new(order)), one)
    }

    /// Claims one job, if nobody else works on it, and gives it as it stands.
    pub fn claim(&self, job: JobId, lease: Lease, at: Millis) -> Receipt<Record> {
        self.write(Write::Claim { job, lease, at }, one)
    }

    /// Claims jobs nobody works on, the oldest first, and gives them as they stand.
    pub fn take_up(&self, wanted: Wanted, lease: Lease, at: Millis) -> Receipt<Vec<Record>> {
        self.write(Write::TakeUp { wanted, lease, at }, |written| match written {
            Written::Records(records) => Some(records),
            _ => None,
        })
    }

    /// Makes every claim of an owner hold until later, and says how many there are.
    pub fn renew(&self, lease: Lease) -> Receipt<u64> {
        self.write(Write::Renew { lease }, |written| match written {
            Written::Count(renewed) => Some(renewed),
            _ => None,
        })
    }

    /// Ends a claim; that of somebody else stays.
    pub fn release(&self, job: JobId, owner: Owner) -> Receipt<()> {
        self.write(Write::Release { job, owner }, |_| Some(()))
    }

    /// Removes what is not needed of records that ended long ago, and says of how many.
    pub fn prune(&self, pruning: Pruning) -> Receipt<u64> {
        self.write(Write::Prune(pruning), |written| match written {
            Written::Count(pruned) => Some(pruned),
            _ => None,
        })
    }

    /// Notes how a gateway treats idempotency keys.
    pub fn note_keys(&self, origin: impl Into<String>, habit: KeyHabit) -> Receipt<()> {
        self.write(Write::NoteKeys { origin: origin.into(), habit }, |_| Some(()))
    }

    /// One job.
    pub fn job(&self, job: JobId) -> Receipt<Option<Record>> {
        self.read(move |store| store.job(&job))
    }

    /// Jobs whose names begin like this, the last by name first; `limit` of them at most.
    pub fn jobs_that_begin(&self, beginning: impl Into<String>, limit: usize) -> Receipt<Vec<Record>> {
        let beginning = beginning.into();
        self.read(move |store| store.jobs_that_begin(&beginning, limit))
    }

    /// The job that owns a task: the id it has at the gateway with this origin.
    pub fn job_of_task(&self, origin: impl Into<String>, id: impl Into<String>) -> Receipt<Option<Record>> {
        let (origin, id) = (origin.into(), id.into());
        self.read(move |store| store.job_of_task(&origin, &id))
    }

    /// The job an idempotency key belongs to.
    pub fn job_of_key(&self, idempotency_key: impl Into<String>) -> Receipt<Option<Record>> {
        let key = idempotency_key.into();
        self.read(move |store| store.job_of_key(&key))
    }

    /// The last job of a line of a batch.
    pub fn last_of_line(&self, line: Line) -> Receipt<Option<Record>> {
        self.read(move |store| store.last_of_line(&line))
    }

    /// The last jobs of many lines, in their order: one question, so thousands of lines cost no waiting for a thread each.
    pub fn last_of_lines(&self, lines: Vec<Line>) -> Receipt<Vec<Option<Record>>> {
        self.read(move |store| lines.iter().map(|line| store.last_of_line(line)).collect())
    }

    /// Jobs with this request at the gateway with this origin, the newest first; at most `limit`.
    pub fn of_request(&self, origin: impl Into<String>, request: RequestHash, limit: usize) -> Receipt<Vec<Record>> {
        let origin = origin.into();
        self.read(move |store| store.of_request(&origin, request, limit))
    }

    /// A page of jobs, the newest first.
    pub fn list(&self, query: Query) -> Receipt<Page> {
        self.read(move |store| store.list(&query))
    }

    /// How many jobs there are in each state, of one batch or of all.
    pub fn counts(&self, batch: Option<String>) -> Receipt<Counts> {
        self.read(move |store| store.counts(batch.as_deref()))
    }

    /// The past of a job, the oldest entry first; empty if there is no such job.
    pub fn history(&self, job: JobId) -> Receipt<Vec<HistoryEntry>> {
        self.read(move |store| store.history(&job))
    }

    /// What is known of how a gateway treats idempotency keys.
    pub fn key_habit(&self, origin: impl Into<String>) -> Receipt<Option<KeyHabit>> {
        let origin = origin.into();
        self.read(move |store| store.key_habit(&origin))
    }

    /// How long the last `limit` saved jobs of a model at a gateway took from their acceptance to their success, the newest first.
    pub fn times_taken(
        &self,
        origin: impl Into<String>,
        model: impl Into<String>,
        limit: usize,
    ) -> Receipt<Vec<Duration>> {
        let (origin, model) = (origin.into(), model.into());
        self.read(move |store| store.times_taken(&origin, &model, limit))
    }

    fn write<T: Send + 'static>(&self, write: Write, read: fn(Written) -> Option<T>) -> Receipt<T> {
        let (sender, receipt) = Receipt::new();
        let answer: Answer = Box::new(move |written| {
            tell(sender, written.and_then(|written| read(written).ok_or(JournalError::Closed)));
        });
        let asked = Waiting { write, answer };
        match &self.0.hands {
            // A thread that has ended drops the answer, and the receipt says so.
            Hands::Own { writes, .. } => {
                if let Some(writes) = writes {
                    drop(writes.send(asked));
                }
            }
            Hands::Lent { writes, waiting, run } => {
                drop(writes.send(asked));
                let (store, waiting) = (self.0.store.clone(), waiting.clone());
                run(Box::new(move || {
                    let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
                    if let Ok(first) = waiting.try_recv() {
                        write_group(store.as_ref(), first, &waiting);
                    }
                }));
            }
        }
        receipt
    }

    fn read<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&dyn Store) -> Result<T, JournalError> + Send + 'static,
    ) -> Receipt<T> {
        let (sender, receipt) = Receipt::new();
        let question: Question = Box::new(move |store| tell(sender, ask(store)));
        match &self.0.hands {
            Hands::Own { reads, .. } => {
                if let Some(reads) = reads {
                    drop(reads.send(question));
                }
            }
            Hands::Lent { run, .. } => {
                let store = self.0.store.clone();
                run(Box::new(move || question(store.as_ref())));
            }
        }
        receipt
    }
}

fn one(written: Written) -> Option<Record> {
    match written {
        Written::Record(record) => Some(*record),
        _ => None,
    }
}

fn tell<T>(sender: oneshot::Sender<Result<T, JournalError>>, answer: Result<T, JournalError>) {
    // Whoever asked may have gone; what was written stays written.
    drop(sender.send(answer));
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, JournalError> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work).map_err(|source| JournalError::File {
        path: "(memory)".into(),
        what: "the system gives no thread; see the limits of this user",
        source: Some(Arc::new(source)),
    })
}

/// Group commit: what came in while the last group was on its way to the disk goes together.
fn write_groups(store: &dyn Store, waiting: &Receiver<Waiting>) {
    while let Ok(first) = waiting.recv() {
        write_group(store, first, waiting);
    }
}

fn write_group(store: &dyn Store, first: Waiting, waiting: &Receiver<Waiting>) {
    let mut group = vec![first.write];
    let mut answers = vec![first.answer];
    for Waiting { write, answer } in waiting.try_iter().take(LARGEST_GROUP - 1) {
        group.push(write);
        answers.push(answer);
    }
    for (answer, written) in answers.into_iter().zip(store.write(group)) {
        answer(written);
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let Hands::Own { writes, reads, running } = &mut self.hands else { return };
        // What was handed over is still written.
        drop((writes.take(), reads.take()));
        let this = std::thread::current().id();
        // Whoever is woken by an answer may drop the last handle on the very thread that answers.
        for thread in running.drain(..).filter(|thread| thread.thread().id() != this) {
            drop(thread.join());
        }
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Journal").field(&self.0.store).finish()
    }
}
