//! Questions about many jobs.

use std::collections::BTreeMap;

use crate::{Record, State};

/// Which jobs to list, the newest first. What was [pruned](crate::Pruning) is left out.
///
/// ```
/// use video_journal::{Query, State};
///
/// let unsettled = Query::all().in_state(State::Unknown).of_batch("spring");
/// assert_eq!(unsettled.limit, 100);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query {
    /// In any of these states; in any state at all if empty.
    pub states: Vec<State>,
    /// Of this batch.
    pub batch: Option<String>,
    /// Only those whose place no other job took.
    pub latest_only: bool,
    /// Only those that came before the one with this [`number`](Record::number).
    pub before: Option<u64>,
    /// How many at most; 100 by default.
    pub limit: usize,
}

impl Query {
    /// The newest hundred.
    pub const fn all() -> Self {
        Self { states: Vec::new(), batch: None, latest_only: false, before: None, limit: 100 }
    }

    /// Those in this state, and in those named before.
    #[must_use]
    pub fn in_state(mut self, state: State) -> Self {
        if !self.states.contains(&state) {
            self.states.push(state);
        }
        self
    }

    /// Those of one batch.
    #[must_use]
    pub fn of_batch(mut self, batch: impl Into<String>) -> Self {
        self.batch = Some(batch.into());
        self
    }

    /// Those whose place no other job took: what is still to be settled, or the last word on each line.
    #[must_use]
    pub const fn latest_only(mut self) -> Self {
        self.latest_only = true;
        self
    }

    /// Those after a page that ended with [`Page::next`].
    #[must_use]
    pub const fn before(mut self, number: u64) -> Self {
        self.before = Some(number);
        self
    }

    /// How many at most.
    #[must_use]
    pub const fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    pub(crate) fn takes(&self, record: &Record) -> bool {
        let batch = record.line.as_ref().map(|line| line.batch.as_str());
        record.pruned_at.is_none()
            && (self.states.is_empty() || self.states.contains(&record.state))
            && self.batch.as_deref().is_none_or(|wanted| batch == Some(wanted))
            && (!self.latest_only || record.reordered_as.is_none())
            && self.before.is_none_or(|before| record.number < before)
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(clippy::exhaustive_structs, reason = "a page is these two")]
pub struct Page {
    /// The jobs, the newest first.
    pub records: Vec<Record>,
    /// Where the next page begins, for [`Query::before`]; `None` if there is none.
    pub next: Option<u64>,
}

/// How many jobs are in each state; states without any are left out.
pub type Counts = BTreeMap<State, u64>;
