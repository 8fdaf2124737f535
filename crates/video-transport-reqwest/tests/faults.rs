//! Every way an exchange can fail, on real sockets, judged by what the server saw.

use std::fmt::Write as _;
use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use video_testkit::{
    ClosedPort, Delivery, FarEnd, FrameServer, Identity, Ledger, Move, RawServer, Reply, Seen, Setting, Step,
};
use video_transport::{Sent, Transport, TransportError, TransportErrorKind};
use video_transport_reqwest::{Builder, Reqwest};

const BODY: &str = r#"{"prompt":"a paid video"}"#;
const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const INTERNAL_ERROR: u32 = 0x2;

/// One row of the table: a fault, what `send` made of it, and what the server saw.
struct Row {
    fault: &'static str,
    outcome: Result<String, TransportError>,
    waited: Duration,
    seen: Option<Seen>,
}

type Outcome = (Result<String, TransportError>, Duration);

fn direct() -> Builder {
    Reqwest::builder().no_proxy()
}

fn plain() -> Reqwest {
    direct().build().expect("a transport")
}

fn trusting(identity: &Identity) -> Reqwest {
    direct().root_certificate(identity.root_pem()).build().expect("a transport")
}

/// Trusts somebody else than the server, so that the rows are the same on a machine without root certificates.
fn stranger() -> Builder {
    direct().root_certificate(identity().root_pem())
}

fn identity() -> Identity {
    Identity::generate(&["h2", "http/1.1"]).expect("a certificate")
}

/// Sends one submit and reads its answer to the end.
async fn post(transport: &Reqwest, url: &str) -> Outcome {
    ask(transport, http::Method::POST, url, Bytes::from(BODY)).await
}

/// Sends one poll and reads its answer to the end: what puts a connection into the pool.
async fn get(transport: &Reqwest, url: &str) {
    ask(transport, http::Method::GET, url, Bytes::new()).await.0.expect("an answer");
}

async fn ask(transport: &Reqwest, method: http::Method, url: &str, body: Bytes) -> Outcome {
    let start = Instant::now();
    let request = http::Request::builder().method(method).uri(url).body(body).expect("a request");
    let answer = async {
        let response = transport.send(request).await?;
        let status = response.status().as_u16();
        let whole = response.into_body().collect(1024).await?;
        Ok(format!("{status} with {} bytes", whole.len()))
    };
    (answer.await, start.elapsed())
}

/// Runs the exchange, and the clock as soon as everything that can arrive has arrived.
///
/// tokio's clock stands still once it is paused, and jumps to the next timer when nothing else is left to do: the time-out
/// comes without waiting, and not before the server has seen what the row says.
async fn patiently<T>(exchange: impl Future<Output = T>, ledger: &Ledger, arrived: fn(&Seen) -> bool) -> T {
    let clock = async {
        ledger.until(arrived).await;
        tokio::time::pause();
    };
    tokio::join!(exchange, clock).0
}

fn row<R: Future<Output = (Outcome, Option<Seen>)>>(fault: &'static str, run: impl FnOnce() -> R) -> Row {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let ((outcome, waited), seen) = runtime.block_on(async { run().await });
    Row { fault, outcome, waited, seen }
}

/// A row whose server plays one list of steps per connection.
fn raw<const N: usize>(fault: &'static str, scripts: [Vec<Step>; N]) -> Row {
    row(fault, || async move {
        let server = RawServer::start(scripts).expect("a free port");
        let outcome = post(&plain(), &server.url("/submit")).await;
        (outcome, Some(server.ledger().seen()))
    })
}

/// A row in which the request goes out on a connection that has carried another one before.
fn pooled<const N: usize>(fault: &'static str, scripts: [Vec<Step>; N]) -> Row {
    row(fault, || async move {
        let server = RawServer::start(scripts).expect("a free port");
        let transport = plain();
        get(&transport, &server.url("/poll")).await;
        let outcome = post(&transport, &server.url("/submit")).await;
        (outcome, Some(server.ledger().seen()))
    })
}

/// A row over HTTP/2 in which the submit is the second stream of its connection.
fn framed(fault: &'static str, turn: Move) -> Row {
    row(fault, || async move {
        let identity = identity();
        let server = FrameServer::start(&identity, [Move::Answer, turn]).expect("a free port");
        let transport = trusting(&identity);
        get(&transport, &server.url("/poll")).await;
        let outcome = post(&transport, &server.url("/submit")).await;
        (outcome, Some(server.ledger().seen()))
    })
}

