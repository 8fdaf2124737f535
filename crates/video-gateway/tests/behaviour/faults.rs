//! Faults on purpose: a client gets exactly the one that was asked for.

use std::time::{Duration, UNIX_EPOCH};

use video_gateway::{FaultPlan, Gateway};
use video_sandbox::Sandbox;

use crate::far_end::{ORDER, finish, order};
use crate::log::Log;
use crate::running::{Running, client};
use crate::upstream::{Upstream, answer, breaking, json};

use crate::wire::{Answer, Wire, exchange, get, post};

/// A gateway over a sandbox, which it shares with the test, with these faults.
async fn faulty(plan: &str) -> (Running, Sandbox) {
    let sandbox = Sandbox::builder().clock(|| UNIX_EPOCH + Duration::from_secs(1_800_000_000)).build();
    (over(sandbox.clone(), plan).await, sandbox)
}

async fn over(upstream: impl video_transport::Transport, plan: &str) -> Running {
    let plan: FaultPlan = plan.parse().expect("a plan");
    Running::start(Gateway::new(client(upstream)).with_faults(plan)).await
}

/// A submit in the OpenAI format.
fn post_openai() -> String {
    let body = r#"{"model":"sandbox-1","prompt":"a lighthouse","size":"64x64","seconds":"1"}"#;
    post("", body).replacen("/v1/video/generations", "/v1/videos", 1)
}

/// One request, and what came of it; nothing but the end of the connection is something too.
async fn attempt(running: &Running, request: &str) -> (Option<Answer>, String) {
    let mut wire = Wire::connect(running.address).await;
    wire.write(request).await;
    let answer = wire.answer(request.starts_with("HEAD ")).await;
    let shown = match &answer {
        Some(answer) => answer.show(),
        None if wire.was_reset() => "reset without an answer\n".to_owned(),
        None => "closed without an answer\n".to_owned(),
    };
    (answer, shown)
}

#[tokio::test]
async fn an_order_that_is_refused_dropped_or_answered_with_rubbish_is_not_carried_out() {
    let mut transcript = String::new();
    for kind in ["400", "429", "500", "503", "drop", "html", "html-502", "empty", "json"] {
        let upstream = Upstream::always(500, &[], "nobody may ask");
        let running = over(upstream.clone(), &format!("submit:{kind}=1")).await;
        for (format, request) in [("New API", post("", ORDER)), ("OpenAI", post_openai())] {
            let (answer, shown) = attempt(&running, &request).await;
            assert!(answer.is_none_or(|answer| answer.header("x-oneapi-request-id").is_some_and(|id| id.len() == 32)));
            transcript += &format!("# submit:{kind}, {format}\n{shown}\n");
        }
        assert_eq!(upstream.requests().len(), 0, "{kind}");
        running.ended().await;
    }
    insta::assert_snapshot!(transcript);
}

#[tokio::test(start_paused = true)]
async fn an_order_whose_answer_is_lost_late_or_spoiled_is_carried_out() {
    const ACCEPTED: &str = r#"{"id":"task_1","task_id":"task_1","object":"video","status":"queued"}"#;
    let mut transcript = String::new();
    for kind in ["lost", "lost-500", "lost-503", "late", "late-1500ms", "cut", "short", "stall"] {
        let upstream = Upstream::always(200, &[("content-type", "application/json")], ACCEPTED);
        let running = over(upstream.clone(), &format!("submit:{kind}=1")).await;
        let began = tokio::time::Instant::now();
        let (answer, shown) = attempt(&running, &post("", ORDER)).await;
        let took = began.elapsed().as_millis() / 100 * 100;
        assert!(answer.is_none_or(|answer| answer.header("x-oneapi-request-id").is_some_and(|id| id.len() == 32)));
        assert_eq!(upstream.count("POST"), 1, "{kind}");
        transcript += &format!("# submit:{kind}, after {took} ms\n{shown}\n");
    }
    insta::assert_snapshot!(transcript);
}

