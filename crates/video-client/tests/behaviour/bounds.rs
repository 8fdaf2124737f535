//! Answers without end: how much of them is taken, and for how long.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{HeaderValue, StatusCode, header};
use tokio::time::{Instant, sleep_until};
use video_client::{Client, TaskRef};
use video_transport::{Body, Request, Response, Transport, TransportError};

use crate::answers::{accepted, running, succeeded, task};
use crate::stage::{BASE, Record, generation, over, told};

/// Answers every request with an endless body of JSON text, and counts what is taken of it.
#[derive(Debug, Clone)]
struct Endless {
    status: StatusCode,
    /// Bytes in a piece.
    piece: usize,
    /// Time between two pieces.
    every: Duration,
    taken: Arc<AtomicUsize>,
}

impl Endless {
    fn new(status: u16, piece: usize, every: Duration) -> Self {
        Self { status: StatusCode::from_u16(status).expect("a status"), piece, every, taken: Arc::default() }
    }

    fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    fn client(&self, record: &Record) -> Client {
        fastrand::seed(7);
        over(BASE, self.clone(), record, |builder| builder)
    }
}

#[async_trait]
impl Transport for Endless {
    async fn send(&self, _: Request) -> Result<Response, TransportError> {
        let Self { piece, every, taken, .. } = self.clone();
        let pieces = stream::repeat(()).then(move |()| {
            let taken = taken.clone();
            async move {
                if !every.is_zero() {
                    sleep_until(Instant::now() + every).await;
                }
                taken.fetch_add(piece, Ordering::Relaxed);
                Ok(Bytes::from(vec![b' '; piece]))
            }
        });
        let mut response = Response::new(Body::new(pieces));
        *response.status_mut() = self.status;
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("400"));
        Ok(response)
    }
}

const AT_ONCE: Duration = Duration::ZERO;
const SECOND: Duration = Duration::from_secs(1);
const MEGABYTE: usize = 1 << 20;

