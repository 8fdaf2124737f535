//! How far a task is, the same for every gateway.

use video_types::Phase;

use crate::Task;

/// What New API writes where others write a percentage: 10 for submitted, 20 for queued, 30 for in progress, and 50 in some of its
/// channels. 0 and 100 say nothing before the end: 0 is said by those who do not count, 100 of failures too.
const LADDER: [u8; 6] = [0, 10, 20, 30, 50, 100];

/// How far a task is: what its answers said, made to grow only.
///
/// Answers say `42`, `"42%"`, `0.42`, nothing at all, or a rung of New API's ladder. A rung is taken for its stage and not for a
/// percentage, until a number off the ladder shows that the gateway counts.
///
/// ```
/// use video_protocol::{Stage, TaskProgress};
/// use video_types::TaskStatus;
///
/// let mut progress = TaskProgress::default();
/// progress.said(&TaskStatus::from("IN_PROGRESS"), Some(30));
/// assert_eq!((progress.stage(), progress.percent()), (Stage::Working, None)); // New API never said 30 %
/// progress.said(&TaskStatus::from("IN_PROGRESS"), Some(42));
/// progress.said(&TaskStatus::from("QUEUED"), Some(7)); // a lagging replica
/// assert_eq!((progress.stage(), progress.percent()), (Stage::Working, Some(42)));
/// progress.said(&TaskStatus::from("SUCCESS"), None);
/// assert_eq!((progress.stage(), progress.percent()), (Stage::Succeeded, Some(100)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TaskProgress {
    stage: Stage,
    /// The highest percentage so far, 99 at most.
    highest: u8,
    /// Whether a number was said that is on no ladder.
    counts: bool,
}

/// The stages of a task, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum Stage {
    /// Accepted, and not known to wait in a queue yet.
    #[default]
    Submitted,
    /// Waits in a queue.
    Queued,
    /// Is worked on.
    Working,
    /// Ended without a video.
    Ended,
    /// There is a video.
    Succeeded,
}

impl Stage {
    /// One word, in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Queued => "queued",
            Self::Working => "working",
            Self::Ended => "ended",
            Self::Succeeded => "succeeded",
        }
    }

    const fn is_an_end(self) -> bool {
        matches!(self, Self::Ended | Self::Succeeded)
    }
}

impl TaskProgress {
    /// Takes what an answer said of the task.
    pub fn observe(&mut self, task: &Task) {
        self.said(&task.status, task.progress);
    }

    /// The same from a status word and a number. After the end nothing changes any more.
    pub fn said(&mut self, status: &video_types::TaskStatus, number: Option<u8>) {
        if self.stage.is_an_end() {
            return;
        }
        self.stage = self.stage.max(stage(status, number));
        if let Some(number) = number.filter(|_| !self.stage.is_an_end()) {
            self.counts |= !LADDER.contains(&number);
            // What was said before is no percentage: Sora's channel says 30, then 3.
            if self.counts {
                self.highest = self.highest.max(number.min(99));
            }
        }
    }

    /// The furthest stage so far.
    pub const fn stage(self) -> Stage {
        self.stage
    }

    /// Percent, if the gateway counts: 0 to 99 until the end, 100 once there is a video, and never less than before.
    pub const fn percent(self) -> Option<u8> {
        match self.stage {
            Stage::Succeeded => Some(100),
            _ if self.counts => Some(self.highest),
            _ => None,
        }
    }
}

fn stage(status: &video_types::TaskStatus, number: Option<u8>) -> Stage {
    match status.phase() {
        Phase::Succeeded => Stage::Succeeded,
        Phase::Failed | Phase::Cancelled | Phase::Expired => Stage::Ended,
        Phase::Running | Phase::Unknown => Stage::Working,
        // The OpenAI shape says `queued` for both; the ladder tells them apart.
        Phase::Pending if matches!(number, Some(0 | 10)) => Stage::Submitted,
        Phase::Pending => {
            let word = status.as_str().trim();
            let queued = !["not_start", "submitted", "created"].iter().any(|early| word.eq_ignore_ascii_case(early));
            if queued { Stage::Queued } else { Stage::Submitted }
        }
    }
}
