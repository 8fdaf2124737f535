//! What goes into a flow and what comes out.

use std::time::Duration;

use crate::{BoxError, Error, HttpRequest, HttpResponse, Task, TaskRef, Verdict};

/// What happened since the last [`Step`].
#[derive(Debug)]
#[non_exhaustive]
pub enum Input {
    /// Nothing yet.
    Start,
    /// The wait that was asked for is over.
    Waited,
    /// The request was answered, whatever the status.
    Response(HttpResponse),
    /// The request was not answered.
    Lost(Lost),
}

/// What the driver of a [`Flow`](crate::Flow) or a [`Settle`](crate::Settle) does next.
#[derive(Debug)]
#[must_use]
#[expect(clippy::exhaustive_enums, reason = "a driver must do all of them")]
#[expect(
    clippy::large_enum_variant,
    reason = "a step is used up where it is made; a box would be in every driver's way"
)]
pub enum Step<End = Outcome> {
    /// Send this and report what came back.
    Send {
        /// What it is for; a submit spends money.
        purpose: Purpose,
        /// In origin form, without host and secret.
        request: HttpRequest,
    },
    /// Wait this long and report [`Input::Waited`].
    Wait(Duration),
    /// Stop.
    Done(End),
}

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// Orders a video: spends money.
    Submit,
    /// Asks how a task is: free.
    Poll,
    /// Looks for a task that a submit may have created: free.
    Settle,
}

/// How a flow ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// There is a video to fetch.
    Succeeded(Box<Task>),
    /// The deadline was reached, or the key was refused in the middle; the task goes on, and this is its handle.
    Running {
        /// Whom to ask later.
        task: TaskRef,
        /// What kept going wrong at the end, if anything.
        trouble: Option<Error>,
    },
    /// There will be no video, or nobody knows. The error names the task once there is one.
    Ended(Error),
}

impl Outcome {
    /// The word for it. A success is not yet `saved`, so it is `running` until the file is proved.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Succeeded(_) | Self::Running { .. } => Verdict::Running,
            Self::Ended(error) => error.verdict(),
        }
    }
}

/// Whether the server may have seen a lost request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third answer")]
pub enum Sent {
    /// Provably not: no byte of the body left.
    No,
    /// Possibly.
    Maybe,
}

/// A request without an answer.
#[derive(Debug)]
#[non_exhaustive]
pub struct Lost {
    /// Whether the server may have acted on it.
    pub sent: Sent,
    /// Whether sending it again cannot help, because the request itself cannot be sent.
    pub for_good: bool,
    /// The transport's own error.
    pub source: BoxError,
}

impl Lost {
    /// Wraps a transport's error; sending again may help.
    pub fn new(sent: Sent, source: impl Into<BoxError>) -> Self {
        Self { sent, for_good: false, source: source.into() }
    }

    /// States that the request cannot be sent as it stands: a submit ends at once, and a poll is given up after a few
    /// attempts with the handle kept.
    #[must_use]
    pub fn for_good(mut self) -> Self {
        self.for_good = true;
        self
    }
}
