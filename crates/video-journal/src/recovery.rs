//! What is to be done with a job that nobody works on, after a crash or a detach.

use std::time::Duration;

use crate::{Millis, Record, State};

/// How long a server that honours idempotency keys is trusted to remember one, if it does not say.
///
/// Those that promise anything promise 24 hours from the first request; one is kept for clocks that differ.
pub const KEYS_KEPT_FOR: Duration = Duration::from_secs(23 * 60 * 60);

/// What is known of how a gateway treats idempotency keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers build it; the three belong together")]
pub struct KeyHabit {
    /// Whether a second submit under a key orders nothing new.
    pub honoured: bool,
    /// How long a key is remembered, from its first use.
    pub kept_for: Duration,
    /// When this was learned.
    pub noted_at: Millis,
}

/// What to do next with a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever takes up jobs must do each")]
pub enum Recovery {
    /// Provably no task exists: send it, under the key it has.
    Submit,
    /// A task may exist, but the server honours the key: send it again, under that key and to that place only.
    SubmitAgain,
    /// A task may exist: look for it, and never send again by itself.
    Settle,
    /// The task is known: ask how it is.
    Poll,
    /// There is a video: fetch it.
    Download,
    /// Nothing: it has ended.
    Nothing,
}

/// What a restart does with a job in `state`; `key_honoured` as [`Record::key_is_honoured`] says.
pub const fn recover(state: State, key_honoured: bool) -> Recovery {
    match state {
        State::Intent | State::Unsent => Recovery::Submit,
        State::Sent | State::Unknown if key_honoured => Recovery::SubmitAgain,
        State::Sent | State::Unknown => Recovery::Settle,
        State::Accepted | State::Running => Recovery::Poll,
        State::Succeeded | State::Undelivered | State::Local => Recovery::Download,
        State::Saved
        | State::Invalid
        | State::Filtered
        | State::Refused
        | State::Failed
        | State::Expired
        | State::Cancelled
        | State::Lost => Recovery::Nothing,
    }
}

impl Record {
    /// Whether sending the order again under its key, to where it went, orders nothing new at the moment `at`.
    pub fn key_is_honoured(&self, habit: Option<KeyHabit>, at: Millis) -> bool {
        // A clock that went back proves nothing of how old the key is.
        let young = |habit: KeyHabit, first: Millis| at >= first && at.since(first) < habit.kept_for;
        match (habit, self.first_sent_at) {
            (Some(habit), Some(first)) => habit.honoured && young(habit, first),
            _ => false,
        }
    }

    /// What to do next with this job; `habit` is what is known of its gateway.
    pub fn recovery(&self, habit: Option<KeyHabit>, at: Millis) -> Recovery {
        recover(self.state, self.key_is_honoured(habit, at))
    }
}
