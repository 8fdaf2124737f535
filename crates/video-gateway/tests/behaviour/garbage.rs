//! Bytes that are no request, and requests that are nearly one.

use std::net::SocketAddr;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Runtime;
use video_gateway::Gateway;

use crate::far_end::ORDER;
use crate::running::{Running, client};
use crate::upstream::{DONE, Upstream};
use crate::wire::{Answer, Wire, exchange, get, post};

/// Sends bytes and hangs up; gives all answers.
async fn throw(to: SocketAddr, bytes: &[u8]) -> Vec<Answer> {
    let mut wire = Wire::connect(to).await;
    let _ = wire.try_write(bytes).await;
    wire.finish().await;
    let mut answers = Vec::new();
    while let Some(answer) = wire.answer(false).await {
        answers.push(answer);
    }
    answers
}

/// A request, and places where it is damaged.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let requests = prop_oneof![
        Just(get("GET /v1/video/generations/task_1", "Range: bytes=0-1\r\nIf-Range: \"a\"\r\n")),
        Just(get("HEAD /v1/videos/task_1/content", "")),
        Just(post("Idempotency-Key: a\r\n", ORDER)),
        Just(
            "POST /v1/video/generations HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
                .to_owned()
        ),
        Just("OPTIONS * HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\n\r\n".to_owned()),
        Just("CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned()),
        Just("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned()),
    ];
    let damage = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 0..6);
    (requests, damage).prop_map(|(request, damage)| {
        let mut bytes = request.into_bytes();
        for (place, byte, how) in damage {
            let place = place.index(bytes.len());
            match how {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                _ => drop(bytes.splice(place..bytes.len().min(place + usize::from(byte)), [])),
            }
            if bytes.is_empty() {
                bytes.push(byte);
            }
        }
        bytes
    })
}

#[test]
fn no_bytes_bring_the_gateway_down() {
    let runtime = Runtime::new().unwrap();
    let upstream = Upstream::always(200, &[("content-type", "application/json")], DONE);
    let running = runtime.block_on(Running::start(Gateway::new(client(upstream))));
    let strategy = prop_oneof![damaged(), prop::collection::vec(any::<u8>(), 0..600)];
    let mut runner = TestRunner::new(Config { cases: 600, failure_persistence: None, ..Config::default() });
    runner
        .run(&strategy, |bytes| {
            for answer in runtime.block_on(throw(running.address, &bytes)) {
                // What is undamaged by chance is served; what the upstream cannot know is 502.
                let expected = matches!(answer.status, 200 | 206 | 400..=499 | 502);
                prop_assert!(expected, "{answer:?}");
            }
            Ok(())
        })
        .unwrap();
    let alive = runtime.block_on(exchange(running.address, &get("GET /v1/video/generations/task_1", "")));
    assert_eq!(alive.status, 200);
}

#[tokio::test]
async fn a_head_without_bounds_is_refused() {
    let running = Running::start(Gateway::new(client(Upstream::always(200, &[], DONE)))).await;
    let long = get("GET /v1/video/generations/task_1", &format!("X: {}\r\n", "x".repeat(70_000)));
    let many = get("GET /v1/video/generations/task_1", &"X: y\r\n".repeat(100_000));
    let id = get(&format!("GET /v1/video/generations/{}", "x".repeat(10_000)), "");
    let fine = get("GET /v1/video/generations/task_1", &format!("X: {}\r\n", "x".repeat(60_000)));
    let mut statuses = Vec::new();
    for request in [long, many, id, fine] {
        statuses.push(throw(running.address, request.as_bytes()).await.first().map(|answer| answer.status));
    }
    assert_eq!(statuses, [Some(431), Some(431), Some(400), Some(200)]);
}