#[tokio::test(start_paused = true)]
async fn an_answer_to_a_submit_is_cut_at_8_mib_and_the_outcome_is_unknown() {
    let (record, gateway) = (Record::new(), Endless::new(200, MEGABYTE, AT_ONCE));
    let error = gateway.client(&record).submit_under(generation(), "order-1").await.expect_err("too long");
    record.say(format!("{}, after {} MiB", told(&error), gateway.taken() / MEGABYTE));
    insta::assert_snapshot!(record.text(), @"
    0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    0.0 s  < 200 OK
    0.0 s  unknown: nobody knows whether the task was created: no answer: the answer is too large <- no answer: the answer is too large <- the answer is too large <- the body has more than 8388608 bytes [Permanent, a task may exist], after 9 MiB
    ");
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_a_poll_is_cut_at_96_mib_and_names_the_task() {
    let (record, gateway) = (Record::new(), Endless::new(200, MEGABYTE, AT_ONCE));
    let task = TaskRef::new("new-api", "task_1");
    let error = gateway.client(&record).show(&task).await.expect_err("too long");
    record.say(format!("{}, after {} MiB", told(&error), gateway.taken() / MEGABYTE));
    insta::assert_snapshot!(record.text(), @"
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 200 OK
    0.0 s  running: no answer: the answer is too large <- the answer is too large <- the body has more than 100663296 bytes [Temporary, new-api:task_1@gateway.example], after 97 MiB
    ");
}

#[tokio::test(start_paused = true)]
async fn an_error_text_is_read_to_64_kib_wherever_it_comes_from() {
    let (record, gateway) = (Record::new(), Endless::new(429, 4096, AT_ONCE));
    // One client each: what one refusal asks for would hold the next request back.
    let client = || gateway.client(&record);
    let error = client().submit_under(generation(), "order-1").await.expect_err("refused");
    record.say(format!("{}, after {} bytes", told(&error), gateway.taken()));
    let error = client().show(&TaskRef::new("new-api", "task_1")).await.expect_err("refused");
    record.say(format!("{}, after {} bytes", told(&error), gateway.taken()));
    let range = http::HeaderMap::new();
    let error = client().open_content(&task(&[]), &range).await.expect_err("refused");
    record.say(format!("{}, after {} bytes with the look at the task", told(&error), gateway.taken()));
    insta::assert_snapshot!(record.text(), @"
    0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    0.0 s  < 429 Too Many Requests
    0.0 s  unsent: too many requests: too many requests with an empty answer; the server asks to wait 400 s, longer than the 300 s waited here (HTTP 429) [Permanent, no task exists], after 65536 bytes
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 429 Too Many Requests
    0.0 s  running: too many requests: too many requests with an empty answer (HTTP 429) [Temporary, new-api:task_1@gateway.example], after 131072 bytes
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 429 Too Many Requests
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 429 Too Many Requests
    0.0 s  undelivered: the video could not be delivered: too many requests: too many requests with an empty answer (HTTP 429) <- too many requests: too many requests with an empty answer (HTTP 429) [Temporary, new-api:task_1@gateway.example], after 262144 bytes with the look at the task
    ");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_trickles_without_end_is_left_after_five_minutes() {
    let (record, gateway) = (Record::new(), Endless::new(200, 1, SECOND));
    let client = gateway.client(&record);
    let error = client.submit_under(generation(), "order-1").await.expect_err("no end");
    record.say(told(&error));
    let error = client.show(&TaskRef::new("new-api", "task_1")).await.expect_err("no end");
    record.say(told(&error));
    insta::assert_snapshot!(record.text(), @"
      0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
      0.0 s  < 200 OK
    300.0 s  unknown: nobody knows whether the task was created: no answer: the answer did not end within 300 s <- no answer: the answer did not end within 300 s <- the answer did not end within 300 s [Permanent, a task may exist]
    300.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    300.0 s  < 200 OK
    600.0 s  running: no answer: the answer did not end within 300 s <- the answer did not end within 300 s [Temporary, new-api:task_1@gateway.example]
    ");
}

#[tokio::test(start_paused = true)]
async fn an_error_text_that_trickles_is_left_after_half_a_minute_and_its_status_counts() {
    let (record, gateway) = (Record::new(), Endless::new(429, 1, SECOND));
    // One client each: what one refusal asks for would hold the next request back.
    let client = || gateway.client(&record);
    let error = client().submit_under(generation(), "order-1").await.expect_err("refused");
    record.say(told(&error));
    let error = client().open_content(&task(&[]), &http::HeaderMap::new()).await.expect_err("refused");
    record.say(told(&error));
    insta::assert_snapshot!(record.text(), @"
     0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
     0.0 s  < 429 Too Many Requests
    30.0 s  unsent: too many requests: too many requests with an empty answer; the server asks to wait 400 s, longer than the 300 s waited here (HTTP 429) [Permanent, no task exists]
    30.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    30.0 s  < 429 Too Many Requests
    60.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    60.0 s  < 429 Too Many Requests
    90.0 s  undelivered: the video could not be delivered: too many requests: too many requests with an empty answer (HTTP 429) <- too many requests: too many requests with an empty answer (HTTP 429) [Temporary, new-api:task_1@gateway.example]
    ");
}

#[tokio::test(start_paused = true)]
async fn a_job_outlives_a_poll_that_trickles() {
    let stage = crate::stage::Stage::new([
        accepted(),
        video_transport::Answer::status(200).body("{").stalling(),
        running(50),
        succeeded("https://cdn.example/v.mp4"),
    ]);
    let job = stage.accepted().await;
    stage.say(crate::stage::ended(&job.finish().await));
    insta::assert_snapshot!(stage.transcript(), @"
      0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
      0.0 s  < 200 OK
      0.0 s  accepted as new-api:task_1@gateway.example
      5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
      5.0 s  < 200 OK
    305.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    305.4 s  < 200 OK
    320.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    320.4 s  < 200 OK
    320.4 s  succeeded: [Link(https://cdn.example/v.mp4), Content(task_1)]
    ");
}
