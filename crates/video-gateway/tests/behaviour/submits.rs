//! Orders: what is refused, what is passed on, and what becomes of one nobody waits for.

use std::sync::Arc;

use tokio::sync::Notify;
use video_gateway::Gateway;
use video_transport::{Body, TransportError, TransportErrorKind};

use crate::far_end::{ORDER, sandbox};
use crate::log::Log;
use crate::running::{Running, client};
use crate::upstream::{DONE, Upstream, answer, breaking, broken, json};
use crate::wire::{Wire, exchange, get, post};

#[tokio::test]
async fn a_request_that_cannot_be_meant_is_refused_by_name() {
    let running = sandbox().await;
    let mut text = Vec::new();
    for body in [
        r#"{"prompt":"p"}"#,
        r#"{"model":" ","prompt":"p"}"#,
        r#"{"model":"m"}"#,
        r#"{"model":"m","prompt":"  \n"}"#,
        r#"{"model":"m","prompt":7}"#,
        r#"{"model":"m","prompt":"p","n":2}"#,
        r#"{"model":"m","prompt":"p","seconds":"4000"}"#,
        r#"{"model":"m","prompt":"p","width":640}"#,
        r#"{"model":"m","prompt":"p","images":[{"url":"x"}]}"#,
        r#"{"model":"m","prompt":"p","size":"huge"}"#,
        r#"{"model":"m","prompt":"#,
        "[]",
        "",
    ] {
        let answer = exchange(running.address, &post("", body)).await;
        text.push(format!("{body}\n  {} {}\n", answer.status, String::from_utf8_lossy(&answer.body)));
    }
    for content_type in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let request =
            post("", ORDER).replace("Content-Type: application/json", &format!("Content-Type: {content_type}"));
        let answer = exchange(running.address, &request).await;
        let body = String::from_utf8_lossy(&answer.body);
        text.push(format!("Content-Type: {content_type}\n  {} {body}\n", answer.status));
    }
    insta::assert_snapshot!(text.concat());
}

