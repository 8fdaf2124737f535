//! What jobs of one key share: one refusal slows them all, and a server that is down is left alone.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::future::{join, join_all};
use video_client::{Client, Restraints, RetryPolicy, TaskRef};
use video_transport::{Answer, Request, Script};

use crate::answers::{accepted, broken, no_connection, page, refused, running, succeeded};
use crate::stage::{BASE, KEY, Moody, Record, Stage, ended, generation, over, told};

const LINK: &str = "https://cdn.example/v.mp4";

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

async fn pause(delay: Duration) {
    tokio::time::sleep_until(tokio::time::Instant::now() + delay).await;
}

fn orders(request: &Request) -> bool {
    request.method() == http::Method::POST
}

fn task(number: usize) -> TaskRef {
    TaskRef::new("new-api", format!("task_{number}"))
}

fn busy(asked: &str) -> Answer {
    refused(429, "", "slow down").header("retry-after", asked)
}

/// A client that has seen its server at work, and now finds it down: ten jobs were refused an answer.
async fn knocked_out(client: &Client) {
    let jobs = (0..10).map(|number| client.resume(task(number)).expect("ours"));
    join_all(jobs.map(async |mut job| {
        // One poll each; then the job is left.
        drop(tokio::time::timeout(Duration::from_millis(1), job.update()).await);
    }))
    .await;
}

