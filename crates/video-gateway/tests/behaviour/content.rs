//! The bytes of a video: whole, in part, and when the upstream misbehaves.

use bytes::Bytes;
use futures_util::stream;
use video_gateway::Gateway;
use video_transport::Body;

use crate::far_end::{ORDER, finish, order, sandbox};
use crate::log::Log;
use crate::running::{Running, client};
use crate::upstream::{Upstream, answer, breaking, json};
use crate::wire::{Wire, exchange, get};

const PATH: &str = "GET /v1/videos/task_1/content";
const VIDEO: &[(&str, &str)] = &[("content-type", "video/mp4"), ("content-length", "10"), ("etag", "\"v1\"")];

async fn over(upstream: &Upstream) -> Running {
    Running::start(Gateway::new(client(upstream.clone()))).await
}

#[tokio::test]
async fn parts_of_a_rendered_clip_are_the_bytes_of_the_whole() {
    let running = sandbox().await;
    let id = order(&running, ORDER).await;
    finish(&running, &id).await;
    let line = format!("GET /v1/videos/{id}/content");
    let whole = exchange(running.address, &get(&line, "")).await;
    let (bytes, etag) = (&whole.body, whole.header("etag").unwrap());
    let length = bytes.len();
    let asked = |headers: String| {
        let (address, line) = (running.address, line.clone());
        async move { exchange(address, &get(&line, &headers)).await }
    };
    for (range, first, last) in [
        ("0-0".to_owned(), 0, 0),
        ("0-99".to_owned(), 0, 99),
        ("100-299".to_owned(), 100, 299),
        (format!("{}-", length - 1), length - 1, length - 1),
        (format!("{}-{}", length - 10, length + 1000), length - 10, length - 1),
        ("-25".to_owned(), length - 25, length - 1),
        ("0-".to_owned(), 0, length - 1),
    ] {
        for condition in [String::new(), format!("If-Range: {etag}\r\n")] {
            let part = asked(format!("Range: bytes={range}\r\n{condition}")).await;
            assert_eq!(part.status, 206, "{range}");
            assert_eq!(part.body, &bytes[first..=last], "{range}");
            assert_eq!(part.header("content-range").unwrap(), format!("bytes {first}-{last}/{length}"));
        }
    }
    for headers in [
        "Range: bytes=0-1,5-6\r\n".to_owned(),
        "Range: frames=0-1\r\n".to_owned(),
        "Range: bytes=5-\r\nIf-Range: \"another\"\r\n".to_owned(),
        "Range: bytes=5-\r\nIf-Range: Wed, 21 Oct 2015 07:28:00 GMT\r\n".to_owned(),
        format!("Range: bytes=5-\r\nIf-Range: W/{etag}\r\n"),
    ] {
        let answer = asked(headers.clone()).await;
        assert_eq!((answer.status, answer.body.len()), (200, length), "{headers}");
    }
    let outside = asked(format!("Range: bytes={length}-\r\n")).await;
    assert_eq!(outside.header("content-range").unwrap(), format!("bytes */{length}"));
    insta::assert_snapshot!(outside.show().replace(&length.to_string(), "<size>"));
}

#[tokio::test]
async fn an_upstream_that_ignores_ranges_is_cut_here() {
    let upstream = Upstream::finished(|_| answer(200, VIDEO, Body::full("0123456789")));
    let running = over(&upstream).await;
    let mut text = Vec::new();
    for headers in [
        "",
        "Range: bytes=0-0\r\n",
        "Range: bytes=3-5\r\n",
        "Range: bytes=-2\r\n",
        "Range: bytes=10-\r\n",
        "Range: bytes=3-5\r\nIf-Range: \"v1\"\r\n",
        "Range: bytes=3-5\r\nIf-Range: \"v2\"\r\n",
    ] {
        let shown = exchange(running.address, &get(PATH, headers)).await.show();
        text.push(format!("{}{shown}\n", headers.replace('\r', "")));
    }
    insta::assert_snapshot!(text.concat());
}

#[tokio::test]
async fn a_part_of_another_version_is_not_passed_on() {
    // Honours Range and ignores If-Range, as some caches do.
    let upstream = Upstream::finished(|request| match request.headers().get("range") {
        Some(_) => answer(206, &[("content-range", "bytes 5-9/10"), ("etag", "\"v2\"")], Body::full("fghij")),
        None => answer(200, &[("content-length", "10"), ("etag", "\"v2\"")], Body::full("abcdefghij")),
    });
    let running = over(&upstream).await;
    let same = exchange(running.address, &get(PATH, "Range: bytes=5-\r\nIf-Range: \"v2\"\r\n")).await;
    assert_eq!((same.status, same.body.as_slice()), (206, &b"fghij"[..]));
    let other = exchange(running.address, &get(PATH, "Range: bytes=5-\r\nIf-Range: \"v1\"\r\n")).await;
    assert_eq!((other.status, other.body.as_slice()), (200, &b"abcdefghij"[..]));
}

