//! Futures that are dropped in the middle lose nothing and send nothing twice.

use std::time::Duration;

use async_trait::async_trait;
use http::Method;
use tokio::time::{Instant, sleep_until, timeout};
use video_client::Outcome;
use video_transport::{Answer, Request, Response, Script, Transport, TransportError};

use crate::answers::{accepted, running, succeeded};
use crate::stage::{BASE, Record, Stage, ended, generation, over};

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_dropped_goes_on_where_it_was() {
    let stage = Stage::new([accepted(), running(10)]);
    let mut job = stage.accepted().await;
    for _ in 0..3 {
        let update = timeout(Duration::from_millis(1200), job.update()).await;
        stage.say(format!("seen: {}", update.is_ok()));
    }
    let update = job.update().await.and_then(|task| task.progress);
    stage.say(format!("progress {update:?}"));
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    0.0 s  < 200 OK
    0.0 s  accepted as new-api:task_1@gateway.example
    1.2 s  seen: false
    2.4 s  seen: false
    3.6 s  seen: false
    5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    5.0 s  < 200 OK
    5.0 s  progress Some(10)
    ");
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_is_dropped_is_asked_again_at_once() {
    let stalled = Answer::status(200).body(r#"{"code":"success","#).stalling();
    let stage = Stage::new([accepted(), Answer::never(), stalled, running(10)]);
    let mut job = stage.accepted().await;
    for _ in 0..2 {
        let update = timeout(Duration::from_secs(8), job.update()).await;
        stage.say(format!("seen: {}", update.is_ok()));
    }
    let update = job.update().await.and_then(|task| task.progress);
    stage.say(format!("progress {update:?}"));
    insta::assert_snapshot!(stage.transcript(), @"
     0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
     0.0 s  < 200 OK
     0.0 s  accepted as new-api:task_1@gateway.example
     5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
     8.0 s  seen: false
     8.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
     8.0 s  < 200 OK
    16.0 s  seen: false
    16.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    16.0 s  < 200 OK
    16.0 s  progress Some(10)
    ");
}

#[tokio::test(start_paused = true)]
async fn a_submit_that_is_dropped_was_sent_once() {
    let stage = Stage::new([Answer::never()]);
    let submit = timeout(Duration::from_secs(3600), stage.submit()).await;
    stage.say(format!("answered: {}", submit.is_ok()));
    insta::assert_snapshot!(stage.transcript(), @"
       0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    3600.0 s  answered: false
    ");
}

/// A script whose answers take a second to begin and another to end.
#[derive(Debug)]
struct Slow(Script);

#[async_trait]
impl Transport for Slow {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let second = Duration::from_secs(1);
        let (head, mut body) = self.0.send(request).await?.into_parts();
        sleep_until(Instant::now() + second).await;
        let whole = async move {
            sleep_until(Instant::now() + second).await;
            body.chunk().await.unwrap_or_else(|| Ok(bytes::Bytes::new()))
        };
        Ok(Response::from_parts(head, video_transport::Body::new(futures_util::stream::once(whole))))
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_dropped_at_any_moment_ends_as_if_it_had_not_been() {
    // Undisturbed it takes 31 s: 5 s to the first poll, 10 s to the next ones, 2 s for each of the three.
    for moment in (0..20_000).step_by(250) {
        fastrand::seed(7);
        let script = Script::new([accepted(), running(10), running(10), succeeded("https://cdn.example/v.mp4")]);
        let record = Record::new();
        let client = over(BASE, Slow(script.clone()), &record, |builder| builder);
        let mut job = client.submit_under(generation(), "order-1").await.expect("accepted");
        let watch = async { while job.update().await.is_some() {} };
        let undisturbed = timeout(Duration::from_millis(moment), watch).await.is_ok();
        let outcome = job.finish().await;
        assert!(matches!(outcome, Outcome::Succeeded(_)), "after {moment} ms: {}\n{}", ended(&outcome), record.text());
        let submits = script.requests().iter().filter(|request| request.method() == Method::POST).count();
        assert!(submits == 1 && !undisturbed, "after {moment} ms\n{}", record.text());
    }
}
