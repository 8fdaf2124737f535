//! The well-behaved server: it notes what arrived, and answers as told.

use http::Version;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use video_testkit::{Delivery, FarEnd, Reply};

const POST: &str = "POST /v1/videos?n=1 HTTP/1.1\r\nhost: x\r\nx-note: one\r\ncontent-length: 4\r\n\r\n";

fn answer(delivery: &Delivery) -> Reply {
    match delivery.target.as_str() {
        "/cut" => Reply::status(200).pieces(["ab", "cd"]).cutting(),
        "/stalling" => Reply::status(200).body("part").stalling(),
        "/never" => Reply::never(),
        _ => Reply::status(201).header("x-body", &String::from_utf8_lossy(&delivery.body)).pieces(["made ", "it"]),
    }
}

/// A connection to the server, and a way to read what it says without the date.
struct Caller(TcpStream);

impl Caller {
    async fn new(far: &FarEnd) -> Self {
        let address = far.url("").replace("http://", "");
        Self(TcpStream::connect(address).await.expect("a server that listens"))
    }

    async fn says(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.expect("a server that reads");
    }

    async fn hears(&mut self, until: &str) -> String {
        let mut heard = Vec::new();
        while !heard.ends_with(until.as_bytes()) || until.is_empty() {
            match self.0.read_u8().await {
                Ok(byte) => heard.push(byte),
                Err(_) => break,
            }
        }
        let heard = String::from_utf8_lossy(&heard).replace("\r\n", "\n");
        heard.split_inclusive('\n').filter(|line| !line.starts_with("date: ")).collect()
    }
}

#[tokio::test]
async fn a_request_is_noted_with_everything_that_came_and_answered_as_told() {
    let far = FarEnd::start(answer).unwrap();
    let mut caller = Caller::new(&far).await;
    caller.says(&format!("{POST}body")).await;
    insta::assert_snapshot!(caller.hears("made it").await, @r"
    HTTP/1.1 201 Created
    x-body: body
    content-length: 7

    made it
    ");

    let seen = far.ledger().seen();
    assert_eq!(seen.to_string(), "1 connection; POST /v1/videos?n=1 + 4 body bytes, whole");
    let delivery = &seen.deliveries[0];
    assert_eq!((delivery.connection, delivery.version), (1, Version::HTTP_11));
    assert_eq!(delivery.headers["x-note"], "one");
    assert_eq!((seen.body_bytes(), seen.whole("POST"), seen.whole("GET")), (4, 1, 0));
}

#[tokio::test]
async fn a_request_that_breaks_off_is_noted_as_far_as_it_came_and_gets_no_answer() {
    let far = FarEnd::start(answer).unwrap();
    let mut caller = Caller::new(&far).await;
    caller.says(&format!("{POST}bo")).await;
    far.ledger().until(|seen| seen.body_bytes() == 2).await;
    drop(caller);
    let seen = far.ledger().until(|seen| seen.ended == 1).await;
    assert_eq!(seen.to_string(), "1 connection; POST /v1/videos?n=1 + 2 body bytes, not whole");
    assert_eq!(seen.whole("POST"), 0);
}

#[tokio::test]
async fn a_body_can_be_cut_or_left_hanging_and_an_answer_withheld() {
    let far = FarEnd::start(answer).unwrap();
    let mut cut = Caller::new(&far).await;
    cut.says("GET /cut HTTP/1.1\r\nhost: x\r\n\r\n").await;
    insta::assert_snapshot!(cut.hears("").await, @r"
    HTTP/1.1 200 OK
    transfer-encoding: chunked

    2
    ab
    2
    cd
    ");

    let mut stalled = Caller::new(&far).await;
    stalled.says("GET /stalling HTTP/1.1\r\nhost: x\r\n\r\n").await;
    stalled.hears("part\r\n").await;

    let mut silent = Caller::new(&far).await;
    silent.says("GET /never HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let seen = far.ledger().until(|seen| seen.deliveries.iter().filter(|delivery| delivery.whole).count() == 3).await;
    assert_eq!(seen.ended, 1, "only the cut one is over");
    drop((stalled, silent));
    far.ledger().until(|seen| seen.ended == 3).await;
}

#[tokio::test]
async fn a_server_ends_when_it_is_dropped() {
    let far = FarEnd::start(answer).unwrap();
    let address = far.url("").replace("http://", "");
    let mut caller = Caller::new(&far).await;
    caller.says("GET /never HTTP/1.1\r\nhost: x\r\n\r\n").await;
    far.ledger().until(|seen| seen.whole("GET") == 1).await;
    drop(far);
    assert_eq!(caller.hears("").await, "");
    TcpStream::connect(address).await.expect_err("nobody listens any more");
}

#[tokio::test]
async fn a_body_can_be_fed_piece_by_piece() {
    let (feed, pieces) = tokio::sync::mpsc::channel(1);
    let pieces = std::sync::Mutex::new(Some(pieces));
    let far = FarEnd::start(move |_| {
        let pieces = pieces.lock().expect("no panic before").take().expect("one request");
        Reply::status(200).body("first ").feeding(pieces)
    })
    .unwrap();
    let mut caller = Caller::new(&far).await;
    caller.says("GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    caller.hears("first ").await;
    feed.send("second".into()).await.unwrap();
    assert_eq!(caller.hears("second").await, "\n6\nsecond");
    drop(feed);
    assert_eq!(caller.hears("0\r\n\r\n").await, "\n0\n\n");
}
