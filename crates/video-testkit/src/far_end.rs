//! A well-behaved HTTP server that is told what to answer.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc::Receiver;
use tokio_rustls::TlsAcceptor;

use crate::listening::Listening;
use crate::{Delivery, Identity, Ledger};

/// An HTTP/1.1 and HTTP/2 server that reads every request whole, notes it, and answers what it was told to.
#[derive(Debug)]
pub struct FarEnd {
    listening: Listening,
    scheme: &'static str,
}

type Handler = Arc<dyn Fn(&Delivery) -> Reply + Send + Sync>;

impl FarEnd {
    /// Serves over plain TCP: `answer` is asked once per request.
    pub fn start(answer: impl Fn(&Delivery) -> Reply + Send + Sync + 'static) -> io::Result<Self> {
        let answer: Handler = Arc::new(answer);
        let listening = Listening::start(move |stream, number, ledger| {
            let answer = Arc::clone(&answer);
            async move { serve(stream, number, ledger, answer).await }
        })?;
        Ok(Self { listening, scheme: "http" })
    }

    /// Serves over TLS, in the version of HTTP that client and `identity` agree on.
    pub fn start_tls(
        identity: &Identity,
        answer: impl Fn(&Delivery) -> Reply + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let answer: Handler = Arc::new(answer);
        let acceptor = TlsAcceptor::from(identity.server());
        let listening = Listening::start(move |stream, number, ledger| {
            let (answer, acceptor) = (Arc::clone(&answer), acceptor.clone());
            async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    serve(stream, number, ledger, answer).await;
                }
            }
        })?;
        Ok(Self { listening, scheme: "https" })
    }

    /// The URL of a path here.
    pub fn url(&self, path: &str) -> String {
        self.listening.url(self.scheme, path)
    }

    /// What arrived.
    pub fn ledger(&self) -> &Ledger {
        &self.listening.ledger
    }
}

async fn serve<S>(stream: S, number: usize, ledger: Ledger, answer: Handler)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| respond(request, number, ledger.clone(), Arc::clone(&answer)));
    // A client that goes away, or an answer cut on purpose, ends the connection with an error that is no news.
    let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
}

async fn respond(
    request: http::Request<Incoming>,
    connection: usize,
    ledger: Ledger,
    answer: Handler,
) -> Result<http::Response<Pieces>, hyper::Error> {
    let (head, mut body) = request.into_parts();
    let place = ledger.head(Delivery {
        connection,
        method: head.method.to_string(),
        target: head.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        version: head.version,
        headers: head.headers,
        ..Delivery::default()
    });
    while let Some(frame) = body.frame().await {
        if let Some(data) = frame?.data_ref() {
            ledger.note(place, |delivery| delivery.body.extend_from_slice(data));
        }
    }
    let reply = answer(&ledger.note(place, |delivery| delivery.whole = true));
    match reply.0 {
        Some(response) => Ok(response),
        None => std::future::pending().await,
    }
}

/// What a [`FarEnd`] answers.
#[derive(Debug)]
pub struct Reply(Option<http::Response<Pieces>>);

impl Reply {
    /// An answer with this status, no header and no body; 500 if there is no such status.
    pub fn status(status: u16) -> Self {
        let mut response = http::Response::new(Pieces::default());
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self(Some(response))
    }

    /// No answer; the connection stays open.
    pub fn never() -> Self {
        Self(None)
    }

    /// Adds a header.
    ///
    /// # Panics
    ///
    /// If HTTP does not allow such a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Some(response) = &mut self.0 {
            let value = HeaderValue::from_str(value).expect("a value that HTTP allows");
            response.headers_mut().append(HeaderName::from_static(name), value);
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

    fn map(mut self, change: impl FnOnce(&mut Pieces)) -> Self {
        if let Some(response) = &mut self.0 {
            change(response.body_mut());
        }
        self
    }
}

/// A body in pieces, with its ending.
#[derive(Debug, Default)]
struct Pieces {
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
        }
    }

    fn is_end_stream(&self) -> bool {
        self.waiting.is_empty() && matches!(self.ending, Ending::Complete)
    }

    fn size_hint(&self) -> SizeHint {
        match self.ending {
            Ending::Complete => SizeHint::with_exact(self.waiting.iter().map(|piece| piece.len() as u64).sum()),
            Ending::Cut | Ending::Stalled | Ending::Fed(_) => SizeHint::default(),
        }
    }
}

/// Tells hyper to break off.
#[derive(Debug)]
struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cut on purpose")
    }
}

impl std::error::Error for Cut {}
