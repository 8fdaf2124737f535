//! A body that goes wrong in the middle.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// What happens in the middle of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Middle {
    Break,
    End,
    Pause(Duration),
}

/// A body whose second half breaks, is missing, or takes its time.
///
/// The middle is that of its length; where nobody knows the length, that of its first piece.
#[derive(Debug)]
pub(super) struct Spoiled {
    body: Body,
    middle: Middle,
    /// Bytes until the middle; `None`: not known before the first piece.
    before: Option<u64>,
    /// What of a piece lies behind the middle.
    held: Bytes,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Before,
    /// What lies before the break is on its way.
    Breaking,
    Pausing(Pin<Box<Sleep>>),
    After,
    Over,
}

impl Spoiled {
    pub(super) fn new(body: Body, middle: Middle) -> Self {
        let before = body.size_hint().exact().map(|length| length / 2);
        Self { body, middle, before, held: Bytes::new(), stage: Stage::Before }
    }

    /// Bytes that will be sent, as far as they are known.
    pub(super) fn length(&self) -> Option<u64> {
        match self.middle {
            Middle::End => self.before,
            Middle::Break | Middle::Pause(_) => self.body.size_hint().exact(),
        }
    }

    /// The part of a piece before the middle; the rest is held.
    fn split(&mut self, mut piece: Bytes) -> Bytes {
        let before = self.before.unwrap_or(piece.len() as u64 / 2);
        let now = usize::try_from(before).unwrap_or(usize::MAX).min(piece.len());
        self.held = piece.split_off(now);
        self.before = Some(before - now as u64);
        piece
    }

    fn over(&mut self) {
        self.stage = Stage::Over;
        // Closes what the upstream may still be sending.
        self.body = Body::empty();
    }
}

/// The time that a fault takes.
#[expect(clippy::disallowed_methods, reason = "that it takes time is the fault")]
pub(super) fn pause(time: Duration) -> Sleep {
    sleep(time)
}

impl HttpBody for Spoiled {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        loop {
            match &mut this.stage {
                Stage::Before if this.before == Some(0) => match this.middle {
                    Middle::Break => {
                        // The server drops what it holds when it learns of the break: first let it write.
                        this.stage = Stage::Breaking;
                        cx.waker().wake_by_ref();
                        return Poll::Pending;
                    }
                    Middle::End => this.over(),
                    Middle::Pause(time) => this.stage = Stage::Pausing(Box::pin(pause(time))),
                },
                Stage::Before => match ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                    Some(Ok(frame)) => match frame.into_data() {
                        Ok(piece) if piece.is_empty() => {}
                        Ok(piece) => {
                            let piece = this.split(piece);
                            if !piece.is_empty() {
                                return Poll::Ready(Some(Ok(Frame::data(piece))));
                            }
                        }
                        Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                    },
                    // It ended or broke by itthis.
                    other => {
                        this.over();
                        return Poll::Ready(other);
                    }
                },
                Stage::Breaking => {
                    this.over();
                    return Poll::Ready(Some(Err(axum::Error::new(io::Error::other("a fault breaks the connection")))));
                }
                Stage::Pausing(sleep) => {
                    ready!(sleep.as_mut().poll(cx));
                    this.stage = Stage::After;
                }
                Stage::After if !this.held.is_empty() => {
                    return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut this.held)))));
                }
                Stage::After => return Pin::new(&mut this.body).poll_frame(cx),
                Stage::Over => return Poll::Ready(None),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self.stage {
            Stage::Over => true,
            Stage::After => self.held.is_empty() && self.body.is_end_stream(),
            // A server that has sent the length it named does not ask again.
            Stage::Before => self.middle == Middle::End && self.before == Some(0),
            Stage::Breaking | Stage::Pausing(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.stage, self.length()) {
            // Asked once, with the head.
            (Stage::Before, Some(length)) => SizeHint::with_exact(length),
            _ => SizeHint::default(),
        }
    }
}