#[tokio::test(start_paused = true)]
async fn a_poll_has_every_fault_but_a_loss() {
    let mut transcript = String::new();
    for kind in
        ["404", "429", "500", "503", "drop", "html", "html-502", "empty", "json", "late", "cut", "short", "stall-10s"]
    {
        let upstream = Upstream::finished(|_| json(500, "nobody may ask"));
        let running = over(upstream, &format!("poll:{kind}=1")).await;
        let began = tokio::time::Instant::now();
        let (_, shown) = attempt(&running, &get("GET /v1/video/generations/task_1", "")).await;
        let took = began.elapsed().as_millis() / 100 * 100;
        transcript += &format!("# poll:{kind}, after {took} ms\n{shown}\n");
    }
    insta::assert_snapshot!(transcript);
}

/// A video of twenty bytes whose length is known, or not.
fn video(known: bool) -> Upstream {
    Upstream::finished(move |_| {
        let headers: &[(&str, &str)] = &[("content-type", "video/mp4"), ("content-length", "20"), ("etag", "\"v\"")];
        answer(200, if known { headers } else { &headers[..1] }, "0123456789abcdefghij")
    })
}

#[tokio::test(start_paused = true)]
async fn a_video_breaks_ends_early_or_is_none() {
    let mut transcript = String::new();
    for kind in ["403", "503", "drop", "html", "empty", "json", "late", "cut", "short", "stall"] {
        let running = over(video(true), &format!("content:{kind}=1")).await;
        let began = tokio::time::Instant::now();
        let (_, shown) = attempt(&running, &get("GET /v1/videos/task_1/content", "")).await;
        let took = began.elapsed().as_millis() / 100 * 100;
        transcript += &format!("# content:{kind}, after {took} ms\n{shown}\n");
    }
    insta::assert_snapshot!(transcript);
}

#[tokio::test(start_paused = true)]
async fn a_part_and_a_video_of_unknown_length_are_spoiled_too() {
    let mut transcript = String::new();
    for kind in ["cut", "short", "stall"] {
        for (known, range) in [(true, "Range: bytes=10-19\r\n"), (false, "")] {
            let running = over(video(known), &format!("content:{kind}=1")).await;
            let (_, shown) = attempt(&running, &get("GET /v1/videos/task_1/content", range)).await;
            transcript += &format!("# content:{kind} {}\n{shown}\n", range.trim());
        }
    }
    insta::assert_snapshot!(transcript);
}

#[tokio::test]
async fn half_a_rendered_clip_is_the_first_half_of_it() {
    let (plain, sandbox) = faulty("list:500=0").await;
    let id = order(&plain, ORDER).await;
    finish(&plain, &id).await;
    let path = get(&format!("GET /v1/videos/{id}/content"), "");
    let whole = exchange(plain.address, &path).await;
    for (kind, ends_well) in [("cut", false), ("short", true)] {
        let running = over(sandbox.clone(), &format!("content:{kind}=1")).await;
        let half = exchange(running.address, &path).await;
        assert_eq!(half.body, whole.body[..whole.body.len() / 2], "{kind}");
        assert_eq!((half.status, half.whole), (200, ends_well), "{kind}");
    }
}

#[tokio::test]
async fn a_list_has_faults_and_what_is_no_get_or_post_has_none() {
    let (running, _sandbox) = faulty("list:500=1,poll:500=1,content:500=1,submit:500=1").await;
    let mut transcript = String::new();
    for line in
        ["GET /v1/videos", "HEAD /v1/videos/task_1/content", "HEAD /v1/video/generations/task_1", "GET /elsewhere"]
    {
        let (answer, _) = attempt(&running, &get(line, "")).await;
        transcript += &format!("{line}: {}\n", answer.expect("an answer").status);
    }
    let preflight = "OPTIONS /v1/videos HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n\
                     Access-Control-Request-Method: POST\r\n\r\n";
    let (answer, _) = attempt(&running, preflight).await;
    transcript += &format!("OPTIONS /v1/videos: {}\n", answer.expect("an answer").status);
    insta::assert_snapshot!(transcript);
}