fn before_a_connection() -> Vec<Row> {
    vec![
        row("no host in the URL", || async { (post(&plain(), "/submit").await, None) }),
        row("a path that would be resolved on the way", || async {
            let server = RawServer::start([]).expect("a free port");
            let outcome = post(&plain(), &server.url("/v1/videos/../submit")).await;
            (outcome, Some(server.ledger().seen()))
        }),
        row("the name has no address", || async {
            // A label of 64 characters cannot be looked up: no name server is asked.
            let url = format!("http://{}.example/submit", "x".repeat(64));
            (post(&plain(), &url).await, None)
        }),
        row("the port refuses", || async {
            let port = ClosedPort::take().expect("a free port");
            (post(&plain(), &port.url("/submit")).await, None)
        }),
        row("the TLS handshake is never answered", || async {
            let server = RawServer::start([vec![Step::AwaitByte, Step::Hold]]).expect("a free port");
            let transport = stranger().build().expect("a transport");
            let url = server.https_url("/submit");
            let outcome = patiently(post(&transport, &url), server.ledger(), |seen| seen.connections == 1).await;
            (outcome, Some(server.ledger().seen()))
        }),
        row("the certificate is from nobody known", || async {
            let server = FarEnd::start_tls(&identity(), |_| Reply::status(200)).expect("a free port");
            let transport = stranger().build().expect("a transport");
            let outcome = post(&transport, &server.url("/submit")).await;
            (outcome, Some(server.ledger().seen()))
        }),
        row("the same with its root given", || async {
            let identity = identity();
            let server = FarEnd::start_tls(&identity, |_| Reply::status(200).body("ok")).expect("a free port");
            let outcome = post(&trusting(&identity), &server.url("/submit")).await;
            (outcome, Some(server.ledger().seen()))
        }),
        row("https to a port that speaks http", || async {
            let script = vec![Step::AwaitByte, Step::write("HTTP/1.1 400 Bad Request\r\n\r\n"), Step::AwaitClose];
            let server = RawServer::start([script]).expect("a free port");
            let transport = stranger().build().expect("a transport");
            let outcome = post(&transport, &server.https_url("/submit")).await;
            (outcome, Some(server.ledger().seen()))
        }),
        row("the TLS handshake is cut", || async {
            let server = RawServer::start([vec![Step::ReadBytes(64)]]).expect("a free port");
            let transport = stranger().build().expect("a transport");
            let outcome = post(&transport, &server.https_url("/submit")).await;
            (outcome, Some(server.ledger().seen()))
        }),
    ]
}

fn at_the_proxy() -> Vec<Row> {
    let refusing = |fault, answer: &'static str| {
        row(fault, move || async move {
            let script = vec![Step::ReadHead, Step::write(answer)];
            let proxy = RawServer::start([script]).expect("a free port");
            let transport = stranger().proxy(proxy.url("")).build().expect("a transport");
            let outcome = post(&transport, "https://gateway.example/submit").await;
            (outcome, Some(proxy.ledger().seen()))
        })
    };
    vec![
        row("the proxy's port refuses", || async {
            let port = ClosedPort::take().expect("a free port");
            let transport = Reqwest::builder().proxy(port.url("")).build().expect("a transport");
            (post(&transport, "http://gateway.example/submit").await, None)
        }),
        refusing("the proxy refuses the tunnel", "HTTP/1.1 403 Forbidden\r\n\r\n"),
        refusing("the proxy wants a password", "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),
        refusing("the proxy closes", ""),
        row("through the proxy, and reset there", || async {
            let proxy = RawServer::start([vec![Step::ReadRequest, Step::Reset]]).expect("a free port");
            let transport = Reqwest::builder().proxy(proxy.url("")).build().expect("a transport");
            let outcome = post(&transport, "http://gateway.example/submit").await;
            (outcome, Some(proxy.ledger().seen()))
        }),
    ]
}

