//! Ids that sort in the order of arrival, so that a list needs nothing but names, and a cursor outlives its task.

use std::time::{SystemTime, UNIX_EPOCH};

use video_types::TaskId;

const PREFIX: &str = "task_";
/// Digits in the order of their bytes.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Digits of the moment: the fewest that hold every `u64`.
const MOMENT: usize = 11;
/// Characters after the prefix, as in the ids of New API.
const LENGTH: usize = 32;

/// The moment of the latest arrival, in nanoseconds since 1970.
#[derive(Debug, Default)]
pub(super) struct Arrivals(u64);

impl Arrivals {
    /// The id of what arrives at `now`; greater than every one before, even if the clock stands or is set back.
    pub(super) fn next(&mut self, now: SystemTime) -> TaskId {
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        self.0 = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX).max(self.0.saturating_add(1));
        let tail = std::iter::repeat_with(fastrand::alphanumeric).take(LENGTH - MOMENT);
        TaskId::from(PREFIX.chars().chain(digits(self.0)).chain(tail).collect::<String>())
    }
}

/// Whether an id is of the sandbox's own making; ids of earlier versions are random throughout.
pub(super) fn is_own(id: &str) -> bool {
    id.strip_prefix(PREFIX).is_some_and(|rest| rest.len() == LENGTH && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// A number in digits whose order is that of the numbers.
fn digits(mut number: u64) -> impl Iterator<Item = char> {
    let mut digits = ['0'; MOMENT];
    for place in digits.iter_mut().rev() {
        let digit = usize::try_from(number % 62).unwrap_or(0);
        *place = char::from(DIGITS[digit]);
        number /= 62;
    }
    digits.into_iter()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn ids_sort_as_they_arrived_whatever_the_clock_says() {
        let mut arrivals = Arrivals::default();
        let clock = [5, 5, 3, 0, 6, 1_800_000_000, 18_000_000_000, 7];
        let ids = clock
            .map(|seconds| arrivals.next(UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).unwrap_or(UNIX_EPOCH)));
        assert!(ids.is_sorted_by(|one, next| one.as_str() < next.as_str()), "{ids:?}");
        assert!(ids.iter().all(|id| is_own(id.as_str())), "{ids:?}");
    }

    #[test]
    fn only_own_ids_become_names_of_files() {
        let rows = ["task_", "task_../../etc/passwd", "video_1", "task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U", ""];
        assert_eq!(rows.map(is_own), [false, false, false, true, false]);
    }
}
