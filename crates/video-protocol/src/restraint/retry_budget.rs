//! One allowance of repetitions for all jobs of an origin and key.

/// An allowance of repetitions that all jobs of one origin and key share.
///
/// When a server answers only now and then, every job would repeat by its own policy, and together they would be a storm. A
/// repetition is paid for with tokens and refunded when it succeeds; other successes earn the rest back one by one. The
/// figures are those of the AWS SDKs (standard mode, 2026-11), with one thing more: on top of the shared tokens each job
/// may have one repetition under way, so that a thousand jobs at once do not use up what was meant for a few.
///
/// What an empty budget means is the driver's: the repetition waits the longest delay of its policy. It ends nothing: a
/// server that takes half of the orders would lose the other half.
///
/// ```
/// use video_protocol::{Repetition, RetryBudget};
///
/// let mut budget = RetryBudget::new(20);
/// assert!(budget.spend(Repetition::Failed, 0)); // 6 are left
/// assert!(!budget.spend(Repetition::Failed, 0));
/// assert!(budget.spend(Repetition::Failed, 1)); // on the account of the one job
/// budget.succeeded(Some(Repetition::Failed));
/// assert_eq!(budget.left(), 6);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryBudget {
    spent: u32,
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
        Self { spent: 0, capacity }
    }

    /// Takes the price of a repetition, if there is enough for so many jobs; `false` and nothing taken if not.
    #[must_use]
    pub fn spend(&mut self, repetition: Repetition, jobs: u32) -> bool {
        let most = self.capacity.saturating_add(jobs.saturating_mul(Repetition::Failed.cost()));
        let spent = self.spent.saturating_add(repetition.cost());
        let enough = spent <= most;
        if enough {
            self.spent = spent;
        }
        enough
    }

    /// Notes a success: the price of the repetition that brought it comes back, or one token if it was none.
    pub fn succeeded(&mut self, by: Option<Repetition>) {
        self.spent = self.spent.saturating_sub(by.map_or(1, Repetition::cost));
    }

    /// Tokens that are left of the shared ones.
    pub const fn left(&self) -> u32 {
        self.capacity.saturating_sub(self.spent)
    }
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new(500)
    }
}
