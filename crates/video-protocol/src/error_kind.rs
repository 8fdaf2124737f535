//! What can go wrong, sorted by what a person would do about it.

use crate::Verdict;

/// What went wrong, sorted by what a person would do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request cannot be expressed or was refused as malformed: fix the input.
    InvalidRequest,
    /// No channel serves the model: check its name, or ask the operator.
    ModelUnavailable,
    /// The key is missing, wrong or not entitled: sign in.
    Unauthorized,
    /// The key or the account has no credit: top up.
    QuotaExceeded,
    /// Refused by moderation: rephrase.
    ContentRejected,
    /// Too many requests or tasks at once: slow down.
    RateLimited,
    /// The server or its provider is in trouble: wait.
    Unavailable,
    /// The gateway is not set up for this, or the address is wrong: ask the operator.
    Misconfigured,
    /// The server does not know the task.
    NotFound,
    /// The task has not ended, so there is no video yet: wait.
    NotReady,
    /// The answer is not what the format promises.
    Decode,
    /// No answer arrived.
    NoAnswer,
    /// The submit may have created, and billed, a task nobody knows the id of: look, do not repeat.
    OutcomeUnknown,
    /// The task ended without a video.
    TaskFailed,
    /// The provider gave the task up for its age.
    TaskExpired,
    /// The task was stopped.
    TaskCancelled,
    /// The server keeps saying that it does not know an id it gave.
    TaskLost,
    /// The deadline passed before anything was accepted.
    DeadlineExceeded,
    /// The video exists, but no proved file of it could be had.
    Undelivered,
    /// A file, folder or setting on this machine.
    Local,
}

/// Whether doing the same thing again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a caller must be able to match both")]
pub enum Class {
    /// Repeating gives the same result.
    Permanent,
    /// Repeating may succeed.
    Temporary,
}

impl ErrorKind {
    /// The verdict on the job when an error of this kind ends the work on it.
    ///
    /// `accepted` says whether the server has given the task an id: once it has, trouble on the way
    /// leaves the task running.
    pub const fn verdict(self, accepted: bool) -> Verdict {
        match self {
            Self::Unauthorized | Self::QuotaExceeded => Verdict::Refused,
            Self::ContentRejected => Verdict::Filtered,
            Self::OutcomeUnknown => Verdict::Unknown,
            Self::TaskFailed => Verdict::Failed,
            Self::TaskExpired => Verdict::Expired,
            Self::TaskCancelled => Verdict::Cancelled,
            Self::TaskLost => Verdict::Lost,
            Self::NotFound if accepted => Verdict::Lost,
            // Nothing that is said of a running task while asking how it is can undo that it was accepted.
            Self::InvalidRequest | Self::ModelUnavailable | Self::NotFound => {
                if accepted {
                    Verdict::Running
                } else {
                    Verdict::Invalid
                }
            }
            Self::Undelivered => Verdict::Undelivered,
            Self::Local => Verdict::Local,
            Self::RateLimited
            | Self::Unavailable
            | Self::Misconfigured
            | Self::NotReady
            | Self::Decode
            | Self::NoAnswer
            | Self::DeadlineExceeded => {
                if accepted {
                    Verdict::Running
                } else {
                    Verdict::Unsent
                }
            }
        }
    }

    /// One clause in lower case that says what happened.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "the request was refused",
            Self::ModelUnavailable => "the model is not available",
            Self::Unauthorized => "the key was refused",
            Self::QuotaExceeded => "the credit is used up",
            Self::ContentRejected => "refused by moderation",
            Self::RateLimited => "too many requests",
            Self::Unavailable => "the server is in trouble",
            Self::Misconfigured => "the gateway is not set up for this",
            Self::NotFound => "the server does not know this task",
            Self::NotReady => "the task has not ended yet",
            Self::Decode => "the answer cannot be understood",
            Self::NoAnswer => "no answer",
            Self::OutcomeUnknown => "nobody knows whether the task was created",
            Self::TaskFailed => "the generation failed",
            Self::TaskExpired => "the provider gave the task up",
            Self::TaskCancelled => "the task was cancelled",
            Self::TaskLost => "the server no longer knows a task it accepted",
            Self::DeadlineExceeded => "the deadline passed before anything was accepted",
            Self::Undelivered => "the video could not be delivered",
            Self::Local => "trouble on this machine",
        }
    }
}
