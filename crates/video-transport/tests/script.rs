//! The scripted transport: it answers in order, records, masks, and runs dry without a panic.

use std::error::Error as _;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::HeaderValue;
use video_transport::{Answer, Request, Script, Transport, TransportError, TransportErrorKind};

fn get(uri: &str) -> Request {
    http::Request::get(uri).body(Bytes::new()).expect("a URI")
}

fn broken() -> TransportError {
    TransportError::new(TransportErrorKind::Interrupted, "connection reset by peer")
}

/// Everything a client sees of one exchange.
async fn exchange(transport: &dyn Transport, request: Request) -> String {
    let mut text = match transport.send(request).await {
        Ok(response) => {
            let (head, mut body) = response.into_parts();
            let mut text = format!("{} {:?}", head.status, head.headers);
            while let Some(piece) = body.chunk().await {
                let piece = piece.map_or_else(|error| error.to_string(), |bytes| format!("{bytes:?}"));
                text.push(' ');
                text.push_str(&piece);
            }
            text
        }
        Err(error) => format!("{error} ({:?}): {}", error.sent(), error.source().expect("a cause")),
    };
    text.push('\n');
    text
}

#[tokio::test]
async fn answers_come_in_order_and_a_dry_script_says_so() {
    let script = Script::new([
        Answer::json(200, r#"{"id":"task_1"}"#),
        Answer::error(TransportError::new(TransportErrorKind::Connect, "connection refused")),
        Answer::status(200).header("content-type", "video/mp4").chunks(["ab", "cd"]).breaking(broken()),
    ]);
    script.push(Answer::status(404));
    assert_eq!(script.remaining(), 4);
    let mut seen = String::new();
    for number in 1..=5 {
        seen += &exchange(&script, get(&format!("https://gateway.example/{number}?key=secret"))).await;
    }
    insta::assert_snapshot!(seen, @r#"
    200 OK {"content-type": "application/json"} b"{\"id\":\"task_1\"}"
    could not connect to the server (No): connection refused
    200 OK {"content-type": "video/mp4"} b"ab" b"cd" the connection broke before the answer was whole
    404 Not Found {}
    the request cannot be sent as it stands (No): the script has no answer left for request 5, GET /5: give it one more
    "#);
}

#[tokio::test]
async fn a_transcript_tells_both_sides_and_keeps_secrets() {
    let script = Script::new([
        Answer::json(200, "{}"),
        Answer::status(206).chunks(["abc", "de"]).breaking(broken()),
        Answer::status(200).body("part").stalling(),
        Answer::error(broken()),
        Answer::never(),
    ]);
    let mut marked = HeaderValue::from_static("sk-marked");
    marked.set_sensitive(true);
    let requests = [
        http::Request::post(
            "https://user:sk-user@gateway.example/v1/videos?sig=sk-sig&x-amz-signature=sk-amz&n=1&flag",
        )
        .header("Idempotency-Key", "0192-key")
        .header("Authorization", "Bearer sk-bearer")
        .header("X-Api-Key", "sk-api")
        .header("X-Marked", marked)
        .header("Content-Type", "application/json")
        .body(Bytes::from("{\n  \"prompt\": \"猫\"\n}")),
        http::Request::post("/upload").body(Bytes::from_static(&[0xff, 0xd8, 0xff, 0xe0])),
        http::Request::post("/long").body(Bytes::from(format!("a{}", "é".repeat(4000)))),
        http::Request::post("/control").body(Bytes::from("\u{1b}[2J")),
        http::Request::get("/silent").body(Bytes::new()),
    ];
    for (number, request) in requests.into_iter().enumerate() {
        let mut answer = script.send(request.unwrap());
        let answer = answer.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(answer.is_pending(), number == 4);
    }
    let transcript = script.transcript().replace(&"é".repeat(2047), "é x 2047, ");
    assert!(!transcript.contains("sk-"), "{transcript}");
    insta::assert_snapshot!(transcript, @r#"
    1. POST https://***@gateway.example/v1/videos?sig=***&x-amz-signature=***&n=1&flag
       authorization: Bearer ***
       content-type: application/json
       idempotency-key: 0192-key
       x-api-key: ***
       x-marked: ***

       {
         "prompt": "猫"
       }
       => 200 OK, 2 bytes

    2. POST /upload

       (4 bytes, not text)
       => 206 Partial Content, 5 bytes, then the connection broke before the answer was whole: connection reset by peer

    3. POST /long

       aé x 2047, ... (8001 bytes in all)
       => 200 OK, 4 bytes, then nothing more

    4. POST /control

       (4 bytes, not text)
       => the connection broke before the answer was whole: connection reset by peer

    5. GET /silent
       => no answer
    "#);
}

#[tokio::test]
async fn what_http_does_not_allow_fails_with_the_number_of_the_answer() {
    let script = Script::new([
        Answer::status(99),
        Answer::status(200).header("con tent", "x"),
        Answer::status(200).header("x-note", "one\ntwo"),
    ]);
    let mut seen = String::new();
    for _ in 0..3 {
        seen += &exchange(&script, get("/")).await;
    }
    insta::assert_snapshot!(seen, @r"
    the request cannot be sent as it stands (No): answer 1 of the script cannot be given: 99 is not a status
    the request cannot be sent as it stands (No): answer 2 of the script cannot be given: `con tent` is not the name of a header
    the request cannot be sent as it stands (No): answer 3 of the script cannot be given: the value of `x-note` is not allowed
    ");
}

#[tokio::test]
async fn an_answer_without_a_head_takes_no_header_and_no_body() {
    let script = Script::new([Answer::error(broken()).header("a", "b").body("x").stalling()]);
    insta::assert_snapshot!(exchange(&script, get("/")).await, @"the connection broke before the answer was whole (Maybe): connection reset by peer");
}

#[tokio::test]
async fn a_stalled_body_never_gives_its_next_piece() {
    let script = Script::new([Answer::status(200).body("part").stalling()]);
    let mut body = script.send(get("/")).await.unwrap().into_body();
    assert_eq!(body.chunk().await.unwrap().unwrap(), "part");
    for _ in 0..2 {
        let next = pin!(body.chunk());
        assert!(matches!(next.poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
    }
}

#[tokio::test]
async fn clones_arcs_and_boxes_of_a_script_share_one_list() {
    let script = Script::new([Answer::status(201), Answer::status(202), Answer::status(203)]);
    let shared: Arc<dyn Transport> = Arc::new(script.clone());
    let boxed: Box<dyn Transport> = Box::new(Arc::clone(&shared));
    let mut seen = String::new();
    for transport in [&script as &dyn Transport, &shared, &boxed] {
        seen += &exchange(transport, get("/")).await;
    }
    assert_eq!(seen, "201 Created {}\n202 Accepted {}\n203 Non Authoritative Information {}\n");
    assert_eq!((script.requests().len(), script.remaining()), (3, 0));
}
