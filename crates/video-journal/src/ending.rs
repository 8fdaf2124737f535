//! What an error of the protocol means for a job, as it stands.

use video_protocol::{Error, ErrorKind, Verdict};

use crate::{End, State};

impl End {
    /// How a job in `state` ends, or pauses, by an error that ended the work on it; `None` if it stands as it stood.
    ///
    /// Before acceptance the proof decides: without [`Error::proves_no_task`], a job that was sent is `unknown`,
    /// whatever the error says. After acceptance only the task's own end ends it, and a job whose video exists is
    /// `undelivered` or `local`.
    pub fn by(error: &Error, state: State) -> Option<Self> {
        let verdict = error.verdict();
        match state {
            State::Sent if !error.proves_no_task() || error.kind() == ErrorKind::OutcomeUnknown => Some(Self::Unknown),
            State::Intent | State::Sent | State::Unsent => Some(match verdict {
                Verdict::Invalid => Self::Invalid,
                Verdict::Filtered => Self::Filtered,
                Verdict::Refused => Self::Refused,
                Verdict::Cancelled if state != State::Sent => Self::Cancelled,
                _ => Self::Unsent,
            }),
            State::Accepted | State::Running => match verdict {
                Verdict::Failed => Some(Self::Failed),
                Verdict::Expired => Some(Self::Expired),
                Verdict::Cancelled => Some(Self::Cancelled),
                Verdict::Lost => Some(Self::Lost),
                Verdict::Filtered => Some(Self::Filtered),
                _ => None,
            },
            State::Succeeded | State::Saved | State::Undelivered | State::Local => match error.kind() {
                ErrorKind::Local => Some(Self::Local),
                // A link that answers badly for now is asked again.
                ErrorKind::RateLimited | ErrorKind::NotReady | ErrorKind::DeadlineExceeded => None,
                _ => Some(Self::Undelivered),
            },
            State::Unknown
            | State::Invalid
            | State::Filtered
            | State::Refused
            | State::Failed
            | State::Expired
            | State::Cancelled
            | State::Lost => None,
        }
    }
}