#[tokio::test(start_paused = true)]
async fn case_01_a_429_slows_every_job_of_the_key_and_orders_once() {
    let (record, orders_seen) = (Record::new(), AtomicU32::new(0));
    let gateway = Moody::new(move |request: &Request, at: Duration| match at {
        _ if orders(request) && orders_seen.fetch_add(1, Ordering::Relaxed) == 1 => accepted(),
        at if at < secs(30) && (orders(request) || at >= secs(1)) => busy("30"),
        at if at > secs(31) => succeeded(LINK),
        _ => running(10),
    });
    let client = over(BASE, gateway, &record, |builder| builder);
    let polls = join_all((1..=4).map(|number| {
        let mut job = client.resume(task(number)).expect("ours");
        async move { while job.update().await.is_some() {} }
    }));
    let order = async {
        pause(secs(2)).await;
        let job = client.submit_under(generation(), "order-1").await.expect("accepted");
        record.say(format!("accepted as {}", job.reference()));
    };
    join(polls, order).await;
    insta::assert_snapshot!(record.text(), @"
     0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
     0.0 s  < 200 OK
     0.0 s  > GET https://gateway.example/v1/video/generations/task_2, key
     0.0 s  < 200 OK
     0.0 s  > GET https://gateway.example/v1/video/generations/task_3, key
     0.0 s  < 200 OK
     0.0 s  > GET https://gateway.example/v1/video/generations/task_4, key
     0.0 s  < 200 OK
     2.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
     2.0 s  < 429 Too Many Requests
     5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
     5.0 s  < 429 Too Many Requests
     5.0 s  > GET https://gateway.example/v1/video/generations/task_2, key
     5.0 s  < 429 Too Many Requests
    35.0 s  > GET https://gateway.example/v1/video/generations/task_3, key
    35.0 s  < 200 OK
    35.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    35.0 s  < 200 OK
    35.0 s  > GET https://gateway.example/v1/video/generations/task_4, key
    35.0 s  < 200 OK
    35.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    35.0 s  < 200 OK
    35.0 s  accepted as new-api:task_1@gateway.example
    35.0 s  > GET https://gateway.example/v1/video/generations/task_2, key
    35.0 s  < 200 OK
    ");
}

#[tokio::test(start_paused = true)]
async fn one_odd_429_among_good_answers_slows_only_the_job_that_got_it() {
    let record = Record::new();
    let gateway = Moody::new(|request: &Request, at: Duration| match request.uri().path() {
        path if path.ends_with("task_1") && at < secs(1) => busy("20"),
        _ if at > secs(12) => succeeded(LINK),
        _ => running(10),
    });
    let client = over(BASE, gateway, &record, |builder| builder);
    join_all((1..=3).map(|number| {
        let mut job = client.resume(task(number)).expect("ours");
        async move { while job.update().await.is_some() {} }
    }))
    .await;
    insta::assert_snapshot!(record.text(), @"
     0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
     0.0 s  < 429 Too Many Requests
     0.0 s  > GET https://gateway.example/v1/video/generations/task_2, key
     0.0 s  < 200 OK
     0.0 s  > GET https://gateway.example/v1/video/generations/task_3, key
     0.0 s  < 200 OK
     5.0 s  > GET https://gateway.example/v1/video/generations/task_2, key
     5.0 s  < 200 OK
     5.0 s  > GET https://gateway.example/v1/video/generations/task_3, key
     5.0 s  < 200 OK
    15.0 s  > GET https://gateway.example/v1/video/generations/task_2, key
    15.0 s  < 200 OK
    15.0 s  > GET https://gateway.example/v1/video/generations/task_3, key
    15.0 s  < 200 OK
    20.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    20.0 s  < 200 OK
    ");
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_tasks_at_once_holds_orders_until_a_task_ends_and_no_polls() {
    let (record, orders_seen) = (Record::new(), AtomicU32::new(0));
    let gateway = Moody::new(move |request: &Request, at: Duration| match at {
        _ if orders(request) && orders_seen.fetch_add(1, Ordering::Relaxed) > 0 => accepted(),
        _ if orders(request) => {
            refused(429, "concurrency_limit_exceeded", "3 tasks at once").header("retry-after", "200")
        }
        at if at > secs(12) => succeeded(LINK),
        _ => running(10),
    });
    let client = over(BASE, gateway, &record, |builder| builder);
    let mut job = client.resume(task(1)).expect("ours");
    let poll = async { while job.update().await.is_some() {} };
    let crowded = async {
        let error = tokio::time::timeout(secs(1), client.submit_under(generation(), "order-1")).await;
        assert!(error.is_err(), "it waits");
    };
    let order = async {
        pause(secs(2)).await;
        client.submit_under(generation(), "order-2").await.expect("accepted");
    };
    join(poll, join(crowded, order)).await;
    insta::assert_snapshot!(record.text(), @"
     0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
     0.0 s  < 200 OK
     0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
     0.0 s  < 429 Too Many Requests
     5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
     5.0 s  < 200 OK
    15.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    15.0 s  < 200 OK
    15.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-2
    15.0 s  < 200 OK
    ");
}

#[tokio::test(start_paused = true)]
async fn an_order_at_an_open_breaker_waits_for_a_free_request_that_is_answered() {
    let mut rows = Vec::new();
    for (name, list, poll) in [
        ("a list", Answer::json(200, r#"{"data":[],"has_more":false}"#), None),
        ("no list", refused(404, "", "no such route"), None),
        ("a page for a list", page(200, "Welcome"), Some(refused(400, "task_not_exist", "task_not_exist"))),
    ] {
        let (list, poll) = (std::sync::Mutex::new(Some(list)), std::sync::Mutex::new(poll));
        let record = Record::new();
        let gateway = Moody::new(move |request: &Request, at: Duration| {
            let answer = |kept: &std::sync::Mutex<Option<Answer>>| kept.lock().expect("whole").take();
            match request.uri().path() {
                _ if at < Duration::from_millis(100) => page(502, "Bad Gateway"),
                "/v1/videos" => answer(&list).expect("asked once"),
                "/v1/video/generations/task_0" => answer(&poll).expect("asked once"),
                _ => accepted(),
            }
        });
        let client = over(BASE, gateway, &record, |builder| builder);
        knocked_out(&client).await;
        pause(Duration::from_millis(100)).await;
        let began = record.text().len();
        client.submit_under(generation(), "order-1").await.expect("accepted");
        let said: Vec<String> = record.text()[began..].lines().map(|line| line[10..].to_owned()).collect();
        rows.push(format!("{name}\n  {}", said.join("\n  ")));
    }
    insta::assert_snapshot!(rows.join("\n"), @"
    a list
      > GET https://gateway.example/v1/videos?limit=1&order=desc, key
      < 200 OK
      > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
      < 200 OK
    no list
      > GET https://gateway.example/v1/videos?limit=1&order=desc, key
      < 404 Not Found
      > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
      < 200 OK
    a page for a list
      > GET https://gateway.example/v1/videos?limit=1&order=desc, key
      < 200 OK
      > GET https://gateway.example/v1/video/generations/task_0, key
      < 400 Bad Request
      > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
      < 200 OK
    ");
}

#[tokio::test(start_paused = true)]
async fn an_order_is_not_held_back_for_ever_and_then_nothing_was_ordered() {
    let mut rows = Vec::new();
    for (name, was_seen, deadline) in
        [("never seen", false, None), ("seen before", true, None), ("deadline of 9 s", true, Some(secs(9)))]
    {
        let record = Record::new();
        let gateway = Moody::new(move |_: &Request, at: Duration| match at {
            Duration::ZERO if was_seen => running(10),
            _ => no_connection(),
        });
        let client = over(BASE, gateway, &record, |builder| builder.deadline(deadline));
        client.show(&task(1)).await.ok();
        pause(Duration::from_millis(1)).await;
        knocked_out(&client).await;
        let began = tokio::time::Instant::now();
        let error = client.submit_under(generation(), "order-1").await.expect_err("nobody is there");
        let sent = record.text().lines().filter(|line| line.contains("> POST")).count();
        rows.push(format!("{name}: {sent} sent, after {} s: {}", began.elapsed().as_secs(), told(&error)));
    }
    insta::assert_snapshot!(rows.join("\n"), @"
    never seen: 0 sent, after 60 s: unsent: no answer: not sent for 60 s: the server is down <- not sent for 60 s: the server is down [Permanent, no task exists]
    seen before: 0 sent, after 300 s: unsent: no answer: not sent for 300 s: the server is down <- not sent for 300 s: the server is down [Permanent, no task exists]
    deadline of 9 s: 0 sent, after 9 s: unsent: the deadline passed before anything was accepted: no answer: not sent for 9 s: the server is down <- no answer: not sent for 9 s: the server is down <- not sent for 9 s: the server is down [Permanent, no task exists]
    ");
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_is_held_back_ends_at_the_deadline_with_the_handle() {
    let record = Record::new();
    let gateway = Moody::new(|_: &Request, _| broken());
    let client = over(BASE, gateway, &record, |builder| builder.deadline(Some(secs(100))));
    knocked_out(&client).await;
    let began = record.text().len();
    let jobs = (0..3).map(|number| client.resume(task(number)).expect("ours").finish());
    for outcome in join_all(jobs).await {
        record.say(ended(&outcome));
    }
    let text = record.text();
    let asked = text[began..].lines().filter(|line| line.contains("> GET")).count();
    let ends: Vec<&str> = text.lines().filter(|line| line.contains("running:")).collect();
    insta::assert_snapshot!(format!("{asked} asked\n{}", ends.join("\n")), @"
    7 asked
     100.0 s  running: new-api:task_0@gateway.example; running: no answer: not sent for 8 s: the server is down <- not sent for 8 s: the server is down [Temporary, new-api:task_0@gateway.example]
     100.0 s  running: new-api:task_1@gateway.example; running: no answer: not sent for 81 s: the server is down <- not sent for 81 s: the server is down [Temporary, new-api:task_1@gateway.example]
     100.0 s  running: new-api:task_2@gateway.example; running: no answer: not sent for 100 s: the server is down <- not sent for 100 s: the server is down [Temporary, new-api:task_2@gateway.example]
    ");
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_is_left_makes_way_for_another() {
    let (record, seen) = (Record::new(), AtomicU32::new(0));
    let gateway = Moody::new(move |_: &Request, at: Duration| match at {
        at if at < Duration::from_millis(100) => broken(),
        _ if seen.fetch_add(1, Ordering::Relaxed) == 0 => Answer::never(),
        _ => succeeded(LINK),
    });
    let client = over(BASE, gateway, &record, |builder| builder);
    knocked_out(&client).await;
    let (mut first, second) = (client.resume(task(1)).expect("ours"), client.resume(task(2)).expect("ours"));
    let left = async {
        drop(tokio::time::timeout(secs(5), first.update()).await);
        drop(first);
    };
    let began = record.text().len();
    let ((), outcome) = join(left, second.finish()).await;
    record.say(ended(&outcome));
    insta::assert_snapshot!(&record.text()[began..], @"
    0.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
    5.0 s  > GET https://gateway.example/v1/video/generations/task_2, key
    5.0 s  < 200 OK
    5.0 s  succeeded: [Link(https://cdn.example/v.mp4), Content(task_2)]
    ");
}

#[tokio::test(start_paused = true)]
async fn clients_share_where_they_are_given_the_same_value_origin_and_key() {
    let restraints = Restraints::default();
    let mut rows = Vec::new();
    for (name, base, key, shared) in [
        ("same", BASE, KEY, true),
        ("same, spelled otherwise", "https://gateway.example/v1/", KEY, true),
        ("another key", BASE, "sk-other", true),
        ("another origin", "https://other.example", KEY, true),
        ("a value of its own", BASE, KEY, false),
    ] {
        let build = |base: &str, key: &str, restraints: Restraints, answers: Vec<Answer>| {
            let builder = Client::builder(base).key(key).transport(Script::new(answers)).restraints(restraints);
            let mut retry = RetryPolicy::default();
            retry.attempts = 1;
            builder.retry(retry).build().expect("a client")
        };
        let first = build(BASE, KEY, restraints.clone(), vec![busy("7")]);
        drop(first.submit(generation()).await.expect_err("busy"));
        let its = if shared { restraints.clone() } else { Restraints::default() };
        let second = build(base, key, its, vec![accepted()]);
        let began = tokio::time::Instant::now();
        second.submit(generation()).await.expect("accepted");
        rows.push(format!("{name}: after {} s", began.elapsed().as_secs()));
    }
    insta::assert_snapshot!(rows.join("\n"), @"
    same: after 7 s
    same, spelled otherwise: after 7 s
    another key: after 0 s
    another origin: after 0 s
    a value of its own: after 0 s
    ");
}

#[tokio::test(start_paused = true)]
async fn a_single_question_is_not_held_back_for_longer_than_somebody_waits() {
    let stage = Stage::new([busy("60"), busy("60"), busy("60")]);
    for _ in 0..4 {
        let error = stage.client.show(&task(1)).await.expect_err("busy");
        stage.say(told(&error));
    }
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 429 Too Many Requests
    0.0 s  running: too many requests: slow down (HTTP 429) [Temporary, new-api:task_1@gateway.example]
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 429 Too Many Requests
    0.0 s  running: too many requests: slow down (HTTP 429) [Temporary, new-api:task_1@gateway.example]
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 429 Too Many Requests
    0.0 s  running: too many requests: slow down (HTTP 429) [Temporary, new-api:task_1@gateway.example]
    0.0 s  running: no answer: not sent: the server asked for fewer requests <- not sent: the server asked for fewer requests [Temporary, new-api:task_1@gateway.example]
    ");
}
