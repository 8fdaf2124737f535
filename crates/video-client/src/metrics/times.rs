//! How long things took: exact counts in fixed ranges, and percentiles.

use std::time::Duration;

use hdrhistogram::Histogram;

/// Upper ends of the ranges, in milliseconds: from a request to a job that waited for hours.
pub(crate) const BOUNDS: [u64; 16] = [
    50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000,
    14_400_000,
];
/// Longest time that is told apart from longer ones: two days.
const LONGEST: u64 = 2 * 24 * 3_600_000;

/// How long things took.
#[derive(Debug, Clone)]
pub struct Times {
    within: [u64; BOUNDS.len()],
    sum: Duration,
    /// In milliseconds, to one part in a hundred. Grows with the longest time in it.
    spread: Option<Histogram<u32>>,
    count: u64,
}

impl Default for Times {
    fn default() -> Self {
        Self { within: [0; BOUNDS.len()], sum: Duration::ZERO, spread: None, count: 0 }
    }
}

impl Times {
    pub(super) fn add(&mut self, took: Duration) {
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        self.count += 1;
        self.sum = self.sum.saturating_add(took);
        // A range takes what is no longer than its end, fractions of a millisecond included.
        let bound = |bound: &u64| took <= Duration::from_millis(*bound);
        if let Some(range) = BOUNDS.iter().position(bound).and_then(|range| self.within.get_mut(range)) {
            *range += 1;
        }
        if self.spread.is_none() {
            self.spread = Histogram::new_with_bounds(1, LONGEST, 2).ok();
        }
        if let Some(spread) = &mut self.spread {
            spread.saturating_record(milliseconds.clamp(1, LONGEST));
        }
    }

    pub(super) fn add_all(&mut self, other: &Self) {
        self.count += other.count;
        self.sum = self.sum.saturating_add(other.sum);
        for (mine, theirs) in self.within.iter_mut().zip(other.within) {
            *mine += theirs;
        }
        match (&mut self.spread, &other.spread) {
            (Some(mine), Some(theirs)) => drop(mine.add(theirs)),
            (mine @ None, theirs) => mine.clone_from(theirs),
            (Some(_), None) => {}
        }
    }

    /// How many there were.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// All of them together.
    pub const fn sum(&self) -> Duration {
        self.sum
    }

    /// The mean, if there was one.
    pub fn mean(&self) -> Option<Duration> {
        (self.count > 0).then(|| Duration::from_secs_f64(self.sum.as_secs_f64() / count_of(self.count)))
    }

    /// The time that so many of a hundred did not exceed, to one part in a hundred; 50 is the median. In whole milliseconds,
    /// 1 ms at least and two days at most.
    pub fn percentile(&self, percent: f64) -> Option<Duration> {
        let spread = self.spread.as_ref()?;
        Some(Duration::from_millis(spread.value_at_percentile(percent.clamp(0.0, 100.0))))
    }

    /// How many took no longer than each bound, ascending.
    pub(super) fn cumulative(&self) -> impl Iterator<Item = (Duration, u64)> + '_ {
        BOUNDS.iter().zip(&self.within).scan(0, |sum, (bound, count)| {
            *sum += count;
            Some((Duration::from_millis(*bound), *sum))
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "a mean over 2^53 things is near enough")]
pub(super) fn count_of(count: u64) -> f64 {
    count as f64
}
