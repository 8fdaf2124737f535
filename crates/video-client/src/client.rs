//! Dialect, endpoint and transport in one value.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use video_download::{Download, Progress, Saved, Target};
use video_journal::{Destination, KeyFingerprint};
use video_protocol::{
    Dialect, Endpoint, Error, ErrorKind, Flow, HttpRequest, HttpResponse, Lost, Outcome, PollSchedule, Purpose,
    RetryPolicy, Signal, Task, TaskRef,
};
use video_transport::{Response, Transport};
use video_types::Generation;

use crate::builder::Secret;
use crate::content::Content;
use crate::events::{Events, Subject, Teller};
use crate::exchange::{LONGEST_POLL, ask};
use crate::job::later;
use crate::restraints::{Share, Shared};
use crate::{Chance, ClientBuilder, Clock, Job};

/// Longest time for which something somebody waits for is held back.
pub(crate) const LONGEST_HOLD: Duration = Duration::from_secs(10);

/// A gateway to order videos from. Cheap to clone; clones share connections.
#[derive(Debug, Clone)]
pub struct Client {
    parts: Arc<Parts>,
}

#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) endpoint: Endpoint,
    pub(crate) dialect: Arc<dyn Dialect>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) schedule: PollSchedule,
    pub(crate) retry: RetryPolicy,
    pub(crate) deadline: Option<Duration>,
    /// A place for each download that may run at the same time.
    pub(crate) downloads: Semaphore,
    pub(crate) clock: Clock,
    pub(crate) chance: Chance,
    pub(crate) restraint: Arc<Shared>,
    pub(crate) events: Events,
    /// For masking it in what is kept of answers, and for nothing else.
    pub(crate) secret: Secret,
}

impl Client {
    /// Begins a client for a gateway such as `https://88api.ai`; `…/v1` means the same.
    pub fn builder(base_url: &str) -> ClientBuilder {
        ClientBuilder::new(base_url)
    }

    pub(crate) fn new(parts: Parts) -> Self {
        Self { parts: Arc::new(parts) }
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Host, port and path prefix of the gateway: what the handles of its tasks are pinned to.
    pub fn origin(&self) -> String {
        self.parts.endpoint.origin()
    }

    /// Where it tells what happens to its jobs, for observing and subscribing.
    pub fn events(&self) -> &Events {
        &self.parts.events
    }

    /// Name of the wire format.
    pub fn dialect_name(&self) -> &'static str {
        self.parts.dialect.name()
    }

    /// Where orders go: format, gateway, and which key, by its fingerprint.
    pub fn destination(&self) -> Destination {
        Destination {
            dialect: self.dialect_name().to_owned(),
            origin: self.origin(),
            key_fingerprint: KeyFingerprint::of(&self.parts.secret.0),
        }
    }

    /// Orders a video and returns as soon as the gateway has accepted it.
    ///
    /// Dropping the future while the request is under way leaves the outcome unknown: a task may exist.
    ///
    /// # Errors
    ///
    /// Nothing was accepted ([`Error::proves_no_task`]), or nobody knows ([`ErrorKind::OutcomeUnknown`]):
    /// then look in the gateway's task log before ordering again.
    pub async fn submit(&self, generation: Generation) -> Result<Job, Error> {
        self.submit_under(generation, &self.parts.chance.uuid().to_string()).await
    }

    /// The same under an idempotency key of the caller's, made once per job and kept for its repetitions.
    pub async fn submit_under(&self, generation: Generation, key: &str) -> Result<Job, Error> {
        let teller = self.teller(generation.model.as_str());
        let flow = Flow::submit(self.parts.dialect.clone(), generation, key).with_origin(self.origin());
        Job::accepted(self.clone(), self.with_settings(flow), teller).await
    }

    /// The request that a submit would send, signed but not sent; the idempotency key comes with the sending.
    ///
    /// # Errors
    ///
    /// The generation cannot be expressed in the format.
    pub fn preview(&self, generation: &Generation) -> Result<HttpRequest, Error> {
        self.parts.endpoint.prepare(self.parts.dialect.encode_submit(generation)?, self.parts.clock.now())
    }

    /// Takes up a task that was accepted earlier, by this process or another.
    ///
    /// # Errors
    ///
    /// The handle belongs to another gateway or another format.
    pub fn resume(&self, task: TaskRef) -> Result<Job, Error> {
        let task = self.own(task)?;
        let flow = Flow::resume(self.parts.dialect.clone(), task.clone()).with_origin(self.origin());
        Ok(Job::resumed(self.clone(), self.with_settings(flow), task))
    }

    /// Asks once how a task is; twice if the answer names another place that knows it.
    pub async fn show(&self, task: &TaskRef) -> Result<Task, Error> {
        let task = self.own(task.clone())?;
        let seen = self.look(&task).await;
        match seen.as_ref().err().and_then(|error| task.detour(error)) {
            Some(there) => self.look(&there).await,
            None => seen,
        }
    }

    async fn look(&self, task: &TaskRef) -> Result<Task, Error> {
        let response = self.question(self.parts.dialect.encode_poll(task)?).await;
        let decoded = response.and_then(|response| self.parts.dialect.decode_poll(task, &response));
        decoded.map_err(|error| error.with_task(task.clone()))
    }

