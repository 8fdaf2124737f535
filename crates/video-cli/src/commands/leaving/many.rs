//! Leaving many jobs: begun no more, detached together, and cancelled if it is asked for twice.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::json;
use video_client::scheduler::{JobEnd, Limits, Scheduler};
use video_client::{Cancelled, Carried, Journaled};
use video_journal::{Record, State};

use super::{Leaving, answer};
use crate::interrupt::{Interrupts, Wish};
use crate::line::Line;
use crate::screen::Screen;

/// Of so many jobs each has a line of its own that says what came of its cancel; of more, one line has the counts.
const EACH_TOLD: usize = 8;
/// So many jobs are cancelled at once.
const AT_ONCE: NonZeroUsize = NonZeroUsize::MIN.saturating_add(7);

/// What a command says of its jobs as somebody leaves them.
pub(in crate::commands) struct Words {
    /// They go on, and so they are resumed.
    pub(in crate::commands) detached: Line<'static>,
    /// Nothing was waited for.
    pub(in crate::commands) at_once: Line<'static>,
}

/// A job of this run that goes on without it.
pub(in crate::commands) struct Open {
    desk: Journaled,
    pub(in crate::commands) record: Record,
    /// The name of its line, if it is one of a batch.
    pub(in crate::commands) name: Option<String>,
}

/// The jobs that go on without this run; how each stands is told when it is known whether they are to be cancelled.
#[derive(Default)]
pub(in crate::commands) struct LeftOpen {
    is_leaving: AtomicBool,
    jobs: Mutex<Vec<Open>>,
}

impl LeftOpen {
    /// From now on jobs are left.
    pub(in crate::commands) fn begin(&self) {
        self.is_leaving.store(true, Ordering::Relaxed);
    }

    /// Keeps a job, if it was left; no if it is to be told of now.
    pub(in crate::commands) fn keeps(&self, desk: &Journaled, carried: &Carried, name: Option<String>) -> bool {
        let is_open = matches!(carried.record.state, State::Accepted | State::Running);
        let kept = is_open && carried.error.is_none() && self.is_leaving.load(Ordering::Relaxed);
        if kept {
            lock(&self.jobs).push(Open { desk: desk.clone(), record: carried.record.clone(), name });
        }
        kept
    }

    /// Takes them all.
    pub(in crate::commands) fn take(&self) -> Vec<Open> {
        std::mem::take(&mut lock(&self.jobs))
    }
}

/// Lets jobs run until they have ended or were left, which `leave` tells them; gives nothing if they were left at once,
/// and who asked to leave.
pub(in crate::commands) async fn until_left<T>(
    running: impl Future<Output = T>,
    leave: impl Fn(),
    words: &Words,
    interrupts: &mut Interrupts,
    screen: &Screen,
) -> (Option<T>, Option<Leaving>) {
    tokio::pin!(running);
    let mut leaving: Option<Leaving> = None;
    loop {
        tokio::select! {
            ran = &mut running => return (Some(ran), leaving),
            interrupt = interrupts.next() => match &mut leaving {
                None => {
                    leaving = Some(Leaving::by(interrupt));
                    screen.say(&Line::BatchLeaving);
                    leave();
                }
                Some(leaving) => {
                    leaving.again(interrupt);
                    if leaving.wish == Wish::LeaveAtOnce {
                        screen.say(&words.at_once);
                        return (None, Some(*leaving));
                    }
                    screen.say(&Line::BatchWillCancel);
                }
            }
        }
    }
}

/// Parts with jobs of which nothing is on its way: detached, or cancelled where the gateway can. Their records say how they
/// stand afterwards.
pub(in crate::commands) async fn part(
    open: &mut [Open],
    mut leaving: Leaving,
    words: &Words,
    interrupts: &mut Interrupts,
    screen: &Screen,
) -> Leaving {
    if leaving.wish == Wish::Detach {
        screen.say(&words.detached);
        if !open.is_empty() {
            leaving.changes_its_mind(interrupts).await;
        }
    }
    if leaving.wish != Wish::Cancel || open.is_empty() {
        return leaving;
    }
    screen.say(&Line::Cancelling);
    let answers = Answers::default();
    {
        let open = &*open;
        let each = open.len() <= EACH_TOLD;
        let asking = Scheduler::new(AT_ONCE);
        let asking = asking.run(0..open.len(), Limits::default(), std::future::pending(), async |index| {
            if let Some(job) = open.get(index) {
                answers.ask(index, job, each, screen).await;
            }
            JobEnd::Other
        });
        tokio::select! {
            _ = asking => {}
            interrupt = interrupts.next() => {
                leaving.again(interrupt);
                screen.say(&Line::CancelUnanswered);
            }
        }
        if !each {
            screen.say(&Line::CancelSummary { answers: &answers.counted(open.len()) });
        }
    }
    for (index, record) in answers.records.into_inner().unwrap_or_else(PoisonError::into_inner) {
        if let Some(job) = open.get_mut(index) {
            // The journal is not told of every bill that was seen.
            let billing = job.record.billing.take();
            job.record = record;
            job.record.billing = job.record.billing.take().or(billing);
        }
    }
    leaving
}

/// What came of asking.
#[derive(Default)]
struct Answers {
    counts: Mutex<BTreeMap<String, usize>>,
    records: Mutex<Vec<(usize, Record)>>,
}

impl Answers {
    async fn ask(&self, index: usize, job: &Open, each: bool, screen: &Screen) {
        let record = &job.record;
        match job.desk.cancel(record.clone()).await {
            Ok(cancelled) => {
                let task = record.task.as_ref().map(ToString::to_string);
                if each {
                    screen.say(&Line::Cancelled { name: task.as_deref().unwrap_or_default(), cancelled: &cancelled });
                }
                let mut members = answer(&cancelled);
                members["job"] = json!(record.job.as_str());
                members["task"] = json!(task);
                screen.event("cancel", members);
                *lock(&self.counts).entry(in_short(&cancelled)).or_default() += 1;
            }
            Err(error) => screen.trouble(&error),
        }
        if let Ok(Some(record)) = job.desk.journal().job(record.job.clone()).await {
            lock(&self.records).push((index, record));
        }
    }

    /// `3 confirmed, 1 unsupported (still billed)`.
    fn counted(&self, asked: usize) -> String {
        let counts = lock(&self.counts);
        let without = asked.saturating_sub(counts.values().sum());
        let mut words: Vec<String> = counts.iter().map(|(answer, count)| format!("{count} {answer}")).collect();
        if without > 0 {
            words.push(format!("{without} without an answer"));
        }
        words.join(", ")
    }
}

fn in_short(cancelled: &Cancelled) -> String {
    let billed = if matches!(cancelled, Cancelled::Unsupported(_)) { " (still billed)" } else { "" };
    format!("{cancelled}{billed}")
}

fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}
