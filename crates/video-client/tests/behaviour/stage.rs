//! A client over a scripted gateway, and the record of what both said.

use std::error::Error as StdError;
use std::fmt::{self, Debug, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;
use video_client::{Client, Error, Job, Outcome, Saved, Target, Task};
use video_transport::{Answer, Request, Response, Script, Transport, TransportError};
use video_types::Generation;

/// The key that must be seen nowhere but at the gateway.
pub(crate) const KEY: &str = "sk-planted-1234";
/// Where the gateway is.
pub(crate) const BASE: &str = "https://gateway.example";

/// The record: one line for each thing that happened, with its virtual time.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    lines: Arc<Mutex<String>>,
    began: Instant,
}

impl Record {
    pub(crate) fn new() -> Self {
        Self { lines: Arc::default(), began: Instant::now() }
    }

    pub(crate) fn say(&self, words: impl AsRef<str>) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(lines, "{:6.1} s  {}", self.began.elapsed().as_secs_f64(), words.as_ref())
            .expect("a string takes all");
    }

    pub(crate) fn text(&self) -> String {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A transport that writes down what passes.
struct Watched<T> {
    inner: T,
    record: Record,
}

/// What the transport prints is its own business; tests about secrets are about the client.
impl<T> Debug for Watched<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watched")
    }
}

#[async_trait]
impl<T: Transport> Transport for Watched<T> {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let mut line = format!("> {} {}", request.method(), request.uri());
        for name in ["authorization", "idempotency-key", "range", "if-range"] {
            let Some(value) = request.headers().get(name) else { continue };
            let value = value.to_str().expect("text");
            match name {
                "authorization" if value == format!("Bearer {KEY}") => line += ", key",
                _ => line += &format!(", {name} {value}"),
            }
        }
        self.record.say(line);
        let answer = self.inner.send(request).await;
        self.record.say(match &answer {
            Ok(response) => format!("< {}", response.status()),
            Err(error) => format!("< {error}"),
        });
        answer
    }
}

/// A gateway whose answers depend on the time.
pub(crate) struct Moody<F> {
    began: Instant,
    answer: F,
}

impl<F> Moody<F> {
    pub(crate) fn new(answer: F) -> Self {
        Self { began: Instant::now(), answer }
    }
}

impl<F> Debug for Moody<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Moody")
    }
}

#[async_trait]
impl<F: Fn(&Request, Duration) -> Answer + Send + Sync + 'static> Transport for Moody<F> {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let answer = (self.answer)(&request, self.began.elapsed());
        Script::new([answer]).send(request).await
    }
}

/// A client, its gateway, and a folder to save into.
pub(crate) struct Stage {
    pub(crate) client: Client,
    pub(crate) script: Script,
    pub(crate) record: Record,
    pub(crate) folder: tempfile::TempDir,
}

impl Stage {
    /// A gateway that gives these answers, and a client with the default settings. Backoffs are the same every time.
    pub(crate) fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::with(answers, |builder| builder)
    }

    /// The same with settings.
    pub(crate) fn with(
        answers: impl IntoIterator<Item = Answer>,
        settings: impl FnOnce(video_client::ClientBuilder) -> video_client::ClientBuilder,
    ) -> Self {
        Self::at(BASE, answers, settings)
    }

    /// The same at another address.
    pub(crate) fn at(
        base_url: &str,
        answers: impl IntoIterator<Item = Answer>,
        settings: impl FnOnce(video_client::ClientBuilder) -> video_client::ClientBuilder,
    ) -> Self {
        let script = Script::new(answers);
        let record = Record::new();
        let client = over(base_url, script.clone(), &record, settings);
        Self { client, script, record, folder: tempfile::tempdir().expect("a folder") }
    }

    pub(crate) fn say(&self, words: impl AsRef<str>) {
        self.record.say(words);
    }

    /// Orders under a key that is the same every time.
    pub(crate) async fn submit(&self) -> Result<Job, Error> {
        self.client.submit_under(generation(), "order-1").await
    }

    /// Orders what must be accepted.
    pub(crate) async fn accepted(&self) -> Job {
        let job = self.submit().await.expect("accepted");
        self.say(format!("accepted as {}", job.reference()));
        job
    }

    /// Where downloads go.
    pub(crate) fn target(&self) -> Target {
        Target::file(self.folder.path().join("cat.mp4"))
    }

    pub(crate) async fn download(&self, task: &Task) {
        let downloaded = self.client.download(task, self.target(), &|_| ()).await;
        self.delivered(&downloaded);
    }

    /// Says how a download ended and what stands in the folder.
    pub(crate) fn delivered(&self, downloaded: &Result<Saved, Error>) {
        self.say(match downloaded {
            Ok(saved) => format!("saved {} bytes after {} attempts", saved.bytes, saved.attempts),
            Err(error) => told(error),
        });
        let there = std::fs::read_dir(self.folder.path()).expect("the folder");
        let mut names: Vec<_> = there.map(|entry| entry.expect("an entry").file_name()).collect();
        names.sort();
        self.say(format!("in the folder: {names:?}"));
    }

    /// The record, once every answer was asked for.
    pub(crate) fn transcript(&self) -> String {
        assert_eq!(self.script.remaining(), 0, "answers were left\n{}", self.record.text());
        self.record.text()
    }
}

/// A client over any transport, watched. Backoffs are the same every time.
pub(crate) fn over(
    base_url: &str,
    transport: impl Transport,
    record: &Record,
    settings: impl FnOnce(video_client::ClientBuilder) -> video_client::ClientBuilder,
) -> Client {
    let builder = Client::builder(base_url).key(KEY).transport(Watched { inner: transport, record: record.clone() });
    fastrand::seed(7);
    let client = settings(builder).build().expect("a client");
    // Again for what the jobs draw, whatever the client has drawn.
    fastrand::seed(7);
    client
}

/// What is ordered.
pub(crate) fn generation() -> Generation {
    Generation::new("kling-v1-6", "a cat in the sun")
}

/// Everything a caller can learn from an error.
pub(crate) fn told(error: &Error) -> String {
    let mut text = format!("{}: {error}", error.verdict());
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, " <- {error}");
        cause = error.source();
    }
    let proof = if error.proves_no_task() { "no task exists" } else { "a task may exist" };
    let task = error.task().map_or_else(|| proof.to_owned(), ToString::to_string);
    format!("{text} [{:?}, {task}]", error.class())
}

/// How a job ended.
pub(crate) fn ended(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Succeeded(task) => format!("succeeded: {:?}", task.assets),
        Outcome::Running { task, trouble: None } => format!("running: {task}"),
        Outcome::Running { task, trouble: Some(trouble) } => format!("running: {task}; {}", told(trouble)),
        Outcome::Ended(error) => told(error),
        other => format!("{other:?}"),
    }
}