fn before_the_head() -> Vec<Row> {
    vec![
        raw("reset after accept, nothing read", [vec![Step::AwaitByte, Step::Reset]]),
        raw("reset after the head was read", [vec![Step::ReadHead, Step::Reset]]),
        raw("closed after the whole request", [vec![Step::ReadRequest]]),
        raw("reset after the whole request", [vec![Step::ReadRequest, Step::Reset]]),
        raw("closed in the head of the answer", [vec![Step::ReadRequest, Step::write("HTTP/1.1 200 OK\r\nconte")]]),
        row("an answer before the body was read", || async {
            // Larger than the buffers between the two ends, so it cannot be on its way as a whole.
            let body = Bytes::from(vec![b'x'; 32 << 20]);
            let refusal = "HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            let server = RawServer::start([vec![Step::ReadHead, Step::write(refusal)]]).expect("a free port");
            let outcome = ask(&plain(), http::Method::POST, &server.url("/submit"), body).await;
            (outcome, Some(server.ledger().seen()))
        }),
        raw("an answer that is not HTTP", [vec![Step::ReadRequest, Step::write("SSH-2.0-OpenSSH_9.2\r\n\r\n")]]),
        row("no head in time", || async {
            let server = FarEnd::start(|_| Reply::never()).expect("a free port");
            let (transport, url) = (plain(), server.url("/submit"));
            let outcome = patiently(post(&transport, &url), server.ledger(), |seen| seen.whole("POST") == 1).await;
            (outcome, Some(server.ledger().seen()))
        }),
    ]
}

fn on_a_pooled_connection() -> Vec<Row> {
    let answered = || vec![Step::ReadRequest, Step::write(OK)];
    let then = |steps: &[Step]| [&answered()[..], steps].concat();
    vec![
        pooled("pooled, reset as the request arrives", [then(&[Step::AwaitByte, Step::Reset]), answered()]),
        pooled("pooled, closed in the middle of the body", [then(&[Step::ReadHead, Step::ReadBytes(5)]), answered()]),
        pooled("pooled, closed after the whole request", [then(&[Step::ReadRequest]), answered()]),
        row("pooled, closed before the request", || async move {
            let server = RawServer::start([answered(), answered()]).expect("a free port");
            let transport = plain();
            get(&transport, &server.url("/poll")).await;
            // It is over once the client has closed its end too: by then it knows.
            server.ledger().until(|seen| seen.ended == 1).await;
            let outcome = post(&transport, &server.url("/submit")).await;
            (outcome, Some(server.ledger().seen()))
        }),
    ]
}

fn after_the_head() -> Vec<Row> {
    let body = |fault, reply: fn() -> Reply| {
        row(fault, move || async move {
            let server = FarEnd::start(move |_| reply()).expect("a free port");
            let outcome = post(&plain(), &server.url("/submit")).await;
            (outcome, Some(server.ledger().seen()))
        })
    };
    let short = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\npart";
    vec![
        row("a redirect to a third party", || async {
            let third = FarEnd::start(|_| Reply::status(200)).expect("a free port");
            let target = third.url("/elsewhere");
            let server = FarEnd::start(move |_| Reply::status(307).header("location", &target)).expect("a free port");
            let outcome = post(&plain(), &server.url("/submit")).await;
            assert_eq!(third.ledger().seen().connections, 0, "nobody followed");
            (outcome, Some(server.ledger().seen()))
        }),
        body("a server error is an answer", || Reply::status(503).body("busy")),
        body("a chunked body is cut", || Reply::status(200).pieces(["part"]).cutting()),
        raw("a body shorter than its Content-Length", [vec![Step::ReadRequest, Step::write(short)]]),
        raw("a body reset in the middle", [vec![Step::ReadRequest, Step::write(short), Step::Reset]]),
        raw("a body without length, closed", [vec![Step::ReadRequest, Step::write("HTTP/1.1 200 OK\r\n\r\nwhole")]]),
        row("a body that stalls", || async {
            let server = FarEnd::start(|_| Reply::status(200).body("part").stalling()).expect("a free port");
            let (transport, url) = (plain(), server.url("/submit"));
            let outcome = patiently(post(&transport, &url), server.ledger(), |seen| seen.whole("POST") == 1).await;
            (outcome, Some(server.ledger().seen()))
        }),
    ]
}

fn over_http_2() -> Vec<Row> {
    let held_back = |fault, setting, arrived| {
        row(fault, move || async move {
            let identity = identity();
            let moves = [Move::AnswerAfter(setting, 0), Move::Hold];
            let server = FrameServer::start(&identity, moves).expect("a free port");
            let transport = trusting(&identity);
            get(&transport, &server.url("/poll")).await;
            let url = server.url("/submit");
            let outcome = patiently(post(&transport, &url), server.ledger(), arrived).await;
            (outcome, Some(server.ledger().seen()))
        })
    };
    vec![
        framed("h2: REFUSED_STREAM", Move::Refuse),
        framed("h2: GOAWAY below the stream", Move::GoAwayBelow(0)),
        framed("h2: GOAWAY below the stream, with an error", Move::GoAwayBelow(INTERNAL_ERROR)),
        framed("h2: GOAWAY at the stream, then closed", Move::GoAwayAtThenClose),
        framed("h2: RST_STREAM after the whole request", Move::Reset(INTERNAL_ERROR)),
        framed("h2: RST_STREAM in the body of the answer", Move::AnswerThenReset(INTERNAL_ERROR)),
        held_back("h2: no stream is free in time", Setting::MaxConcurrentStreams, |seen| seen.deliveries.len() == 1),
        held_back("h2: no window is open in time", Setting::InitialWindowSize, |seen| seen.deliveries.len() == 2),
    ]
}

