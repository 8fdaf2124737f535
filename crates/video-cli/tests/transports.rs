//! The same generation over every transport and in both formats: the same words, the same requests, the same file.
//!
//! Here and not in `video-client`, because only this crate knows the gateway, the sandbox and reqwest at once.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use video_client::{Client, Outcome, PollSchedule, Target};
use video_gateway::Gateway;
use video_protocol::{NewApi, OpenAi, Task};
use video_sandbox::{Clip, Sandbox, render};
use video_transport::{Answer, Request, Response, Script, Transport, TransportError};
use video_transport_reqwest::Reqwest;
use video_types::{Generation, Metadata, Seconds, Size};

const FORMATS: [&str; 2] = ["new-api", "openai"];

/// What becomes of a job, as `metadata.sandbox.fail` says it.
const ENDS: [Option<&str>; 4] = [None, Some("failed"), Some("filtered"), Some("expired")];

/// A transport that writes down what it sends.
#[derive(Debug, Clone)]
struct Heard<T> {
    transport: T,
    lines: Arc<Mutex<Vec<String>>>,
}

#[async_trait::async_trait]
impl<T: Transport> Transport for Heard<T> {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.lines.lock().expect("a lock nobody broke").push(format!("{} {}", request.method(), request.uri().path()));
        self.transport.send(request).await
    }
}

/// A sandbox and its clock.
#[derive(Clone)]
struct Studio {
    sandbox: Sandbox,
    seconds: Arc<AtomicU64>,
}

impl Studio {
    fn new() -> Self {
        let seconds = Arc::new(AtomicU64::new(1_800_000_000));
        let clock = seconds.clone();
        let clock = move || UNIX_EPOCH + Duration::from_secs(clock.load(Ordering::Relaxed));
        Self { sandbox: Sandbox::builder().clock(clock).build(), seconds }
    }

    /// Lets the rendering end and a second go by.
    async fn go_on(&self) {
        self.sandbox.idle().await;
        self.seconds.fetch_add(1, Ordering::Relaxed);
    }
}

fn generation(end: Option<&str>) -> Generation {
    let wish = match end {
        Some(end) => json!({"seconds": 2, "fail": end}),
        None => json!({"seconds": 2}),
    };
    let generation = Generation::new("sandbox-1", "a paper boat").with_size(Size::new(64, 64));
    let mut generation = generation.with_metadata(Metadata::default().with("sandbox", wish));
    (generation.seconds, generation.fps) = (Seconds::new(1), Some(4));
    generation
}

/// The clip that every way must save.
fn clip() -> Vec<u8> {
    let clip = Clip::new("a paper boat").with_size(64, 64).with_seconds(1.0).with_fps(4);
    render(&clip, NonZeroUsize::MIN, &|_| ControlFlow::Continue(())).expect("a clip")
}

/// What a gateway answers to this job, written by hand.
fn answers(format: &str, end: Option<&str>, clip: &[u8]) -> Vec<Answer> {
    let id = "task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U";
    let failure = match end {
        None => json!(null),
        Some("failed") => json!({"code": "sandbox_failed", "message": "failed as metadata.sandbox asked"}),
        Some("filtered") => json!({"code": "moderation_blocked", "message": "filtered as metadata.sandbox asked"}),
        Some(end) => json!({"code": end, "message": format!("{end} as metadata.sandbox asked")}),
    };
    let polls = if format == "openai" {
        let last = if end.is_some() { "failed" } else { "completed" };
        let video = |status: &str, progress: u8, error: &Value| json!({"id": id, "object": "video", "status": status, "progress": progress, "error": error});
        [video("queued", 0, &json!(null)), video("in_progress", 50, &json!(null)), video(last, 100, &failure)]
    } else {
        let (last, words) = if end.is_some() { ("FAILURE", &failure["message"]) } else { ("SUCCESS", &json!("")) };
        let report = |status: &str, progress: &str, words: &Value, error: &Value| {
            let data = json!({"task_id": id, "status": status, "progress": progress, "fail_reason": words});
            json!({"code": "success", "message": "", "data": data, "error": error})
        };
        [
            json!({"id": id, "task_id": id, "object": "video", "status": "queued", "progress": 0}),
            report("IN_PROGRESS", "50%", &json!(""), &json!(null)),
            report(last, "100%", words, &failure),
        ]
    };
    let mut answers: Vec<Answer> = polls.iter().map(|poll| Answer::json(200, poll.to_string())).collect();
    if end.is_none() {
        answers.push(Answer::status(200).header("content-type", "video/mp4").body(clip.to_vec()));
    }
    answers
}

