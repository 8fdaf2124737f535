//! How long everything under one key waits because one request was told to.

use std::time::Duration;

use crate::{Purpose, Throttle};

/// The waits that were asked of one origin and key: one refusal slows every job under the key, not only its own.
///
/// ```
/// use std::time::Duration;
/// use video_protocol::{Pace, Purpose, Throttle};
///
/// let (mut pace, secs) = (Pace::default(), Duration::from_secs);
/// pace.slow(secs(10), Throttle::Rate, secs(3));
/// assert_eq!(pace.wait(secs(11), Purpose::Poll), secs(2));
/// pace.slow(secs(11), Throttle::Concurrency, secs(30));
/// assert_eq!(pace.wait(secs(11), Purpose::Poll), secs(2));
/// assert_eq!(pace.wait(secs(11), Purpose::Submit), secs(30));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pace {
    everything: Duration,
    orders: Duration,
}

impl Pace {
    /// Notes that an answer `at` this time asked to wait so long. The longest wait stands, and no later one shortens it.
    ///
    /// A rate holds up everything, a limit of tasks at once only submits. A quota holds up nothing here: no time helps.
    pub fn slow(&mut self, at: Duration, throttle: Throttle, delay: Duration) {
        let until = at.saturating_add(delay);
        match throttle {
            Throttle::Rate => self.everything = self.everything.max(until),
            Throttle::Concurrency => self.orders = self.orders.max(until),
            Throttle::Quota => {}
        }
    }

    /// Notes that a task under the key ended: a place is free, so orders need not wait for one.
    pub fn task_ended(&mut self) {
        self.orders = Duration::ZERO;
    }

    /// How long a request has to wait; zero if it may go.
    pub fn wait(&self, at: Duration, purpose: Purpose) -> Duration {
        let until = if purpose == Purpose::Submit { self.everything.max(self.orders) } else { self.everything };
        until.saturating_sub(at)
    }
}
