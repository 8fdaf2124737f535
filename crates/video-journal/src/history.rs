//! The past of a job, entry by entry: written once, never changed.

use crate::{Destination, Event, JobId, Millis, Owner, State};

/// One change of a job.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a replay must know every change")]
pub enum Change {
    /// It was intended.
    Intended {
        /// Where it was to go.
        to: Destination,
    },
    /// Something happened to it.
    Event(Event),
    /// Another job took its place.
    Reordered {
        /// The new job.
        by: JobId,
    },
}

impl Change {
    /// One word, in lower case.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Intended { .. } => "intent",
            Self::Event(event) => event.kind().as_str(),
            Self::Reordered { .. } => "reordered",
        }
    }
}

/// One entry in the history of a job.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HistoryEntry {
    /// Which change it is, from 1.
    pub revision: u64,
    /// When it was noted.
    pub at: Millis,
    /// Who noted it.
    pub by: Owner,
    /// What happened.
    pub change: Change,
    /// How the job stood after it.
    pub state: State,
}
