//! How long everything under one key waits because one request was told to.

use std::time::Duration;

use crate::{Purpose, Throttle};

/// From which share of refusals among the latest answers on a refusal is believed at once, in thousandths.
const CERTAIN: u32 = 250;

/// The waits that were asked of one origin and key: one refusal slows every job under the key, not only its own.
///
/// A refusal among answers that were none may be an accident of one request. So until it is confirmed, one free request
/// at a time may [check](Self::check) it: if that is refused as well, everything waits as long as was asked; if it is
/// answered, everything goes on. Where many were refused lately, nothing is checked.
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
    doubt: Doubt,
    /// Share of refusals among the latest answers, in thousandths.
    refused: u32,
}

/// Whether the wait that stands may be an accident of one request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Doubt {
    #[default]
    None,
    /// A check is due.
    Open,
    /// A check is on its way.
    Checking,
}

impl Pace {
    /// Notes that an answer `at` this time asked to wait so long. The longest wait stands, and no later one shortens it.
    ///
    /// A rate holds up everything, a limit of tasks at once only submits. A quota holds up nothing here: no time helps.
    pub fn slow(&mut self, at: Duration, throttle: Throttle, delay: Duration) {
        let until = at.saturating_add(delay);
        match throttle {
            Throttle::Rate => {
                self.count(true);
                if at >= self.everything {
                    self.doubt = Doubt::Open;
                }
                if self.refused >= CERTAIN {
                    self.doubt = Doubt::None;
                }
                self.everything = self.everything.max(until);
            }
            Throttle::Concurrency => self.orders = self.orders.max(until),
            Throttle::Quota => {}
        }
    }

    /// Notes an answer that was no refusal of this sort.
    pub fn answered(&mut self) {
        self.count(false);
    }

    /// Whether a free request may go in spite of the wait, alone, to see whether the refusal holds for all. Handed out
    /// once: who gets it must report its end by [`checked`](Self::checked).
    pub fn check(&mut self, at: Duration) -> bool {
        let due = self.doubt == Doubt::Open && at < self.everything;
        if due {
            self.doubt = Doubt::Checking;
        }
        due
    }

    /// Notes how a check ended: `Some(true)` it was answered, so nothing needs to wait any more; `Some(false)` it was
    /// refused; `None` it told nothing, and another one may go.
    pub fn checked(&mut self, answered: Option<bool>) {
        if self.doubt != Doubt::Checking {
            return;
        }
        match answered {
            Some(true) => (self.everything, self.doubt) = (Duration::ZERO, Doubt::None),
            Some(false) => self.doubt = Doubt::None,
            None => self.doubt = Doubt::Open,
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

    /// A mean that forgets: about the latest sixteen answers.
    fn count(&mut self, refused: bool) {
        self.refused = self.refused - self.refused.div_ceil(16) + if refused { 62 } else { 0 };
    }
}