fn told(task: &Task) -> String {
    let progress = task.progress.map_or("?".to_owned(), |progress| progress.to_string());
    format!("{:?} {progress}%", task.phase())
}

/// One job from order to file, as text. `between` is called before each question.
async fn job<T: Transport>(
    base_url: &str,
    transport: T,
    format: &str,
    end: Option<&str>,
    clip: &[u8],
    between: impl AsyncFn(),
) -> String {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let heard = Heard { transport, lines: lines.clone() };
    let schedule = PollSchedule::every(Duration::from_millis(100));
    let builder = Client::builder(base_url).key("sk-any").transport(heard).schedule(schedule);
    let builder = if format == "openai" { builder.dialect(OpenAi::default()) } else { builder.dialect(NewApi) };
    let client = builder.build().expect("a client");
    let mut job = client.submit(generation(end)).await.expect("accepted");
    let id = job.reference().id.clone();
    let mut phases = vec![told(job.task().expect("described"))];
    between().await;
    while let Some(task) = job.update().await {
        phases.push(told(task));
        between().await;
    }
    let outcome = match job.finish().await {
        Outcome::Succeeded(task) => {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("boat.mp4");
            client.download(&task, Target::file(&path), &|_| ()).await.expect("saved");
            let saved = std::fs::read(&path).expect("a file");
            assert!(saved == clip, "another file: {} bytes instead of {}", saved.len(), clip.len());
            "succeeded, saved the clip byte for byte".to_owned()
        }
        Outcome::Ended(error) => format!("{}: {error}, {:?}", error.verdict(), error.class()),
        other => panic!("{other:?}"),
    };
    let sent = lines.lock().expect("a lock nobody broke").join(", ").replace(id.as_str(), "task_ID");
    format!("{outcome}\n    {}\n    {sent}\n", phases.join(", "))
}

#[tokio::test]
async fn the_same_job_has_the_same_words_over_every_transport_and_in_both_formats() {
    let clip = clip();
    let mut table = String::new();
    for end in ENDS {
        for format in FORMATS {
            let studio = Studio::new();
            let inside =
                job("http://sandbox", studio.sandbox.clone(), format, end, &clip, async || studio.go_on().await);

            let behind = Studio::new();
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let base_url = format!("http://{}", listener.local_addr().expect("an address"));
            let upstream = Client::builder("http://sandbox").key("sandbox").transport(behind.sandbox.clone());
            let gateway = Gateway::new(upstream.build().expect("a client"));
            let serving = tokio::spawn(gateway.serve(listener, std::future::pending()));
            let reqwest = Reqwest::new().expect("a transport");
            let loopback = job(&base_url, reqwest, format, end, &clip, async || behind.go_on().await);

            let script = Script::new(answers(format, end, &clip));
            let scripted = job("https://gateway.example", script.clone(), format, end, &clip, async || {});

            let (inside, loopback, scripted) = tokio::join!(inside, loopback, scripted);
            serving.abort();
            assert_eq!(script.remaining(), 0, "the script was played to its end");
            let end = end.unwrap_or("no trouble");
            table += &format!("{format}, {end}\n  sandbox in process: {inside}");
            table += &format!("  reqwest to a gateway: {loopback}  script: {scripted}\n");
            assert!(inside == loopback && loopback == scripted, "the transport changes the words:\n{table}");
        }
    }
    insta::assert_snapshot!(table);
}
