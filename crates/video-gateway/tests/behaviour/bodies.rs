//! Bodies of requests that are too long, too odd, or too many.

use std::sync::Arc;

use tokio::sync::Notify;
use video_gateway::Gateway;
use video_transport::Body;

use crate::content::by_hand;
use crate::far_end::ORDER;
use crate::log::Log;
use crate::running::{Running, client};
use crate::upstream::{Upstream, answer, json};
use crate::wire::{Wire, exchange, get, post};

fn accepting() -> Upstream {
    Upstream::always(200, &[], r#"{"id":"task_1"}"#)
}

fn head(headers: &str) -> String {
    format!(
        "POST /v1/video/generations HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer k\r\n\
         Content-Type: application/json\r\n{headers}\r\n"
    )
}

#[tokio::test]
async fn a_body_that_says_it_is_too_long_is_refused_before_a_byte_of_it() {
    let upstream = accepting();
    let running = Running::start(Gateway::new(client(upstream.clone()))).await;
    let plain = exchange(running.address, &head("Content-Length: 200000000\r\n")).await;
    // A careful client is not even invited to send it.
    let careful = exchange(running.address, &head("Content-Length: 200000000\r\nExpect: 100-continue\r\n")).await;
    assert_eq!(plain.status, careful.status);
    assert_eq!(upstream.requests().len(), 0);
    insta::assert_snapshot!(plain.show());
}

#[tokio::test]
async fn the_limit_is_a_limit_of_bytes_however_they_come() {
    let upstream = accepting();
    let limit = ORDER.len();
    let running = Running::start(Gateway::new(client(upstream)).with_body_limit(limit)).await;
    let chunked = |body: &str| {
        let (first, rest) = body.split_at(10);
        let chunks = format!("{:x}\r\n{first}\r\n{:x};x=y\r\n{rest}\r\n0\r\n\r\n", first.len(), rest.len());
        head("Transfer-Encoding: chunked\r\n") + &chunks
    };
    let longer = format!("{ORDER} ");
    let mut statuses = Vec::new();
    for request in [post("", ORDER), post("", &longer), chunked(ORDER), chunked(&longer)] {
        statuses.push(exchange(running.address, &request).await.status);
    }
    assert_eq!(statuses, [200, 413, 200, 413]);
}

#[tokio::test]
async fn a_packed_body_is_refused_by_the_name_of_its_packing() {
    let running = Running::start(Gateway::new(client(accepting()))).await;
    let gzip = exchange(running.address, &post("Content-Encoding: gzip\r\n", ORDER)).await;
    assert_eq!(exchange(running.address, &post("Content-Encoding: identity\r\n", ORDER)).await.status, 200);
    insta::assert_snapshot!(gzip.show());
}

#[tokio::test]
async fn a_body_of_nothing_but_commas_is_refused() {
    let running = Running::start(Gateway::new(client(accepting()))).await;
    let body = format!(r#"{{"model":"m","prompt":"p","x":[{}0]}}"#, "0,".repeat(200_000));
    let answer = exchange(running.address, &post("", &body)).await;
    assert_eq!(answer.status, 400);
    let deep = format!(r#"{{"model":"m","prompt":"p","x":{}}}"#, "[".repeat(50_000));
    let deep = exchange(running.address, &post("", &deep)).await;
    assert_eq!(deep.json()["code"], "invalid_json");
    insta::assert_snapshot!(answer.show());
}

#[tokio::test]
async fn two_lengths_are_refused_in_either_order() {
    let upstream = accepting();
    let running = Running::start(Gateway::new(client(upstream.clone()))).await;
    let smuggled = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut text = Vec::new();
    for lengths in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        "Content-Length: 4\r\nContent-Length: 5\r\n",
        "Content-Length: +4\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding : chunked\r\n",
    ] {
        let mut wire = Wire::connect(running.address).await;
        wire.write(head(lengths) + smuggled).await;
        let answer = wire.answer(false).await.unwrap();
        // Nothing after it is taken for a request.
        assert_eq!(String::from_utf8_lossy(&wire.rest().await), "", "{lengths}");
        text.push(format!("{}{}\n", lengths.replace('\r', ""), answer.show()));
    }
    // On a connection that has already served a request, too.
    let mut wire = Wire::connect(running.address).await;
    wire.write(get("GET /", "")).await;
    assert_eq!(wire.answer(false).await.unwrap().status, 404);
    wire.write(head("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n")).await;
    assert_eq!(wire.answer(false).await.unwrap().status, 400);
    assert_eq!(upstream.requests().len(), 0);
    insta::assert_snapshot!(text.concat());
}

/// An upstream that answers when it is told to.
fn gated() -> (Upstream, Arc<Notify>) {
    let gate = Arc::new(Notify::new());
    let opened = gate.clone();
    let upstream = Upstream::new(move |_| {
        let gate = opened.clone();
        async move {
            gate.notified().await;
            Ok(json(200, r#"{"id":"task_1"}"#))
        }
    });
    (upstream, gate)
}

#[tokio::test]
async fn bodies_are_held_within_a_budget_until_their_orders_are_answered() {
    let (upstream, gate) = gated();
    let running = Running::start(Gateway::new(client(upstream.clone())).with_body_memory(4096)).await;
    let padded = format!("{ORDER}{}", " ".repeat(4000));
    let mut first = Wire::connect(running.address).await;
    first.write(post("", &padded)).await;
    upstream.asked(1).await;
    let second = exchange(running.address, &post("", &padded)).await;
    gate.notify_one();
    assert_eq!(first.answer(false).await.unwrap().status, 200);
    gate.notify_one();
    assert_eq!(exchange(running.address, &post("", &padded)).await.status, 200);
    insta::assert_snapshot!(second.show());
}

#[tokio::test]
async fn requests_in_flight_are_limited() {
    let (upstream, gate) = gated();
    let running = Running::start(Gateway::new(client(upstream.clone())).with_concurrency(1)).await;
    let mut first = Wire::connect(running.address).await;
    first.write(post("", ORDER)).await;
    upstream.asked(1).await;
    let second = exchange(running.address, &post("", ORDER)).await;
    gate.notify_one();
    assert_eq!(first.answer(false).await.unwrap().status, 200);
    gate.notify_one();
    assert_eq!(exchange(running.address, &post("", ORDER)).await.status, 200);
    assert_eq!(upstream.count("POST"), 2);
    insta::assert_snapshot!(second.show());
}

#[tokio::test]
async fn a_body_counts_until_its_order_is_answered_although_its_client_hung_up() {
    let (log, _guard) = Log::listen();
    let (upstream, gate) = gated();
    let running = Running::start(Gateway::new(client(upstream.clone())).with_body_memory(4096)).await;
    let mut first = Wire::connect(running.address).await;
    first.write(post("", ORDER)).await;
    upstream.asked(1).await;
    drop(first);
    log.until("client left").await;
    assert_eq!(exchange(running.address, &post("", ORDER)).await.json()["code"], "system_memory_overloaded");
    gate.notify_one();
    log.until("order accepted").await;
    gate.notify_one();
    assert_eq!(exchange(running.address, &post("", ORDER)).await.status, 200);
}

#[tokio::test]
async fn a_download_is_in_flight_until_its_last_byte() {
    let (sender, receiver) = by_hand();
    let body = std::sync::Mutex::new(Some(Body::new(receiver)));
    let upstream = Upstream::finished(move |_| {
        let body = body.lock().unwrap().take().unwrap_or_default();
        answer(200, &[], body)
    });
    let running = Running::start(Gateway::new(client(upstream)).with_concurrency(1)).await;
    let mut wire = Wire::connect(running.address).await;
    wire.write(get("GET /v1/videos/task_1/content", "")).await;
    assert_eq!(wire.head().await.unwrap().status, 200);
    let poll = get("GET /v1/video/generations/task_1", "");
    assert_eq!(exchange(running.address, &poll).await.status, 503);
    drop(sender);
    assert_eq!(wire.take(5).await, b"0\r\n\r\n");
    assert_eq!(exchange(running.address, &poll).await.status, 200);
}
