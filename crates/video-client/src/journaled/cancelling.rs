//! Stopping a job: the gateway is asked, and the journal told what is certain.

use tokio::sync::watch;
use video_journal::{End, Event, JournalError, Record, State};
use video_protocol::{Cancelled, Error, ErrorKind, Outcome, Task, TaskRef};
use video_types::Phase;

use super::job::Stage;
use super::told::{self, Answer};
use super::{Journaled, JournaledJob};

/// Whether the order of a job is on its way right now, told to others than whoever drives the job.
///
/// While it is, dropping the future that drives the job loses the answer, and with it the name of a task that may be
/// paid. At any other moment dropping loses nothing.
#[derive(Debug, Clone)]
pub struct OnItsWay(watch::Receiver<bool>);

impl OnItsWay {
    /// Whether an order went out whose outcome is not noted yet.
    pub fn is_true(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until none is on its way: its outcome is noted, or nobody drives the job any more.
    pub async fn over(&mut self) {
        // An error says that the job was dropped.
        drop(self.0.wait_for(|on_its_way| !on_its_way).await);
    }
}

impl Journaled {
    /// Stops a job, by the rules of [`JournaledJob::cancel`]. While somebody else works on it the gateway is asked all
    /// the same: whoever works on it sees what became of its task, and notes it.
    ///
    /// # Errors
    ///
    /// As [`JournaledJob::cancel`]; also if somebody else works on a job that has no task yet.
    pub async fn cancel(&self, record: Record) -> Result<Cancelled, Error> {
        self.check_place(&record)?;
        let has_ended = record.state.is_final() || record.state == State::Saved;
        if let Some(task) = record.task.as_ref().filter(|_| has_ended) {
            return self.client.cancel(task).await;
        }
        match self.claim(record.clone()).await {
            Ok(record) => JournaledJob::new(self.clone(), record, None, None).cancel().await,
            Err(error @ JournalError::Claimed { .. }) => match &record.task {
                Some(task) => self.client.cancel(task).await,
                None => Err(error.into()),
            },
            Err(error) => Err(told::about(error.into(), record.task.as_ref())),
        }
    }
}

impl JournaledJob {
    /// Asks the gateway to stop the task, and notes what is certain afterwards: that it is cancelled, or how it had ended.
    /// A job that may still run, and be billed, stays as it stands.
    ///
    /// A job of which nothing was sent is cancelled without asking anybody.
    ///
    /// # Errors
    ///
    /// As [`Client::cancel`](crate::Client::cancel). Also if nobody knows whether there is a task to stop
    /// ([`ErrorKind::OutcomeUnknown`]), or if the journal cannot be written.
    pub async fn cancel(&mut self) -> Result<Cancelled, Error> {
        if self.flow().is_some() {
            self.catch_up().await?;
        }
        let Some(task) = self.reference().cloned() else { return self.cancel_unsent().await };
        let desk = self.desk.clone();
        let cancelled = desk.keeping(desk.client.cancel(&task)).await?;
        let open = matches!(self.record.state, State::Accepted | State::Running);
        match &cancelled {
            Cancelled::Confirmed if open => self.note_cancelled(Some(task)).await?,
            Cancelled::TooLate(seen) if open => self.note_end(seen).await?,
            _ => {}
        }
        Ok(cancelled)
    }

    /// Whether the order is on its way right now: a handle that can be asked while a future drives the job.
    pub fn on_its_way(&self) -> OnItsWay {
        OnItsWay(self.on_its_way.subscribe())
    }

    async fn cancel_unsent(&mut self) -> Result<Cancelled, Error> {
        let job = &self.record.job;
        match self.record.state {
            State::Intent | State::Unsent if !self.record.in_doubt => {
                self.note_cancelled(None).await?;
                Ok(Cancelled::Confirmed)
            }
            State::Intent | State::Sent | State::Unsent | State::Unknown => {
                let words = format!("there may be a task of job {job}, and nobody knows its name: settle it first");
                Err(Error::new(ErrorKind::OutcomeUnknown).with_message(words))
            }
            state => {
                let words = format!("job {job} has ended without a task: {state}");
                Err(Error::new(ErrorKind::InvalidRequest).with_message(words))
            }
        }
    }

    async fn note_cancelled(&mut self, task: Option<TaskRef>) -> Result<(), Error> {
        let error =
            told::about(Error::new(ErrorKind::TaskCancelled).with_message("cancelled on request"), task.as_ref());
        let evidence = self.evidence(&error);
        self.note(Event::Ended { end: End::Cancelled, evidence }).await?;
        self.stage = Stage::Done(Some(Outcome::Ended(error)));
        Ok(())
    }

    async fn note_end(&mut self, seen: &Task) -> Result<(), Error> {
        if seen.phase() == Phase::Succeeded {
            return self.note(Event::Succeeded { billing: seen.billing.clone() }).await;
        }
        let Some(kind) = seen.end_without_video() else { return Ok(()) };
        let words = seen.failure.as_ref().map(|failure| failure.message.clone()).unwrap_or_default();
        let error = Error::new(kind).with_message(words).with_task(seen.reference.clone());
        match End::by(&error, self.record.state) {
            Some(end) => {
                let evidence = self.evidence(&error);
                self.note(Event::Ended { end, evidence }).await
            }
            None => Ok(()),
        }
    }

    fn evidence(&self, error: &Error) -> video_journal::Evidence {
        let secrets = self.secrets();
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        Answer::default().evidence(Some(error), &secrets)
    }
}
