//! Looking for the task of an order nobody knows the outcome of.

use tokio::time::Instant;
use video_journal::{Event, Order, State};
use video_protocol::{Error, ErrorKind, Input, Settle, Settled, Step};
use video_types::TaskId;

use super::looks::{self, Look};
use super::{JournaledJob, told};
use crate::events::Activity;
use crate::exchange::{LONGEST_POLL, ask};
use crate::restraints::Share;

impl JournaledJob {
    /// Looks for the task of this job and nothing else.
    pub(super) async fn settle_only(&mut self) -> Result<(), Error> {
        match self.record.state {
            State::Sent => self.note(told::left()).await?,
            State::Unknown => {}
            state => {
                let words = format!("job {} is {state}: nothing is in doubt", self.record.job);
                return Err(told::about(Error::new(ErrorKind::InvalidRequest).with_message(words), self.reference()));
            }
        }
        let desk = self.desk.clone();
        desk.keeping(self.settle(None)).await
    }

    /// Looks through the list, twice if need be, and notes what that tells: the job has a task, or is unsent.
    ///
    /// Orders that look alike wait meanwhile: a list cannot tell them apart.
    pub(super) async fn settle(&mut self, cause: Option<Error>) -> Result<(), Error> {
        let look = Look::of(&self.record);
        let _alone = self.desk.looks.settling(look.clone()).await;
        let doubts = looks::in_doubt(&self.desk.journal, &self.record, &look, self.desk.moment()).await?;
        let Some(doubts) = doubts else {
            return Err(unknown("an order like it is on its way from another program: try again later", cause));
        };
        let Some(settle) = self.machine() else {
            return Err(unknown(told::not_kept(&self.record).message(), cause));
        };
        match self.drive(settle.with_equals(doubts)).await? {
            Some(Settled::Found(task)) => self.note(Event::Adopted { task: task.reference }).await,
            Some(Settled::Absent) => self.note(Event::Absent).await,
            Some(Settled::Undecided(why)) => Err(unknown(&why.to_string(), cause)),
            None => Err(unknown("the deadline was reached before the list could tell", cause)),
        }
    }

    fn machine(&self) -> Option<Settle> {
        let parts = self.desk.client.parts();
        let dialect = parts.dialect.clone();
        let intended_at = std::time::UNIX_EPOCH + self.record.created_at.since(video_journal::Millis::new(0));
        let settle = match looks::listed(&self.record)? {
            Order::Generation(wanted) => Settle::new(dialect, *wanted, intended_at, parts.clock.now()),
            Order::Remix { of, prompt } => Settle::remix(dialect, &of, prompt, intended_at, parts.clock.now()),
        };
        let settle = settle.with_retry(parts.retry.clone()).with_origin(self.desk.client.origin());
        let settle = settle.with_chance(parts.chance.seed());
        Some(match self.desk.settle_after {
            Some(settle_after) => settle.with_settle_after(settle_after),
            None => settle,
        })
    }

    /// `None` if the deadline comes first.
    async fn drive(&self, mut settle: Settle) -> Result<Option<Settled>, Error> {
        let (began, parts) = (Instant::now(), self.desk.client.parts());
        let mut share = Share::new(&parts.restraint);
        self.teller.settling(None);
        let mut input = Input::Start;
        loop {
            let origin = &self.record.to.origin;
            let unreadable = std::cell::Cell::new(None);
            // One look by index, in microseconds; what cannot be read is nobody's to take.
            let owned = |id: &TaskId| match self.desk.journal.store().job_of_task(origin, id.as_str()) {
                Ok(job) => job.is_some(),
                Err(error) => {
                    unreadable.set(Some(error));
                    true
                }
            };
            let step = settle.advance(began.elapsed(), input, owned);
            if let Some(error) = unreadable.into_inner() {
                return Err(error.into());
            }
            share.heard(settle.signal());
            input = match step {
                Step::Send { purpose, request } => {
                    if share.turn(parts, purpose, self.deadline()).await.is_err() {
                        // It was held back until the deadline.
                        return Ok(None);
                    }
                    let asked = Instant::now();
                    let answer = ask(parts, request, LONGEST_POLL).await;
                    self.teller.exchanged(Activity::Settle, asked, &answer);
                    answer.map_or_else(Input::Lost, Input::Response)
                }
                Step::Wait(delay) => {
                    let until = share.later(parts, delay);
                    if self.deadline().is_some_and(|deadline| deadline < until) {
                        return Ok(None);
                    }
                    self.teller.settling(Some(until.saturating_duration_since(Instant::now())));
                    tokio::time::sleep_until(until).await;
                    Input::Waited
                }
                Step::Done(settled) => return Ok(Some(settled)),
            };
        }
    }
}

/// The outcome stays unknown, for one more reason.
fn unknown(why: &str, cause: Option<Error>) -> Error {
    let Some(cause) = cause else { return Error::new(ErrorKind::OutcomeUnknown).with_message(why) };
    let said = cause.message();
    let words = if said.is_empty() { why.to_owned() } else { format!("{said}; {why}") };
    let mut error = Error::new(ErrorKind::OutcomeUnknown).with_message(words);
    if let Some(problem) = cause.problem() {
        error = error.with_problem(problem.clone());
    }
    if let Some(status) = cause.status() {
        error = error.with_status(status);
    }
    error.with_source(cause)
}