#[test]
fn every_fault_has_its_kind_and_nothing_is_called_unsent_that_a_server_could_act_on() {
    let rows = [
        before_a_connection(),
        at_the_proxy(),
        before_the_head(),
        on_a_pooled_connection(),
        after_the_head(),
        over_http_2(),
    ];
    let mut table = format!("{:<44} | {:<19} | sent  | what the server saw\n", "fault", "outcome");
    for Row { fault, outcome, waited, seen } in rows.iter().flatten() {
        let (mut kind, sent) = match outcome {
            Ok(answer) => (answer.clone(), "-".to_owned()),
            Err(error) => (error.kind().to_string(), format!("{:?}", error.sent())),
        };
        if waited.as_secs() > 0 {
            let _ = write!(kind, " after {} s", (waited.as_secs_f64()).round());
        }
        let saw = seen.as_ref().map_or_else(|| "-".to_owned(), Seen::to_string);
        let _ = writeln!(table, "{fault:<44} | {kind:<19} | {sent:<5} | {saw}");
    }
    insta::assert_snapshot!(table);

    for Row { fault, outcome, seen, .. } in rows.iter().flatten() {
        let Some(seen) = seen else { continue };
        // A poll is a GET; where only frames are looked at, a whole request without a body.
        let is_poll = |delivery: &&Delivery| delivery.method != "POST" && delivery.body.is_empty() && delivery.whole;
        let submits = seen.deliveries.len() - seen.deliveries.iter().filter(is_poll).count();
        assert!(submits <= 1, "{fault}: delivered {submits} times");
        if matches!(outcome, Err(error) if error.sent() == Sent::No) {
            assert_eq!(seen.body_bytes(), 0, "{fault}: called unsent");
        }
    }
}

#[test]
fn a_request_that_was_cut_after_any_byte_may_have_been_sent() {
    // Longer than the request with every header that reqwest may add.
    for count in 1..=512 {
        let Row { outcome, seen, .. } =
            raw("cut", [vec![Step::ReadBytes(count), Step::Reset], vec![Step::ReadRequest]]);
        let seen = seen.expect("a ledger");
        assert_eq!(seen.connections, 1, "after {count} bytes: tried again");
        let error = outcome.expect_err("no answer was written");
        assert_eq!((error.kind(), error.sent()), (TransportErrorKind::Interrupted, Sent::Maybe), "after {count} bytes");
        if seen.whole("POST") == 1 {
            return;
        }
    }
    panic!("no count was large enough for the whole request");
}

#[test]
fn a_connection_reset_at_once_is_called_unsent_or_doubtful_but_never_tried_again() {
    // Whether the reset comes before or after the request is written is up to the machine: both are true.
    for _ in 0..50 {
        let Row { outcome, seen, .. } = raw("reset", [vec![Step::Reset], vec![Step::ReadRequest]]);
        let seen = seen.expect("a ledger");
        assert_eq!((seen.connections, seen.deliveries.len()), (1, 0));
        let error = outcome.expect_err("no answer was written");
        assert_eq!(error.kind(), TransportErrorKind::Interrupted, "{error:?}");
    }
}

#[test]
fn a_poll_is_not_repeated_either_although_the_server_says_it_could_be() {
    for turn in [Move::Refuse, Move::GoAwayBelow(0)] {
        let Row { outcome, seen, .. } = row("poll", || async move {
            let identity = identity();
            let server = FrameServer::start(&identity, [turn, Move::Answer]).expect("a free port");
            let outcome = ask(&trusting(&identity), http::Method::GET, &server.url("/poll"), Bytes::new()).await;
            (outcome, Some(server.ledger().seen()))
        });
        let error = outcome.expect_err("a refusal");
        assert_eq!((error.kind(), error.sent()), (TransportErrorKind::Interrupted, Sent::No), "{turn:?}");
        assert_eq!(seen.expect("a ledger").deliveries.len(), 1, "{turn:?}");
    }
}
