//! What web pages may do.

use video_gateway::{Gateway, Token};

use crate::far_end::{ORDER, finish, order, sandbox};
use crate::log::Log;
use crate::running::{Running, client};
use crate::upstream::{DONE, Upstream};
use crate::wire::{exchange, get, without_passes};

fn gateway() -> Gateway {
    Gateway::new(client(Upstream::always(200, &[], DONE)))
}

async fn preflight(gateway: Gateway, origin: &str) -> String {
    let running = Running::start(gateway).await;
    let request = format!(
        "OPTIONS /v1/video/generations HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {origin}\r\n\
         Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization,content-type\r\n\r\n"
    );
    exchange(running.address, &request).await.show()
}

#[tokio::test]
async fn with_tokens_pages_of_every_origin_may_call() {
    let gateway = gateway().with_tokens(vec![Token::new("t").unwrap()]);
    insta::assert_snapshot!(preflight(gateway, "https://page.example").await);
}

#[tokio::test]
async fn without_tokens_only_pages_of_this_machine_may_call() {
    let local = preflight(gateway(), "http://localhost:3000").await;
    let foreign = preflight(gateway(), "https://page.example").await;
    insta::assert_snapshot!(format!("{local}\n{foreign}"));
}

#[tokio::test]
async fn without_tokens_a_name_that_points_here_is_refused() {
    let upstream = Upstream::always(200, &[], DONE);
    let running = Running::start(Gateway::new(client(upstream.clone()))).await;
    let request = get("GET /v1/video/generations/task_1", "").replace("127.0.0.1:8787", "rebound.example");
    let refused = exchange(running.address, &request).await;
    assert_eq!(upstream.requests().len(), 0);
    let open = Running::start(Gateway::new(client(upstream)).with_any_origin()).await;
    let served = exchange(open.address, &request).await;
    let link = served.json()["url"].as_str().unwrap().to_owned();
    assert_eq!(without_passes(&link), "http://rebound.example/v1/videos/task_1/content?access=<pass>");
    insta::assert_snapshot!(refused.show());
}

#[tokio::test]
async fn the_host_must_be_one_host() {
    let running = Running::start(gateway()).await;
    let address = running.address;
    let ask = |hosts: &'static str| async move {
        let request = get("GET /v1/video/generations/task_1", "").replace("Host: 127.0.0.1:8787\r\n", hosts);
        let answer = exchange(address, &request).await;
        without_passes(&format!("{hosts:?}: {} {}\n", answer.status, answer.json()["url"]))
    };
    let mut text = Vec::new();
    for hosts in [
        "Host: localhost:8787\r\n",
        "Host: [::1]:8787\r\n",
        "Host: a.example\r\nHost: 127.0.0.1\r\n",
        "Host: 127.0.0.1/evil\r\n",
        "Host: user@127.0.0.1\r\n",
        "Host:\r\n",
        "",
    ] {
        text.push(ask(hosts).await);
    }
    insta::assert_snapshot!(text.concat());
}

#[tokio::test]
async fn pages_may_read_what_matters_in_an_answer() {
    let running = Running::start(gateway()).await;
    let answer =
        exchange(running.address, &get("GET /v1/video/generations/task_1", "Origin: http://localhost\r\n")).await;
    insta::assert_snapshot!(answer.header("access-control-expose-headers").unwrap().replace(',', "\n"));
}

/// A `<video>` element sends no key.
#[tokio::test]
async fn the_link_of_a_video_opens_it_and_nothing_else_without_a_key() {
    let (log, _guard) = Log::listen();
    let running = sandbox().await;
    let (id, other) = (order(&running, ORDER).await, order(&running, ORDER).await);
    let link = finish(&running, &id).await.json()["url"].as_str().unwrap().to_owned();
    finish(&running, &other).await;
    let link = link.strip_prefix("http://127.0.0.1:8787").expect("the host that was asked").to_owned();
    let keyless = |line: String, more: &str| format!("{line} HTTP/1.1\r\nHost: 127.0.0.1:8787\r\n{more}\r\n");
    let part = exchange(running.address, &keyless(format!("GET {link}"), "Range: bytes=4-7\r\n")).await;
    assert_eq!((part.status, part.body.as_slice()), (206, &b"ftyp"[..]));
    let head = exchange(running.address, &keyless(format!("HEAD {link}"), "")).await;
    assert_eq!(head.status, 200);
    let mut refused = Vec::new();
    let pass = link.split_once('?').expect("a pass").1;
    for line in [
        format!("GET /v1/videos/{other}/content?{pass}"),
        format!("GET /v1/videos/{id}/content?access={}", "A".repeat(43)),
        format!("GET /v1/videos/{id}/content"),
        format!("GET /v1/videos/{id}?{pass}"),
        format!("DELETE /v1/videos/{id}?{pass}"),
        format!("POST /v1/videos/{id}/remix?{pass}"),
        format!("GET /v1/videos?{pass}"),
    ] {
        refused.push(exchange(running.address, &keyless(line, "Content-Length: 0\r\n")).await.status);
    }
    assert!(refused.iter().all(|status| [401, 404].contains(status)), "{refused:?}");
    running.ended().await;
    let pass = pass.strip_prefix("access=").expect("a pass");
    assert!(!log.text().contains(pass), "{}", log.text());
}

#[tokio::test]
async fn a_link_ends_with_its_gateway() {
    let (before, after) = (sandbox().await, sandbox().await);
    let id = order(&before, ORDER).await;
    let link = finish(&before, &id).await.json()["url"].as_str().unwrap().to_owned();
    let path = link.strip_prefix("http://127.0.0.1:8787").expect("the host that was asked");
    let keyless = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:8787\r\n\r\n");
    assert_eq!(exchange(before.address, &keyless).await.status, 200);
    let refused = exchange(after.address, &keyless).await;
    insta::assert_snapshot!(refused.show());
}
