//! One job from its intent, or from wherever it stands, to its end, each step noted before the next.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::{OwnedMutexGuard, OwnedRwLockReadGuard};
use tokio::time::Instant;
use video_download::{Progress, Saved, Target};
use video_journal::{End, Event, KeyHabit, Order, Record, Recovery, SavedFile, State};
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
            flight: None,
            share,
            teller,
        }
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

    /// Downloads the video of the finished task, proves it, and notes where it is.
    ///
    /// # Errors
    ///
    /// As [`Client::download`](crate::Client::download); also if the journal cannot be written, and then the file may
    /// be in place.
    pub async fn save(
        &mut self,
        task: &Task,
        target: Target,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Saved, Error> {
        let desk = self.desk.clone();
        let downloaded = desk.keeping(desk.client.fetch(task, target, progress, &self.teller)).await;
        let kept = self.keep(downloaded).await;
        self.teller.downloaded(&kept);
        kept
    }

    /// Notes how a download ended.
    async fn keep(&mut self, downloaded: Result<Saved, Error>) -> Result<Saved, Error> {
        match downloaded {
            Ok(saved) => {
                let path = saved.path.as_ref().map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone()));
                let path = path.map_or_else(|| "-".to_owned(), |path| path.display().to_string());
                let file = SavedFile { path, bytes: saved.bytes, sha256: saved.sha256.to_string() };
                self.note(Event::Saved { file }).await?;
                Ok(saved)
            }
            Err(error) => {
                if let Some(end) = End::by(&error, self.record.state) {
                    let secrets = self.secrets();
                    let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
                    let evidence = Answer::default().evidence(Some(&error), &secrets);
                    self.note(Event::Ended { end, evidence }).await?;
                }
                Err(error)
            }
        }
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
