//! Who is let in.

use video_gateway::{Gateway, Token};
use video_sandbox::Sandbox;

use crate::far_end::{ORDER, sandbox};
use crate::log::Log;
use crate::running::{Running, client};
use crate::upstream::{DONE, Upstream};
use crate::wire::exchange;

fn poll(headers: &str) -> String {
    format!("GET /v1/video/generations/task_1 HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n")
}

#[tokio::test]
async fn the_key_is_checked_in_every_form_and_never_said_again() {
    let (log, _guard) = Log::listen();
    let upstream = Upstream::always(200, &[], DONE);
    let tokens = vec![Token::new("sk-right-1").unwrap()];
    let running = Running::start(Gateway::new(client(upstream.clone())).with_tokens(tokens)).await;
    let mut text = Vec::new();
    for headers in [
        "",
        "Authorization: Bearer sk-wrong-key-value\r\n",
        "Authorization: Bearer sk-right-1\r\n",
        "Authorization: bearer sk-right-1\r\n",
        "Authorization: sk-right-1\r\n",
        "Authorization: right-1\r\n",
        "Authorization: Bearer sk-right\r\n",
        "Authorization:\r\n",
        "Authorization: Bearer sk-right-1\r\nAuthorization: Bearer sk-right-1\r\n",
        "X-Api-Key: sk-right-1\r\n",
    ] {
        let answer = exchange(running.address, &poll(headers)).await;
        let said = if answer.status == 200 { "200\n".to_owned() } else { answer.show() };
        text.push(format!("{headers}{said}\n"));
    }
    running.ended().await;
    insta::assert_snapshot!(text.concat().replace('\r', ""));
    assert_eq!(upstream.requests().len(), 4);
    let log = log.text();
    assert!(!log.contains("right-1") && !log.contains("wrong-key"), "{log}");
    // Nor does the upstream see it: it gets its own.
    let keys: Vec<_> = upstream.requests().iter().map(|request| request.headers()["authorization"].clone()).collect();
    assert!(keys.iter().all(|key| key == "Bearer sk-upstream-secret"));
}

#[tokio::test]
async fn without_tokens_any_key_is_taken_but_there_must_be_one() {
    let running = sandbox().await;
    let address = running.address;
    let ask = |headers: &'static str| async move { exchange(address, &poll(headers)).await.status };
    let statuses = [
        ask("").await,
        ask("Authorization: Bearer\r\n").await,
        // Let in: the sandbox does not know the task.
        ask("Authorization: Bearer anything\r\n").await,
    ];
    assert_eq!(statuses, [401, 401, 400]);
}

#[tokio::test]
async fn a_wrong_key_cannot_order() {
    let upstream = Upstream::always(200, &[], r#"{"id":"task_1"}"#);
    let tokens = vec![Token::new("right").unwrap()];
    let running = Running::start(Gateway::new(client(upstream.clone())).with_tokens(tokens)).await;
    let answer = exchange(running.address, &crate::wire::post("", ORDER)).await;
    assert_eq!(answer.status, 401);
    assert_eq!(upstream.requests().len(), 0);
}

#[tokio::test]
async fn a_gateway_without_tokens_does_not_listen_to_the_network() {
    let listener = tokio::net::TcpListener::bind("0.0.0.0:0").await.unwrap();
    let refused = Gateway::new(client(Sandbox::new())).serve(listener, std::future::pending()).await.unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::PermissionDenied);
    assert!(refused.to_string().ends_with("set a token, or listen on 127.0.0.1"), "{refused}");
}
