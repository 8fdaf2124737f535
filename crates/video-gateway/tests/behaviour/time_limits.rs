//! Clients that do nothing, and the end of the gateway. Time is virtual: it jumps when everybody waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::Instant;
use video_gateway::Gateway;
use video_transport::Body;

use crate::content::by_hand;
use crate::far_end::ORDER;
use crate::log::Log;
use crate::running::{Running, client};
use crate::upstream::{DONE, Upstream, answer};
use crate::wire::{Wire, get, post};

const CONTENT: &str = "GET /v1/videos/task_1/content";

/// How many seconds pass until the other side closes.
async fn seconds_until_closed(wire: &mut Wire) -> (u64, String) {
    let began = Instant::now();
    let rest = wire.rest().await;
    (began.elapsed().as_secs(), String::from_utf8_lossy(&rest).into_owned())
}

async fn plain() -> Running {
    Running::start(Gateway::new(client(Upstream::always(200, &[], DONE)))).await
}

#[tokio::test(start_paused = true)]
async fn a_connection_on_which_nothing_is_asked_is_closed_after_ten_seconds() {
    let running = plain().await;
    let mut silent = Wire::connect(running.address).await;
    assert_eq!(seconds_until_closed(&mut silent).await, (10, String::new()));
}

#[tokio::test(start_paused = true)]
async fn a_head_that_trickles_gets_ten_seconds_in_all() {
    let running = plain().await;
    let mut slow = Wire::connect(running.address).await;
    let began = Instant::now();
    let mut interval = tokio::time::interval(Duration::from_secs(3));
    for byte in get("GET /v1/video/generations/task_1", "").bytes() {
        interval.tick().await;
        if !slow.try_write(&[byte]).await {
            break;
        }
    }
    let waited = began.elapsed().as_secs();
    assert!((10..20).contains(&waited), "{waited} s");
    assert!(slow.rest().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn between_two_requests_a_connection_waits_ninety_seconds() {
    let running = plain().await;
    let mut wire = Wire::connect(running.address).await;
    let request = get("GET /v1/video/generations/task_1", "");
    wire.write(&request).await;
    assert_eq!(wire.answer(false).await.unwrap().status, 200);
    tokio::time::advance(Duration::from_secs(80)).await;
    wire.write(&request).await;
    assert_eq!(wire.answer(false).await.unwrap().status, 200);
    // A second head that is begun gets ten seconds as the first.
    assert_eq!(seconds_until_closed(&mut wire).await, (90, String::new()));
    let mut wire = Wire::connect(running.address).await;
    wire.write(&request).await;
    assert_eq!(wire.answer(false).await.unwrap().status, 200);
    wire.write("GET /v1").await;
    assert_eq!(seconds_until_closed(&mut wire).await, (10, String::new()));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stops_arriving_is_given_up_after_thirty_seconds() {
    let upstream = Upstream::always(200, &[], r#"{"id":"task_1"}"#);
    let running = Running::start(Gateway::new(client(upstream.clone()))).await;
    let mut wire = Wire::connect(running.address).await;
    let request = post("", ORDER);
    wire.write(&request[..request.len() - 1]).await;
    let began = Instant::now();
    let answer = wire.answer(false).await.unwrap();
    assert_eq!(began.elapsed().as_secs(), 30);
    assert_eq!(upstream.requests().len(), 0);
    insta::assert_snapshot!(answer.show());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_reads_nothing_is_cut_and_the_upstream_is_not_read_for_it() {
    let (log, _guard) = Log::listen();
    let (produced, (dropped, mut gone)) = (Arc::new(AtomicUsize::new(0)), oneshot::channel::<()>());
    let endless = {
        let produced = produced.clone();
        stream::unfold((produced, dropped), |(produced, dropped)| async move {
            produced.fetch_add(64 << 10, Ordering::Relaxed);
            Some((Ok(Bytes::from(vec![0; 64 << 10])), (produced, dropped)))
        })
    };
    let body = std::sync::Mutex::new(Some(Body::new(endless)));
    let upstream = Upstream::finished(move |_| answer(200, &[], body.lock().unwrap().take().unwrap()));
    let running = Running::start(Gateway::new(client(upstream))).await;
    let mut wire = Wire::connect(running.address).await;
    wire.write(get(CONTENT, "")).await;
    let began = Instant::now();
    assert!((&mut gone).await.is_err(), "the upstream's body is dropped");
    assert_eq!(began.elapsed().as_secs(), 60);
    let produced = produced.load(Ordering::Relaxed);
    assert!(produced < 16 << 20, "{produced} bytes were read for a client that reads nothing");
    log.until("client left").await;
}

#[tokio::test]
async fn a_download_in_flight_is_finished_while_new_connections_are_refused() {
    let (log, _guard) = Log::listen();
    let (sender, receiver) = by_hand();
    let body = std::sync::Mutex::new(Some(Body::new(receiver)));
    let upstream =
        Upstream::finished(move |_| answer(200, &[("content-length", "10")], body.lock().unwrap().take().unwrap()));
    let mut running = Running::start(Gateway::new(client(upstream))).await;
    let mut idle = Wire::connect(running.address).await;
    idle.write(get("GET /v1/video/generations/task_1", "")).await;
    idle.answer(false).await.unwrap();
    let mut silent = Wire::connect(running.address).await;
    let mut wire = Wire::connect(running.address).await;
    wire.write(get(CONTENT, "")).await;
    sender.send(Ok(Bytes::from_static(b"0123"))).unwrap();
    wire.head().await.unwrap();
    assert_eq!(wire.take(4).await, b"0123");
    running.ask_to_stop();
    log.until("stopped accepting").await;
    let refused = TcpStream::connect(running.address).await.unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
    // Those who wait for nothing are let go at once.
    assert!(idle.rest().await.is_empty() && silent.rest().await.is_empty());
    sender.send(Ok(Bytes::from_static(b"456789"))).unwrap();
    assert_eq!(wire.take(6).await, b"456789");
    assert!(wire.rest().await.is_empty());
    running.ended().await;
}

#[tokio::test(start_paused = true)]
async fn what_is_not_finished_within_the_drain_limit_is_cut() {
    let (log, _guard) = Log::listen();
    let (sender, receiver) = by_hand();
    let body = std::sync::Mutex::new(Some(Body::new(receiver)));
    let upstream = Upstream::finished(move |_| answer(200, &[], body.lock().unwrap().take().unwrap()));
    let gateway = Gateway::new(client(upstream)).with_drain_limit(Duration::from_secs(7));
    let mut running = Running::start(gateway).await;
    let mut wire = Wire::connect(running.address).await;
    wire.write(get(CONTENT, "")).await;
    sender.send(Ok(Bytes::from_static(b"0123"))).unwrap();
    assert_eq!(wire.head().await.unwrap().status, 200);
    running.ask_to_stop();
    let began = Instant::now();
    running.ended().await;
    assert_eq!(began.elapsed().as_secs(), 7);
    // Cut, not ended: the last chunk is missing.
    assert_eq!(wire.rest().await, b"4\r\n0123\r\n");
    insta::assert_snapshot!(log.show());
}
