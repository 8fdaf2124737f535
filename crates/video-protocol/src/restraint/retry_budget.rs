//! One allowance of repetitions for all jobs of an origin and key.

/// An allowance of repetitions that all jobs of one origin and key share.
///
/// In a long outage every job would repeat by its own policy, and together they would be a storm. A repetition is paid for
/// with tokens and refunded when it succeeds; other successes earn the rest back one by one. With the default, 35 failures may be
/// repeated before something has to succeed. The figures are those of the AWS SDKs (standard mode, 2026-11).
///
/// What an empty budget means is the driver's: a submit ends, and a poll, which never gives a job up, waits the longest
/// delay of its policy.
///
/// ```
/// use video_protocol::{Repetition, RetryBudget};
///
/// let mut budget = RetryBudget::new(20);
/// assert!(budget.spend(Repetition::Failed)); // 6 are left
/// assert!(!budget.spend(Repetition::Failed));
/// budget.succeeded(Some(Repetition::Failed));
/// assert_eq!(budget.left(), 20);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryBudget {
    left: u32,
    capacity: u32,
}

/// Why a request is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there are two prices")]
pub enum Repetition {
    /// It failed: 14 tokens.
    Failed,
    /// The server asked for it, with 429 or a Retry-After: 5 tokens.
    Throttled,
}

impl Repetition {
    /// What it costs, in tokens.
    pub const fn cost(self) -> u32 {
        match self {
            Self::Failed => 14,
            Self::Throttled => 5,
        }
    }
}

impl RetryBudget {
    /// A full budget of so many tokens; 500 by default.
    pub const fn new(capacity: u32) -> Self {
        Self { left: capacity, capacity }
    }

    /// Takes the price of a repetition, if there is enough; `false` and nothing taken if not.
    #[must_use]
    pub fn spend(&mut self, repetition: Repetition) -> bool {
        match self.left.checked_sub(repetition.cost()) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }

    /// Notes a success: the price of the repetition that brought it comes back, or one token if it was none.
    pub fn succeeded(&mut self, by: Option<Repetition>) {
        self.left = self.left.saturating_add(by.map_or(1, Repetition::cost)).min(self.capacity);
    }

    /// Tokens that are left.
    pub const fn left(&self) -> u32 {
        self.left
    }
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new(500)
    }
}
