//! Bodies: pieces in, pieces or a whole out, and never more than asked for.

use std::collections::VecDeque;
use std::error::Error as _;
use std::fmt::Write as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use video_transport::{Body, TransportError, TransportErrorKind};

/// Gives its pieces and counts how many were taken.
struct Pieces(VecDeque<Result<Bytes, TransportError>>, Arc<AtomicUsize>);

impl Stream for Pieces {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.1.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(self.0.pop_front())
    }
}

fn body(pieces: &[&'static str]) -> (Body, Arc<AtomicUsize>) {
    let taken = Arc::default();
    let pieces = pieces.iter().map(|piece| match *piece {
        "!" => Err(TransportError::new(TransportErrorKind::Interrupted, "connection reset")),
        text => Ok(Bytes::from_static(text.as_bytes())),
    });
    (Body::new(Pieces(pieces.collect(), Arc::clone(&taken))), taken)
}

#[tokio::test]
async fn a_body_is_collected_up_to_its_limit_and_not_a_piece_further() {
    let mut table = String::new();
    for (pieces, limit) in [
        (&[][..], 0),
        (&["abc"], 3),
        (&["abc"], 2),
        (&["ab", "cd", "ef"], 6),
        (&["ab", "cd", "ef", "gh"], 5),
        (&["ab", "!", "cd"], 6),
    ] {
        let (body, taken) = body(pieces);
        let outcome = match body.collect(limit).await {
            Ok(whole) => format!("{whole:?}"),
            Err(error) => format!("{error}: {}", error.source().unwrap()),
        };
        let taken = taken.load(Ordering::Relaxed);
        let _ = writeln!(table, "{pieces:?} within {limit}: {outcome} (asked {taken} times)");
    }
    insta::assert_snapshot!(table, @r#"
    [] within 0: b"" (asked 1 times)
    ["abc"] within 3: b"abc" (asked 2 times)
    ["abc"] within 2: the answer is too large: the body has more than 2 bytes (asked 1 times)
    ["ab", "cd", "ef"] within 6: b"abcdef" (asked 4 times)
    ["ab", "cd", "ef", "gh"] within 5: the answer is too large: the body has more than 5 bytes (asked 3 times)
    ["ab", "!", "cd"] within 6: the connection broke before the answer was whole: connection reset (asked 2 times)
    "#);
}

#[tokio::test]
async fn a_body_stays_ended_after_its_end_and_after_an_error() {
    for pieces in [&["ab"][..], &["ab", "!", "cd"]] {
        let (mut body, taken) = body(pieces);
        while let Some(Ok(_)) = body.chunk().await {}
        let asked = taken.load(Ordering::Relaxed);
        assert!(body.chunk().await.is_none());
        assert_eq!(taken.load(Ordering::Relaxed), asked, "an ended stream is not asked again");
    }
}

#[tokio::test]
async fn the_stream_is_let_go_at_its_end_not_when_the_body_is_dropped() {
    let (mut body, taken) = body(&["ab"]);
    while body.chunk().await.is_some() {}
    assert_eq!(Arc::strong_count(&taken), 1);
    drop(body);
}

#[tokio::test]
async fn a_body_in_memory_is_one_piece_and_is_not_copied() {
    let bytes = Bytes::from(vec![7; 1000]);
    let mut body = Body::from(bytes.clone());
    assert_eq!(format!("{body:?}"), "Body(1000 bytes)");
    let piece = body.chunk().await.unwrap().unwrap();
    assert_eq!(piece.as_ptr(), bytes.as_ptr());
    assert!(body.chunk().await.is_none());
    let whole = Body::full(bytes.clone()).collect(1000).await.unwrap();
    assert_eq!(whole.as_ptr(), bytes.as_ptr());
    assert_eq!(Body::empty().collect(0).await.unwrap(), "");
}
