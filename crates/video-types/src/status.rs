//! What a status word means.

use crate::generated::WORDS;
use crate::open_text::open_text;

open_text! {
    /// Task status exactly as the server spelled it.
    TaskStatus
}

impl TaskStatus {
    /// Accepted, not started; the word of the OpenAI format.
    pub const QUEUED: Self = Self::from_static("queued");
    /// Being generated; the word of the OpenAI format.
    pub const IN_PROGRESS: Self = Self::from_static("in_progress");
    /// Finished with a video; the word of the OpenAI format.
    pub const COMPLETED: Self = Self::from_static("completed");
    /// Finished without a video; the word of the OpenAI format.
    pub const FAILED: Self = Self::from_static("failed");

    /// Where in the life of a task this word falls.
    ///
    /// Letter case is ignored and `-` or a space reads as `_`. A word nobody knows is
    /// [`Phase::Unknown`], which means: still running, warn once, never an end.
    pub fn phase(&self) -> Phase {
        let word: String = self
            .as_str()
            .trim()
            .chars()
            .map(|c| if matches!(c, '-' | ' ') { '_' } else { c.to_ascii_lowercase() })
            .collect();
        WORDS.iter().find(|(known, _)| *known == word).map_or(Phase::Unknown, |(_, phase)| *phase)
    }
}

/// Where a task is in its life.
///
/// Closed in this program's logic, whatever words the wire brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "logic must handle every phase")]
pub enum Phase {
    /// Accepted but not started.
    Pending,
    /// Being generated.
    Running,
    /// Finished with a video.
    Succeeded,
    /// Finished without a video.
    Failed,
    /// Stopped before the end by somebody's wish.
    Cancelled,
    /// Given up by the provider for its age.
    Expired,
    /// A word this version does not know; treated as running.
    Unknown,
}

impl Phase {
    /// Whether polling can stop.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled | Self::Expired)
    }
}
