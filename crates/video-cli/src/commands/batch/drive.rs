//! Carries one line of a batch through: order, wait, save, with the journal told before each step.

use std::cell::RefCell;
use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use video_client::batch::{BatchFile, LinePlace, is_intact};
use video_client::scheduler::JobEnd;
use video_client::{Class, Client, Job, Target, fit_pictures};
use video_journal::{
    Begun, Destination, End, Event, Evidence, Excerpt, Intent, JobId, Journal, JournalError, KEYS_KEPT_FOR, KeyHabit,
    Lease, LineDecision, Millis, Owner, Prompts, Record, Recovery, Reorder, Request, SavedFile, State, decide,
};
use video_protocol::{Error, ErrorKind, Outcome, Task, Throttle, Verdict};
use video_types::Generation;

use super::lines::Lines;
use super::report::Report;
use crate::complaint::What;
use crate::journal::now;
use crate::result_line::kind_word;

/// How long a claim holds: after a crash the next run waits that long for what was under way.
const LEASE: Duration = Duration::from_secs(30);
/// How often claims are renewed.
const RENEWED_EVERY: Duration = Duration::from_secs(10);
/// How often a job another process works on is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How often a job is tried at a gateway that has too many tasks at once.
const MOST_TRIES: u32 = 20;

/// One line that something is to be done with.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlannedJob {
    pub(super) place: usize,
    pub(super) decision: LineDecision,
    pub(super) tries: u32,
}

/// What every job of the batch needs.
pub(super) struct Driver<'a> {
    /// Whether pictures are sent in the form their model takes; the sandbox takes every form.
    pub(super) fits_pictures: bool,
    /// How much of a prompt the journal keeps.
    pub(super) prompts: Prompts,
    pub(super) client: &'a Client,
    pub(super) journal: &'a Journal,
    pub(super) lines: Lines<'a>,
    pub(super) file: RefCell<BatchFile<File>>,
    pub(super) places: &'a [LinePlace],
    pub(super) report: &'a Report<'a>,
    pub(super) me: Owner,
    pub(super) to: Destination,
    /// Becomes true when the person wants to leave.
    pub(super) leave: watch::Receiver<bool>,
}

/// How a job stands when the work on it ends.
struct Standing {
    record: Record,
    /// What ended the work, if something did.
    error: Option<Error>,
    /// What was said of the bill before the journal has a place for it.
    billing: Option<Value>,
}

impl Standing {
    const fn of(record: Record) -> Self {
        Self { record, error: None, billing: None }
    }

    fn by(record: Record, error: Error) -> Self {
        Self { record, error: Some(error), billing: None }
    }
}