#[tokio::test]
async fn pages_may_read_an_injected_error() {
    let (running, _sandbox) = faulty("poll:503=1").await;
    let request = get("GET /v1/video/generations/task_1", "Origin: http://localhost:3000\r\n");
    let (answer, _) = attempt(&running, &request).await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://localhost:3000"));
}

#[tokio::test]
async fn a_connection_lives_on_after_a_fault_that_was_an_answer() {
    let (running, _sandbox) = faulty("submit:500=1,poll:html=1,content:short=1").await;
    let mut wire = Wire::connect(running.address).await;
    let mut seen = Vec::new();
    for request in [post("", ORDER), get("GET /v1/video/generations/task_1", ""), post("", ORDER)] {
        wire.write(request).await;
        seen.push(wire.answer(false).await.expect("an answer").status);
    }
    assert_eq!(seen, [500, 200, 500]);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_sequence_and_routes_count_for_themselves() {
    let text = "submit:500=0.3,poll:429=0.3,poll:drop=0.2";
    let mut sequences = Vec::new();
    for seed in [7, 7, 8] {
        let plan = text.parse::<FaultPlan>().expect("a plan").with_seed(seed);
        let upstream = Upstream::finished(|_| json(500, "nobody may ask"));
        let running = Running::start(Gateway::new(client(upstream)).with_faults(plan)).await;
        let mut sequence = String::new();
        for number in 0..20 {
            let (answer, _) = attempt(&running, &get("GET /v1/video/generations/task_1", "")).await;
            sequence += &answer.map_or(" closed".to_owned(), |answer| format!(" {}", answer.status));
            if seed == 8 && number % 2 == 0 {
                // Other routes in between change nothing.
                attempt(&running, &get("GET /v1/videos/task_1/content", "")).await;
            }
        }
        sequences.push(format!("seed {seed}:{sequence}"));
    }
    insta::assert_snapshot!(sequences.join("\n"));
}

#[tokio::test]
async fn faults_are_in_the_log() {
    let (log, _guard) = Log::listen();
    let mut text = String::new();
    for (plan, request) in [
        ("submit:429=1", post("", ORDER)),
        ("submit:drop=1", post("", ORDER)),
        ("submit:lost=1", post("", ORDER)),
        ("submit:lost-502=1", post("", ORDER)),
        ("poll:short=1", get("GET /v1/video/generations/task_1", "")),
        ("poll:cut=1", get("GET /v1/video/generations/task_1", "")),
        ("content:html=1", get("GET /v1/videos/task_1/content", "")),
        ("poll:500=0", get("GET /v1/video/generations/task_1", "")),
    ] {
        let upstream = Upstream::new(|request| async move {
            Ok(match request.method().as_str() {
                "POST" => json(200, r#"{"id":"task_1","task_id":"task_1"}"#),
                _ => json(200, crate::upstream::DONE),
            })
        });
        let running = over(upstream, plan).await;
        attempt(&running, &request).await;
        running.ended().await;
        text += &format!("# {plan}\n");
    }
    text += &log.show();
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn a_body_that_breaks_by_itself_breaks_under_a_fault_too() {
    let upstream = Upstream::finished(|_| {
        answer(200, &[("content-type", "video/mp4"), ("content-length", "20")], breaking(&["0123"]))
    });
    let running = over(upstream, "content:short=1").await;
    let (_, shown) = attempt(&running, &get("GET /v1/videos/task_1/content", "")).await;
    insta::assert_snapshot!(shown);
}

#[tokio::test]
async fn in_a_server_of_somebody_else_a_closed_connection_is_a_body_that_breaks() {
    use tower::ServiceExt as _;

    let plan: FaultPlan = "poll:drop=1".parse().expect("a plan");
    let router = Gateway::new(client(video(true))).with_faults(plan).router();
    let request =
        http::Request::get("/v1/video/generations/task_1").body(axum::body::Body::empty()).expect("a request");
    let answer = router.oneshot(request).await.expect("an answer");
    let error = axum::body::to_bytes(answer.into_body(), 1024).await.expect_err("a break");
    insta::assert_snapshot!(error, @"a fault closes the connection without an answer");
}
