//! The clock of a gateway in a simulation: it begins where it is told to and runs with tokio's.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A clock that begins at a given moment, runs with tokio's, and can be moved on. Clones are the same clock.
///
/// Moving it on without moving tokio's is what the gateway sees of a client whose machine was asleep.
#[derive(Debug, Clone)]
pub struct GatewayClock {
    began: Instant,
    seconds: i64,
    skipped: Arc<Mutex<Duration>>,
}

impl GatewayClock {
    /// Begins now, with so many seconds since 1970.
    pub fn starting(seconds: i64) -> Self {
        Self { began: Instant::now(), seconds, skipped: Arc::default() }
    }

    /// Moves it on.
    pub fn skip(&self, span: Duration) {
        *self.skipped.lock().unwrap_or_else(PoisonError::into_inner) += span;
    }

    /// How long it has been running.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed() + *self.skipped.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn instant(&self) -> Instant {
        self.began + self.elapsed()
    }

    pub(super) fn seconds(&self) -> i64 {
        self.seconds.saturating_add(i64::try_from(self.elapsed().as_secs()).unwrap_or(i64::MAX))
    }
}
