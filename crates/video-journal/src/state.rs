//! The words in which the journal says how a job stands.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use video_protocol::Verdict;

/// How a job stands.
///
/// Four words of the way there (`intent`, `sent`, `accepted`, `succeeded`), and the words of [`Verdict`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "whoever takes up jobs must know what to do in each")]
pub enum State {
    /// Noted; provably nothing was sent.
    Intent,
    /// The submit may be on its way; no answer has been noted.
    Sent,
    /// The server gave the task an id.
    Accepted,
    /// The server was seen working on it.
    Running,
    /// The server says that there is a video.
    Succeeded,
    /// The proved file is in place.
    Saved,
    /// Succeeded at the provider, but no proved file.
    Undelivered,
    /// Succeeded at the provider, but the disk here would not take the file.
    Local,
    /// A submit went out and nobody knows what became of it.
    Unknown,
    /// A submit was tried, and provably no task exists; it may be sent again under the same key.
    Unsent,
    /// Refused as malformed; nothing was spent.
    Invalid,
    /// Refused or stopped by moderation.
    Filtered,
    /// Refused for the key or the quota.
    Refused,
    /// Ended at the provider without a video.
    Failed,
    /// Given up by the provider for its age.
    Expired,
    /// Stopped at somebody's wish.
    Cancelled,
    /// The server keeps saying that it does not know an id it gave.
    Lost,
}

impl State {
    /// Every state, in the order in which jobs meet them.
    pub const ALL: [Self; 17] = [
        Self::Intent,
        Self::Sent,
        Self::Accepted,
        Self::Running,
        Self::Succeeded,
        Self::Saved,
        Self::Undelivered,
        Self::Local,
        Self::Unknown,
        Self::Unsent,
        Self::Invalid,
        Self::Filtered,
        Self::Refused,
        Self::Failed,
        Self::Expired,
        Self::Cancelled,
        Self::Lost,
    ];

    /// The states in which somebody should be working on the job: what `resume` takes up.
    pub const OPEN: [Self; 5] = [Self::Intent, Self::Sent, Self::Accepted, Self::Running, Self::Succeeded];

    /// The word, in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Sent => "sent",
            Self::Accepted => "accepted",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Saved => "saved",
            Self::Undelivered => "undelivered",
            Self::Local => "local",
            Self::Unknown => "unknown",
            Self::Unsent => "unsent",
            Self::Invalid => "invalid",
            Self::Filtered => "filtered",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Lost => "lost",
        }
    }

    /// The word for result lines and exit codes if nobody works on the job any more.
    ///
    /// What was only intended is `unsent`, what was sent without an answer is `unknown`, and what is accepted or
    /// succeeded, but not fetched, is `running`.
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Intent | Self::Unsent => Verdict::Unsent,
            Self::Sent | Self::Unknown => Verdict::Unknown,
            Self::Accepted | Self::Running | Self::Succeeded => Verdict::Running,
            Self::Saved => Verdict::Saved,
            Self::Undelivered => Verdict::Undelivered,
            Self::Local => Verdict::Local,
            Self::Invalid => Verdict::Invalid,
            Self::Filtered => Verdict::Filtered,
            Self::Refused => Verdict::Refused,
            Self::Failed => Verdict::Failed,
            Self::Expired => Verdict::Expired,
            Self::Cancelled => Verdict::Cancelled,
            Self::Lost => Verdict::Lost,
        }
    }

    /// Whether somebody should be working on the job: it is one of [`OPEN`](Self::OPEN).
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Intent | Self::Sent | Self::Accepted | Self::Running | Self::Succeeded)
    }

    /// Whether nothing can follow: the job ended without a video, for good.
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Invalid
                | Self::Filtered
                | Self::Refused
                | Self::Failed
                | Self::Expired
                | Self::Cancelled
                | Self::Lost
        )
    }

    /// Whether a new order may take the place of this one: it ended without a video, or cannot be settled.
    pub const fn may_be_reordered(self) -> bool {
        self.is_final() || matches!(self, Self::Unknown | Self::Undelivered)
    }

    /// Whether whoever drove the job is done with it, so that a claim ends by itself.
    pub const fn ends_claim(self) -> bool {
        self.is_final() || matches!(self, Self::Saved | Self::Undelivered | Self::Local)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no state of a job.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a state of a job: use one such as accepted, saved or unknown")]
#[non_exhaustive]
pub struct ParseStateError;

impl FromStr for State {
    type Err = ParseStateError;

    fn from_str(word: &str) -> Result<Self, ParseStateError> {
        Self::ALL.into_iter().find(|state| state.as_str() == word).ok_or(ParseStateError)
    }
}
