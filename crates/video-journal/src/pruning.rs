//! What may go from the journal, and what of it stays.

use crate::{Millis, Record, Request, State};

/// Which records to prune: those that need nothing more and have not changed for long.
///
/// A pruned record is not gone: its name, its end, its idempotency key, its task, its line in a batch and its file stay,
/// so that nothing it kept from being ordered or paid twice is forgotten. What goes is what it was asked for, what was
/// seen, the bill and the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers build it, and none of it has a default")]
pub struct Pruning {
    /// Those that last changed before this moment.
    pub unchanged_since: Millis,
    /// The moment.
    pub at: Millis,
    /// How many at most: others that write wait meanwhile.
    pub limit: usize,
}

impl Pruning {
    /// Whether a record may be pruned: it ended, with its file or without a video, nobody works on it, and it has not
    /// changed since.
    ///
    /// Never what is open or in doubt, what may be sent again, or what is paid for and was not delivered.
    pub fn takes(&self, record: &Record) -> bool {
        record.state.may_be_pruned()
            && record.changed_at < self.unchanged_since
            && record.pruned_at.is_none()
            && record.claim.as_ref().is_none_or(|claim| !claim.holds(self.at))
    }
}

impl State {
    /// The states in which a job needs nothing more: `saved`, and every end without a video.
    pub const PRUNABLE: [Self; 8] = [
        Self::Saved,
        Self::Invalid,
        Self::Filtered,
        Self::Refused,
        Self::Failed,
        Self::Expired,
        Self::Cancelled,
        Self::Lost,
    ];

    /// Whether the record of such a job may be pruned once it is old: it is one of [`PRUNABLE`](Self::PRUNABLE).
    pub const fn may_be_pruned(self) -> bool {
        self.is_final() || matches!(self, Self::Saved)
    }
}

impl Record {
    /// What stays of it.
    pub(crate) fn pruned(&self, at: Millis) -> Self {
        Self {
            request: Request::pruned(self.request.hash(), self.request.model().to_owned()),
            billing: None,
            evidence: None,
            claim: None,
            pruned_at: Some(at),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Recovery, recover};

    #[test]
    fn what_is_prunable_is_what_a_restart_has_nothing_to_do_with() {
        for state in State::ALL {
            assert_eq!(state.may_be_pruned(), recover(state, false) == Recovery::Nothing, "{state}");
            assert_eq!(state.may_be_pruned(), State::PRUNABLE.contains(&state), "{state}");
            assert!(!(state.is_open() && state.may_be_pruned()), "{state}");
        }
    }
}
