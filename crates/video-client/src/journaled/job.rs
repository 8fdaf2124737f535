//! One job from its intent, or from wherever it stands, to its end, each step noted before the next.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::{OwnedMutexGuard, OwnedRwLockReadGuard, watch};
use tokio::time::Instant;
use video_journal::{Event, KeyHabit, Order, Record, Recovery, State};
use video_protocol::{Error, ErrorKind, Flow, HttpRequest, Input, Outcome, Purpose, Task, TaskRef};
use video_types::TaskStatus;

use super::Journaled;
use super::told::{self, Answer};
use crate::events::{Subject, Subscription, Teller};
use crate::restraints::Share;

/// One job in the journal, and whoever works on it.
///
/// It holds the job's claim; dropping it gives the claim up, unless a submit is on its way: then it runs out by itself,
/// and whoever takes the job up next looks for its task. Do not drop it or its futures while it orders, or nobody
/// knows what became of the order.
#[derive(Debug)]
pub struct JournaledJob {
    pub(super) desk: Journaled,
    pub(super) record: Record,
    pub(super) order: Option<Order>,
    pub(super) began: Instant,
    pub(super) stage: Stage,
    pub(super) habit: Option<KeyHabit>,
    /// What has to be noted before anything else is done.
    pub(super) to_note: VecDeque<Event>,
    /// How many descriptions of the task were told to the caller.
    pub(super) told: u32,
    /// How often it was sent by this run.
    pub(super) sends: u32,
    /// The answer to the last submit.
    pub(super) answer: Answer,
    pub(super) sending: Option<OwnedRwLockReadGuard<()>>,
    /// Whether an order went out whose outcome is not noted yet.
    pub(super) on_its_way: watch::Sender<bool>,
    /// Keeps equal orders that its video may serve waiting for its end.
    pub(super) flight: Option<OwnedMutexGuard<()>>,
    pub(super) share: Share,
    pub(super) teller: Teller,
}

#[derive(Debug)]
pub(super) enum Stage {
    Fly {
        flow: Box<Flow>,
        next: Next,
    },
    /// Nobody knows what became of the order, by this error.
    Settle(Option<Error>),
    Done(Option<Outcome>),
}

#[derive(Debug)]
pub(super) enum Next {
    Feed(Input),
    Wait(Instant),
    Send(Purpose, HttpRequest),
    End(Outcome),
}

impl JournaledJob {
    pub(super) fn new(desk: Journaled, record: Record, order: Option<Order>, habit: Option<KeyHabit>) -> Self {
        let share = Share::new(&desk.client.parts().restraint);
        let subject = Subject::of(record.to.origin.clone(), record.request.model());
        let subject = subject.in_journal(&record.job, record.name.as_deref());
        let teller = Teller::new(desk.client.events(), desk.client.parts().clock.clone(), subject);
        Self {
            desk,
            record,
            order,
            began: Instant::now(),
            stage: Stage::Done(None),
            habit,
            to_note: VecDeque::new(),
            told: 0,
            sends: 0,
            answer: Answer::default(),
            sending: None,
            on_its_way: watch::Sender::new(false),
            flight: None,
            share,
            teller,
        }
    }

    pub(super) fn tell_as(&mut self, name: &str) {
        self.teller.call(name);
    }

    pub(super) fn tell_beginning(&self, is_new: bool) {
        if is_new {
            self.teller.ordered();
        } else {
            self.teller.taken_up(Some(self.record.state), self.record.task.as_ref());
        }
    }

    /// Subscribes to what happens to this job from here on; to what happened before,
    /// [`Events::subscribe`](crate::events::Events::subscribe) in time. `room` is how many events may wait to be read.
    pub fn watch(&self, room: usize) -> Subscription {
        self.teller.subscribe(room)
    }

    /// The job as the journal has it.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The handle of its task, once it has one.
    pub fn reference(&self) -> Option<&TaskRef> {
        self.record.task.as_ref()
    }

