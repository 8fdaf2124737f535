//! How long a job will still take, by what others like it took.

use std::time::Duration;

/// Fewer than so many past jobs say nothing.
const LEAST_PAST: usize = 3;
/// Fewer than so many that took longer than this one already does say nothing either.
const LEAST_LEFT: usize = 2;

/// How long a job will still take: what past jobs of the same model at the same gateway took, those left out that were done by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Estimate {
    /// Half of those took no longer.
    pub remaining: Duration,
    /// A quarter of them took no longer.
    pub least: Duration,
    /// Three quarters of them took no longer.
    pub most: Duration,
    /// How many jobs it rests on.
    pub samples: usize,
}

impl Estimate {
    /// The estimate for a job that has taken `elapsed` since its acceptance, from what others took; `None` if these are too few.
    ///
    /// ```
    /// use std::time::Duration;
    /// use video_client::events::Estimate;
    ///
    /// let past = [60, 70, 80, 90, 100].map(Duration::from_secs);
    /// let estimate = Estimate::of(&past, Duration::from_secs(65)).unwrap();
    /// assert_eq!((estimate.remaining, estimate.samples), (Duration::from_secs(20), 4));
    /// assert_eq!(Estimate::of(&past, Duration::from_secs(95)), None); // nobody knows
    /// ```
    pub fn of(past: &[Duration], elapsed: Duration) -> Option<Self> {
        let mut longer: Vec<Duration> = past.iter().filter_map(|took| took.checked_sub(elapsed)).collect();
        longer.retain(|left| !left.is_zero());
        if past.len() < LEAST_PAST || longer.len() < LEAST_LEFT {
            return None;
        }
        longer.sort_unstable();
        Some(Self {
            remaining: quantile(&longer, 2),
            least: quantile(&longer, 1),
            most: quantile(&longer, 3),
            samples: longer.len(),
        })
    }
}

/// The value below which so many quarters lie, between two values in proportion.
fn quantile(sorted: &[Duration], quarters: usize) -> Duration {
    let place = sorted.len().saturating_sub(1) * quarters;
    let (at, part) = (place / 4, u32::try_from(place % 4).unwrap_or_default());
    let below = sorted.get(at).copied().unwrap_or_default();
    let above = sorted.get(at + 1).copied().unwrap_or(below);
    below + above.saturating_sub(below) / 4 * part
}
