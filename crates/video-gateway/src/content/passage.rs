//! A body on its way through: cut to a range, counted, never ended early in silence.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::Stream;
use hyper::body::{Frame, SizeHint};
use video_transport::{Body, TransportError};

/// An upstream's body, from which the first `skip` bytes are left out and at most `left` are passed on.
#[derive(Debug)]
pub(super) struct Passage {
    body: Body,
    skip: u64,
    /// What is still to come; `None` if only the upstream knows.
    left: Option<u64>,
    ended: bool,
    /// What broke, to be said once the pieces before it are on their way.
    broken: Option<io::Error>,
}

impl Passage {
    pub(super) fn new(body: Body, skip: u64, take: Option<u64>) -> Self {
        Self { body, skip, left: take, ended: take == Some(0), broken: None }
    }

    /// The part of a piece that is passed on.
    fn cut(&mut self, mut piece: Bytes) -> Bytes {
        let skipped = usize::try_from(self.skip).unwrap_or(usize::MAX).min(piece.len());
        self.skip -= skipped as u64;
        piece = piece.split_off(skipped);
        if let Some(left) = &mut self.left {
            piece.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
            *left -= piece.len() as u64;
        }
        piece
    }

    /// Lets the server write what it has before it learns of the break: it drops what it holds when it does.
    fn break_off(&mut self, error: io::Error, cx: &Context<'_>) {
        self.body = Body::empty();
        self.broken = Some(error);
        cx.waker().wake_by_ref();
    }

    fn end(&mut self) {
        self.ended = true;
        // Closes what the upstream may still be sending.
        self.body = Body::empty();
    }
}

impl hyper::body::Body for Passage {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(error) = self.broken.take() {
            self.end();
            return Poll::Ready(Some(Err(error)));
        }
        while !self.ended {
            let piece: Option<Result<Bytes, TransportError>> = ready!(Pin::new(&mut self.body).poll_next(cx));
            match piece {
                Some(Ok(piece)) => {
                    let piece = self.cut(piece);
                    if self.left == Some(0) {
                        self.end();
                    }
                    if !piece.is_empty() {
                        return Poll::Ready(Some(Ok(Frame::data(piece))));
                    }
                }
                Some(Err(error)) => {
                    self.break_off(io::Error::other(error), cx);
                    return Poll::Pending;
                }
                None => {
                    if self.skip > 0 || self.left.is_some_and(|left| left > 0) {
                        let short = io::Error::new(io::ErrorKind::UnexpectedEof, "the upstream's body ended early");
                        self.break_off(short, cx);
                        return Poll::Pending;
                    }
                    self.end();
                }
            }
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.ended
    }

    fn size_hint(&self) -> SizeHint {
        match self.left {
            Some(left) if !self.ended => SizeHint::with_exact(left),
            Some(_) => SizeHint::with_exact(0),
            None => SizeHint::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::HttpBody as _;
    use futures_util::stream;
    use std::future::poll_fn;
    use std::pin::pin;
    use video_transport::TransportErrorKind;

    use super::*;

    /// What comes out when `abcdef` comes in as pieces, and how it ends.
    async fn pass(pieces: &[&'static str], broken: bool, skip: u64, take: Option<u64>) -> String {
        let mut pieces: Vec<Result<Bytes, TransportError>> =
            pieces.iter().map(|piece| Ok(Bytes::from_static(piece.as_bytes()))).collect();
        if broken {
            pieces.push(Err(TransportError::new(TransportErrorKind::Interrupted, "reset")));
        }
        let mut passage = pin!(Passage::new(Body::new(stream::iter(pieces)), skip, take));
        let mut text = String::new();
        while let Some(frame) = poll_fn(|cx| passage.as_mut().poll_frame(cx)).await {
            match frame {
                Ok(frame) => text.push_str(&String::from_utf8_lossy(&frame.into_data().unwrap())),
                Err(error) => return format!("{text} then {error}"),
            }
        }
        assert!(passage.is_end_stream());
        format!("{text} then the end")
    }

    #[tokio::test]
    async fn a_body_is_cut_to_its_range_and_never_ends_early_in_silence() {
        let abc = &["ab", "", "cd", "ef"][..];
        let rows = [
            (abc, false, 0, None),
            (abc, true, 0, None),
            (abc, false, 0, Some(6)),
            (abc, false, 0, Some(7)),
            (abc, true, 0, Some(7)),
            (abc, false, 1, Some(4)),
            (abc, true, 3, Some(2)),
            (abc, false, 5, Some(1)),
            (abc, false, 6, Some(1)),
            (abc, false, 9, Some(1)),
            (abc, false, 0, Some(0)),
            (abc, false, 2, Some(2)),
            (&[], false, 0, None),
        ];
        let mut table = Vec::new();
        for (pieces, broken, skip, take) in rows {
            let passed = pass(pieces, broken, skip, take).await;
            table.push(format!("{pieces:?} broken={broken} skip={skip} take={take:?}: {passed}\n"));
        }
        insta::assert_snapshot!(table.concat());
    }
}
