//! A source that plays a script and writes down what it was asked.

use std::collections::VecDeque;
use std::fmt::Write as _;

use async_trait::async_trait;
use bytes::Bytes;
use video_download::{DownloadError, Resume, Source, SourceError};
use video_transport::{Body, Response, TransportError, TransportErrorKind};

/// What a server sends.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    chunks: Vec<Bytes>,
    breaks: bool,
}

/// 200 with a video type and its length.
pub(crate) fn video(body: impl Into<Bytes>) -> Reply {
    let body = body.into();
    let length = body.len().to_string();
    reply(200, body).with("content-type", "video/mp4").with("content-length", length)
}

pub(crate) fn reply(status: u16, body: impl Into<Bytes>) -> Reply {
    Reply { status, headers: Vec::new(), chunks: vec![body.into()], breaks: false }
}

impl Reply {
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|header| header.0 != name);
        self
    }

    /// Announces so many bytes, whatever comes.
    pub(crate) fn announcing(self, bytes: u64) -> Self {
        self.without("content-length").with("content-length", bytes.to_string())
    }

    /// Ends in good order after so many bytes; the announced length stays.
    pub(crate) fn cut_after(mut self, bytes: usize) -> Self {
        let all = self.chunks.concat();
        self.chunks = vec![Bytes::copy_from_slice(&all[..bytes])];
        self
    }

    /// Breaks after so many bytes.
    pub(crate) fn broken_after(self, bytes: usize) -> Self {
        Self { breaks: true, ..self.cut_after(bytes) }
    }

    /// Comes in pieces of so many bytes.
    pub(crate) fn in_pieces(mut self, bytes: usize) -> Self {
        self.chunks = self.chunks.concat().chunks(bytes).map(Bytes::copy_from_slice).collect();
        self
    }

    fn response(self) -> Response {
        let pieces = self.chunks.into_iter().map(Ok).chain(self.breaks.then(|| Err(broken())));
        let mut response = http::Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        response.body(Body::new(futures_util::stream::iter(pieces))).expect("a valid head")
    }
}

/// A connection that was there and is gone.
pub(crate) fn broken() -> TransportError {
    TransportError::new(TransportErrorKind::Interrupted, "connection reset by peer")
}

/// One line of a script.
#[derive(Debug)]
pub(crate) enum Line {
    Open(Reply),
    Unanswered(SourceError),
    Refresh(Result<bool, SourceError>),
}

/// Plays its lines in order; a line that was not asked for, or a question without a line, fails the test.
#[derive(Debug)]
pub(crate) struct Script {
    lines: VecDeque<Line>,
    /// What was asked and answered, one line each.
    pub(crate) transcript: String,
}

impl Script {
    pub(crate) fn new(lines: impl IntoIterator<Item = Line>) -> Self {
        Self { lines: lines.into_iter().collect(), transcript: String::new() }
    }

    /// Opens once, with this reply.
    pub(crate) fn once(reply: Reply) -> Self {
        Self::new([Line::Open(reply)])
    }

    fn note(&mut self, line: &str) {
        writeln!(self.transcript, "{line}").expect("a string takes all");
    }

    /// The transcript, once every line was played.
    pub(crate) fn played(self) -> String {
        assert!(self.lines.is_empty(), "never asked for: {:?}\n{}", self.lines, self.transcript);
        self.transcript
    }
}

#[async_trait]
impl Source for Script {
    async fn open(&mut self, resume: Option<&Resume>) -> Result<Response, SourceError> {
        assert_eq!(resume, None);
        match self.lines.pop_front() {
            Some(Line::Open(reply)) => {
                self.note(&format!("open -> {}", reply.status));
                Ok(reply.response())
            }
            Some(Line::Unanswered(error)) => {
                self.note(&format!("open -> {error}"));
                Err(error)
            }
            line => panic!("opened at {line:?}\n{}", self.transcript),
        }
    }

    async fn refresh(&mut self) -> Result<bool, SourceError> {
        match self.lines.pop_front() {
            Some(Line::Refresh(answer)) => {
                self.note(&format!("refresh -> {answer:?}"));
                answer
            }
            line => panic!("refreshed at {line:?}\n{}", self.transcript),
        }
    }

    async fn pause(&mut self, attempt: u32, error: &DownloadError) {
        self.note(&format!("pause after {attempt}: {error}"));
    }
}
