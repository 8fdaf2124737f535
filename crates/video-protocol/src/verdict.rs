//! The words in which every surface says how a job stands.

use std::fmt;

/// How a job stands or ended, in the words of journal states, result lines and exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "every surface must have a word and a number for each")]
pub enum Verdict {
    /// The proved file is in place.
    Saved,
    /// Ended at the provider without a video.
    Failed,
    /// Given up by the provider for its age.
    Expired,
    /// Stopped at somebody's wish.
    Cancelled,
    /// The server keeps saying that it does not know an id it gave.
    Lost,
    /// Usage, findings, or refused as malformed; nothing was spent.
    Invalid,
    /// Refused or stopped by moderation.
    Filtered,
    /// Key or quota.
    Refused,
    /// Still running: the deadline was reached or somebody detached. The handle is known.
    Running,
    /// Nothing was accepted: network, or load refusals after retries.
    Unsent,
    /// A submit whose outcome cannot be known.
    Unknown,
    /// Succeeded at the provider, but no proved file.
    Undelivered,
    /// Disk or journal.
    Local,
}

impl Verdict {
    /// The word, in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Lost => "lost",
            Self::Invalid => "invalid",
            Self::Filtered => "filtered",
            Self::Refused => "refused",
            Self::Running => "running",
            Self::Unsent => "unsent",
            Self::Unknown => "unknown",
            Self::Undelivered => "undelivered",
            Self::Local => "local",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
