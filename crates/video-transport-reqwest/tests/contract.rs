//! What the contract promises beyond errors: requests and answers arrive as they are, and nothing is left behind.

use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use http::Version;
use tokio::sync::mpsc;
use video_testkit::{Delivery, FarEnd, Identity, RawServer, Reply, Step};
use video_transport::{Request, Response, Transport};
use video_transport_reqwest::Reqwest;

/// A gzip stream of the text `{}`, as a server that compresses would send it.
const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\x00\x00\x00";

fn plain() -> Reqwest {
    Reqwest::builder().no_proxy().build().expect("a transport")
}

fn post(url: &str) -> Request {
    http::Request::post(url).body(Bytes::from("{}")).expect("a request")
}

async fn send(transport: &impl Transport, request: Request) -> Response {
    transport.send(request).await.expect("an answer")
}

/// The request line and headers as they arrived, without what differs from run to run.
fn head(delivery: &Delivery) -> String {
    let headers = delivery.headers.iter().map(|(name, value)| match name.as_str() {
        "host" => "host: (host)\n".to_owned(),
        name => format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())),
    });
    let mut headers: Vec<_> = headers.collect();
    headers.sort();
    format!("{} {} {:?}\n{}", delivery.method, delivery.target, delivery.version, headers.concat())
}

