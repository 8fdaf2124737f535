//! Waiting: trouble does not end a job, and time does not run away.

use std::time::Duration;

use serde_json::json;
use video_client::PollSchedule;
use video_transport::{Answer, Request};

use crate::answers::{accepted, broken, page, refused, running, succeeded, wrapper};
use crate::stage::{BASE, Moody, Record, Stage, ended, generation, over};

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

#[tokio::test(start_paused = true)]
async fn case_15_ten_minutes_of_trouble_do_not_end_a_job() {
    let record = Record::new();
    let gateway = Moody::new(|request: &Request, at: Duration| match at {
        _ if request.method() == http::Method::POST => accepted(),
        at if at > minutes(10) => succeeded("https://cdn.example/v.mp4"),
        at if at > minutes(5) => broken(),
        _ => page(502, "Bad Gateway"),
    });
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
     80.2 s  > GET https://gateway.example/v1/video/generations/task_1, key
     80.2 s  < 502 Bad Gateway
    103.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
    103.3 s  < 502 Bad Gateway
    157.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    157.0 s  < 502 Bad Gateway
    204.8 s  > GET https://gateway.example/v1/video/generations/task_1, key
    204.8 s  < 502 Bad Gateway
    235.6 s  > GET https://gateway.example/v1/video/generations/task_1, key
    235.6 s  < 502 Bad Gateway
    287.1 s  > GET https://gateway.example/v1/video/generations/task_1, key
    287.1 s  < 502 Bad Gateway
    322.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    322.0 s  < the connection broke before the answer was whole
    341.9 s  > GET https://gateway.example/v1/video/generations/task_1, key
    341.9 s  < the connection broke before the answer was whole
    380.2 s  > GET https://gateway.example/v1/video/generations/task_1, key
    380.2 s  < the connection broke before the answer was whole
    418.1 s  > GET https://gateway.example/v1/video/generations/task_1, key
    418.1 s  < the connection broke before the answer was whole
    453.9 s  > GET https://gateway.example/v1/video/generations/task_1, key
    453.9 s  < the connection broke before the answer was whole
    488.6 s  > GET https://gateway.example/v1/video/generations/task_1, key
    488.6 s  < the connection broke before the answer was whole
    510.1 s  > GET https://gateway.example/v1/video/generations/task_1, key
    510.1 s  < the connection broke before the answer was whole
    555.6 s  > GET https://gateway.example/v1/video/generations/task_1, key
    555.6 s  < the connection broke before the answer was whole
    584.9 s  > GET https://gateway.example/v1/video/generations/task_1, key
    584.9 s  < the connection broke before the answer was whole
    622.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    622.4 s  < 200 OK
    622.4 s  succeeded: [Link(https://cdn.example/v.mp4), Content(task_1)]
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
async fn case_21_the_server_says_when_to_ask_within_limits() {
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

#[tokio::test(start_paused = true)]
async fn case_14_one_failing_poll_is_asked_again_soon_and_the_job_lives_on() {
    let mut rows = Vec::new();
    for status in [500, 502, 503, 504] {
        for answer in [page(status, "Trouble"), refused(status, "", "trouble"), Answer::status(status)] {
            let stage = Stage::new([accepted(), answer, succeeded("https://cdn.example/v.mp4")]);
            let outcome = stage.accepted().await.finish().await;
            let transcript = stage.transcript();
            let asked = transcript.lines().filter(|line| line.contains("> GET")).map(|line| line[..8].trim());
            let asked: Vec<&str> = asked.collect();
            rows.push(format!("{status}: asked at {}; {}", asked.join(", "), ended(&outcome)));
        }
    }
    rows.dedup();
    insta::assert_snapshot!(rows.join("\n"), @"
    500: asked at 5.0 s, 5.4 s; succeeded: [Link(https://cdn.example/v.mp4), Content(task_1)]
    502: asked at 5.0 s, 5.4 s; succeeded: [Link(https://cdn.example/v.mp4), Content(task_1)]
    503: asked at 5.0 s, 5.4 s; succeeded: [Link(https://cdn.example/v.mp4), Content(task_1)]
    504: asked at 5.0 s, 5.4 s; succeeded: [Link(https://cdn.example/v.mp4), Content(task_1)]
    ");
}