    /// The task as last described, if it was by now.
    pub fn task(&self) -> Option<&Task> {
        self.flow().and_then(Flow::task)
    }

    /// The status word, if nobody knows it: worth one warning, never an end.
    pub fn unknown_status(&self) -> Option<&TaskStatus> {
        self.flow().and_then(Flow::unknown_status)
    }

    pub(super) fn flow(&self) -> Option<&Flow> {
        match &self.stage {
            Stage::Fly { flow, .. } => Some(flow),
            _ => None,
        }
    }

    /// Goes on until the job has a task, whose id is durable then.
    ///
    /// # Errors
    ///
    /// Nothing was accepted, or nobody knows.
    pub async fn accepted(&mut self) -> Result<TaskRef, Error> {
        loop {
            if let Some(task) = self.reference() {
                return Ok(task.clone());
            }
            if self.update().await.is_none() && self.reference().is_none() {
                return Err(match self.finish().await {
                    Outcome::Ended(error) => error,
                    _ => Error::new(ErrorKind::Decode).with_message("the submit ended without a task"),
                });
            }
        }
    }

    /// The same, unless `leave` is ready first: then `None`, as soon as no order is on its way any more. The job may be
    /// dropped then, and whoever takes it up goes on where it stands.
    pub async fn accepted_unless(&mut self, leave: impl Future<Output = ()>) -> Option<Result<TaskRef, Error>> {
        let mut on_its_way = self.on_its_way();
        let may_leave = async {
            leave.await;
            on_its_way.over().await;
        };
        tokio::select! {
            biased;
            accepted = self.accepted() => Some(accepted),
            () = may_leave => None,
        }
    }

    /// Goes on until the gateway has described the task again; `None` once the job has ended.
    ///
    /// Once there is a task, dropping the future is safe at any moment.
    pub async fn update(&mut self) -> Option<&Task> {
        let desk = self.desk.clone();
        if desk.keeping(self.run_until_seen()).await { self.task() } else { None }
    }

    /// Goes on to the end: there is a video to [`save`](Self::save), or there will be none.
    ///
    /// A job whose end was told once says so again only as an error.
    pub async fn finish(&mut self) -> Outcome {
        while self.update().await.is_some() {}
        match &mut self.stage {
            Stage::Done(outcome) => outcome.take(),
            _ => None,
        }
        .unwrap_or_else(|| {
            let error = Error::new(ErrorKind::InvalidRequest).with_message("the end of this job was told already");
            Outcome::Ended(told::about(error, self.reference()))
        })
    }

    /// Puts the job where its recovery begins.
    pub(super) async fn begin(&mut self, recovery: Recovery) -> Result<(), Error> {
        match (recovery, &self.record.task) {
            (Recovery::Submit | Recovery::SubmitAgain, _) if self.order.is_some() => {
                self.submit_stage(Duration::ZERO)?;
            }
            (Recovery::Submit, _) => return Err(told::not_kept(&self.record).with_proof_of_no_task()),
            (Recovery::Settle | Recovery::SubmitAgain, _) => {
                if self.record.state == State::Sent {
                    self.note(told::left()).await?;
                }
                self.stage = Stage::Settle(None);
            }
            (Recovery::Poll | Recovery::Download | Recovery::Nothing, Some(task)) if !self.record.state.is_final() => {
                let task = task.clone();
                self.poll_stage(task);
            }
            _ => {
                let words = format!("job {} has ended: {}", self.record.job, self.record.state);
                let error = Error::new(ErrorKind::InvalidRequest).with_message(words);
                return Err(told::about(error, self.record.task.as_ref()));
            }
        }
        Ok(())
    }
}

impl Drop for JournaledJob {
    fn drop(&mut self) {
        if self.record.claim.is_some() && self.record.state != State::Sent {
            self.desk.release(self.record.job.clone());
        }
    }
}