#[tokio::test]
async fn the_clients_idempotency_key_is_the_one_the_upstream_sees() {
    let upstream = Upstream::always(200, &[("content-type", "application/json")], r#"{"id":"task_1"}"#);
    let running = Running::start(Gateway::new(client(upstream.clone()))).await;
    let longest = format!("Idempotency-Key: {}\r\n", "k".repeat(255));
    let mut text = Vec::new();
    for headers in [
        "Idempotency-Key: job-1\r\n",
        &longest,
        "",
        &longest.replace(": ", ": k"),
        "Idempotency-Key:\r\n",
        "Idempotency-Key: two words\r\n",
        "Idempotency-Key: a\r\nIdempotency-Key: a\r\n",
    ] {
        let before = upstream.requests().len();
        let answer = exchange(running.address, &post(headers, ORDER)).await;
        let seen = upstream.requests().get(before).map(|request| request.headers()["idempotency-key"].clone());
        let seen = match seen {
            Some(key) if headers.is_empty() => format!("one of {} characters", key.len()),
            seen => format!("{seen:?}"),
        };
        text.push(format!(
            "{}  {} upstream saw {seen}, echoed {:?}\n",
            headers.replace("\r\n", "\n"),
            answer.status,
            answer.header("idempotency-key")
        ));
    }
    insta::assert_snapshot!(text.concat().replace(&"k".repeat(255), "<255 k>"));
}

#[tokio::test]
async fn what_an_upstream_says_of_an_order_is_passed_on_for_what_it_proves() {
    let transport = |kind| Upstream::new(move |_| async move { Err(TransportError::new(kind, "the cause")) });
    let rows: Vec<(&str, Upstream)> = vec![
        ("500", Upstream::always(500, &[], r#"{"error":{"message":"boom (request id: theirs)","type":"x"}}"#)),
        (
            "502 page",
            Upstream::always(502, &[("content-type", "text/html")], "<html><title>Bad gateway</title></html>"),
        ),
        ("cut", Upstream::new(|_| async { Ok(answer(200, &[("content-length", "20")], breaking(&["{\"id\":"]))) })),
        ("reset", Upstream::new(|_| async { Err(broken()) })),
        ("no id", Upstream::always(200, &[], "{}")),
        ("303", Upstream::always(303, &[("location", "https://upstream.example/login")], "")),
        ("unreachable", transport(TransportErrorKind::Connect)),
        ("307", Upstream::always(307, &[("location", "https://upstream.example/v1")], "")),
        (
            "429",
            Upstream::always(
                429,
                &[("retry-after", "7")],
                r#"{"code":"fail_to_fetch_task","message":"busy","data":null}"#,
            ),
        ),
        ("503", Upstream::always(503, &[("retry-after", "2")], r#"{"error":{"message":"full","code":""}}"#)),
        ("401", Upstream::always(401, &[], r#"{"error":{"message":"Invalid token sk-upstream-secret","code":""}}"#)),
        (
            "no model",
            Upstream::always(503, &[], r#"{"error":{"message":"No available channel","code":"model_not_found"}}"#),
        ),
        ("moderation", Upstream::always(400, &[], r#"{"code":"content_policy_violation","message":"no","data":null}"#)),
        ("inside 200", Upstream::always(200, &[], r#"{"code":"ali_api_error","message":"bad size","data":null}"#)),
    ];
    let (log, _guard) = Log::listen();
    let mut text = Vec::new();
    for (name, upstream) in rows {
        let running = Running::start(Gateway::new(client(upstream.clone()))).await;
        let answer = exchange(running.address, &post("", ORDER)).await;
        let id = answer.header("x-oneapi-request-id").unwrap();
        let body = String::from_utf8_lossy(&answer.body).replace(id, "<request id>");
        text.push(format!("{name}: {} {body}\n", answer.status));
        for name in ["retry-after", "x-should-retry"] {
            text.extend(answer.header(name).map(|value| format!("    {name}: {value}\n")));
        }
        assert_eq!(upstream.count("POST"), 1, "{name}");
        running.ended().await;
    }
    let text = text.concat();
    insta::assert_snapshot!(text);
    assert!(!text.contains("upstream-secret") && !text.contains("upstream.example"));
    let log = log.show();
    assert!(!log.contains("upstream-secret") && !log.contains("lighthouse"), "{log}");
    insta::assert_snapshot!("orders_in_the_log", log);
}

#[tokio::test]
async fn an_order_is_finished_although_its_client_hung_up() {
    let (log, _guard) = Log::listen();
    let gate = Arc::new(Notify::new());
    let upstream = {
        let gate = gate.clone();
        Upstream::new(move |_| {
            let gate = gate.clone();
            async move {
                gate.notified().await;
                Ok(json(200, r#"{"id":"task_kept"}"#))
            }
        })
    };
    let mut running = Running::start(Gateway::new(client(upstream.clone()))).await;
    let mut wire = Wire::connect(running.address).await;
    wire.write(post("", ORDER)).await;
    upstream.asked(1).await;
    drop(wire);
    log.until("client left").await;
    // Even the end of the gateway waits for it.
    running.ask_to_stop();
    log.until("stopped accepting").await;
    gate.notify_one();
    running.ended().await;
    assert_eq!(upstream.count("POST"), 1);
    insta::assert_snapshot!(log.show());
}

#[tokio::test]
async fn an_order_that_was_not_sent_whole_is_none() {
    let upstream = Upstream::always(200, &[], r#"{"id":"task_1"}"#);
    let (log, _guard) = Log::listen();
    let running = Running::start(Gateway::new(client(upstream.clone()))).await;
    let request = post("", ORDER);
    let mut wire = Wire::connect(running.address).await;
    wire.write(&request[..request.len() - 1]).await;
    wire.finish().await;
    wire.rest().await;
    drop(wire);
    log.until("submit").await;
    running.ended().await;
    assert_eq!(upstream.requests().len(), 0);
}

#[tokio::test]
async fn a_panic_is_an_answer_and_the_gateway_lives_on() {
    let (log, _guard) = Log::listen();
    let upstream = Upstream::new(|request| async move {
        assert!(request.uri().path().ends_with("/fine"), "the prompt is secret");
        Ok(json(200, DONE))
    });
    let running = Running::start(Gateway::new(client(upstream))).await;
    let poll = exchange(running.address, &get("GET /v1/video/generations/task_1", "")).await;
    let submit = exchange(running.address, &post("", ORDER)).await;
    let fine = exchange(running.address, &get("GET /v1/video/generations/fine", "")).await;
    running.ended().await;
    assert_eq!(fine.status, 200);
    insta::assert_snapshot!(format!("{}\n{}\n{}", poll.show(), submit.show(), log.show()));
}

#[tokio::test]
async fn the_upstreams_link_and_bill_are_told_apart() {
    let upstream = Upstream::new(|_| async { Ok(answer(200, &[("openai-poll-after-ms", "1500")], Body::full(DONE))) });
    let running = Running::start(Gateway::new(client(upstream))).await;
    let answer = exchange(running.address, &get("GET /v1/video/generations/task_1", "")).await;
    assert!(!String::from_utf8_lossy(&answer.body).contains("cdn.example"));
    insta::assert_snapshot!(answer.show());
}

#[tokio::test]
async fn the_upstreams_hint_when_to_poll_is_passed_on() {
    let running_task = r#"{"code":"success","data":{"task_id":"task_1","status":"IN_PROGRESS","progress":"30%"}}"#;
    let upstream = Upstream::always(200, &[("openai-poll-after-ms", "1500")], running_task);
    let running = Running::start(Gateway::new(client(upstream))).await;
    let answer = exchange(running.address, &get("GET /v1/video/generations/task_1", "")).await;
    assert_eq!(answer.header("openai-poll-after-ms"), Some("1500"));
    assert_eq!(answer.json()["data"]["progress"], "30%");
}

#[tokio::test]
async fn what_is_known_against_an_order_is_in_its_answer_and_in_the_log_and_stops_nothing() {
    let (log, _guard) = Log::listen();
    let running = sandbox().await;
    let mut text = String::new();
    for (path, body) in [
        ("/v1/video/generations", r#"{"model":"kling-v1","prompt":"a secret cat","duration":3,"metadata":{"seed":7}}"#),
        ("/v1/videos", r#"{"model":"sora-2-pro","prompt":"a secret cat","seconds":"5","size":"320x180"}"#),
        ("/v1/videos", r#"{"model":"sandbox-1","prompt":"a secret cat","seconds":"1"}"#),
    ] {
        let request = post("", body).replace("/v1/video/generations", path);
        let answer = exchange(running.address, &request).await;
        let answered: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
        text.push_str(&format!("{path} {}\n", answer.status));
        for finding in answered["findings"].as_array().into_iter().flatten() {
            text.push_str(&format!("  {}: {}: {}\n", finding["severity"], finding["path"], finding["message"]));
        }
    }
    let logged = log.show();
    assert!(!logged.contains("secret"), "{logged}");
    let orders = logged.lines().filter(|line| line.ends_with("accepted") || line.contains("order accepted"));
    let orders: Vec<_> = orders
        .map(|line| line.split(' ').filter(|word| !word.starts_with("task=")).collect::<Vec<_>>().join(" "))
        .collect();
    insta::assert_snapshot!(format!("{text}{}", orders.join("\n")));
}
