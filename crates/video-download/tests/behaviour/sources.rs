//! A source that plays a script and writes down what it was asked.

use std::collections::VecDeque;
use std::fmt::Write as _;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt as _;
use video_download::{DownloadError, Resume, Source, SourceError, Tick};
use video_transport::{Body, Response, TransportError, TransportErrorKind};

/// What a server sends.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    chunks: Vec<Bytes>,
    ending: Ending,
}

/// What follows the last piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    End,
    Break,
    /// Nothing, for ever.
    Silence,
}

/// 200 with a video type and its length.
pub(crate) fn video(body: impl Into<Bytes>) -> Reply {
    let body = body.into();
    let length = body.len().to_string();
    reply(200, body).with("content-type", "video/mp4").with("content-length", length)
}

pub(crate) fn reply(status: u16, body: impl Into<Bytes>) -> Reply {
    Reply { status, headers: Vec::new(), chunks: vec![body.into()], ending: Ending::End }
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
        Self { ending: Ending::Break, ..self.cut_after(bytes) }
    }

    /// Says nothing more after so many bytes, and keeps the connection.
    pub(crate) fn silent_after(self, bytes: usize) -> Self {
        Self { ending: Ending::Silence, ..self.cut_after(bytes) }
    }

    /// Comes in pieces of so many bytes.
    pub(crate) fn in_pieces(mut self, bytes: usize) -> Self {
        self.chunks = self.chunks.concat().chunks(bytes).map(Bytes::copy_from_slice).collect();
        self
    }

    fn response(self) -> Response {
        let end = (self.ending == Ending::Break).then(|| Err(broken()));
        let pieces = futures_util::stream::iter(self.chunks.into_iter().map(Ok).chain(end));
        let mut response = http::Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        let body = match self.ending {
            Ending::Silence => Body::new(pieces.chain(futures_util::stream::pending())),
            Ending::End | Ending::Break => Body::new(pieces),
        };
        response.body(body).expect("a valid head")
    }
}

/// 206 with what is missing of `whole` from `offset` on, as a server with these bytes of version `etag` sends it.
pub(crate) fn rest(whole: &[u8], offset: usize, etag: &str) -> Reply {
    let length = whole.len();
    reply(206, whole[offset..].to_vec())
        .with("content-type", "video/mp4")
        .with("content-range", format!("bytes {offset}-{}/{length}", length - 1))
        .with("content-length", (length - offset).to_string())
        .with("etag", etag)
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
    /// What it calls the place it asks.
    pub(crate) place: String,
    /// Whether time passes.
    pub(crate) has_clock: bool,
    /// How often it was asked for the time.
    pub(crate) ticks: u32,
}

impl Script {
    pub(crate) fn new(lines: impl IntoIterator<Item = Line>) -> Self {
        Self {
            lines: lines.into_iter().collect(),
            transcript: String::new(),
            place: String::new(),
            has_clock: false,
            ticks: 0,
        }
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
        let from = resume.map(|resume| {
            let same = if resume.is_from(&self.place) { "" } else { ", of another place" };
            format!(" from {} if {}{same}", resume.offset, resume.if_range.to_str().expect("text"))
        });
        let from = from.unwrap_or_default();
        match self.lines.pop_front() {
            Some(Line::Open(reply)) => {
                self.note(&format!("open{from} -> {}", reply.status));
                Ok(reply.response())
            }
            Some(Line::Unanswered(error)) => {
                self.note(&format!("open{from} -> {error}"));
                Err(error)
            }
            line => panic!("opened at {line:?}\n{}", self.transcript),
        }
    }

    fn place(&self) -> String {
        self.place.clone()
    }

    /// The clock of a script beats whenever it is looked at: time passes only while nothing comes.
    fn tick(&mut self) -> Tick {
        self.ticks += 1;
        if self.has_clock { Box::pin(std::future::ready(())) } else { Box::pin(std::future::pending()) }
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
