//! Waiting: trouble does not end a job, and time does not run away.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use tokio::time::Instant;
use video_client::PollSchedule;
use video_transport::{Answer, Request, Response, Script, Transport, TransportError};

use crate::answers::{accepted, broken, page, running, succeeded, wrapper};
use crate::stage::{BASE, Record, Stage, ended, generation, over};

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

/// A gateway whose answers depend on the time.
struct Moody<F> {
    began: Instant,
    answer: F,
}

impl<F> std::fmt::Debug for Moody<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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

#[tokio::test(start_paused = true)]
#[expect(clippy::too_many_lines, reason = "ten minutes of polls are a long transcript")]
async fn ten_minutes_of_trouble_do_not_end_a_job() {
    fastrand::seed(7);
    let record = Record::new();
    let gateway = Moody {
        began: Instant::now(),
        answer: |request: &Request, at: Duration| match at {
            _ if request.method() == http::Method::POST => accepted(),
            at if at > minutes(10) => succeeded("https://cdn.example/v.mp4"),
            at if at > minutes(5) => broken(),
            _ => page(502, "Bad Gateway"),
        },
    };
    let client = over(BASE, gateway, &record, |builder| builder);
    let job = client.submit_under(generation(), "order-1").await.expect("accepted");
    record.say(ended(&job.finish().await));
    insta::assert_snapshot!(record.text(), @"
      0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
      0.0 s  < 200 OK
      5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
      5.0 s  < 502 Bad Gateway
      5.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
      5.3 s  < 502 Bad Gateway
      6.8 s  > GET https://gateway.example/v1/video/generations/task_1, key
      6.8 s  < 502 Bad Gateway
     10.7 s  > GET https://gateway.example/v1/video/generations/task_1, key
     10.7 s  < 502 Bad Gateway
     16.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
     16.4 s  < 502 Bad Gateway
     25.6 s  > GET https://gateway.example/v1/video/generations/task_1, key
     25.6 s  < 502 Bad Gateway
     28.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
     28.3 s  < 502 Bad Gateway
     31.9 s  > GET https://gateway.example/v1/video/generations/task_1, key
     31.9 s  < 502 Bad Gateway
     35.2 s  > GET https://gateway.example/v1/video/generations/task_1, key
     35.2 s  < 502 Bad Gateway
     42.7 s  > GET https://gateway.example/v1/video/generations/task_1, key
     42.7 s  < 502 Bad Gateway
     50.7 s  > GET https://gateway.example/v1/video/generations/task_1, key
     50.7 s  < 502 Bad Gateway
     53.5 s  > GET https://gateway.example/v1/video/generations/task_1, key
     53.5 s  < 502 Bad Gateway
     63.2 s  > GET https://gateway.example/v1/video/generations/task_1, key
     63.2 s  < 502 Bad Gateway
     66.9 s  > GET https://gateway.example/v1/video/generations/task_1, key
     66.9 s  < 502 Bad Gateway
     76.1 s  > GET https://gateway.example/v1/video/generations/task_1, key
     76.1 s  < 502 Bad Gateway
     85.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
     85.0 s  < 502 Bad Gateway
     89.5 s  > GET https://gateway.example/v1/video/generations/task_1, key
     89.5 s  < 502 Bad Gateway
     93.7 s  > GET https://gateway.example/v1/video/generations/task_1, key
     93.7 s  < 502 Bad Gateway
    101.2 s  > GET https://gateway.example/v1/video/generations/task_1, key
    101.2 s  < 502 Bad Gateway
    104.5 s  > GET https://gateway.example/v1/video/generations/task_1, key
    104.5 s  < 502 Bad Gateway
    108.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
    108.3 s  < 502 Bad Gateway
    114.2 s  > GET https://gateway.example/v1/video/generations/task_1, key
    114.2 s  < 502 Bad Gateway
    120.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    120.0 s  < 502 Bad Gateway
    125.9 s  > GET https://gateway.example/v1/video/generations/task_1, key
    125.9 s  < 502 Bad Gateway
    140.5 s  > GET https://gateway.example/v1/video/generations/task_1, key
    140.5 s  < 502 Bad Gateway
    155.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    155.4 s  < 502 Bad Gateway
    162.2 s  > GET https://gateway.example/v1/video/generations/task_1, key
    162.2 s  < 502 Bad Gateway
    167.8 s  > GET https://gateway.example/v1/video/generations/task_1, key
    167.8 s  < 502 Bad Gateway
    180.2 s  > GET https://gateway.example/v1/video/generations/task_1, key
    180.2 s  < 502 Bad Gateway
    185.8 s  > GET https://gateway.example/v1/video/generations/task_1, key
    185.8 s  < 502 Bad Gateway
    190.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    190.4 s  < 502 Bad Gateway
    201.9 s  > GET https://gateway.example/v1/video/generations/task_1, key
    201.9 s  < 502 Bad Gateway
    215.2 s  > GET https://gateway.example/v1/video/generations/task_1, key
    215.2 s  < 502 Bad Gateway
    227.9 s  > GET https://gateway.example/v1/video/generations/task_1, key
    227.9 s  < 502 Bad Gateway
    239.2 s  > GET https://gateway.example/v1/video/generations/task_1, key
    239.2 s  < 502 Bad Gateway
    252.2 s  > GET https://gateway.example/v1/video/generations/task_1, key
    252.2 s  < 502 Bad Gateway
    261.1 s  > GET https://gateway.example/v1/video/generations/task_1, key
    261.1 s  < 502 Bad Gateway
    276.1 s  > GET https://gateway.example/v1/video/generations/task_1, key
    276.1 s  < 502 Bad Gateway
    286.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    286.4 s  < 502 Bad Gateway
    295.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    295.4 s  < 502 Bad Gateway
    303.9 s  > GET https://gateway.example/v1/video/generations/task_1, key
    303.9 s  < the connection broke before the answer was whole
    315.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    315.0 s  < the connection broke before the answer was whole
    320.8 s  > GET https://gateway.example/v1/video/generations/task_1, key
    320.8 s  < the connection broke before the answer was whole
    326.9 s  > GET https://gateway.example/v1/video/generations/task_1, key
    326.9 s  < the connection broke before the answer was whole
    340.1 s  > GET https://gateway.example/v1/video/generations/task_1, key
    340.1 s  < the connection broke before the answer was whole
    354.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    354.4 s  < the connection broke before the answer was whole
    363.7 s  > GET https://gateway.example/v1/video/generations/task_1, key
    363.7 s  < the connection broke before the answer was whole
    369.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
    369.3 s  < the connection broke before the answer was whole
    376.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    376.4 s  < the connection broke before the answer was whole
    385.8 s  > GET https://gateway.example/v1/video/generations/task_1, key
    385.8 s  < the connection broke before the answer was whole
    390.6 s  > GET https://gateway.example/v1/video/generations/task_1, key
    390.6 s  < the connection broke before the answer was whole
    396.2 s  > GET https://gateway.example/v1/video/generations/task_1, key
    396.2 s  < the connection broke before the answer was whole
    409.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
    409.3 s  < the connection broke before the answer was whole
    421.9 s  > GET https://gateway.example/v1/video/generations/task_1, key
    421.9 s  < the connection broke before the answer was whole
    427.9 s  > GET https://gateway.example/v1/video/generations/task_1, key
    427.9 s  < the connection broke before the answer was whole
    432.7 s  > GET https://gateway.example/v1/video/generations/task_1, key
    432.7 s  < the connection broke before the answer was whole
    447.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    447.4 s  < the connection broke before the answer was whole
    457.6 s  > GET https://gateway.example/v1/video/generations/task_1, key
    457.6 s  < the connection broke before the answer was whole
    461.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    461.4 s  < the connection broke before the answer was whole
    468.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    468.4 s  < the connection broke before the answer was whole
    476.8 s  > GET https://gateway.example/v1/video/generations/task_1, key
    476.8 s  < the connection broke before the answer was whole
    486.5 s  > GET https://gateway.example/v1/video/generations/task_1, key
    486.5 s  < the connection broke before the answer was whole
    491.1 s  > GET https://gateway.example/v1/video/generations/task_1, key
    491.1 s  < the connection broke before the answer was whole
    505.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
    505.3 s  < the connection broke before the answer was whole
    516.2 s  > GET https://gateway.example/v1/video/generations/task_1, key
    516.2 s  < the connection broke before the answer was whole
    522.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
    522.3 s  < the connection broke before the answer was whole
    535.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
    535.3 s  < the connection broke before the answer was whole
    543.6 s  > GET https://gateway.example/v1/video/generations/task_1, key
    543.6 s  < the connection broke before the answer was whole
    552.7 s  > GET https://gateway.example/v1/video/generations/task_1, key
    552.7 s  < the connection broke before the answer was whole
    561.7 s  > GET https://gateway.example/v1/video/generations/task_1, key
    561.7 s  < the connection broke before the answer was whole
    568.1 s  > GET https://gateway.example/v1/video/generations/task_1, key
    568.1 s  < the connection broke before the answer was whole
    575.6 s  > GET https://gateway.example/v1/video/generations/task_1, key
    575.6 s  < the connection broke before the answer was whole
    582.6 s  > GET https://gateway.example/v1/video/generations/task_1, key
    582.6 s  < the connection broke before the answer was whole
    586.8 s  > GET https://gateway.example/v1/video/generations/task_1, key
    586.8 s  < the connection broke before the answer was whole
    591.9 s  > GET https://gateway.example/v1/video/generations/task_1, key
    591.9 s  < the connection broke before the answer was whole
    602.7 s  > GET https://gateway.example/v1/video/generations/task_1, key
    602.7 s  < 200 OK
    602.7 s  succeeded: [Link(https://cdn.example/v.mp4), Content(task_1)]
    ");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_gives_the_handle_back_after_a_last_look() {
    let stage = Stage::with([accepted(), running(10), running(20), running(30)], |builder| {
        builder.deadline(Some(Duration::from_secs(20)))
    });
    let job = stage.accepted().await;
    stage.say(ended(&job.finish().await));
    insta::assert_snapshot!(stage.transcript(), @"
     0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
     0.0 s  < 200 OK
     0.0 s  accepted as new-api:task_1@gateway.example
     5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
     5.0 s  < 200 OK
    15.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    15.0 s  < 200 OK
    20.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    20.0 s  < 200 OK
    20.0 s  running: new-api:task_1@gateway.example
    ");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_in_the_middle_of_trouble_tells_of_both() {
    let stage =
        Stage::with([accepted(), page(502, "Bad Gateway"), broken(), broken(), broken(), broken()], |builder| {
            builder.deadline(Some(Duration::from_secs(10)))
        });
    let job = stage.accepted().await;
    stage.say(ended(&job.finish().await));
    insta::assert_snapshot!(stage.transcript(), @"
     0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
     0.0 s  < 200 OK
     0.0 s  accepted as new-api:task_1@gateway.example
     5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
     5.0 s  < 502 Bad Gateway
     5.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
     5.4 s  < the connection broke before the answer was whole
     7.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
     7.3 s  < the connection broke before the answer was whole
     9.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
     9.3 s  < the connection broke before the answer was whole
    10.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    10.0 s  < the connection broke before the answer was whole
    10.0 s  running: new-api:task_1@gateway.example; running: no answer: the connection broke before the answer was whole <- the connection broke before the answer was whole <- connection reset by peer [Temporary, new-api:task_1@gateway.example]
    ");
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_falls_silent_does_not_hold_a_job_past_its_deadline() {
    let stage = Stage::with([accepted(), Answer::never()], |builder| builder.deadline(Some(Duration::from_secs(60))));
    let job = stage.accepted().await;
    stage.say(ended(&job.finish().await));
    insta::assert_snapshot!(stage.transcript(), @"
     0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
     0.0 s  < 200 OK
     0.0 s  accepted as new-api:task_1@gateway.example
     5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    60.0 s  running: new-api:task_1@gateway.example; running: no answer: no whole answer within 55 s <- no whole answer within 55 s [Temporary, new-api:task_1@gateway.example]
    ");
}

#[tokio::test(start_paused = true)]
async fn the_last_look_is_not_waited_for_without_end() {
    let stage = Stage::with([accepted(), running(10), Answer::status(200).body("{").stalling()], |builder| {
        builder.deadline(Some(Duration::from_secs(12)))
    });
    let job = stage.accepted().await;
    stage.say(ended(&job.finish().await));
    insta::assert_snapshot!(stage.transcript(), @"
     0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
     0.0 s  < 200 OK
     0.0 s  accepted as new-api:task_1@gateway.example
     5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
     5.0 s  < 200 OK
    12.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    12.0 s  < 200 OK
    22.0 s  running: new-api:task_1@gateway.example; running: no answer: no whole answer within 10 s <- no whole answer within 10 s [Temporary, new-api:task_1@gateway.example]
    ");
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_is_never_answered_is_asked_again() {
    let stage = Stage::new([accepted(), Answer::never(), succeeded("https://cdn.example/v.mp4")]);
    let job = stage.accepted().await;
    stage.say(ended(&job.finish().await));
    insta::assert_snapshot!(stage.transcript(), @"
      0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
      0.0 s  < 200 OK
      0.0 s  accepted as new-api:task_1@gateway.example
      5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    305.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    305.4 s  < 200 OK
    305.4 s  succeeded: [Link(https://cdn.example/v.mp4), Content(task_1)]
    ");
}

#[tokio::test(start_paused = true)]
async fn a_word_nobody_knows_is_told_and_waited_out() {
    let odd = |word: &str| wrapper(&json!({"task_id": "task_1", "status": word, "progress": "50%"}));
    let stage = Stage::new([accepted(), odd("hatching"), odd("hatching"), succeeded("https://cdn.example/v.mp4")]);
    let mut job = stage.accepted().await;
    while let Some(task) = job.update().await {
        let status = task.status.clone();
        stage.say(format!("{status}, unknown: {:?}", job.unknown_status()));
    }
    stage.say(ended(&job.finish().await));
    insta::assert_snapshot!(stage.transcript(), @r#"
     0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
     0.0 s  < 200 OK
     0.0 s  accepted as new-api:task_1@gateway.example
     5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
     5.0 s  < 200 OK
     5.0 s  hatching, unknown: Some("hatching")
    15.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    15.0 s  < 200 OK
    15.0 s  hatching, unknown: Some("hatching")
    25.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    25.0 s  < 200 OK
    25.0 s  SUCCESS, unknown: None
    25.0 s  succeeded: [Link(https://cdn.example/v.mp4), Content(task_1)]
    "#);
}

#[tokio::test(start_paused = true)]
async fn the_server_says_when_to_ask_within_limits() {
    let hinted = |ms: &str| running(1).header("openai-poll-after-ms", ms);
    let stage = Stage::new([
        accepted().header("openai-poll-after-ms", "250"),
        hinted("0"),
        hinted("-5"),
        hinted("1e12"),
        hinted("soon"),
        succeeded("https://cdn.example/v.mp4"),
    ]);
    let job = stage.accepted().await;
    stage.say(ended(&job.finish().await));
    insta::assert_snapshot!(stage.transcript(), @"
     0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
     0.0 s  < 200 OK
     0.0 s  accepted as new-api:task_1@gateway.example
     0.2 s  > GET https://gateway.example/v1/video/generations/task_1, key
     0.2 s  < 200 OK
     0.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
     0.3 s  < 200 OK
     0.5 s  > GET https://gateway.example/v1/video/generations/task_1, key
     0.5 s  < 200 OK
    60.5 s  > GET https://gateway.example/v1/video/generations/task_1, key
    60.5 s  < 200 OK
    70.5 s  > GET https://gateway.example/v1/video/generations/task_1, key
    70.5 s  < 200 OK
    70.5 s  succeeded: [Link(https://cdn.example/v.mp4), Content(task_1)]
    ");
}

#[tokio::test(start_paused = true)]
async fn a_schedule_of_ones_own_is_kept() {
    let stage = Stage::with([accepted(), running(1), running(2), succeeded("https://cdn.example/v.mp4")], |builder| {
        builder.schedule(PollSchedule::every(Duration::from_secs(3)))
    });
    let job = stage.accepted().await;
    stage.say(ended(&job.finish().await));
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    0.0 s  < 200 OK
    0.0 s  accepted as new-api:task_1@gateway.example
    3.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    3.0 s  < 200 OK
    6.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    6.0 s  < 200 OK
    9.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    9.0 s  < 200 OK
    9.0 s  succeeded: [Link(https://cdn.example/v.mp4), Content(task_1)]
    ");
}
