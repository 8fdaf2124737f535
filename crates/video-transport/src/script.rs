//! A transport that answers from a list and remembers what it was asked.

mod transcript;

use std::collections::VecDeque;
use std::future::pending;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use async_trait::async_trait;
use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderName, HeaderValue, StatusCode};

use crate::{Body, Request, Response, Transport, TransportError, TransportErrorKind};
use transcript::Exchange;

/// A transport for tests: it gives the answers of a list in order, and records the requests.
///
/// Clones share the list and the record, so one clone goes into the client and the other stays in the test. When the
/// list is empty, a request gets a [`TransportErrorKind::Invalid`] that says so: the client stops, and the test reads
/// why.
///
/// ```
/// use video_transport::{Answer, Script, Transport, TransportError, TransportErrorKind};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let script = Script::new([
///     Answer::error(TransportError::new(TransportErrorKind::Connect, "connection refused")),
///     Answer::json(200, r#"{"id":"task_1"}"#),
/// ]);
///
/// for _ in 0..2 {
///     let request = http::Request::post("https://gateway.example/v1/videos")
///         .header("authorization", "Bearer sk-secret")
///         .body("{}".into())?;
///     let _ = script.send(request).await;
/// }
///
/// assert_eq!(script.transcript(), "\
/// 1. POST https://gateway.example/v1/videos
///    authorization: Bearer ***
///
///    {}
///    => could not connect to the server: connection refused
///
/// 2. POST https://gateway.example/v1/videos
///    authorization: Bearer ***
///
///    {}
///    => 200 OK, 15 bytes
/// ");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Script(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    answers: VecDeque<Answer>,
    exchanges: Vec<Exchange>,
}

impl Script {
    /// A script that gives these answers, one a request, in the order in which requests arrive.
    pub fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers = answers.into_iter().collect();
        Self(Arc::new(Mutex::new(State { answers, exchanges: Vec::new() })))
    }

    /// Adds an answer at the end of the list.
    pub fn push(&self, answer: Answer) {
        self.state().answers.push_back(answer);
    }

    /// The requests so far, in the order in which they arrived.
    pub fn requests(&self) -> Vec<Request> {
        self.state().exchanges.iter().map(|exchange| exchange.request.clone()).collect()
    }

    /// How many answers nobody has asked for yet.
    pub fn remaining(&self) -> usize {
        self.state().answers.len()
    }

    /// What was asked and what was answered, to read and to compare.
    ///
    /// Headers are in alphabetical order. Credentials are masked: `Authorization` and its relatives, cookies, headers
    /// marked sensitive, and parts of a query that are named like a key, a token or a signature. A body that is not
    /// text is given by its length, and a long one is cut after 4,096 bytes.
    pub fn transcript(&self) -> String {
        transcript::render(&self.state().exchanges)
    }

    /// A test that panicked while it held the lock has already failed; its record is still worth reading.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self, request: Request) -> Reply {
        let mut state = self.state();
        let number = state.exchanges.len() + 1;
        let reply = match state.answers.pop_front() {
            Some(answer) => answer.into_reply(number),
            None => Reply::Now(Err(dry(number, &request))),
        };
        let outcome = match &reply {
            Reply::Now(Ok((response, note))) => transcript::answered(response, note),
            Reply::Now(Err(error)) => transcript::failed(error),
            Reply::Never => "no answer".to_owned(),
        };
        state.exchanges.push(Exchange { request, outcome });
        reply
    }
}

fn dry(number: usize, request: &Request) -> TransportError {
    let (method, path) = (request.method(), request.uri().path());
    let reason = format!("the script has no answer left for request {number}, {method} {path}: give it one more");
    TransportError::new(TransportErrorKind::Invalid, reason)
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        match self.next(request) {
            Reply::Now(answer) => answer.map(|(response, _)| response),
            Reply::Never => pending().await,
        }
    }
}

/// One answer of a [`Script`].
///
/// Starts from [`status`](Self::status) or [`json`](Self::json) for an answer with a head, from [`error`](Self::error)
/// for a failure, from [`never`](Self::never) for silence. The other methods add to an answer with a head and leave the
/// other two as they are.
#[derive(Debug)]
pub struct Answer(Kind);

#[derive(Debug)]
enum Kind {
    Head { status: u16, headers: Vec<(String, String)>, pieces: VecDeque<Bytes>, ending: Ending },
    Error(TransportError),
    Never,
}

