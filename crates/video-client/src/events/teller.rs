//! Who numbers and times the events of one job.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use video_download::{Progress, Saved};
use video_journal::{JobId, State};
use video_protocol::{
    Error, HttpResponse, Lost, Outcome, Purpose, Stage, Task, TaskProgress, TaskRef, Trouble, Verdict,
};

use super::{
    Activity, Difficulty, Ending, Estimate, Events, Exchange, JobEvent, JobEventKind, Seen, Stored, Subject,
    Subscription,
};
use crate::Clock;

/// Pieces of a file come by the thousand; they are told this far apart.
const APART: Duration = Duration::from_millis(100);

/// Tells the events of one job.
#[derive(Debug)]
pub(crate) struct Teller {
    events: Events,
    clock: Clock,
    line: Arc<Line>,
}

/// How far a job has been told.
#[derive(Debug)]
pub(super) struct Line {
    subject: Arc<Subject>,
    state: Mutex<Told>,
}

#[derive(Debug)]
struct Told {
    sequence: u64,
    began: Instant,
    task: Option<Arc<TaskRef>>,
    sends: u32,
    progress: TaskProgress,
    accepted: Option<Instant>,
    /// How long it had been accepted when this process took it up.
    before: Duration,
    in_queue: bool,
    worked_on: Option<Instant>,
    downloads: Option<Instant>,
    piece: Option<Instant>,
    /// What others like it took; absent until it was asked for.
    past: Option<Arc<[Duration]>>,
}

impl Subject {
    pub(crate) fn of(gateway: String, model: &str) -> Self {
        Self { job: None, name: None, model: model.to_owned(), gateway, stream: 0 }
    }

    pub(crate) fn in_journal(mut self, job: &JobId, name: Option<&str>) -> Self {
        self.job = Some(job.clone());
        self.name = name.map(str::to_owned);
        self
    }
}

impl Teller {
    /// Calls the job so, before anything is told of it: all that is told of a job has one name.
    pub(crate) fn call(&mut self, name: &str) {
        if let Some(line) = Arc::get_mut(&mut self.line) {
            Arc::make_mut(&mut line.subject).name = Some(name.to_owned());
        }
    }

    pub(crate) fn new(events: &Events, clock: Clock, subject: Subject) -> Self {
        let subject = Arc::new(Subject { stream: events.next_stream(), ..subject });
        let told = Told {
            sequence: 0,
            began: Instant::now(),
            task: None,
            sends: 0,
            progress: TaskProgress::default(),
            accepted: None,
            before: Duration::ZERO,
            in_queue: false,
            worked_on: None,
            downloads: None,
            piece: None,
            past: None,
        };
        Self { events: events.clone(), clock, line: Arc::new(Line { subject, state: Mutex::new(told) }) }
    }

    pub(super) fn going_on(events: &Events, clock: Clock, line: Arc<Line>) -> Self {
        Self { events: events.clone(), clock, line }
    }

    #[cfg(test)]
    pub(super) fn subject(&self) -> &Subject {
        &self.line.subject
    }

    /// A subscription to this job alone.
    pub(crate) fn subscribe(&self, room: usize) -> Subscription {
        self.events.subscribe_to(Some(self.line.subject.stream), room)
    }

    pub(crate) fn ordered(&self) {
        self.tell(&mut self.told(), JobEventKind::Ordered);
    }

    /// `task` is its handle, if it has one.
    pub(crate) fn taken_up(&self, state: Option<State>, task: Option<&TaskRef>) {
        let mut told = self.told();
        told.task = task.cloned().map(Arc::new);
        self.tell(&mut told, JobEventKind::TakenUp { state });
    }

    pub(crate) fn sent(&self) {
        let mut told = self.told();
        told.sends = told.sends.saturating_add(1);
        let attempt = told.sends;
        self.tell(&mut told, JobEventKind::Sent { attempt });
    }

    pub(crate) fn accepted(&self, task: &TaskRef) {
        let mut told = self.told();
        told.task = Some(Arc::new(task.clone()));
        told.accepted = Some(Instant::now());
        self.tell(&mut told, JobEventKind::Accepted);
    }

    /// Whether an estimate needs to know what others took.
    pub(crate) fn wants_past(&self) -> bool {
        self.events.are_heard() && self.told().past.is_none()
    }

    /// What others took, and how long ago this one was accepted, if another process ordered it.
    pub(crate) fn know_past(&self, past: Arc<[Duration]>, accepted_ago: Option<Duration>) {
        let mut told = self.told();
        told.past = Some(past);
        if let (None, Some(ago)) = (told.accepted, accepted_ago) {
            (told.accepted, told.before) = (Some(Instant::now()), ago);
        }
    }

    pub(crate) fn seen(&self, task: &Task) {
        let mut told = self.told();
        let now = Instant::now();
        told.progress.observe(task);
        match told.progress.stage() {
            Stage::Submitted | Stage::Queued => told.in_queue = true,
            Stage::Working => drop(told.worked_on.get_or_insert(now)),
            _ => {}
        }
        if told.task.as_deref() != Some(&task.reference) {
            told.task = Some(Arc::new(task.reference.clone()));
        }
        let since = told.accepted.map(|accepted| now.saturating_duration_since(accepted) + told.before);
        let estimate = match (&told.past, since) {
            (Some(past), Some(since)) if !task.phase().is_terminal() => Estimate::of(past, since),
            _ => None,
        };
        let seen = Seen { status: task.status.clone(), progress: told.progress, estimate };
        self.tell(&mut told, JobEventKind::Seen(seen));
    }

