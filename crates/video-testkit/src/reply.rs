//! What a server is told to answer, down to how it breaks off.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::mpsc::Receiver;
use tokio::time::Sleep;

/// What a [`FarEnd`](crate::FarEnd) answers.
#[derive(Debug)]
pub struct Reply {
    answer: Answer,
    late: Duration,
}

#[derive(Debug)]
enum Answer {
    Given(Box<http::Response<Pieces>>),
    Withheld,
    HungUp,
}

impl Reply {
    /// An answer with this status, no header and no body; 500 if there is no such status.
    pub fn status(status: u16) -> Self {
        let mut response = http::Response::new(Pieces::default());
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { answer: Answer::Given(Box::new(response)), late: Duration::ZERO }
    }

    /// No answer; the connection stays open.
    pub fn never() -> Self {
        Self { answer: Answer::Withheld, late: Duration::ZERO }
    }

    /// No answer; the connection (HTTP/2: the stream) is closed.
    pub fn hang_up() -> Self {
        Self { answer: Answer::HungUp, late: Duration::ZERO }
    }

    /// Lets the answer begin so much later, by the clock of tokio.
    #[must_use]
    pub fn after(self, late: Duration) -> Self {
        Self { late, ..self }
    }

    /// Adds a header.
    ///
    /// # Panics
    ///
    /// If HTTP does not allow such a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Answer::Given(response) = &mut self.answer {
            let value = HeaderValue::from_str(value).expect("a value that HTTP allows");
            response.headers_mut().append(HeaderName::from_static(name), value);
        }
        self
    }

    /// Adds a header that is one already.
    #[must_use]
    pub(crate) fn named(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if let Answer::Given(response) = &mut self.answer {
            response.headers_mut().append(name, value);
        }
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(self, bytes: impl Into<Bytes>) -> Self {
        self.pieces([bytes])
    }

    /// Sets a body that is sent in these pieces.
    #[must_use]
    pub fn pieces<B: Into<Bytes>>(self, pieces: impl IntoIterator<Item = B>) -> Self {
        self.map(|body| body.waiting = pieces.into_iter().map(Into::into).collect())
    }

    /// Lets more pieces of the body come through `pieces`, after those already set, until its sender is dropped.
    #[must_use]
    pub fn feeding(self, pieces: Receiver<Bytes>) -> Self {
        self.map(|body| body.ending = Ending::Fed(pieces))
    }

    /// Breaks the connection (HTTP/2: the stream) after the pieces of the body.
    #[must_use]
    pub fn cutting(self) -> Self {
        self.map(|body| body.ending = Ending::Cut)
    }

    /// Sends nothing more after the pieces of the body, and keeps the connection open.
    #[must_use]
    pub fn stalling(self) -> Self {
        self.map(|body| body.ending = Ending::Stalled)
    }

    /// Sends `rest` so much later than the pieces of the body, by the clock of tokio, and ends.
    #[must_use]
    pub fn pausing(self, pause: Duration, rest: impl Into<Bytes>) -> Self {
        self.map(|body| body.ending = Ending::Paused { pause, sleep: None, rest: rest.into() })
    }

    /// The answer, when its time has come.
    pub(crate) async fn given(self) -> Result<http::Response<Pieces>, Cut> {
        if !self.late.is_zero() {
            sleep(self.late).await;
        }
        match self.answer {
            Answer::Given(response) => Ok(*response),
            Answer::Withheld => std::future::pending().await,
            Answer::HungUp => Err(Cut),
        }
    }

    /// The answer for a client without a socket, when its time has come; `None` if the connection is closed instead.
    pub async fn arrive(self) -> Option<http::Response<LocalBody>> {
        self.given().await.ok().map(|response| response.map(LocalBody))
    }

    fn map(mut self, change: impl FnOnce(&mut Pieces)) -> Self {
        if let Answer::Given(response) = &mut self.answer {
            change(response.body_mut());
        }
        self
    }
}

#[expect(clippy::disallowed_methods, reason = "being late is what this server is told to be")]
fn sleep(late: Duration) -> Sleep {
    tokio::time::sleep(late)
}

/// A body in pieces, with its ending.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    waiting: VecDeque<Bytes>,
    ending: Ending,
    sent: bool,
}

#[derive(Debug, Default)]
enum Ending {
    #[default]
    Complete,
    Cut,
    Stalled,
    Fed(Receiver<Bytes>),
    Paused {
        pause: Duration,
        /// Begins when the pieces before it are sent.
        sleep: Option<Pin<Box<Sleep>>>,
        rest: Bytes,
    },
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        let this = &mut *self;
        if let Some(piece) = this.waiting.pop_front() {
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        match &mut this.ending {
            Ending::Complete => Poll::Ready(None),
            // Once round the loop first, so that hyper has sent the pieces when it learns of the cut.
            Ending::Cut if !std::mem::replace(&mut this.sent, true) => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Ending::Cut => Poll::Ready(Some(Err(Cut))),
            Ending::Stalled => Poll::Pending,
            Ending::Fed(pieces) => pieces.poll_recv(cx).map(|piece| piece.map(|piece| Ok(Frame::data(piece)))),
            Ending::Paused { pause, sleep, rest } => {
                let sleep = sleep.get_or_insert_with(|| Box::pin(self::sleep(*pause)));
                std::task::ready!(sleep.as_mut().poll(cx));
                let rest = std::mem::take(rest);
                this.ending = Ending::Complete;
                Poll::Ready(Some(Ok(Frame::data(rest))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.waiting.is_empty() && matches!(self.ending, Ending::Complete)
    }

    fn size_hint(&self) -> SizeHint {
        match self.ending {
            Ending::Complete => SizeHint::with_exact(self.waiting.iter().map(|piece| piece.len() as u64).sum()),
            Ending::Cut | Ending::Stalled | Ending::Fed(_) | Ending::Paused { .. } => SizeHint::default(),
        }
    }
}

/// The body of an answer for a client without a socket.
#[derive(Debug)]
pub struct LocalBody(Pieces);

impl LocalBody {
    /// The next piece; `None` at the end, and an error where the connection breaks.
    pub async fn piece(&mut self) -> Option<Result<Bytes, Cut>> {
        let frame = std::future::poll_fn(|cx| Pin::new(&mut self.0).poll_frame(cx)).await?;
        Some(frame.map(|frame| frame.into_data().unwrap_or_default()))
    }
}

/// The connection breaks here, as it was told to.
#[derive(Debug)]
#[non_exhaustive]
pub struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cut on purpose")
    }
}

impl std::error::Error for Cut {}
