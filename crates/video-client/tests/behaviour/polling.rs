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
async fn ten_minutes_of_trouble_do_not_end_a_job() {
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
    fastrand::seed(7);
    let client = over(BASE, gateway, &record, |builder| builder);
    let job = client.submit_under(generation(), "order-1").await.expect("accepted");
    record.say(ended(&job.finish().await));
    insta::assert_snapshot!(record.text(), @"
      0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
      0.0 s  < 200 OK
      5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
      5.0 s  < 502 Bad Gateway
      5.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
      5.4 s  < 502 Bad Gateway
      7.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
      7.3 s  < 502 Bad Gateway
      9.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
      9.3 s  < 502 Bad Gateway
     14.5 s  > GET https://gateway.example/v1/video/generations/task_1, key
     14.5 s  < 502 Bad Gateway
     20.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
     20.0 s  < 502 Bad Gateway
     29.2 s  > GET https://gateway.example/v1/video/generations/task_1, key
     29.2 s  < 502 Bad Gateway
     38.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
     38.4 s  < 502 Bad Gateway
     42.2 s  > GET https://gateway.example/v1/video/generations/task_1, key
     42.2 s  < 502 Bad Gateway
     50.6 s  > GET https://gateway.example/v1/video/generations/task_1, key
     50.6 s  < 502 Bad Gateway
     54.1 s  > GET https://gateway.example/v1/video/generations/task_1, key
     54.1 s  < 502 Bad Gateway
     60.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
     60.3 s  < 502 Bad Gateway
     64.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
     64.0 s  < 502 Bad Gateway
     70.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
     70.3 s  < 502 Bad Gateway
     83.6 s  > GET https://gateway.example/v1/video/generations/task_1, key
     83.6 s  < 502 Bad Gateway
    106.7 s  > GET https://gateway.example/v1/video/generations/task_1, key
    106.7 s  < 502 Bad Gateway
    160.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    160.4 s  < 502 Bad Gateway
    208.2 s  > GET https://gateway.example/v1/video/generations/task_1, key
    208.2 s  < 502 Bad Gateway
    239.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    239.0 s  < 502 Bad Gateway
    290.5 s  > GET https://gateway.example/v1/video/generations/task_1, key
    290.5 s  < 502 Bad Gateway
    325.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    325.4 s  < the connection broke before the answer was whole
    345.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
    345.3 s  < the connection broke before the answer was whole
    383.6 s  > GET https://gateway.example/v1/video/generations/task_1, key
    383.6 s  < the connection broke before the answer was whole
    421.5 s  > GET https://gateway.example/v1/video/generations/task_1, key
    421.5 s  < the connection broke before the answer was whole
    457.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
    457.3 s  < the connection broke before the answer was whole
    492.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    492.0 s  < the connection broke before the answer was whole
    513.5 s  > GET https://gateway.example/v1/video/generations/task_1, key
    513.5 s  < the connection broke before the answer was whole
    559.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    559.0 s  < the connection broke before the answer was whole
    588.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
    588.3 s  < the connection broke before the answer was whole
    625.8 s  > GET https://gateway.example/v1/video/generations/task_1, key
    625.8 s  < 200 OK
    625.8 s  succeeded: [Link(https://cdn.example/v.mp4), Content(task_1)]
    ");
}

#[tokio::test(start_paused = true)]
async fn case_22_a_deadline_gives_the_handle_back_after_a_last_look() {
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
