//! One job from its submit, or from its handle, to its end.

use std::time::Duration;

use tokio::time::Instant;
use video_protocol::{Error, Flow, HttpRequest, HttpResponse, Input, Lost, Outcome, Purpose, Step, Task, TaskRef};
use video_types::TaskStatus;

use crate::Client;
use crate::events::{Activity, Subscription, Teller};
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
    teller: Teller,
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
    pub(crate) async fn accepted(client: Client, flow: Flow, teller: Teller) -> Result<Self, Error> {
        // The handle is known as soon as the first answer is; until then this one stands for it.
        let nobody = TaskRef::new(client.dialect_name(), "");
        teller.ordered();
        let mut job = Self::new(client, flow, nobody, teller);
        job.run_until_seen().await;
        match (job.flow.task(), job.next) {
            (Some(task), next) => Ok(Self {
                reference: task.reference.clone(),
                client: job.client,
                flow: job.flow,
                began: job.began,
                next,
                share: job.share,
                teller: job.teller,
            }),
            (None, Next::Done(Outcome::Ended(error))) => Err(error),
            (None, _) => {
                Err(Error::new(video_protocol::ErrorKind::Decode).with_message("the submit ended without a task"))
            }
        }
    }

    pub(crate) fn resumed(client: Client, flow: Flow, reference: TaskRef) -> Self {
        let teller = client.teller("");
        teller.taken_up(None, Some(&reference));
        Self::new(client, flow, reference, teller)
    }

    fn new(client: Client, flow: Flow, reference: TaskRef, teller: Teller) -> Self {
        let share = Share::new(&client.parts().restraint);
        Self { client, flow, reference, began: now(), next: Next::Feed(Input::Start), share, teller }
    }

    /// Subscribes to what happens to this job from here on; to what happened before,
    /// [`Events::subscribe`](crate::events::Events::subscribe) in time. `room` is how many events may wait to be read.
    pub fn watch(&self, room: usize) -> Subscription {
        self.teller.subscribe(room)
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

    /// Sends a request when its turn has come, and tells how that went.
    async fn exchange(&mut self, purpose: Purpose, request: HttpRequest) -> Result<HttpResponse, Lost> {
        let (until, patience) = (self.deadline(), self.patience());
        let parts = self.client.parts();
        self.share.turn(parts, purpose, until).await?;
        let asked = now();
        let (activity, answer) = if purpose == Purpose::Submit {
            self.teller.sent();
            (Activity::Submit, submit(parts, request).await)
        } else {
            (Activity::Poll, ask(parts, request, patience).await)
        };
        self.teller.exchanged(activity, asked, &answer);
        answer
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
            let (before, had_task) = (self.flow.observations(), self.flow.task().is_some());
            let step = self.flow.advance(self.began.elapsed(), input);
            self.share.heard(self.flow.signal());
            self.tell(before, had_task, &step);
            self.next = match step {
                Step::Send { purpose, request } => {
                    // Dropped while sending: a poll is asked again, and a submit has no handle yet.
                    self.next = Next::Feed(Input::Waited);
                    let answer = self.exchange(purpose, request).await;
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

    /// Tells what a step of the flow brought; `before` it the task had been described so often.
    fn tell(&self, before: u32, had_task: bool, step: &Step) {
        let seen = self.flow.task().filter(|_| self.flow.observations() > before);
        if let Some(task) = seen {
            if !had_task && self.reference.id.as_str().is_empty() {
                self.teller.accepted(&task.reference);
            }
            self.teller.seen(task);
        }
        match step {
            Step::Wait(delay) if seen.is_none() => {
                if let Some(trouble) = self.flow.trouble() {
                    self.teller.trouble(trouble, *delay);
                }
            }
            Step::Done(outcome) => self.teller.outcome(outcome),
            Step::Wait(_) | Step::Send { .. } => {}
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
