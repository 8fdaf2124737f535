//! One job from its submit, or from its handle, to its end.

use std::time::Duration;

use tokio::time::Instant;
use video_protocol::{Error, Flow, Input, Outcome, Purpose, Step, Task, TaskRef};
use video_types::TaskStatus;

use crate::Client;
use crate::exchange::{LONGEST_POLL, ask, submit};
use crate::restraints::Share;

/// The look at the task that happens at the deadline gets so long; one under way by then ends so long after it at most.
pub(crate) const LAST_LOOK: Duration = Duration::from_secs(10);

/// One job that the gateway has accepted.
///
/// Dropping it stops the watching, not the task: [`Client::resume`] takes it up again.
#[derive(Debug)]
pub struct Job {
    client: Client,
    flow: Flow,
    reference: TaskRef,
    began: Instant,
    next: Next,
    share: Share,
}

/// Where the driver stands between two calls.
#[derive(Debug)]
enum Next {
    Feed(Input),
    Wait(Instant),
    Done(Outcome),
}

impl Job {
    /// Runs a flow until its task is accepted.
    pub(crate) async fn accepted(client: Client, flow: Flow) -> Result<Self, Error> {
        // The handle is known as soon as the first answer is; until then this one stands for it.
        let nobody = TaskRef::new(client.dialect_name(), "");
        let mut job = Self::resumed(client, flow, nobody);
        job.run_until_seen().await;
        match (job.flow.task(), job.next) {
            (Some(task), next) => Ok(Self {
                reference: task.reference.clone(),
                client: job.client,
                flow: job.flow,
                began: job.began,
                next,
                share: job.share,
            }),
            (None, Next::Done(Outcome::Ended(error))) => Err(error),
            (None, _) => {
                Err(Error::new(video_protocol::ErrorKind::Decode).with_message("the submit ended without a task"))
            }
        }
    }

    pub(crate) fn resumed(client: Client, flow: Flow, reference: TaskRef) -> Self {
        let share = Share::new(&client.parts().restraint);
        Self { client, flow, reference, began: now(), next: Next::Feed(Input::Start), share }
    }

    /// The handle: keep it, any process can resume with it.
    pub fn reference(&self) -> &TaskRef {
        &self.reference
    }

    /// The task as last described; `None` right after [`Client::resume`].
    pub fn task(&self) -> Option<&Task> {
        self.flow.task()
    }

    /// Whether the gateway honours idempotency keys, as far as it has said so by echoing the one of this job.
    pub fn honours_keys(&self) -> bool {
        self.flow.honours_keys()
    }

    /// The status word, if nobody knows it: worth one warning, never an end.
    pub fn unknown_status(&self) -> Option<&TaskStatus> {
        self.flow.unknown_status()
    }

    /// Waits until the gateway has described the task again; `None` once the job has ended.
    ///
    /// Trouble on the way is waited out, so this may take as long as the deadline allows. Dropping the
    /// future is safe at any moment.
    pub async fn update(&mut self) -> Option<&Task> {
        let seen = self.flow.observations();
        self.run_until_seen().await;
        if self.flow.observations() > seen { self.flow.task() } else { None }
    }

    /// Waits for the end.
    pub async fn finish(mut self) -> Outcome {
        while self.update().await.is_some() {}
        match self.next {
            Next::Done(outcome) => outcome,
            // `update` gives `None` only at the end.
            _ => Outcome::Ended(Error::new(video_protocol::ErrorKind::Decode).with_task(self.reference)),
        }
    }

    /// How long a poll that begins now may take: a deadline is kept even if the gateway does not answer.
    fn patience(&self) -> Duration {
        let Some(deadline) = self.client.parts().deadline else { return LONGEST_POLL };
        deadline.saturating_sub(self.began.elapsed()).max(LAST_LOOK).min(LONGEST_POLL)
    }

    /// When the job ends as it stands; a moment past the end of time is none.
    fn deadline(&self) -> Option<Instant> {
        self.began.checked_add(self.client.parts().deadline?)
    }

    async fn run_until_seen(&mut self) {
        let seen = self.flow.observations();
        loop {
            let input = match &mut self.next {
                Next::Done(_) => return,
                Next::Wait(until) => {
                    tokio::time::sleep_until(*until).await;
                    Input::Waited
                }
                Next::Feed(input) => std::mem::replace(input, Input::Waited),
            };
            let step = self.flow.advance(self.began.elapsed(), input);
            self.share.heard(self.flow.signal());
            self.next = match step {
                Step::Send { purpose, request } => {
                    // Dropped while sending: a poll is asked again, and a submit has no handle yet.
                    self.next = Next::Feed(Input::Waited);
                    let (parts, until) = (self.client.parts(), self.deadline());
                    let answer = match self.share.turn(parts, purpose, until).await {
                        Err(held) => Err(held),
                        Ok(()) if purpose == Purpose::Submit => submit(parts, request).await,
                        Ok(()) => ask(parts, request, self.patience()).await,
                    };
                    Next::Feed(answer.map_or_else(Input::Lost, Input::Response))
                }
                Step::Wait(delay) => {
                    let until = self.share.later(self.client.parts(), delay);
                    Next::Wait(self.deadline().map_or(until, |deadline| until.min(deadline)))
                }
                Step::Done(outcome) => {
                    if self.flow.task().is_some() && !matches!(outcome, Outcome::Running { .. }) {
                        self.share.task_ended();
                    }
                    Next::Done(outcome)
                }
            };
            if self.flow.observations() != seen {
                return;
            }
        }
    }
}

fn now() -> Instant {
    Instant::now()
}

/// A moment after `delay`; a delay past the end of time is the far future.
pub(crate) fn later(delay: Duration) -> Instant {
    let now = now();
    now.checked_add(delay).unwrap_or_else(|| now + Duration::from_secs(60 * 60 * 24 * 365))
}