    pub(crate) fn trouble(&self, trouble: &Trouble, again_in: Duration) {
        let difficulty = Difficulty {
            activity: match trouble.purpose {
                Purpose::Submit => Activity::Submit,
                Purpose::Settle => Activity::Settle,
                _ => Activity::Poll,
            },
            kind: trouble.kind,
            message: trouble.message.clone(),
            status: trouble.status.map(|status| status.as_u16()),
            in_a_row: trouble.in_a_row,
            again_in,
        };
        self.tell(&mut self.told(), JobEventKind::Trouble(difficulty));
    }

    pub(crate) fn settling(&self, again_in: Option<Duration>) {
        self.tell(&mut self.told(), JobEventKind::Settling { again_in });
    }

    /// How the flow of a job ended.
    pub(crate) fn outcome(&self, outcome: &Outcome) {
        match outcome {
            Outcome::Succeeded(task) => {
                let mut told = self.told();
                let now = Instant::now();
                let (since, worked_on) = (told.accepted.filter(|_| told.before.is_zero()), told.worked_on);
                let queued = since.zip(worked_on).filter(|_| told.in_queue).map(|(since, at)| at - since);
                let generated = since.map(|since| now - worked_on.unwrap_or(since));
                self.tell(&mut told, JobEventKind::Succeeded { queued, generated });
                drop(told);
                if self.line.subject.job.is_none() {
                    self.events.remember(&task.reference, &self.line);
                }
            }
            Outcome::Running { trouble, .. } => self.ended(Verdict::Running, trouble.as_ref()),
            Outcome::Ended(error) => self.ended(error.verdict(), Some(error)),
            _ => self.ended(outcome.verdict(), None),
        }
    }

    /// The file begins to come.
    pub(crate) fn download_begins(&self) {
        let mut told = self.told();
        (told.downloads, told.piece) = (Some(Instant::now()), None);
        self.tell(&mut told, JobEventKind::Downloading { received: 0, total: None });
    }

    /// A piece of the file came.
    pub(crate) fn downloading(&self, progress: Progress) {
        if !self.events.are_heard() {
            return;
        }
        let mut told = self.told();
        let now = Instant::now();
        if told.piece.is_none_or(|piece| now.saturating_duration_since(piece) >= APART) {
            told.piece = Some(now);
            let (received, total) = (progress.received, progress.total);
            self.tell(&mut told, JobEventKind::Downloading { received, total });
        }
    }

    /// How the download ended.
    pub(crate) fn downloaded(&self, downloaded: &Result<Saved, Error>) {
        let mut told = self.told();
        let began = told.downloads.unwrap_or_else(Instant::now);
        let took = began.elapsed();
        let fetched = downloaded.as_ref().map_or(0, |saved| saved.bytes.saturating_sub(saved.taken_over));
        let status = downloaded.is_ok().then_some(200);
        self.exchange(Activity::Download, took, status, fetched);
        match downloaded {
            Ok(saved) => {
                let stored = Stored {
                    path: saved.path.clone(),
                    bytes: saved.bytes,
                    sha256: saved.sha256,
                    taken_over: saved.taken_over,
                    took,
                };
                self.tell(&mut told, JobEventKind::Saved(stored));
                drop(told);
                self.ended(Verdict::Saved, None);
            }
            Err(error) => {
                drop(told);
                self.ended(error.verdict(), Some(error));
            }
        }
    }

    pub(crate) fn ended(&self, verdict: Verdict, error: Option<&Error>) {
        let message = error.map(|error| error.message().to_owned()).unwrap_or_default();
        let ending = Ending { verdict, error: error.map(Error::kind), message };
        self.tell(&mut self.told(), JobEventKind::Ended(ending));
    }

    /// A request that began then was answered or lost.
    pub(crate) fn exchanged(&self, activity: Activity, began: Instant, answer: &Result<HttpResponse, Lost>) {
        let status = answer.as_ref().ok().map(|answer| answer.status().as_u16());
        let received = answer.as_ref().map_or(0, |answer| answer.body().len() as u64);
        self.exchange(activity, began.elapsed(), status, received);
    }

    fn exchange(&self, activity: Activity, took: Duration, status: Option<u16>, received: u64) {
        if self.events.are_heard() {
            let subject = Arc::clone(&self.line.subject);
            self.events.tell_exchange(&Exchange { subject, activity, took, status, received });
        }
    }

    fn tell(&self, told: &mut Told, kind: JobEventKind) {
        told.sequence += 1;
        if self.events.are_heard() {
            self.events.tell(&JobEvent {
                subject: Arc::clone(&self.line.subject),
                sequence: told.sequence,
                at: self.clock.now().into(),
                elapsed: told.began.elapsed(),
                task: told.task.clone(),
                kind,
            });
        }
    }

    /// Held while an event is told, so that events come in the order of their numbers.
    fn told(&self) -> MutexGuard<'_, Told> {
        self.line.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
