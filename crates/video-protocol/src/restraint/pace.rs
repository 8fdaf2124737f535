//! How long everything under one key waits because one request was told to.

use std::time::Duration;

use crate::{Admission, Purpose, Throttle};

/// So many checks that are refused tell that a refusal holds for all.
const CONVINCING: u32 = 2;
/// How long a check is waited for before another one goes.
const PATIENCE: Duration = Duration::from_millis(250);
/// From which share of refusals among the latest answers on a refusal is believed at once, in thousandths.
const CERTAIN: u32 = 250;

/// The waits that were asked of one origin and key: one refusal slows every job under the key, not only its own.
///
/// A refusal among answers that were none may be an accident of one request. So one free request after another may
/// [check](Self::admit) it: if two of them are refused as well, everything waits as long as was asked; if one is
/// answered, everything goes on. Where many were refused lately, nothing is checked.
///
/// ```
/// use std::time::Duration;
/// use video_protocol::{Pace, Purpose, Throttle};
///
/// let (mut pace, secs) = (Pace::default(), Duration::from_secs);
/// pace.slow(secs(10), secs(10), Throttle::Rate, secs(3));
/// assert_eq!(pace.wait(secs(11), Purpose::Poll), secs(2));
/// pace.slow(secs(11), secs(11), Throttle::Concurrency, secs(30));
/// assert_eq!(pace.wait(secs(11), Purpose::Poll), secs(2));
/// assert_eq!(pace.wait(secs(11), Purpose::Submit), secs(30));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pace {
    everything: Duration,
    orders: Duration,
    doubt: Doubt,
    /// When a check was answered last.
    lifted_at: Duration,
    /// Share of refusals among the latest answers, in thousandths.
    refused: u32,
}

/// Whether the wait that stands may be an accident of one request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Doubt {
    #[default]
    None,
    /// So many checks were refused, and the next may go from then on.
    Open { refused: u32, from: Duration },
}

impl Pace {
    /// Notes that an answer `at` this time, to a request sent at `sent_at`, asked to wait so long. The longest wait stands,
    /// and no later one shortens it.
    ///
    /// A rate holds up everything, a limit of tasks at once only submits. A quota holds up nothing here: no time helps.
    pub fn slow(&mut self, sent_at: Duration, at: Duration, throttle: Throttle, delay: Duration) {
        let until = at.saturating_add(delay);
        match throttle {
            Throttle::Rate => {
                self.count(true);
                if sent_at < self.lifted_at && self.refused < CERTAIN {
                    // A check that was answered after it tells more.
                    return;
                }
                if at >= self.everything {
                    self.doubt = Doubt::Open { refused: 0, from: at };
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

    /// Whether a request may go. A free one may go in spite of the wait as a [probe](Admission::Probe), to see whether the
    /// refusal holds for all: who gets it must report its end by [`checked`](Self::checked).
    pub fn admit(&mut self, at: Duration, purpose: Purpose) -> Admission {
        let wait = self.wait(at, purpose);
        match &mut self.doubt {
            _ if wait.is_zero() => Admission::Send,
            Doubt::Open { from, .. } if purpose != Purpose::Submit => {
                if at < *from {
                    return Admission::Wait(wait.min(from.saturating_sub(at)));
                }
                *from = at.saturating_add(PATIENCE);
                Admission::Probe
            }
            _ => Admission::Wait(wait),
        }
    }

    /// Notes how a check ended: `Some(true)` it was answered, so nothing needs to wait any more; `Some(false)` it was
    /// refused; `None` it told nothing. Another one may go, unless enough is known.
    pub fn checked(&mut self, at: Duration, answered: Option<bool>) {
        let Doubt::Open { refused, .. } = self.doubt else { return };
        match answered {
            Some(true) => {
                (self.everything, self.doubt) = (Duration::ZERO, Doubt::None);
                self.lifted_at = at;
            }
            Some(false) if refused + 1 >= CONVINCING => self.doubt = Doubt::None,
            Some(false) => self.doubt = Doubt::Open { refused: refused + 1, from: at },
            None => self.doubt = Doubt::Open { refused, from: at },
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
