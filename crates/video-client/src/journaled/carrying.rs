//! A job carried from wherever it stands to its file, or to where it can be left.

use futures_util::FutureExt as _;
use video_download::{Progress, Saved, Target};
use video_journal::Record;
use video_protocol::{Class, Error, ErrorKind, Outcome, Task, Throttle, Verdict};

use super::JournaledJob;
use crate::scheduler::JobEnd;

/// What happens to a job while it is carried.
#[derive(Debug)]
#[non_exhaustive]
pub enum JobStep<'a> {
    /// The gateway has accepted the order; its id is durable.
    Accepted(&'a Record),
    /// The gateway has described the task.
    Seen(&'a Task),
    /// A piece of the video has arrived.
    Received(Progress),
}

/// How a job stands when the work on it ends.
#[derive(Debug)]
#[non_exhaustive]
pub struct Carried {
    /// The job as the journal has it, with what was said of the bill since; its claim is given up.
    pub record: Record,
    /// What ended the work, if something did.
    pub error: Option<Error>,
    /// The file, if it was saved now.
    pub saved: Option<Saved>,
}

impl Carried {
    /// A job there was nothing to do with, or that was left.
    pub(crate) const fn standing(record: Record) -> Self {
        Self { record, error: None, saved: None }
    }

    pub(crate) fn ended(record: Record, error: Error) -> Self {
        Self { error: Some(error), ..Self::standing(record) }
    }

    /// In the words of result lines and exit codes.
    pub fn verdict(&self) -> Verdict {
        self.record.state.verdict()
    }

    /// Whether the gateway had too many tasks at once, and nothing was ordered: another try may do.
    pub fn met_a_crowd(&self) -> bool {
        let crowded = self.error.as_ref().and_then(Throttle::of) == Some(Throttle::Concurrency);
        crowded && self.verdict() == Verdict::Unsent
    }

    /// What it says of the gateway, for a [`Scheduler`](crate::scheduler::Scheduler).
    ///
    /// Failed is what another line would meet as well: a permanent error of a job that has come to its end. What nobody knows
    /// the outcome of, what still runs and what repeating may mend is left to a later run.
    pub fn end<J>(&self) -> JobEnd<J> {
        match (self.verdict(), &self.error) {
            (Verdict::Saved, _) => JobEnd::Good,
            (Verdict::Running | Verdict::Unknown, _) | (_, None) => JobEnd::Other,
            (_, Some(error)) if error.class() == Class::Temporary => JobEnd::Other,
            (_, Some(error)) => JobEnd::Failed(error.kind()),
        }
    }
}

impl JournaledJob {
    /// Orders if need be, waits for the end and saves the video at the target that `target` names for the finished task.
    ///
    /// When `leave` is ready, it stops where nothing is lost: at once, but an order on its way is waited for. `tell` is
    /// told of every step.
    pub async fn carry(
        mut self,
        target: impl FnOnce(&Task, &Record) -> Target,
        leave: impl Future<Output = ()>,
        tell: &(dyn Fn(JobStep<'_>) + Send + Sync),
    ) -> Carried {
        let leave = leave.shared();
        let known = self.reference().is_some();
        match self.accepted_unless(leave.clone()).await {
            Some(Ok(_)) if !known => tell(JobStep::Accepted(self.record())),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Carried::ended(self.given_up(), error),
            None => return Carried::standing(self.given_up()),
        }
        let mut billing = self.task().and_then(|task| task.billing.clone());
        if let Some(task) = self.task() {
            tell(JobStep::Seen(task));
        }
        let finished = async {
            while let Some(task) = self.update().await {
                billing = task.billing.clone().or(billing.take());
                tell(JobStep::Seen(task));
            }
            self.finish().await
        };
        let outcome = tokio::select! {
            outcome = finished => Some(outcome),
            () = leave.clone() => None,
        };
        let (saved, error) = match outcome {
            None => (None, None),
            Some(Outcome::Succeeded(task)) => {
                billing = task.billing.clone().or(billing);
                let target = target(&task, self.record());
                let progress = |progress| tell(JobStep::Received(progress));
                let saved = tokio::select! {
                    saved = self.save(&task, target, &progress) => Some(saved),
                    () = leave => None,
                };
                match saved {
                    Some(Ok(saved)) => (Some(saved), None),
                    Some(Err(error)) => (None, Some(super::told::about(error, Some(&task.reference)))),
                    None => (None, None),
                }
            }
            Some(Outcome::Ended(error)) => (None, Some(error)),
            Some(Outcome::Running { trouble, .. }) => (None, trouble),
            Some(_) => {
                let words = "the job ended in a way this version does not know";
                (None, Some(Error::new(ErrorKind::Decode).with_message(words)))
            }
        };
        let mut record = self.given_up();
        record.billing = record.billing.or(billing);
        Carried { record, error, saved }
    }

    /// The job as it stands; its claim goes with it.
    fn given_up(self) -> Record {
        let mut record = self.record.clone();
        record.claim = None;
        record
    }
}
