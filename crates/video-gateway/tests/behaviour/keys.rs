//! Idempotency keys: one order under one key.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;
use video_gateway::{Gateway, Token};
use video_sandbox::Sandbox;

use crate::far_end::{ORDER, finish, order};
use crate::running::{Running, client};
use crate::upstream::{Upstream, answer, broken};
use crate::videos::post_to;
use crate::wire::{Answer, exchange, get, post};

const KEYED: &str = "Idempotency-Key: order-1\r\n";

/// An upstream that gives every order an id of its own.
fn counting() -> Upstream {
    let made = Arc::new(AtomicUsize::new(0));
    Upstream::new(move |_| {
        let number = made.fetch_add(1, Ordering::Relaxed) + 1;
        let body = format!(r#"{{"id":"task_{number}","status":"queued"}}"#);
        async move { Ok(answer(200, &[("content-type", "application/json")], body)) }
    })
}

/// Status, task or words, and what the headers promise.
fn short(answer: &Answer) -> String {
    let body = answer.json();
    let said = body["id"].as_str().or(body["message"].as_str()).unwrap_or("nothing");
    let said = said.split(" (request id").next().unwrap_or(said);
    let (echo, repeat) = (answer.header("idempotency-key"), answer.header("x-should-retry"));
    format!("{} {said}, echoed {echo:?}, should retry {repeat:?}", answer.status)
}

#[tokio::test]
async fn case_13_the_same_order_under_the_same_key_is_one_order_and_another_is_409() {
    let upstream = counting();
    let running = Running::start(Gateway::new(client(upstream.clone())).with_honoured_keys()).await;
    let other = ORDER.replace("lighthouse", "windmill");
    let reordered = r#"{"fps":4,"size":"64x64","duration":1,"prompt":"a lighthouse","model":"sandbox-1"}"#;
    let form = "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--b\r\n\
                Content-Disposition: form-data; name=\"prompt\"\r\n\r\np\r\n--b--\r\n";
    let in_form = |boundary: &str| {
        let body = form.replace("--b", &format!("--{boundary}"));
        let request = post_to("/v1/videos", "Idempotency-Key: order-2\r\n", &body);
        request.replace("application/json", &format!("multipart/form-data; boundary={boundary}"))
    };
    let mut text = Vec::new();
    for (what, request) in [
        ("first", post(KEYED, ORDER)),
        ("again", post(KEYED, ORDER)),
        ("members in another order", post(KEYED, reordered)),
        ("another prompt", post(KEYED, &other)),
        ("a remix", post_to("/v1/videos/task_1/remix", KEYED, r#"{"prompt":"a lighthouse"}"#)),
        ("a form", in_form("one")),
        ("the form with another boundary", in_form("other")),
        ("no key", post("", ORDER)),
    ] {
        text.push(format!("{what}: {}", short(&exchange(running.address, &request).await)));
    }
    text.push(format!("orders upstream: {}", upstream.count("POST")));
    insta::assert_snapshot!(text.join("\n"), @r#"
    first: 200 task_1, echoed Some("order-1"), should retry None
    again: 200 task_1, echoed Some("order-1"), should retry None
    members in another order: 200 task_1, echoed Some("order-1"), should retry None
    another prompt: 409 This Idempotency-Key came before, with another order: use a new key for a new order, echoed Some("order-1"), should retry Some("false")
    a remix: 409 This Idempotency-Key came before, with another order: use a new key for a new order, echoed Some("order-1"), should retry Some("false")
    a form: 200 task_2, echoed Some("order-2"), should retry None
    the form with another boundary: 200 task_2, echoed Some("order-2"), should retry None
    no key: 200 task_3, echoed None, should retry None
    orders upstream: 3
    "#);
}

#[tokio::test]
async fn case_13_two_at_once_are_one_order() {
    let (arrived, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (arrived_there, go_there) = (arrived.clone(), go.clone());
    let upstream = Upstream::new(move |_| {
        let (arrived, go) = (arrived_there.clone(), go_there.clone());
        async move {
            arrived.notify_one();
            go.notified().await;
            Ok(answer(200, &[], r#"{"id":"task_1","status":"queued"}"#))
        }
    });
    let running = Running::start(Gateway::new(client(upstream.clone())).with_honoured_keys()).await;
    let request = post(KEYED, ORDER);
    let order = || exchange(running.address, &request);
    let (first, second) = tokio::join!(order(), async {
        arrived.notified().await;
        // The gateway has the first one under way; whether it reads the second before the first is let go or after,
        // there is one order.
        let (second, ()) = tokio::join!(order(), async { go.notify_one() });
        second
    });
    assert_eq!((short(&first), upstream.count("POST")), (short(&second), 1));
}

#[tokio::test]
async fn what_was_refused_may_be_ordered_again_and_what_is_unknown_may_not() {
    let asked = Arc::new(AtomicUsize::new(0));
    let upstream = Upstream::new(move |_| {
        let number = asked.fetch_add(1, Ordering::Relaxed);
        async move {
            match number {
                0 => Ok(answer(429, &[("retry-after", "3")], r#"{"code":"rate_limit_exceeded","message":"busy"}"#)),
                1 => Ok(answer(403, &[], r#"{"code":"insufficient_user_quota","message":"no money"}"#)),
                _ => Err(broken()),
            }
        }
    });
    let running = Running::start(Gateway::new(client(upstream.clone())).with_honoured_keys()).await;
    let mut text = Vec::new();
    for _ in 0..5 {
        let answer = exchange(running.address, &post(KEYED, ORDER)).await;
        text.push(format!("{}, retry after {:?}", short(&answer), answer.header("retry-after")));
    }
    text.push(format!("orders upstream: {}", upstream.count("POST")));
    insta::assert_snapshot!(text.join("\n"), @r#"
    429 busy, echoed Some("order-1"), should retry None, retry after Some("3")
    403 no money, echoed Some("order-1"), should retry None, retry after None
    502 no answer: the connection broke before the answer was whole, echoed Some("order-1"), should retry Some("false"), retry after None
    502 no answer: the connection broke before the answer was whole, echoed Some("order-1"), should retry Some("false"), retry after None
    502 no answer: the connection broke before the answer was whole, echoed Some("order-1"), should retry Some("false"), retry after None
    orders upstream: 3
    "#);
}

#[tokio::test]
async fn callers_do_not_meet_under_the_same_key() {
    let upstream = counting();
    let tokens = ["alice", "bob"].map(|token| Token::new(token).expect("a token")).to_vec();
    let running = Running::start(Gateway::new(client(upstream.clone())).with_tokens(tokens)).await;
    let mut ids = Vec::new();
    for caller in ["alice", "bob", "alice"] {
        let request = post(KEYED, ORDER).replace("sk-test", caller);
        ids.push(exchange(running.address, &request).await.json()["id"].as_str().expect("an id").to_owned());
    }
    assert_eq!(ids, ["task_1", "task_2", "task_1"]);
    let keys: Vec<_> = upstream.requests().iter().map(|request| request.headers()["idempotency-key"].clone()).collect();
    assert_ne!(keys[0], keys[1], "the upstream knows both callers as one");
}

#[tokio::test]
async fn an_upstream_that_honours_keys_lets_the_gateway_promise_it() {
    let upstream = Upstream::new(|request| async move {
        let key = request.headers()["idempotency-key"].to_str().expect("text").to_owned();
        Ok(answer(200, &[("idempotency-key", &key)], r#"{"id":"task_1","status":"queued"}"#))
    });
    let running = Running::start(Gateway::new(client(upstream))).await;
    insta::assert_snapshot!(short(&exchange(running.address, &post(KEYED, ORDER)).await), @r#"200 task_1, echoed Some("order-1"), should retry None"#);
}

#[tokio::test]
async fn a_remix_under_a_key_is_made_once() {
    let running = Running::start(Gateway::new(client(Sandbox::new())).with_honoured_keys()).await;
    let id = order(&running, ORDER).await;
    finish(&running, &id).await;
    let remix = post_to(&format!("/v1/videos/{id}/remix"), KEYED, r#"{"prompt":"at night"}"#);
    let first = exchange(running.address, &remix).await;
    let second = exchange(running.address, &remix).await;
    assert_eq!(short(&first), short(&second));
    let list = exchange(running.address, &get("GET /v1/videos", "")).await.json();
    assert_eq!(list["data"].as_array().map(Vec::len), Some(2));
}