impl Driver<'_> {
    /// Carries one job through and prints its result line.
    pub(super) async fn run(&self, job: PlannedJob) -> JobEnd<PlannedJob> {
        let Some(place) = self.places.get(job.place) else { return JobEnd::Other };
        let standing = match Box::pin(self.work(place, job)).await {
            Ok(standing) => standing,
            Err(error) => {
                self.report.trouble(place, &error);
                return JobEnd::Failed(error.kind());
            }
        };
        // A claim that stays would make others wait; if it cannot be ended, it runs out.
        drop(self.journal.release(standing.record.job.clone(), self.me.clone()).await);
        let verdict = standing.record.state.verdict();
        let crowded = standing.error.as_ref().and_then(Throttle::of) == Some(Throttle::Concurrency);
        if crowded && verdict == Verdict::Unsent && job.tries < MOST_TRIES && !*self.leave.borrow() {
            return JobEnd::Crowded(PlannedJob { tries: job.tries + 1, ..job });
        }
        self.report.ended(place, &standing.record, standing.error.as_ref(), standing.billing);
        match (verdict, &standing.error) {
            (Verdict::Saved, _) => JobEnd::Good,
            (Verdict::Running, _) | (_, None) => JobEnd::Other,
            (Verdict::Unsent, Some(error)) if error.class() == Class::Temporary => JobEnd::Other,
            (_, Some(error)) => JobEnd::Failed(error.kind()),
        }
    }

    /// Renews the claims of this run, for as long as it is asked to.
    pub(super) async fn keep_claims(&self) {
        loop {
            sleep_until(Instant::now() + RENEWED_EVERY).await;
            // A claim that could not be renewed is found over before anything is sent under it.
            drop(self.journal.renew(self.lease()).await);
        }
    }

    async fn work(&self, place: &LinePlace, job: PlannedJob) -> Result<Standing, Error> {
        let mut may_reorder = job.decision == LineDecision::Reorder && job.tries == 0;
        loop {
            let Some(last) = self.journal.last_of_line(self.lines.line(place)).await? else {
                let Begun { record, is_new } = self.begin(place).await?;
                if is_new {
                    return self.order(place, record).await;
                }
                continue;
            };
            match decide(Some(&last), intact(&last), may_reorder) {
                LineDecision::Skip | LineDecision::Leave => return Ok(Standing::of(last)),
                LineDecision::Reorder => {
                    may_reorder = false;
                    match self.reorder(&last).await {
                        Ok(record) => return self.order(place, record).await,
                        Err(JournalError::AlreadyReordered { .. } | JournalError::Claimed { .. }) => continue,
                        Err(error) => return Err(error.into()),
                    }
                }
                LineDecision::Order | LineDecision::Download | LineDecision::TakeUp | LineDecision::Reconcile => {}
            }
            // Whatever becomes of it in other hands is final for this run.
            may_reorder = false;
            match self.journal.claim(last.job.clone(), self.lease(), now()).await {
                Ok(record) => return Box::pin(self.go_on(place, record)).await,
                Err(JournalError::Claimed { owner, .. }) => {
                    self.report.held(&owner);
                    tokio::select! {
                        () = sleep_until(Instant::now() + LOOK) => {}
                        () = self.left() => return Ok(Standing::of(last)),
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Goes on where a claimed job stands.
    async fn go_on(&self, place: &LinePlace, record: Record) -> Result<Standing, Error> {
        let habit = self.journal.key_habit(record.to.origin.clone()).await?;
        match (record.recovery(habit, now()), record.task.clone()) {
            (Recovery::Submit | Recovery::SubmitAgain, _) => self.order(place, record).await,
            (Recovery::Poll, Some(task)) => match self.client.resume(task) {
                Ok(job) => self.follow(place, job, record).await,
                Err(error) => Ok(Standing::by(record, error)),
            },
            (Recovery::Download, Some(task)) => self.fetch_again(place, &task, record).await,
            (Recovery::Nothing, Some(task)) if record.state == State::Saved && !intact(&record) => {
                self.fetch_again(place, &task, record).await
            }
            _ => Ok(Standing::of(record)),
        }
    }

    async fn begin(&self, place: &LinePlace) -> Result<Begun, Error> {
        let (at, generation) = (now(), self.generation(place)?);
        let request = Request::new(&generation.into(), self.prompts);
        let intent = Intent::new(new_job(at), at, request, new_key(), self.to.clone());
        let intent = intent.in_batch(self.lines.batch, place.occurrence).named(place.file_name());
        Ok(self.journal.begin(intent, self.lease()).await?)
    }

    async fn reorder(&self, old: &Record) -> Result<Record, JournalError> {
        let at = now();
        let (of, job, idempotency_key) = (old.job.clone(), new_job(at), new_key());
        self.journal.reorder(Reorder { of, job, idempotency_key, to: self.to.clone(), lease: self.lease(), at }).await
    }

    /// Sends the order, once, and follows it.
    async fn order(&self, place: &LinePlace, record: Record) -> Result<Standing, Error> {
        let generation = self.generation(place)?;
        if let Err(error) = self.lines.check_target(place) {
            return Ok(Standing::by(record, error));
        }
        if *self.leave.borrow() {
            return Ok(Standing::of(record));
        }
        let holds_until = record.claim.as_ref().map_or(Millis::default(), |claim| claim.until);
        let key = record.idempotency_key.clone();
        let record = self.note(&record, Event::Sent { to: self.to.clone() }).await?;
        if now() >= holds_until {
            // The machine slept: somebody else may have settled and sent it.
            let words = "the machine slept longer than the claim on the job holds, so nothing was sent";
            let evidence = Evidence::new("local", Excerpt::new(words, &[]));
            return Ok(Standing::of(self.note(&record, Event::Ended { end: End::Unsent, evidence }).await?));
        }
        let generation = if self.fits_pictures { fit_pictures(generation) } else { generation };
        match self.client.submit_under(generation, &key).await {
            Ok(job) => {
                let task = job.reference().clone();
                let noted = self.note(&record, Event::Accepted { task: task.clone() }).await;
                let record = noted.map_err(|error| error.with_task(task.clone()))?;
                if job.honours_keys() {
                    let habit = KeyHabit { honoured: true, kept_for: KEYS_KEPT_FOR, noted_at: now() };
                    self.journal.note_keys(record.to.origin.clone(), habit).await?;
                }
                self.follow(place, job, record).await
            }
            Err(error) => self.ended(record, error).await,
        }
    }

    /// Waits for the end of a task and saves its video.
    async fn follow(&self, place: &LinePlace, mut job: Job, record: Record) -> Result<Standing, Error> {
        let mut billing = job.task().and_then(|task| task.billing.clone());
        let finished = async {
            while let Some(task) = job.update().await {
                billing = task.billing.clone().or(billing.take());
            }
            job.finish().await
        };
        let outcome = tokio::select! {
            outcome = finished => outcome,
            () = self.left() => return Ok(Standing { billing, ..Standing::of(record) }),
        };
        match outcome {
            Outcome::Succeeded(task) => {
                let billing = task.billing.clone().or(billing);
                let record = self.note(&record, Event::Succeeded { billing }).await?;
                self.fetch(place, &task, record).await
            }
            Outcome::Ended(error) => Ok(Standing { billing, ..self.ended(record, error).await? }),
            Outcome::Running { trouble, .. } => Ok(Standing { record, error: trouble, billing }),
            _ => Ok(Standing::by(record, What::UnknownEnd.into_error())),
        }
    }

    async fn fetch_again(
        &self,
        place: &LinePlace,
        task: &video_client::TaskRef,
        record: Record,
    ) -> Result<Standing, Error> {
        match self.client.show(task).await {
            Ok(task) => self.fetch(place, &task, record).await,
            Err(error) => self.ended(record, error).await,
        }
    }

    /// Saves the video of a finished task.
    async fn fetch(&self, place: &LinePlace, task: &Task, record: Record) -> Result<Standing, Error> {
        let path = self.lines.path(place, Some(&task.reference));
        let downloaded = tokio::select! {
            saved = self.save(task, path) => saved,
            () = self.left() => return Ok(Standing::of(record)),
        };
        match downloaded {
            Ok(file) => Ok(Standing::of(self.note(&record, Event::Saved { file }).await?)),
            Err(error) => self.ended(record, error.with_task(task.reference.clone())).await,
        }
    }

    /// Downloads to a path. A file that is there is kept, and is the one if its bytes are: a run may have ended between
    /// putting it there and noting it.
    async fn save(&self, task: &Task, path: PathBuf) -> Result<SavedFile, Error> {
        let there = path.symlink_metadata().is_ok() && !self.lines.overwrite;
        let folder = path.parent().map_or_else(PathBuf::new, PathBuf::from);
        let beside = if there {
            let made = tempfile::Builder::new().prefix(".video-").tempdir_in(&folder);
            Some(made.map_err(|cause| What::FolderUnwritable { path: folder.display().to_string() }.because(cause))?)
        } else {
            None
        };
        let target = beside.as_ref().map_or_else(|| path.clone(), |beside| beside.path().join("again.mp4"));
        let target = Target::file(target).with_overwrite(self.lines.overwrite);
        let saved = self.client.download(task, target, &|_| ()).await?;
        let file = SavedFile { path: path.display().to_string(), bytes: saved.bytes, sha256: saved.sha256.to_string() };
        if there && !is_intact(&file) {
            return Err(What::OtherFileThere { path: file.path }.into_error());
        }
        Ok(file)
    }

    /// Notes what an error means for a job, if it ends it.
    async fn ended(&self, record: Record, error: Error) -> Result<Standing, Error> {
        let record = match End::by(&error, record.state) {
            Some(end) => {
                let evidence = Evidence::of(kind_word(&error), &error, &[]);
                self.note(&record, Event::Ended { end, evidence }).await?
            }
            None => record,
        };
        Ok(Standing::by(record, error))
    }

    async fn note(&self, record: &Record, event: Event) -> Result<Record, Error> {
        Ok(self.journal.note(record.job.clone(), event, self.me.clone(), now()).await?)
    }

    fn generation(&self, place: &LinePlace) -> Result<Generation, Error> {
        let line = self.file.borrow_mut().line(place, &self.lines.defaults, self.lines.picture);
        line.map(|line| line.generation)
            .map_err(|error| Error::new(ErrorKind::Local).with_message(error.to_string()).with_source(error))
    }

    fn lease(&self) -> Lease {
        Lease { owner: self.me.clone(), until: now().after(LEASE) }
    }

    async fn left(&self) {
        // The sender lives as long as the batch.
        if self.leave.clone().wait_for(|leave| *leave).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

fn intact(record: &Record) -> bool {
    record.state == State::Saved && record.file.as_ref().is_some_and(is_intact)
}

/// Who this run is, unlike any other.
pub(super) fn myself() -> Owner {
    Owner::new(format!("batch:{}:{}", std::process::id(), uuid::Uuid::new_v4().simple()))
}

fn new_job(at: Millis) -> JobId {
    let mut chance = [0; 10];
    chance.copy_from_slice(&uuid::Uuid::new_v4().as_bytes()[6..]);
    JobId::new(at, chance)
}

fn new_key() -> String {
    uuid::Uuid::new_v4().to_string()
}