    /// One request that spends nothing, and its answer. Somebody waits for it, so it is not held back for long.
    pub(crate) async fn question(&self, request: HttpRequest) -> Result<HttpResponse, Error> {
        let lost = |lost: Lost| {
            let words = lost.source.to_string();
            let error = Error::new(ErrorKind::NoAnswer).with_message(words).with_source(lost.source);
            if lost.for_good { error } else { error.temporary(None) }
        };
        let mut share = Share::of_question(&self.parts.restraint);
        share.turn(&self.parts, Purpose::Poll, Some(later(LONGEST_HOLD))).await.map_err(lost)?;
        let answer = ask(&self.parts, request, LONGEST_POLL).await.map_err(lost);
        share.heard(match &answer {
            Ok(answer) if answer.status().is_success() => Some(Signal::AtWork),
            Ok(answer) => {
                let nobody = TaskRef::new(self.dialect_name(), "");
                Signal::of::<()>(Err(&self.parts.dialect.decode_content_error(&nobody, answer)))
            }
            Err(error) => Signal::of::<()>(Err(error)),
        });
        answer
    }

    /// Opens the content of a finished task as it is, from the best place that answers; for gateways that pass it on.
    ///
    /// `range` is sent along as `Range`, with `If-Range` if given. The answer may be an error of the server's.
    ///
    /// # Errors
    ///
    /// The task has no video, or no place answered.
    pub async fn open_content(&self, task: &Task, range: &http::HeaderMap) -> Result<Response, Error> {
        Content::new(self.clone(), task)?.open_best(range).await
    }

    /// Downloads the video of a finished task and proves it.
    ///
    /// Tries the places the task names, the best first, and asks for fresh ones when a link has expired. The
    /// key goes only to the gateway. `progress` is called after each piece. What an earlier download to the same target
    /// left is continued, if the place it came from still has the same version.
    ///
    /// Waits for its turn while as many downloads are running as [the builder](ClientBuilder::downloads) allows.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Undelivered`] with the download's own error as source; [`ErrorKind::Local`] if the
    /// target or the disk is the reason; the task's own end if it turns out to have failed.
    pub async fn download(
        &self,
        task: &Task,
        target: Target,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Saved, Error> {
        let model = task.model.as_ref().map_or("", |model| model.as_str());
        let teller = self
            .parts
            .events
            .teller_of(self.parts.clock.clone(), &task.reference, || Subject::of(self.origin(), model));
        let downloaded = self.fetch(task, target, progress, &teller).await;
        teller.downloaded(&downloaded);
        downloaded
    }

    /// Downloads and tells of its progress, not of its end.
    pub(crate) async fn fetch(
        &self,
        task: &Task,
        target: Target,
        progress: &(dyn Fn(Progress) + Send + Sync),
        teller: &Teller,
    ) -> Result<Saved, Error> {
        let mut content = Content::new(self.clone(), task)?;
        // It is never closed; if it were, a download more would do no harm.
        let _turn = self.parts.downloads.acquire().await.ok();
        let download = Download::new(target).with_attempts(content.attempts());
        teller.download_begins();
        let told = |piece: Progress| {
            teller.downloading(piece);
            progress(piece);
        };
        download.run(&mut content, &told).await.map_err(|error| content.undelivered(error))
    }

    pub(crate) fn teller(&self, model: &str) -> Teller {
        Teller::new(&self.parts.events, self.parts.clock.clone(), Subject::of(self.origin(), model))
    }

    pub(crate) fn with_settings(&self, flow: Flow) -> Flow {
        flow.with_schedule(self.parts.schedule.clone())
            .with_retry(self.parts.retry.clone())
            .with_deadline(self.parts.deadline)
            .with_chance(self.parts.chance.seed())
    }

    /// The handle, pinned to this gateway, if it is not pinned to another.
    pub(crate) fn own(&self, task: TaskRef) -> Result<TaskRef, Error> {
        let here = self.origin();
        if task.dialect != self.dialect_name() {
            let words =
                format!("the task was made in the format {}, this client speaks {}", task.dialect, self.dialect_name());
            return Err(Error::invalid(words));
        }
        match task.origin.as_deref() {
            Some(there) if there != here => {
                let words = format!("the task lives at {there}, this client talks to {here}: give that base URL");
                Err(Error::invalid(words))
            }
            _ => Ok(task.with_origin(here)),
        }
    }
}

/// For a caller that wants only the file or the reason.
impl Client {
    /// Waits for a task and downloads it.
    ///
    /// # Errors
    ///
    /// As [`download`](Self::download); a key refused in the middle; reaching the deadline is [`ErrorKind::DeadlineExceeded`] with the task.
    pub async fn finish_and_download(
        &self,
        job: Job,
        target: Target,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Saved, Error> {
        match job.finish().await {
            Outcome::Succeeded(task) => self.download(&task, target, progress).await,
            Outcome::Running { trouble: Some(trouble), .. }
                if matches!(trouble.kind(), ErrorKind::Unauthorized | ErrorKind::QuotaExceeded) =>
            {
                Err(trouble)
            }
            Outcome::Running { task, trouble } => {
                let error = Error::new(ErrorKind::DeadlineExceeded).with_task(task);
                Err(match trouble {
                    Some(trouble) => error.with_source(trouble),
                    None => error,
                })
            }
            Outcome::Ended(error) => Err(error),
            _ => Err(Error::new(ErrorKind::Decode).with_message("the job ended in a way this version does not know")),
        }
    }
}
