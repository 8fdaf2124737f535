//! Paid jobs against a gateway that loses answers, judged by the gateway's own book.
#![cfg(feature = "reqwest")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use insta::assert_snapshot;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use video_client::{Client, ErrorKind, Outcome, PollSchedule, RetryPolicy, Target, Task};
use video_protocol::{Bearer, Endpoint, HttpRequest, Input, Lost, OpenAi, Sent, Settle, Settled, Step};
use video_testkit::{Faults, GatewayOptions, Route, SimulatedGateway};
use video_transport::Transport as _;
use video_transport_reqwest::Reqwest;
use video_types::{Generation, TaskId};

const MILLI: Duration = Duration::from_millis(1);

/// A client, and what it needs to settle by hand, until the client does it itself.
struct Buyer {
    client: Client,
    endpoint: Endpoint,
    transport: Reqwest,
    retry: RetryPolicy,
    /// The tasks that jobs own.
    owned: Mutex<BTreeSet<TaskId>>,
    settles: bool,
}

impl Buyer {
    fn new(gateway: &SimulatedGateway, settles: bool) -> Self {
        let mut retry = RetryPolicy::default();
        (retry.attempts, retry.base, retry.cap) = (20, 2 * MILLI, 20 * MILLI);
        let client = Client::builder(&gateway.url("")).key("sk-test").dialect(OpenAi::default());
        let client = client.schedule(PollSchedule::every(10 * MILLI)).retry(retry.clone()).build().expect("a client");
        let signer = Bearer::new("sk-test").expect("a key");
        let endpoint = Endpoint::new(&gateway.url(""), signer).expect("an address");
        let transport = Reqwest::new().expect("a transport");
        Self { client, endpoint, transport, retry, owned: Mutex::default(), settles }
    }

    /// Orders once, or again only after proof that there is no task; `None` if nobody knows.
    async fn order(&self, prompt: &str) -> Option<Task> {
        let wanted = Generation::new("m-1", prompt);
        loop {
            let intended_at = now();
            let reference = match self.client.submit(wanted.clone()).await {
                Ok(job) => job.reference().clone(),
                Err(error) if error.proves_no_task() => continue,
                Err(error) if error.kind() == ErrorKind::OutcomeUnknown && self.settles => {
                    match self.settle(&wanted, intended_at).await {
                        Settled::Found(task) => task.reference,
                        Settled::Absent => continue,
                        Settled::Undecided(why) => panic!("{prompt}: {why}"),
                    }
                }
                Err(_) => return None,
            };
            let new = self.owned.lock().expect("no panic before").insert(reference.id.clone());
            assert!(new, "{reference} belongs to two jobs");
            return match self.client.resume(reference).expect("our own task").finish().await {
                Outcome::Succeeded(task) => Some(*task),
                other => panic!("{prompt}: {other:?}"),
            };
        }
    }

    async fn settle(&self, wanted: &Generation, intended_at: SystemTime) -> Settled {
        let (began, dialect) = (Instant::now(), Arc::new(OpenAi::default()));
        let mut settle = Settle::new(dialect, wanted.clone(), intended_at, now())
            .with_settle_after(100 * MILLI)
            .with_retry(self.retry.clone())
            .with_origin(self.client.origin());
        let mut input = Input::Start;
        loop {
            let owned = |id: &TaskId| self.owned.lock().expect("no panic before").contains(id);
            input = match settle.advance(began.elapsed(), input, owned) {
                Step::Send { request, .. } => self.send(request).await,
                Step::Wait(delay) => {
                    sleep_until(Instant::now() + delay).await;
                    Input::Waited
                }
                Step::Done(settled) => return settled,
            };
        }
    }

    async fn send(&self, request: HttpRequest) -> Input {
        let request = self.endpoint.prepare(request, now()).expect("an address");
        let answer = match self.transport.send(request).await {
            Ok(answer) => answer,
            Err(error) => return Input::Lost(Lost::new(Sent::Maybe, error)),
        };
        let (parts, body) = answer.into_parts();
        match body.collect(1 << 20).await {
            Ok(body) => Input::Response(http::Response::from_parts(parts, body)),
            Err(error) => Input::Lost(Lost::new(Sent::Maybe, error)),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this test is a driver")]
fn now() -> SystemTime {
    SystemTime::now()
}

/// Does 150 jobs, 32 at once, at 20 % of faults on everything but contents, and lets the gateway judge the files.
async fn buy(seed: u64, settles: bool) -> String {
    let gateway = SimulatedGateway::start(GatewayOptions {
        job_time: 20 * MILLI,
        video_bytes: 1000,
        faults: Faults::drawn(seed, 0.2).only_on(&[Route::Submit, Route::Poll, Route::List]),
        stall: 30 * MILLI,
        retry_after: 10 * MILLI,
        list_lag: 20 * MILLI,
        ..GatewayOptions::default()
    })
    .expect("a free port");
    let (buyer, folder) = (Arc::new(Buyer::new(&gateway, settles)), tempfile::tempdir().expect("a folder"));
    let mut files = BTreeMap::new();
    let mut running = JoinSet::new();
    for number in 0..150 {
        let (buyer, path) = (Arc::clone(&buyer), folder.path().join(format!("{number}.mp4")));
        running.spawn(async move {
            let prompt = format!("job {number}");
            let task = buyer.order(&prompt).await?;
            buyer.client.download(&task, Target::file(&path), &|_| ()).await.expect("a proved file");
            Some((prompt, std::fs::read(path).expect("a file")))
        });
        if running.len() >= 32 {
            files.extend(running.join_next().await.and_then(|job| job.expect("no panic")));
        }
    }
    while let Some(job) = running.join_next().await {
        files.extend(job.expect("no panic"));
    }
    gateway.account().judge(files.iter().map(|(prompt, file)| (prompt.as_str(), file))).to_string()
}

#[tokio::test]
async fn without_keys_and_with_a_list_every_job_is_paid_once_and_delivered() {
    for seed in [1, 2, 3] {
        assert_eq!(buy(seed, true).await, "150 good, 0 bad, 150 paid, 0 ordered twice, 0 paid without a good file");
    }
}

#[tokio::test]
async fn without_settling_lost_answers_are_lost_videos_but_none_is_paid_twice() {
    assert_snapshot!(buy(1, false).await, @"123 good, 0 bad, 142 paid, 0 ordered twice, 19 paid without a good file");
}