#[tokio::test]
async fn a_body_that_breaks_upstream_breaks_here() {
    let (log, _guard) = Log::listen();
    let with_length = Upstream::finished(|_| answer(200, VIDEO, breaking(&["0123", "45"])));
    let ends_early = Upstream::finished(|_| answer(200, VIDEO, Body::full("012345")));
    let without_length = Upstream::finished(|_| answer(200, &[], breaking(&["0123", "45"])));
    let mut text = Vec::new();
    for (name, upstream) in
        [("with a length", with_length), ("ends early", ends_early), ("without a length", without_length)]
    {
        let running = over(&upstream).await;
        let cut = exchange(running.address, &get(PATH, "")).await;
        assert!(!cut.whole);
        text.push(format!("{name}\n{}\n", cut.show()));
        running.ended().await;
    }
    insta::assert_snapshot!(text.concat() + &log.show());
}

#[tokio::test]
async fn where_the_end_of_the_connection_is_the_end_of_the_body_a_break_is_a_reset() {
    let upstream = Upstream::finished(|request| match request.headers().get("range") {
        Some(_) => answer(200, &[], Body::full("012345")),
        None => answer(200, &[], breaking(&["0123", "45"])),
    });
    let running = over(&upstream).await;
    let old = |headers| get(PATH, headers).replace("HTTP/1.1", "HTTP/1.0");
    let mut wire = Wire::connect(running.address).await;
    wire.write(old("")).await;
    wire.rest().await;
    assert!(wire.was_reset());
    let mut wire = Wire::connect(running.address).await;
    wire.write(old("Range: bytes=0-\r\n")).await;
    assert!(wire.rest().await.ends_with(b"\r\n\r\n012345"));
    assert!(!wire.was_reset());
}

#[tokio::test]
async fn what_is_no_video_is_an_error() {
    let mut text = Vec::new();
    let page: &[(&str, &str)] = &[("content-type", "text/html")];
    let rows: Vec<(&str, Upstream)> = vec![
        ("a page", Upstream::finished(move |_| answer(200, page, Body::full("<html>sign in</html>")))),
        ("503", Upstream::finished(|_| answer(503, &[("retry-after", "7")], Body::full("busy")))),
        ("gone", Upstream::finished(|_| json(410, r#"{"error":{"message":"gone","code":"artifact_gone"}}"#))),
        ("403", Upstream::finished(|_| answer(403, &[("content-type", "application/xml")], Body::full("<Error/>")))),
        ("304", Upstream::finished(|_| answer(304, &[], Body::empty()))),
        ("multipart", Upstream::finished(|_| answer(206, &[("content-range", "bytes 0-0/*")], Body::full("x")))),
    ];
    for (name, upstream) in rows {
        let running = over(&upstream).await;
        text.push(format!("{name}\n{}\n", exchange(running.address, &get(PATH, "")).await.show()));
    }
    insta::assert_snapshot!(text.concat());
}

#[tokio::test]
async fn the_first_bytes_arrive_before_the_last_are_there() {
    let (sender, receiver) = by_hand();
    let body = std::sync::Mutex::new(Some(Body::new(receiver)));
    let upstream = Upstream::finished(move |_| answer(200, VIDEO, body.lock().unwrap().take().unwrap()));
    let running = over(&upstream).await;
    let mut wire = Wire::connect(running.address).await;
    wire.write(get(PATH, "")).await;
    sender.send(Ok(Bytes::from_static(b"0123"))).unwrap();
    assert_eq!(wire.head().await.unwrap().status, 200);
    assert_eq!(wire.take(4).await, b"0123");
    sender.send(Ok(Bytes::from_static(b"456789"))).unwrap();
    assert_eq!(wire.take(6).await, b"456789");
}

pub(crate) type Piece = Result<Bytes, video_transport::TransportError>;

/// A body that a test sends piece by piece.
pub(crate) fn by_hand()
-> (tokio::sync::mpsc::UnboundedSender<Piece>, impl futures_util::Stream<Item = Piece> + Send + 'static) {
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    (sender, stream::unfold(receiver, |mut receiver| async { receiver.recv().await.map(|piece| (piece, receiver)) }))
}
