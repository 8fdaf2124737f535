//! Ordering: when a submit is repeated, and when never.

use std::time::Duration;

use video_transport::{Answer, TransportError, TransportErrorKind};

use crate::answers::{accepted, broken, no_connection, page, redirect, refused, running, succeeded, video};
use crate::stage::{Stage, generation, told};

#[tokio::test(start_paused = true)]
async fn a_job_goes_from_its_order_to_a_saved_file() {
    let stage = Stage::new([accepted(), running(30), succeeded("https://cdn.example/v.mp4?sig=s"), video()]);
    let job = stage.accepted().await;
    let saved = stage.client.finish_and_download(job, stage.target(), &|_| ()).await;
    stage.delivered(&saved);
    insta::assert_snapshot!(stage.transcript(), @r#"
     0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
     0.0 s  < 200 OK
     0.0 s  accepted as new-api:task_1@gateway.example
     5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
     5.0 s  < 200 OK
    15.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    15.0 s  < 200 OK
    15.0 s  > GET https://cdn.example/v.mp4?sig=s
    15.0 s  < 200 OK
    15.0 s  saved 4148 bytes after 1 attempts
    15.0 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn the_handle_is_known_before_the_first_poll() {
    let stage = Stage::new([accepted()]);
    let job = stage.accepted().await;
    stage.say(format!("described {:?}", job.task().map(|task| &task.status)));
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    0.0 s  < 200 OK
    0.0 s  accepted as new-api:task_1@gateway.example
    0.0 s  described Some("queued")
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_submit_that_may_have_arrived_is_never_sent_again() {
    let late = TransportError::new(TransportErrorKind::Timeout, "no answer within 120 s");
    let answers = [
        ("connection broke", broken()),
        ("no answer in time", Answer::error(late)),
        ("500", refused(500, "do_request_failed", "upstream error")),
        ("502 page", page(502, "Bad Gateway")),
        ("503 page", page(503, "Service Unavailable")),
        ("504 empty", Answer::status(504)),
        ("408", Answer::status(408)),
        ("302", redirect(302, "https://gateway.example/login")),
        ("200 garbled", Answer::json(200, r#"{"id":"task_1","#)),
        ("200 page", page(200, "Welcome")),
        ("200 empty", Answer::status(200)),
        ("200 without an id", Answer::json(200, r#"{"status":"queued"}"#)),
        ("200 with an empty id", Answer::json(200, r#"{"id":"","status":"queued"}"#)),
        ("200 with a null id", Answer::json(200, r#"{"id":null,"status":"queued"}"#)),
        (
            "200 that breaks",
            Answer::status(200)
                .body(r#"{"id":"#)
                .breaking(TransportError::new(TransportErrorKind::Interrupted, "reset")),
        ),
    ];
    let mut rows = Vec::new();
    for (name, answer) in answers {
        let stage = Stage::new([answer]);
        let error = stage.submit().await.expect_err("no task");
        assert_eq!(stage.script.requests().len(), 1, "{name}");
        assert!(!error.proves_no_task(), "{name}");
        rows.push(format!("{name}: {}", told(&error)));
    }
    insta::assert_snapshot!(rows.join("\n"), @r#"
    connection broke: unknown: nobody knows whether the task was created: no answer: the connection broke before the answer was whole <- no answer: the connection broke before the answer was whole <- the connection broke before the answer was whole <- connection reset by peer [Permanent, a task may exist]
    no answer in time: unknown: nobody knows whether the task was created: no answer: the answer did not come in time <- no answer: the answer did not come in time <- the answer did not come in time <- no answer within 120 s [Permanent, a task may exist]
    500: unknown: nobody knows whether the task was created: the server is in trouble: upstream error (HTTP 500, do_request_failed) <- the server is in trouble: upstream error (HTTP 500, do_request_failed) [Permanent, a task may exist]
    502 page: unknown: nobody knows whether the task was created: the server is in trouble: Bad Gateway (HTTP 502) <- the server is in trouble: Bad Gateway (HTTP 502) [Permanent, a task may exist]
    503 page: unknown: nobody knows whether the task was created: the server is in trouble: Service Unavailable (HTTP 503) <- the server is in trouble: Service Unavailable (HTTP 503) [Permanent, a task may exist]
    504 empty: unknown: nobody knows whether the task was created: the server is in trouble: gateway timeout with an empty answer (HTTP 504) <- the server is in trouble: gateway timeout with an empty answer (HTTP 504) [Permanent, a task may exist]
    408: unknown: nobody knows whether the task was created: the server is in trouble: request timeout with an empty answer (HTTP 408) <- the server is in trouble: request timeout with an empty answer (HTTP 408) [Permanent, a task may exist]
    302: unknown: nobody knows whether the task was created: the gateway is not set up for this: the server redirects to https://gateway.example/login: correct the base URL (HTTP 302) <- the gateway is not set up for this: the server redirects to https://gateway.example/login: correct the base URL (HTTP 302) [Permanent, a task may exist]
    200 garbled: unknown: nobody knows whether the task was created: the answer cannot be understood: not JSON: {"id":"task_1", (HTTP 200) <- the answer cannot be understood: not JSON: {"id":"task_1", (HTTP 200) <- EOF while parsing a value at line 1 column 15 [Permanent, a task may exist]
    200 page: unknown: nobody knows whether the task was created: the answer cannot be understood: not JSON: Welcome (HTTP 200) <- the answer cannot be understood: not JSON: Welcome (HTTP 200) <- expected value at line 1 column 1 [Permanent, a task may exist]
    200 empty: unknown: nobody knows whether the task was created: the answer cannot be understood: the body is empty (HTTP 200) <- the answer cannot be understood: the body is empty (HTTP 200) <- EOF while parsing a value at line 1 column 0 [Permanent, a task may exist]
    200 without an id: unknown: nobody knows whether the task was created: the answer cannot be understood: the answer names no task (HTTP 200) <- the answer cannot be understood: the answer names no task (HTTP 200) [Permanent, a task may exist]
    200 with an empty id: unknown: nobody knows whether the task was created: the answer cannot be understood: the answer names no task (HTTP 200) <- the answer cannot be understood: the answer names no task (HTTP 200) [Permanent, a task may exist]
    200 with a null id: unknown: nobody knows whether the task was created: the answer cannot be understood: the answer names no task (HTTP 200) <- the answer cannot be understood: the answer names no task (HTTP 200) [Permanent, a task may exist]
    200 that breaks: unknown: nobody knows whether the task was created: no answer: the connection broke before the answer was whole <- no answer: the connection broke before the answer was whole <- the connection broke before the answer was whole <- reset [Permanent, a task may exist]
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_submit_that_did_not_arrive_is_sent_again_under_the_same_key() {
    let stage = Stage::new([
        no_connection(),
        refused(429, "", "slow down").header("retry-after", "7"),
        refused(503, "", "full").header("retry-after", "2"),
        accepted(),
    ]);
    stage.accepted().await;
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    0.0 s  < could not connect to the server
    0.4 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    0.4 s  < 429 Too Many Requests
    7.6 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    7.6 s  < 503 Service Unavailable
    9.7 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    9.7 s  < 200 OK
    9.7 s  accepted as new-api:task_1@gateway.example
    ");
}

#[tokio::test(start_paused = true)]
async fn case_06_what_was_not_sent_is_sent_again_and_after_five_attempts_nothing_was_ordered() {
    let stage = Stage::new(std::iter::repeat_with(no_connection).take(5));
    let error = stage.submit().await.expect_err("no connection");
    stage.say(told(&error));
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    0.0 s  < could not connect to the server
    0.4 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    0.4 s  < could not connect to the server
    2.3 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    2.3 s  < could not connect to the server
    4.3 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    4.3 s  < could not connect to the server
    9.5 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    9.5 s  < could not connect to the server
    9.5 s  unsent: no answer: could not connect to the server <- could not connect to the server <- connection refused [Permanent, no task exists]
    ");
}

#[tokio::test(start_paused = true)]
async fn case_02_a_delay_longer_than_patience_is_not_waited_for() {
    let stage = Stage::new([refused(429, "", "slow down").header("retry-after", "99999999")]);
    let error = stage.submit().await.expect_err("a day is too long");
    stage.say(told(&error));
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    0.0 s  < 429 Too Many Requests
    0.0 s  unsent: too many requests: slow down; the server asks to wait 86400 s, longer than the 300 s waited here (HTTP 429) [Permanent, no task exists]
    ");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_final_and_says_why() {
    let answers = [
        refused(400, "invalid_request", "prompt is required"),
        refused(401, "", "Invalid token"),
        refused(403, "insufficient_user_quota", "quota is not enough"),
        refused(400, "content_policy_violation", "the prompt was rejected"),
        refused(503, "model_not_found", "no channel for kling-v9"),
        redirect(301, "https://www.gateway.example/v1/video/generations?sig=s"),
        Answer::json(200, r#"{"code":"ali_api_error","message":"InvalidParameter: size","data":null}"#),
    ];
    let mut rows = Vec::new();
    for answer in answers {
        let stage = Stage::new([answer]);
        let error = stage.submit().await.expect_err("refused");
        assert_eq!(stage.script.requests().len(), 1);
        assert!(error.proves_no_task());
        rows.push(told(&error));
    }
    insta::assert_snapshot!(rows.join("\n"), @"
    invalid: the request was refused: prompt is required (HTTP 400, invalid_request) [Permanent, no task exists]
    refused: the key was refused: Invalid token (HTTP 401) [Permanent, no task exists]
    refused: the credit is used up: quota is not enough (HTTP 403, insufficient_user_quota) [Permanent, no task exists]
    filtered: refused by moderation: the prompt was rejected (HTTP 400, content_policy_violation) [Permanent, no task exists]
    invalid: the model is not available: no channel for kling-v9 (HTTP 503, model_not_found) [Permanent, no task exists]
    unsent: the gateway is not set up for this: the server redirects to https://www.gateway.example/v1/video/generations: correct the base URL (HTTP 301) [Permanent, no task exists]
    invalid: the request was refused: InvalidParameter: size (HTTP 200, ali_api_error) [Permanent, no task exists]
    ");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_cannot_be_sent_as_it_stands_is_not_tried_again() {
    // An empty script answers so.
    let stage = Stage::new([]);
    let error = stage.submit().await.expect_err("cannot be sent");
    stage.say(told(&error));
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    0.0 s  < the request cannot be sent as it stands
    0.0 s  unsent: no answer: the request cannot be sent as it stands <- the request cannot be sent as it stands <- the script has no answer left for request 1, POST /v1/video/generations: give it one more [Permanent, no task exists]
    ");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_the_repetitions_with_nothing_ordered() {
    let slow = || refused(429, "", "slow down").header("retry-after", "20");
    let stage = Stage::with([slow(), slow()], |builder| builder.deadline(Some(Duration::from_secs(30))));
    let error = stage.submit().await.expect_err("too late");
    stage.say(told(&error));
    insta::assert_snapshot!(stage.transcript(), @"
     0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
     0.0 s  < 429 Too Many Requests
    20.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    20.0 s  < 429 Too Many Requests
    20.0 s  unsent: the deadline passed before anything was accepted: too many requests: slow down (HTTP 429) <- too many requests: slow down (HTTP 429) [Permanent, no task exists]
    ");
}

#[tokio::test(start_paused = true)]
async fn every_order_has_a_key_of_its_own() {
    let stage = Stage::new([no_connection(), accepted(), accepted()]);
    for _ in 0..2 {
        stage.client.submit(generation()).await.expect("accepted");
    }
    let key = |number: usize| stage.script.requests()[number].headers()["idempotency-key"].clone();
    assert_eq!(key(0), key(1));
    assert_ne!(key(1), key(2));
    assert_eq!(key(2).len(), 36);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_for_what_cannot_be_ordered() {
    let stage = Stage::new([]);
    let mut rows = Vec::new();
    for (generation, key) in [
        (video_types::Generation::new("", "a cat"), "order-1"),
        (video_types::Generation::new("m", " "), "order-1"),
        (generation(), "order\n1"),
    ] {
        let error = stage.client.submit_under(generation, key).await.expect_err("not an order");
        rows.push(told(&error));
    }
    assert_eq!(stage.transcript(), "");
    insta::assert_snapshot!(rows.join("\n"), @"
    invalid: the request was refused: model is required [Permanent, no task exists]
    invalid: the request was refused: prompt is required [Permanent, no task exists]
    invalid: the request was refused: the idempotency key cannot be sent <- failed to parse header value [Permanent, no task exists]
    ");
}

#[tokio::test(start_paused = true)]
async fn case_02_a_delay_is_taken_as_it_can_be_kept_and_never_slept_for_days() {
    let mut rows = Vec::new();
    for (name, asked) in [
        ("1", "1"),
        ("0", "0"),
        ("-5", "-5"),
        ("99999999", "99999999"),
        ("soon", "soon"),
        ("a date in 20 s", "Fri, 21 Aug 2026 10:00:20 GMT"),
        ("a date in a year", "Sat, 21 Aug 2027 10:00:00 GMT"),
    ] {
        let busy =
            refused(429, "", "slow down").header("retry-after", asked).header("date", "Fri, 21 Aug 2026 10:00:00 GMT");
        let stage = Stage::with([busy, accepted()], |builder| builder.deadline(Some(Duration::from_secs(60))));
        let ended = match stage.submit().await {
            Ok(_) => "accepted".to_owned(),
            Err(error) => format!("{}: {error}", error.verdict()),
        };
        let took = stage.record.text().lines().last().expect("a line")[..8].trim().to_owned();
        rows.push(format!("{name:16} after {took}, {} requests, {ended}", stage.script.requests().len()));
    }
    insta::assert_snapshot!(rows.join("\n"), @"
    1                after 1.0 s, 2 requests, accepted
    0                after 0.6 s, 2 requests, accepted
    -5               after 0.6 s, 2 requests, accepted
    99999999         after 0.0 s, 1 requests, unsent: too many requests: slow down; the server asks to wait 86400 s, longer than the 300 s waited here (HTTP 429)
    soon             after 0.6 s, 2 requests, accepted
    a date in 20 s   after 20.0 s, 2 requests, accepted
    a date in a year after 0.0 s, 1 requests, unsent: too many requests: slow down; the server asks to wait 86400 s, longer than the 300 s waited here (HTTP 429)
    ");
}

#[tokio::test(start_paused = true)]
async fn case_03_a_503_without_a_delay_is_backed_off_from_with_jitter_and_a_cap() {
    let stage = Stage::new((0..4).map(|_| refused(503, "", "overloaded")).chain([accepted()]));
    stage.accepted().await;
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    0.0 s  < 503 Service Unavailable
    0.4 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    0.4 s  < 503 Service Unavailable
    2.3 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    2.3 s  < 503 Service Unavailable
    4.3 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    4.3 s  < 503 Service Unavailable
    9.5 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    9.5 s  < 200 OK
    9.5 s  accepted as new-api:task_1@gateway.example
    ");
    let mut waits = std::collections::BTreeSet::new();
    for seed in 0..50 {
        let stage = Stage::new([refused(503, "", "overloaded"), accepted()]);
        fastrand::seed(seed);
        let began = tokio::time::Instant::now();
        stage.accepted().await;
        let wait = began.elapsed();
        assert!(wait >= Duration::from_millis(250) && wait <= Duration::from_millis(1001), "{wait:?}");
        waits.insert(wait.as_millis());
    }
    assert!(waits.len() > 40, "clients wait alike: {waits:?}");
}
