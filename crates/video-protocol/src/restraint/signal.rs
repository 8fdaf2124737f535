//! What one answer, or its absence, says of the server behind all jobs.

use std::time::Duration;

use crate::{Breaker, Error, ErrorKind, Throttle};

/// What one answer, or its absence, says of the server behind all jobs of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a driver must heed all of them")]
pub enum Signal {
    /// It is at work: it did what was asked, or refused it for a reason of its own.
    AtWork,
    /// It is down, as [`Breaker::counts`] has it.
    Down,
    /// It wants less, for this long if it said so.
    Throttled(Throttle, Option<Duration>),
}

impl Signal {
    /// What a decoded answer says; `None` if nothing was asked, or it could not be sent.
    pub fn of<T>(answer: Result<&T, &Error>) -> Option<Self> {
        let Err(error) = answer else { return Some(Self::AtWork) };
        if let Some(throttle) = Throttle::of(error) {
            return Some(Self::Throttled(throttle, error.retry_after().filter(|delay| !delay.is_zero())));
        }
        match error.kind() {
            _ if Breaker::counts(error) => Some(Self::Down),
            ErrorKind::NoAnswer | ErrorKind::Local => None,
            _ => Some(Self::AtWork),
        }
    }
}