/// How a scripted body ends.
#[derive(Debug)]
enum Ending {
    Complete,
    Broken(TransportError),
    Stalled,
}

impl Answer {
    /// An answer with this status, no header and no body.
    pub fn status(status: u16) -> Self {
        Self(Kind::Head { status, headers: Vec::new(), pieces: VecDeque::new(), ending: Ending::Complete })
    }

    /// An answer with this status and a JSON text.
    pub fn json(status: u16, json: impl Into<Bytes>) -> Self {
        Self::status(status).header("content-type", "application/json").body(json)
    }

    /// No answer but this error.
    pub fn error(error: TransportError) -> Self {
        Self(Kind::Error(error))
    }

    /// No answer, ever: what a client has to give up by itself.
    pub fn never() -> Self {
        Self(Kind::Never)
    }

    /// Adds a header. A name or value that HTTP does not allow makes the request fail, saying so.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        if let Kind::Head { headers, .. } = &mut self.0 {
            headers.push((name.into(), value.into()));
        }
        self
    }

    /// Sets a body that comes in one piece.
    #[must_use]
    pub fn body(self, bytes: impl Into<Bytes>) -> Self {
        self.chunks([bytes])
    }

    /// Sets a body that comes in these pieces.
    #[must_use]
    pub fn chunks<B: Into<Bytes>>(mut self, chunks: impl IntoIterator<Item = B>) -> Self {
        if let Kind::Head { pieces, .. } = &mut self.0 {
            *pieces = chunks.into_iter().map(Into::into).collect();
        }
        self
    }

    /// Lets the body break with this error after its pieces.
    #[must_use]
    pub fn breaking(self, error: TransportError) -> Self {
        self.ending(Ending::Broken(error))
    }

    /// Lets the body stall after its pieces: the next one never comes.
    #[must_use]
    pub fn stalling(self) -> Self {
        self.ending(Ending::Stalled)
    }

    fn ending(mut self, new: Ending) -> Self {
        if let Kind::Head { ending, .. } = &mut self.0 {
            *ending = new;
        }
        self
    }

    fn into_reply(self, number: usize) -> Reply {
        match self.0 {
            Kind::Head { status, headers, pieces, ending } => {
                let note = note(&pieces, &ending);
                let body = Body::new(Pieces { pieces, ending });
                Reply::Now(response(number, status, headers, body).map(|response| (response, note)))
            }
            Kind::Error(error) => Reply::Now(Err(error)),
            Kind::Never => Reply::Never,
        }
    }
}

/// What a request gets; the text says how the body goes, for the transcript.
enum Reply {
    Now(Result<(Response, String), TransportError>),
    Never,
}

fn note(pieces: &VecDeque<Bytes>, ending: &Ending) -> String {
    let length = pieces.iter().map(Bytes::len).sum::<usize>();
    match ending {
        Ending::Complete => format!("{length} bytes"),
        Ending::Broken(error) => format!("{length} bytes, then {}", transcript::failed(error)),
        Ending::Stalled => format!("{length} bytes, then nothing more"),
    }
}

fn response(
    number: usize,
    status: u16,
    headers: Vec<(String, String)>,
    body: Body,
) -> Result<Response, TransportError> {
    let wrong = |what: String| {
        let reason = format!("answer {number} of the script cannot be given: {what}");
        TransportError::new(TransportErrorKind::Invalid, reason)
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).map_err(|_| wrong(format!("{status} is not a status")))?;
    for (name, value) in headers {
        let key = name.parse::<HeaderName>().map_err(|_| wrong(format!("`{name}` is not the name of a header")))?;
        let value = HeaderValue::try_from(value).map_err(|_| wrong(format!("the value of `{name}` is not allowed")))?;
        response.headers_mut().append(key, value);
    }
    Ok(response)
}

struct Pieces {
    pieces: VecDeque<Bytes>,
    ending: Ending,
}

impl Stream for Pieces {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(piece) = self.pieces.pop_front() {
            return Poll::Ready(Some(Ok(piece)));
        }
        match std::mem::replace(&mut self.ending, Ending::Complete) {
            Ending::Complete => Poll::Ready(None),
            Ending::Broken(error) => Poll::Ready(Some(Err(error))),
            Ending::Stalled => {
                self.ending = Ending::Stalled;
                Poll::Pending
            }
        }
    }
}
