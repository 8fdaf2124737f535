//! Carries the lines of a batch through, each by what the journal says of it.

use std::io::{Read, Seek};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::time::Instant;
use video_journal::{JournalError, LineDecision, Record, Recovery, decide};
use video_protocol::Error;
use video_types::Generation;

use super::plan::AT_ONCE;
use super::whole::is_in_place;
use super::{Batch, BatchEvent, LinePlace, Plan};
use crate::journaled::Carried;
use crate::scheduler::{JobEnd, Limits, Ran, Scheduler};
use crate::{JobStep, JournaledJob, NewJob};

/// How often a job another process works on is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How often a job is tried at a gateway that has too many tasks at once.
const MOST_TRIES: u32 = 20;

/// One line that something is to be done with.
#[derive(Debug, Clone, Copy)]
struct Errand {
    place: usize,
    decision: LineDecision,
    tries: u32,
}

/// What can be done with a line now.
enum Turn {
    /// Work on its job.
    Work(Box<JournaledJob>),
    /// Nothing: it stands so.
    Stands(Box<Record>),
    /// It came to nothing before anything was done.
    Ended(Box<Carried>),
    /// It was left before anything was noted of it.
    Left,
}

impl<R: Read + Seek> Batch<'_, R> {
    /// Does what the plan says, and tells of every line as its work ends.
    ///
    /// A line that another process works on is waited for. When `leave` is ready, nothing more begins, orders on their
    /// way are waited for, and everything else stops where it stands; the next run goes on there. Dropping the future
    /// leaves orders on their way `unknown`.
    pub async fn run(
        &self,
        plan: &Plan,
        scheduler: &Scheduler,
        limits: Limits,
        leave: impl Future<Output = ()>,
        tell: &(dyn Fn(BatchEvent<'_>) + Send + Sync),
    ) -> Ran {
        let leave = leave.shared();
        self.tell_settled(plan, tell).await;
        let errands = plan.lines.iter().filter(|planned| !is_settled(planned.decision));
        let errands = errands.map(|planned| Errand { place: planned.place, decision: planned.decision, tries: 0 });
        let stop = leave.clone();
        scheduler.run(errands, limits, stop, async |errand| self.one(errand, &leave, tell).await).await
    }

    /// Tells how the lines stand with which there is nothing to do.
    async fn tell_settled(&self, plan: &Plan, tell: &(dyn Fn(BatchEvent<'_>) + Send + Sync)) {
        let settled = plan.lines.iter().filter(|planned| is_settled(planned.decision));
        let settled: Vec<&LinePlace> = settled.filter_map(|planned| self.places.get(planned.place)).collect();
        for lines in settled.chunks(AT_ONCE) {
            match self.desk.journal().last_of_lines(lines.iter().map(|line| self.line(line)).collect()).await {
                Ok(records) => {
                    for (line, record) in lines.iter().zip(&records) {
                        if let Some(record) = record {
                            tell(BatchEvent::Settled { line, record });
                        }
                    }
                }
                Err(error) => {
                    let error = Error::from(error);
                    for line in lines {
                        tell(BatchEvent::Failed { line, error: &error });
                    }
                }
            }
        }
    }

    async fn one(
        &self,
        errand: Errand,
        leave: &(impl Future<Output = ()> + Clone),
        tell: &(dyn Fn(BatchEvent<'_>) + Send + Sync),
    ) -> JobEnd<Errand> {
        let Some(line) = self.places.get(errand.place) else { return JobEnd::Other };
        let carried = match Box::pin(self.turn(line, errand, leave.clone(), tell)).await {
            Ok(Turn::Work(job)) => {
                let target = |task: &video_protocol::Task, _: &Record| self.target(line, Some(&task.reference));
                let step = |step: JobStep<'_>| tell(BatchEvent::Step { line, step });
                Box::pin(job.carry(target, leave.clone(), &step)).await
            }
            Ok(Turn::Stands(record)) => {
                tell(BatchEvent::Settled { line, record: &record });
                return JobEnd::Other;
            }
            Ok(Turn::Ended(carried)) => *carried,
            Ok(Turn::Left) => return JobEnd::Other,
            Err(error) => {
                tell(BatchEvent::Failed { line, error: &error });
                return JobEnd::Failed(error.kind());
            }
        };
        if carried.met_a_crowd() && errand.tries < MOST_TRIES && leave.clone().now_or_never().is_none() {
            return JobEnd::Crowded(Errand { tries: errand.tries + 1, ..errand });
        }
        tell(BatchEvent::Ended { line, carried: &carried });
        carried.end()
    }

    /// Waits until the line is this run's to work on.
    async fn turn(
        &self,
        line: &LinePlace,
        errand: Errand,
        leave: impl Future<Output = ()> + Clone,
        tell: &(dyn Fn(BatchEvent<'_>) + Send + Sync),
    ) -> Result<Turn, Error> {
        let mut may_reorder = errand.decision == LineDecision::Reorder && errand.tries == 0;
        loop {
            let Some(last) = self.desk.journal().last_of_line(self.line(line)).await? else {
                let generation = self.generation(line)?;
                self.check_target(line)?;
                if leave.clone().now_or_never().is_some() {
                    return Ok(Turn::Left);
                }
                let wanted = NewJob::new(generation).in_batch(&self.name, line.occurrence).named(self.noted_path(line));
                let (begun, order) = self.desk.begin(wanted).await?;
                if begun.is_new {
                    return Ok(Turn::Work(Box::new(
                        self.desk.working_as(Some(&line.file_name()), begun.record, Some(order), true).await?,
                    )));
                }
                continue;
            };
            let claimed = match decide(Some(&last), is_in_place(&last), may_reorder) {
                LineDecision::Skip | LineDecision::Leave => return Ok(Turn::Stands(Box::new(last))),
                LineDecision::Reorder => {
                    self.check_target(line)?;
                    self.desk.begin_again(&last).await
                }
                LineDecision::Order | LineDecision::Download | LineDecision::TakeUp | LineDecision::Reconcile => {
                    self.desk.claim(last.clone()).await
                }
            };
            // Whatever becomes of it in other hands is final for this run.
            may_reorder = false;
            match claimed {
                Ok(record) => return Box::pin(self.taken_up(line, record)).await,
                Err(JournalError::AlreadyReordered { .. }) => {}
                Err(JournalError::Claimed { owner, .. }) => {
                    tell(BatchEvent::Held { line, owner: &owner });
                    tokio::select! {
                        () = tokio::time::sleep_until(Instant::now() + LOOK) => {}
                        () = leave.clone() => return Ok(Turn::Stands(Box::new(last))),
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Goes on where a claimed job stands.
    async fn taken_up(&self, line: &LinePlace, record: Record) -> Result<Turn, Error> {
        let habit = self.desk.key_habit_for(&record).await?;
        let recovery = record.recovery(habit, self.desk.moment());
        if recovery == Recovery::Settle && !self.desk.settles() {
            self.desk.give_up(&record);
            return Ok(Turn::Stands(Box::new(record)));
        }
        let sends = recovery == Recovery::Submit;
        let ready = async {
            if sends {
                // Nothing of it was ever accepted, so it may go to whichever gateway this batch is for.
                self.check_target(line)?;
            } else {
                self.desk.check_place(&record)?;
            }
            // What the journal kept may be a part; what has a task needs no order.
            let order = if record.task.is_none() { Some(self.generation(line)?) } else { None };
            Ok(order)
        };
        let ended = |record: &Record, error: Error| {
            self.desk.give_up(record);
            Turn::Ended(Box::new(Carried::ended(record.clone(), error)))
        };
        let order: Option<Generation> = match ready.await {
            Ok(order) => order,
            Err(error) => return Ok(ended(&record, error)),
        };
        match self.desk.working_as(Some(&line.file_name()), record.clone(), order.map(Into::into), false).await {
            Ok(job) => Ok(Turn::Work(Box::new(job))),
            Err(error) => Ok(ended(&record, error)),
        }
    }
}

const fn is_settled(decision: LineDecision) -> bool {
    matches!(decision, LineDecision::Skip | LineDecision::Leave)
}