#[tokio::test]
async fn a_request_arrives_as_it_is_with_little_added() {
    let far = FarEnd::start(|_| Reply::status(200)).unwrap();
    let transport = plain();
    let request = http::Request::post(far.url("/v1/videos/a%2Fb?after=x%20y&n=1"))
        .header("authorization", "Bearer sk-1")
        .header("content-type", "application/json")
        .header("idempotency-key", "0192")
        .header("x-twice", "one")
        .header("x-twice", "two")
        .body(Bytes::from(r#"{"prompt":"a cat"}"#))
        .unwrap();
    send(&transport, request).await;
    send(&transport, http::Request::get(far.url("")).body(Bytes::new()).unwrap()).await;
    let own =
        http::Request::delete(far.url("/v1/videos/1")).header("user-agent", "mine/1").header("accept", "video/mp4");
    send(&transport, own.body(Bytes::new()).unwrap()).await;
    send(&transport, http::Request::post(far.url("/v1/videos/1/cancel")).body(Bytes::new()).unwrap()).await;

    let seen = far.ledger().seen();
    assert_eq!(seen.connections, 1, "one connection is enough for one request after the other");
    assert_eq!(seen.deliveries[0].body, br#"{"prompt":"a cat"}"#);
    insta::assert_snapshot!(seen.deliveries.iter().map(head).collect::<Vec<_>>().join("\n"), @r"
    POST /v1/videos/a%2Fb?after=x%20y&n=1 HTTP/1.1
    accept: */*
    authorization: Bearer sk-1
    content-length: 18
    content-type: application/json
    host: (host)
    idempotency-key: 0192
    user-agent: video/0.1.0
    x-twice: one
    x-twice: two

    GET / HTTP/1.1
    accept: */*
    host: (host)
    user-agent: video/0.1.0

    DELETE /v1/videos/1 HTTP/1.1
    accept: video/mp4
    host: (host)
    user-agent: mine/1

    POST /v1/videos/1/cancel HTTP/1.1
    accept: */*
    content-length: 0
    host: (host)
    user-agent: video/0.1.0
    ");
}

#[tokio::test]
async fn content_that_is_compressed_stays_compressed_and_is_not_asked_for() {
    let far = FarEnd::start(|_| Reply::status(200).header("content-encoding", "gzip").body(GZIP)).unwrap();
    let response = send(&plain(), post(&far.url("/"))).await;
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(response.headers()["content-length"], GZIP.len().to_string());
    assert_eq!(response.into_body().collect(1024).await.unwrap(), GZIP);
    assert!(!far.ledger().seen().deliveries[0].headers.contains_key("accept-encoding"));
}

#[tokio::test]
async fn http_2_is_spoken_where_it_is_offered_and_carries_requests_side_by_side() {
    let mut versions = Vec::new();
    for offered in [&["h2", "http/1.1"][..], &["http/1.1"], &[]] {
        let identity = Identity::generate(offered).unwrap();
        let far = FarEnd::start_tls(&identity, |_| Reply::status(200).body("ok")).unwrap();
        let transport = Reqwest::builder().no_proxy().root_certificate(identity.root_pem()).build().unwrap();
        send(&transport, post(&far.url("/"))).await;
        // A request says HTTP/1.1 when it is made in memory; that must not decide anything.
        let (one, two) = tokio::join!(
            send(&transport, post(&far.url("/"))),
            send(&transport, http::Request::get(far.url("/")).version(Version::HTTP_2).body(Bytes::new()).unwrap()),
        );
        let seen = far.ledger().seen();
        assert_eq!(one.version(), two.version());
        assert!(seen.deliveries.iter().all(|delivery| delivery.version == one.version()));
        assert!(one.version() == Version::HTTP_11 || seen.connections == 1, "{seen}");
        versions.push(format!("{offered:?}: {:?}", one.version()));
    }
    insta::assert_snapshot!(versions.join("\n"), @r#"
    ["h2", "http/1.1"]: HTTP/2.0
    ["http/1.1"]: HTTP/1.1
    []: HTTP/1.1
    "#);
}

#[tokio::test]
async fn no_process_wide_crypto_provider_is_left_behind() {
    let identity = Identity::generate(&["h2"]).unwrap();
    let far = FarEnd::start_tls(&identity, |_| Reply::status(200)).unwrap();
    let transport = Reqwest::builder().no_proxy().root_certificate(identity.root_pem()).build().unwrap();
    send(&transport, post(&far.url("/"))).await;
    Reqwest::new().unwrap();
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}

#[tokio::test]
async fn the_head_is_there_before_the_body_is() {
    let far = FarEnd::start(|_| Reply::status(200).body("part").stalling()).unwrap();
    let response = send(&plain(), post(&far.url("/"))).await;
    let mut body = response.into_body();
    assert_eq!(body.chunk().await.unwrap().unwrap(), "part");
}

#[tokio::test]
async fn dropping_the_future_or_the_body_closes_the_exchange() {
    let endless = "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\nstart";
    let scripts =
        [vec![Step::ReadRequest, Step::AwaitClose], vec![Step::ReadRequest, Step::write(endless), Step::AwaitClose]];
    let server = RawServer::start(scripts).unwrap();
    let transport = plain();
    tokio::select! {
        _ = transport.send(post(&server.url("/"))) => panic!("nobody answers"),
        _ = server.ledger().until(|seen| seen.whole("POST") == 1) => {}
    }
    server.ledger().until(|seen| seen.ended == 1).await;

    drop(send(&transport, post(&server.url("/"))).await);
    let seen = server.ledger().until(|seen| seen.ended == 2).await;
    assert_eq!(seen.connections, 2);
}

#[tokio::test]
async fn a_download_may_take_as_long_as_it_moves() {
    let (feed, pieces) = mpsc::channel(1);
    let pieces = Mutex::new(Some(pieces));
    let far = FarEnd::start(move |_| {
        let pieces = pieces.lock().expect("no panic before").take().expect("one request");
        Reply::status(200).feeding(pieces)
    })
    .unwrap();
    let mut body = send(&plain(), post(&far.url("/"))).await.into_body();
    tokio::time::pause();
    let start = tokio::time::Instant::now();
    for _ in 0..100 {
        let (piece, ()) = tokio::join!(body.chunk(), async {
            tokio::time::advance(Duration::from_secs(59)).await;
            feed.send(Bytes::from("piece")).await.expect("a server that listens");
        });
        assert_eq!(piece.unwrap().unwrap(), "piece");
    }
    assert!(start.elapsed() > Duration::from_secs(5000));
    drop(feed);
    assert!(body.chunk().await.is_none());
}

#[tokio::test]
async fn a_proxy_gets_what_is_for_it_and_its_password() {
    let answered = vec![Step::ReadRequest, Step::write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")];
    let http = RawServer::start([answered.clone()]).unwrap();
    let url = http.url("").replace("http://", "http://user:p%40ss@");
    let transport = Reqwest::builder().proxy(url).build().unwrap();
    send(&transport, post("http://gateway.example/v1/videos")).await;

    let greeting = [Step::Forget(3), Step::Write(vec![5, 0])];
    // Connect to a name of 15 letters; the answer is 0.0.0.0:0, as many proxies give it.
    let connect = [Step::Forget(4 + 1 + 15 + 2), Step::Write(vec![5, 0, 0, 1, 0, 0, 0, 0, 0, 0])];
    let socks = RawServer::start([[&greeting[..], &connect, &answered].concat()]).unwrap();
    let transport = Reqwest::builder().proxy(socks.url("").replace("http://", "socks5h://")).build().unwrap();
    send(&transport, post("http://gateway.example/v1/videos")).await;

    let seen = [http.ledger().seen(), socks.ledger().seen()].map(|seen| head(&seen.deliveries[0]));
    insta::assert_snapshot!(seen.join("\n"), @r"
    POST http://gateway.example/v1/videos HTTP/1.1
    accept: */*
    content-length: 2
    host: (host)
    proxy-authorization: Basic dXNlcjpwQHNz
    user-agent: video/0.1.0

    POST /v1/videos HTTP/1.1
    accept: */*
    content-length: 2
    host: (host)
    user-agent: video/0.1.0
    ");
}
