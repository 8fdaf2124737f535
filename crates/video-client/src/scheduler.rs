//! Who goes next: many jobs over a few slots.

mod rules;
mod slots;

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::num::NonZeroUsize;
use std::pin::{Pin, pin};
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::{Semaphore, SemaphorePermit};
use video_protocol::ErrorKind;

use rules::Rules;
pub use rules::{Limits, Stopped};
use slots::Slots;

/// How a job left its slot.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "callers build it; the scheduler must act on each")]
pub enum JobEnd<J> {
    /// Well: the gateway can take as much as it got.
    Good,
    /// For good, without what was wanted.
    Failed(ErrorKind),
    /// Somehow else: left to a later run, or nothing was to be done. It says nothing about the next job.
    Other,
    /// The gateway has too many tasks at once, and nothing was ordered: the job comes again, before new ones, when a
    /// slot is free. How often, its owner decides.
    Crowded(J),
}

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ran {
    /// Jobs that began.
    pub begun: usize,
    /// Jobs that met a crowd and were not begun again, since the run was stopped.
    pub put_back: usize,
    /// Why no more began.
    pub stopped: Stopped,
}

/// A number of slots that any number of runs share.
///
/// A job holds its slot from its beginning to its end, so there are never more jobs under way than slots. Runs that
/// share a scheduler get slots by turns, each run's jobs in their order. Slots fall by half when a job meets the
/// gateway's limit of tasks at once ([`JobEnd::Crowded`]), down to one, and rise again with good ends.
///
/// It spawns nothing and keeps no job that has not begun: memory goes by the slots, whatever the number of jobs.
///
/// ```
/// use std::num::NonZeroUsize;
/// use video_client::scheduler::{JobEnd, Limits, Scheduler, Stopped};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let scheduler = Scheduler::new(NonZeroUsize::new(3).unwrap());
/// let never = std::future::pending();
/// let ran = scheduler.run(1..=10, Limits::default(), never, async |_number| JobEnd::Good).await;
/// assert_eq!((ran.begun, ran.stopped), (10, Stopped::AtTheEnd));
/// # });
/// ```
pub struct Scheduler {
    free: Semaphore,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    slots: Slots,
    /// Slots that are gone and still held by a job: they are taken away as jobs end.
    owed: usize,
}

impl Scheduler {
    /// So many slots at most.
    pub fn new(slots: NonZeroUsize) -> Self {
        let slots = slots.get().min(Semaphore::MAX_PERMITS);
        Self { free: Semaphore::new(slots), state: Mutex::new(State { slots: Slots::new(slots), owed: 0 }) }
    }

    /// How many slots there are now.
    pub fn slots(&self) -> usize {
        self.state().slots.now()
    }

    /// Runs jobs, each through `run`, until there are no more, [`Limits`] are met, or `stop` is ready.
    ///
    /// `stop` only keeps new jobs from beginning: those under way go on to their end, and whoever stops tells them
    /// by other means if they are to hurry. Dropping the future drops the jobs where they are.
    pub async fn run<J>(
        &self,
        jobs: impl IntoIterator<Item = J>,
        limits: Limits,
        stop: impl Future<Output = ()>,
        run: impl AsyncFn(J) -> JobEnd<J>,
    ) -> Ran {
        let (mut jobs, mut stop) = (jobs.into_iter().fuse(), pin!(stop));
        let run = &run;
        let (mut rules, mut again, mut begun) = (Rules::new(limits), VecDeque::new(), 0);
        let mut next: Option<(J, bool)> = None;
        let mut under_way = FuturesUnordered::new();
        // Kept while it waits, so that this run keeps its turn among others.
        let mut turn: Option<Turn<'_>> = None;
        loop {
            if rules.is_stopped() {
                // What has not begun is not begun any more; a turn nobody takes is given back.
                if let Some((job, is_new)) = next.take()
                    && !is_new
                {
                    again.push_front(job);
                }
                turn = None;
            } else if next.is_none() {
                next = again.pop_front().map(|job| (job, false));
                next = next.or_else(|| rules.take(&mut jobs).map(|job| (job, true)));
            }
            if next.is_none() && under_way.is_empty() {
                break;
            }
            if next.is_some() && turn.is_none() {
                turn = Some(Box::pin(self.free.acquire()));
            }
            tokio::select! {
                biased;
                () = &mut stop, if !rules.is_stopped() => rules.stop(Stopped::Told),
                ended = under_way.next(), if !under_way.is_empty() => {
                    if let Some((end, slot)) = ended {
                        rules.ended(&end);
                        again.extend(self.give_back(end, slot));
                    }
                }
                slot = taken(&mut turn), if next.is_some() => {
                    turn = None;
                    if let (Some(permit), Some((job, is_new))) = (slot, next.take()) {
                        begun += usize::from(is_new);
                        let slot = Slot { permit, era: self.state().slots.era() };
                        under_way.push(async move { (run(job).await, slot) });
                    }
                }
            }
        }
        Ran { begun, put_back: again.len(), stopped: rules.why() }
    }

    /// Takes a slot back and learns from how its job ended; gives the job if it is to come again.
    fn give_back<J>(&self, end: JobEnd<J>, slot: Slot<'_>) -> Option<J> {
        let mut state = self.state();
        let job = match end {
            JobEnd::Good => {
                if state.slots.good() {
                    match state.owed.checked_sub(1) {
                        Some(owed) => state.owed = owed,
                        None => self.free.add_permits(1),
                    }
                }
                None
            }
            JobEnd::Failed(_) | JobEnd::Other => None,
            JobEnd::Crowded(job) => {
                let fallen = state.slots.crowded(slot.era);
                // Those nobody holds go at once.
                state.owed += fallen - self.free.forget_permits(fallen);
                Some(job)
            }
        };
        match state.owed.checked_sub(1) {
            Some(owed) => {
                state.owed = owed;
                slot.permit.forget();
            }
            None => drop(slot.permit),
        }
        job
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Turn<'a> = Pin<Box<dyn Future<Output = Result<SemaphorePermit<'a>, tokio::sync::AcquireError>> + Send + 'a>>;

/// A slot, and when it was given out.
struct Slot<'a> {
    permit: SemaphorePermit<'a>,
    era: u64,
}

async fn taken<'a>(turn: &mut Option<Turn<'a>>) -> Option<SemaphorePermit<'a>> {
    match turn {
        // The semaphore is never closed.
        Some(turn) => turn.await.ok(),
        None => std::future::pending().await,
    }
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler").field("state", &*self.state()).finish_non_exhaustive()
    }
}
