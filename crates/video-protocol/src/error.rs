//! The one error of the protocol layer and everything above it.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;
use video_types::Problem;

use crate::{Class, ErrorKind, TaskRef, Verdict};

/// A cause of any type.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Why there is no answer, no task or no video.
///
/// Two questions, kept apart: [`kind`](Self::kind) says what happened, [`class`](Self::class) whether
/// repeating can help. Branch on them, never on the text. The text is one line without the causes;
/// those are in `source()`. It never holds a key.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    class: Class,
    proves_no_task: bool,
    message: String,
    retry_after: Option<Duration>,
    status: Option<StatusCode>,
    problem: Option<Problem>,
    task: Option<TaskRef>,
    detour: Option<TaskRef>,
    source: Option<BoxError>,
}

impl Error {
    /// A permanent error that proves nothing.
    pub fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            kind,
            class: Class::Permanent,
            proves_no_task: false,
            message: String::new(),
            retry_after: None,
            status: None,
            problem: None,
            task: None,
            detour: None,
            source: None,
        }))
    }

    /// A request that was wrong before anything was sent.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidRequest).with_message(message).with_proof_of_no_task()
    }

    /// Marks the error as worth repeating, after the delay the server asked for, if any.
    #[must_use]
    pub fn temporary(mut self, retry_after: Option<Duration>) -> Self {
        self.0.class = Class::Temporary;
        self.0.retry_after = retry_after.or(self.0.retry_after);
        self
    }

    /// Marks the error as final.
    #[must_use]
    pub fn permanent(mut self) -> Self {
        self.0.class = Class::Permanent;
        self
    }

    /// States that no task exists, so a submit may be repeated.
    #[must_use]
    pub fn with_proof_of_no_task(mut self) -> Self {
        self.0.proves_no_task = true;
        self
    }

    /// Attaches words, the server's or our own; links in them lose what follows their `?`, which may be a signature.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.0.message = without_queries(message.into());
        self
    }

    /// The same error seen as another kind.
    pub(crate) fn seen_as(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Attaches the HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Attaches what the answer said; its words become the message if there is none yet.
    #[must_use]
    pub fn with_problem(mut self, problem: Problem) -> Self {
        if self.0.message.is_empty() {
            self.0.message = without_queries(problem.message.clone());
        }
        self.0.problem = Some(problem);
        self
    }

    /// Attaches the server's code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.problem.get_or_insert_default().code = Some(code.into());
        self
    }

    /// Attaches the task the error is about.
    #[must_use]
    pub fn with_task(mut self, task: TaskRef) -> Self {
        self.0.task = Some(task);
        self
    }

    /// Attaches another place that knows the task: the same handle with routing data.
    #[must_use]
    pub fn with_detour(mut self, there: TaskRef) -> Self {
        self.0.detour = Some(there);
        self
    }

    /// Attaches the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What happened.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether repeating can help.
    pub fn class(&self) -> Class {
        self.0.class
    }

    /// Whether it is certain that no task was created.
    ///
    /// Only then may a submit be repeated. An error about a known task never proves it.
    pub fn proves_no_task(&self) -> bool {
        self.0.proves_no_task && self.0.task.is_none()
    }

    /// How the job stands if this ends the work on it.
    ///
    /// Trouble that does not prove that no task was created is [`Verdict::Unknown`], never
    /// [`Verdict::Unsent`].
    pub fn verdict(&self) -> Verdict {
        match self.0.kind.verdict(self.0.task.is_some()) {
            Verdict::Unsent if !self.proves_no_task() => Verdict::Unknown,
            verdict => verdict,
        }
    }

    /// Words without the kind: the server's or our own; may be empty.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Delay the server asked for, as sent.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// HTTP status of the answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The server's own code, if it gave one.
    pub fn code(&self) -> Option<&str> {
        self.0.problem.as_ref()?.code.as_deref().filter(|code| !code.is_empty())
    }

    /// All the answer said, if there was one.
    pub fn problem(&self) -> Option<&Problem> {
        self.0.problem.as_ref()
    }

    /// The task the error is about, to resume or report it.
    pub fn task(&self) -> Option<&TaskRef> {
        self.0.task.as_ref()
    }

    /// Another place that knows the task; [`TaskRef::detour`] says whether to go there.
    pub fn detour(&self) -> Option<&TaskRef> {
        self.0.detour.as_ref()
    }
}

/// `the request was refused: prompt is required (HTTP 400, invalid_request)`.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.kind.as_str())?;
        // A server half sends the clause above where there are no words.
        let said = Some(&self.0.message).filter(|said| *said != self.0.kind.as_str()).map_or("", String::as_str);
        let words = said.split(|c: char| c.is_whitespace() || c.is_control());
        for (index, word) in words.filter(|word| !word.is_empty()).enumerate() {
            write!(f, "{}{word}", if index == 0 { ": " } else { " " })?;
        }
        let status = self.status().map(|status| format!("HTTP {}", status.as_u16()));
        let request = self.problem().and_then(|problem| problem.request_id.as_deref());
        let details = [status, self.code().map(str::to_owned), request.map(|id| format!("request {id}"))];
        let details: Vec<String> = details.into_iter().flatten().collect();
        if details.is_empty() { Ok(()) } else { write!(f, " ({})", details.join(", ")) }
    }
}

/// Text whose links have lost what follows their `?`: it may be a signature.
fn without_queries(text: String) -> String {
    if !text.contains("://") {
        return text;
    }
    let (mut kept, mut rest) = (String::with_capacity(text.len()), text.as_str());
    while let Some(at) = rest.find("://") {
        let (before, link) = rest.split_at(at + "://".len());
        let end = link.find(|c: char| c.is_whitespace() || "\"'<>".contains(c)).unwrap_or(link.len());
        let (link, after) = link.split_at(end);
        kept.push_str(before);
        match link.split_once('?') {
            Some((bare, _)) => {
                kept.push_str(bare);
                kept.push_str("?…");
            }
            None => kept.push_str(link),
        }
        rest = after;
    }
    kept.push_str(rest);
    kept
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
