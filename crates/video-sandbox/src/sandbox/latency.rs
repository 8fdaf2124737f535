//! How long jobs take that nobody steers; pure.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::render::Chance;

/// A range, and the seed by which each task gets its time from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Latency {
    /// Milliseconds.
    shortest: u64,
    longest: u64,
    seed: u64,
}

impl Latency {
    pub(super) fn new(range: &RangeInclusive<Duration>, seed: u64) -> Self {
        let milliseconds = |time: &Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let shortest = milliseconds(range.start());
        Self { shortest, longest: milliseconds(range.end()).max(shortest), seed }
    }

    /// The time of the `number`-th task, in whole milliseconds.
    pub(super) fn of(&self, number: u64) -> Duration {
        let choices = u128::from(self.longest - self.shortest) + 1;
        let chosen = (u128::from(Chance::of(self.seed, number)) * choices) >> 64;
        Duration::from_millis(self.shortest.saturating_add(u64::try_from(chosen).unwrap_or(u64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(shortest: u64, longest: u64, seed: u64) -> String {
        let range = Duration::from_millis(shortest)..=Duration::from_millis(longest);
        let latency = Latency::new(&range, seed);
        format!("{:?}", (1..=8).map(|number| latency.of(number)).collect::<Vec<_>>())
    }

    #[test]
    fn times_are_those_of_the_seed_and_lie_in_the_range() {
        let mut table = String::new();
        let rows =
            [(2000, 5000, 0), (2000, 5000, 1), (500, 500, 0), (0, 1, 7), (0, 0, 7), (5000, 2000, 0), (0, u64::MAX, 0)];
        for (shortest, longest, seed) in rows {
            table += &format!("{shortest} to {longest} ms, seed {seed}: {}\n", times(shortest, longest, seed));
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn the_whole_range_is_used_evenly() {
        let latency = Latency::new(&(Duration::from_secs(2)..=Duration::from_millis(4999)), 0);
        let mut counts = [0; 3];
        for number in 1..=9000 {
            let time = latency.of(number).as_millis();
            assert!((2000..5000).contains(&time), "{time}");
            counts[usize::try_from(time / 1000).unwrap() - 2] += 1;
        }
        insta::assert_debug_snapshot!(counts);
    }
}
