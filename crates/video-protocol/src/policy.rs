//! When to ask again, when to try again, and when to stop.

use std::time::Duration;

/// When to poll.
///
/// The answer to the submit counts as the first look. A delay the server asks for comes first, within
/// [`least`](Self::least) and [`most`](Self::most). New API refreshes its tasks every 15 s, so asking
/// faster than 10 s gains little there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PollSchedule {
    /// Delay before the first poll; 5 s by default.
    pub first: Duration,
    /// `(until, every)` since the flow began, ascending; 10 s until 2 min and 15 s until 10 min by default.
    pub tiers: Vec<(Duration, Duration)>,
    /// Interval after the last tier; 30 s by default.
    pub rest: Duration,
    /// Shortest delay a server's hint can bring; 100 ms by default.
    pub least: Duration,
    /// Longest delay a server's hint can bring; 60 s by default.
    pub most: Duration,
}

impl Default for PollSchedule {
    fn default() -> Self {
        let secs = Duration::from_secs;
        Self {
            first: secs(5),
            tiers: vec![(secs(120), secs(10)), (secs(600), secs(15))],
            rest: secs(30),
            least: Duration::from_millis(100),
            most: secs(60),
        }
    }
}

impl PollSchedule {
    /// The same interval all the time, hints of the server not followed.
    pub fn every(interval: Duration) -> Self {
        Self { first: interval, tiers: Vec::new(), rest: interval, least: interval, most: interval }
    }

    /// Delay before the next poll, `at` after the flow began and after `seen` looks at the task.
    pub fn delay(&self, at: Duration, seen: u32, hint: Option<Duration>) -> Duration {
        if let Some(hint) = hint {
            return hint.clamp(self.least, self.most.max(self.least));
        }
        if seen <= 1 {
            return self.first;
        }
        self.tiers.iter().find(|(until, _)| at < *until).map_or(self.rest, |(_, every)| *every)
    }
}

/// How to repeat what failed and may be repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How often a submit is sent at most; 5 by default. Polls are repeated until the deadline.
    pub attempts: u32,
    /// Upper end of the first backoff; it doubles each time; 1 s by default.
    pub base: Duration,
    /// Upper end of every backoff; 60 s by default.
    pub cap: Duration,
    /// Longest delay a server may ask for; above it the attempt ends instead; 5 min by default.
    pub patience: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        let secs = Duration::from_secs;
        Self { attempts: 5, base: secs(1), cap: secs(60), patience: secs(300) }
    }
}

impl RetryPolicy {
    /// Delay after the `tried`-th failure in a row, or `None` if the server asks for more than patience.
    ///
    /// `chance` lies in 0..1 and spreads clients (full jitter): the delay lies between a quarter and the
    /// whole of the doubling bound. What the server asks for is the least, with jitter on top; a delay of zero
    /// counts as none.
    pub fn backoff(&self, tried: u32, asked: Option<Duration>, chance: f64) -> Option<Duration> {
        let bound = self.base.saturating_mul(1 << tried.saturating_sub(1).min(16)).min(self.cap);
        let chance = if chance.is_nan() { 0.0 } else { chance.clamp(0.0, 1.0) };
        let part = |of: Duration, part: f64| Duration::try_from_secs_f64(of.as_secs_f64() * part).unwrap_or(of);
        match asked {
            Some(asked) if asked > self.patience => None,
            // "At once" is no delay a crowd can keep.
            Some(asked) if asked.is_zero() => Some(part(bound, 0.25 + 0.75 * chance)),
            Some(asked) => Some(asked.saturating_add(part(self.base, 0.25 * chance))),
            None => Some(part(bound, 0.25 + 0.75 * chance)),
        }
    }
}
