//! Which earlier job may stand for an equal order.

use crate::{JobId, Millis, Record, State};

/// Which earlier job may stand for an order that is about to begin: what a cache of results goes by.
///
/// The request must be equal, as its [hash](crate::Request::hash) says, and the gateway the same. A job that ended without a
/// video never stands for another order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Share {
    /// What last changed before this moment is too old, unless somebody works on it.
    pub since: Millis,
    /// Jobs that were looked at and will not do: their file is gone or changed.
    pub but_not: Vec<JobId>,
}

impl Share {
    /// Any job that changed since a moment.
    pub const fn since(since: Millis) -> Self {
        Self { since, but_not: Vec::new() }
    }

    /// Leaves one job out.
    #[must_use]
    pub fn but_not(mut self, job: JobId) -> Self {
        self.but_not.push(job);
        self
    }

    /// Whether a job with an equal request at the same gateway may stand for the order.
    ///
    /// A saved one may, and one that is paid for and not at its end. One that is not known to be paid for may only while
    /// somebody works on it: then it will soon be either.
    pub fn takes(&self, record: &Record, at: Millis) -> bool {
        if record.reordered_as.is_some() || self.but_not.contains(&record.job) {
            return false;
        }
        let is_fresh = record.changed_at >= self.since;
        let worked_on = record.claim.as_ref().is_some_and(|claim| claim.holds(at));
        match record.state {
            State::Saved => is_fresh && record.file.as_ref().is_some_and(|file| file.path != "-"),
            State::Accepted | State::Running | State::Succeeded => is_fresh || worked_on,
            State::Intent | State::Sent | State::Unsent | State::Unknown | State::Undelivered | State::Local => {
                worked_on
            }
            State::Invalid
            | State::Filtered
            | State::Refused
            | State::Failed
            | State::Expired
            | State::Cancelled
            | State::Lost => false,
        }
    }

    /// The one to take of those with an equal request, the newest first: a file at hand goes before one to come.
    pub fn choose(&self, mut records: Vec<Record>, at: Millis) -> Option<Record> {
        records.retain(|record| self.takes(record, at));
        let best = records.iter().position(|record| record.state == State::Saved).unwrap_or_default();
        (best < records.len()).then(|| records.swap_remove(best))
    }
}
