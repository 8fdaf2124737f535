//! What happens to a job.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use video_protocol::{TaskRef, Verdict};

use crate::{Evidence, KeyFingerprint, State};

/// Where an order goes, and under whose key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "callers build it; a submit has these three and no more")]
pub struct Destination {
    /// Name of the wire format.
    pub dialect: String,
    /// Host, port and path prefix of the gateway, as [`Endpoint::origin`](video_protocol::Endpoint::origin) gives it.
    pub origin: String,
    /// Which API key signs it.
    pub key_fingerprint: KeyFingerprint,
}

/// A proved file under its final name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "callers build it; a file is known by these three")]
pub struct SavedFile {
    /// Where it is; best absolute, since the next run may begin elsewhere.
    pub path: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// How the work on a job can end, or pause, without a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum End {
    /// Provably no task exists; the same order may be sent again.
    Unsent,
    /// Nobody knows whether a task exists.
    Unknown,
    /// Refused as malformed.
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
    /// Succeeded, but no proved file could be had.
    Undelivered,
    /// Succeeded, but the disk here would not take the file.
    Local,
}

impl End {
    /// Every end.
    pub const ALL: [Self; 11] = [
        Self::Unsent,
        Self::Unknown,
        Self::Invalid,
        Self::Filtered,
        Self::Refused,
        Self::Failed,
        Self::Expired,
        Self::Cancelled,
        Self::Lost,
        Self::Undelivered,
        Self::Local,
    ];

    /// The end a verdict stands for; `None` for `saved` and `running`, which are none.
    ///
    /// It takes no account of how the job stands; [`End::by`] does.
    pub const fn of(verdict: Verdict) -> Option<Self> {
        Some(match verdict {
            Verdict::Unsent => Self::Unsent,
            Verdict::Unknown => Self::Unknown,
            Verdict::Invalid => Self::Invalid,
            Verdict::Filtered => Self::Filtered,
            Verdict::Refused => Self::Refused,
            Verdict::Failed => Self::Failed,
            Verdict::Expired => Self::Expired,
            Verdict::Cancelled => Self::Cancelled,
            Verdict::Lost => Self::Lost,
            Verdict::Undelivered => Self::Undelivered,
            Verdict::Local => Self::Local,
            Verdict::Saved | Verdict::Running => return None,
        })
    }

    /// The state a job is in after it.
    pub const fn state(self) -> State {
        match self {
            Self::Unsent => State::Unsent,
            Self::Unknown => State::Unknown,
            Self::Invalid => State::Invalid,
            Self::Filtered => State::Filtered,
            Self::Refused => State::Refused,
            Self::Failed => State::Failed,
            Self::Expired => State::Expired,
            Self::Cancelled => State::Cancelled,
            Self::Lost => State::Lost,
            Self::Undelivered => State::Undelivered,
            Self::Local => State::Local,
        }
    }
}

/// What happens to a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Event {
    /// The submit is about to be sent: noted before its first byte.
    ///
    /// It is sent at once, or not at all: if more time has gone by than the lease had left, whoever took the job over
    /// may have settled and sent it. Then note [`End::Unsent`] instead.
    Sent {
        /// Where to. Another than before only while nothing is in doubt.
        to: Destination,
    },
    /// An id was read: noted before the first poll.
    Accepted {
        /// The task.
        task: TaskRef,
    },
    /// The server was seen working on it.
    Running,
    /// The server says that there is a video.
    Succeeded {
        /// What it said of the bill, as sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        billing: Option<Value>,
    },
    /// The proved file is in place.
    Saved {
        /// The file.
        file: SavedFile,
    },
    /// The work ended, or pauses, without a file.
    Ended {
        /// How.
        end: End,
        /// What was seen.
        #[serde(default)]
        evidence: Evidence,
    },
    /// The task of a submit nobody knew the outcome of was found.
    Adopted {
        /// The task.
        task: TaskRef,
    },
    /// The submit nobody knew the outcome of provably created no task.
    Absent,
}

impl Event {
    /// The same without what it carries.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::Sent { .. } => EventKind::Sent,
            Self::Accepted { .. } => EventKind::Accepted,
            Self::Running => EventKind::Running,
            Self::Succeeded { .. } => EventKind::Succeeded,
            Self::Saved { .. } => EventKind::Saved,
            Self::Ended { end, .. } => EventKind::Ended(*end),
            Self::Adopted { .. } => EventKind::Adopted,
            Self::Absent => EventKind::Absent,
        }
    }
}

/// What kind of event it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// [`Event::Sent`].
    Sent,
    /// [`Event::Accepted`].
    Accepted,
    /// [`Event::Running`].
    Running,
    /// [`Event::Succeeded`].
    Succeeded,
    /// [`Event::Saved`].
    Saved,
    /// [`Event::Ended`].
    Ended(End),
    /// [`Event::Adopted`].
    Adopted,
    /// [`Event::Absent`].
    Absent,
}

impl EventKind {
    /// One word, in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Accepted => "accepted",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Saved => "saved",
            Self::Ended(end) => end.state().as_str(),
            Self::Adopted => "adopted",
            Self::Absent => "absent",
        }
    }
}
