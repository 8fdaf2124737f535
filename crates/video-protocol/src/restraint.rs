//! What the jobs of one origin and key share, so that together they do not press a server that is in trouble: values that
//! a driver keeps, told the time like everything here.

pub(crate) mod breaker;
pub(crate) mod pace;
pub(crate) mod retry_budget;
pub(crate) mod signal;
pub(crate) mod throttle;

use std::time::Duration;

use crate::{Admission, Breaker, Pace, Purpose, Repetition, RetryBudget, RetryPolicy, Signal, Throttle};

/// Time between two requests of those that were held back, when they may go again.
const GAP: Duration = Duration::from_millis(20);
/// Longest time until all that were held back are under way again.
const SPREAD: Duration = Duration::from_secs(10);

/// [`Pace`], [`Breaker`] and [`RetryBudget`] of one origin and key in one value.
///
/// A driver asks [`admit`](Self::admit) before each request, tells [`heard`](Self::heard) after it, and asks
/// [`repeat`](Self::repeat) before it repeats. Nothing here ends a job: it says when, and the deadline of the job and the policy
/// of its repetitions stay what they are.
///
/// ```
/// use std::time::Duration;
/// use video_protocol::{Admission, Purpose, Restraint, Signal, Throttle};
///
/// let (mut restraint, secs) = (Restraint::default(), Duration::from_secs);
/// let slow = Signal::Throttled(Throttle::Rate, Some(secs(9)));
/// restraint.heard(secs(1), secs(1), Some(slow), false, 0.5);
/// assert_eq!(restraint.admit(secs(1), Purpose::Submit), Admission::Wait(secs(9)));
/// assert_eq!(restraint.admit(secs(1), Purpose::Poll), Admission::Probe); // whether it holds for all
/// restraint.heard(secs(1), secs(2), Some(slow), true, 0.5);
/// assert_eq!(restraint.admit(secs(2), Purpose::Poll), Admission::Probe);
/// restraint.heard(secs(2), secs(3), Some(slow), true, 0.5);
/// assert_eq!(restraint.admit(secs(3), Purpose::Poll), Admission::Wait(secs(9))); // it does
/// ```
#[derive(Debug, Clone, Default)]
pub struct Restraint {
    pace: Pace,
    breaker: Breaker,
    budget: RetryBudget,
    policy: RetryPolicy,
    /// Waits in a row of which nobody said how long they should be: for everything, and for orders.
    unmeasured: (u32, u32),
    has_answered: bool,
    /// Whether what was held back last was held back for good reason, and so goes again one after another.
    is_spread: bool,
    /// When the next of those may go.
    next: Duration,
}

impl Restraint {
    /// Replaces the breaker.
    #[must_use]
    pub fn with_breaker(mut self, breaker: Breaker) -> Self {
        self.breaker = breaker;
        self
    }

    /// Replaces the budget.
    #[must_use]
    pub fn with_budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
        self
    }

    /// Whether a request may go now. A probe is handed out once: who gets it must report its end.
    ///
    /// A [`Probe`](Admission::Probe) is also what goes in spite of a refusal, to see whether it holds for all.
    pub fn admit(&mut self, at: Duration, purpose: Purpose) -> Admission {
        match self.pace.wait(at, purpose) {
            Duration::ZERO => self.breaker.admit(at, purpose),
            wait if self.breaker.is_open() => Admission::Wait(wait),
            _ => self.pace.admit(at, purpose),
        }
    }

    /// Notes `at` this time what came of a request that was sent at `sent_at`, alone as a probe or not; `None` if nobody
    /// knows. `chance` lies in 0..1.
    ///
    /// Gives whether those that wait should ask again.
    pub fn heard(
        &mut self,
        sent_at: Duration,
        at: Duration,
        signal: Option<Signal>,
        is_probe: bool,
        chance: f64,
    ) -> bool {
        let was_open = self.breaker.is_open();
        let waited = self.pace.wait(at, Purpose::Submit);
        if is_probe {
            self.pace.checked(
                at,
                match signal {
                    Some(Signal::AtWork) => Some(true),
                    Some(Signal::Throttled(Throttle::Rate, _)) => Some(false),
                    _ => None,
                },
            );
        }
        let is_lifted = self.pace.wait(at, Purpose::Submit) < waited;
        match signal {
            Some(Signal::Down) => self.breaker.failed(sent_at, at, chance),
            Some(Signal::AtWork) => {
                self.unmeasured.0 = 0;
                self.pace.answered();
                self.answered(at);
            }
            Some(Signal::Throttled(throttle, asked)) => {
                self.answered(at);
                let delay = self.delay(at, throttle, asked, chance);
                self.pace.slow(sent_at, at, throttle, delay);
                self.is_spread = true;
            }
            None if is_probe => self.breaker.given_up(at),
            None => {}
        }
        let is_free = was_open && !self.breaker.is_open();
        self.is_spread = is_free || (self.is_spread && !is_lifted);
        is_probe || is_free
    }

    fn answered(&mut self, at: Duration) {
        self.has_answered = true;
        self.breaker.answered(at);
    }

    /// How long everything waits for one refusal: never longer than anybody's patience.
    fn delay(&mut self, at: Duration, throttle: Throttle, asked: Option<Duration>, chance: f64) -> Duration {
        if let Some(asked) = asked {
            return asked.min(self.policy.patience);
        }
        // Refusals that come while everything waits already belong to the same crowd.
        let (count, purpose) = match throttle {
            Throttle::Concurrency => (&mut self.unmeasured.1, Purpose::Submit),
            _ => (&mut self.unmeasured.0, Purpose::Poll),
        };
        if self.pace.wait(at, purpose).is_zero() {
            *count = count.saturating_add(1);
        }
        self.policy.backoff(*count, None, chance).unwrap_or(self.policy.cap)
    }

    /// Notes that a task under the key ended. Gives whether those that wait should ask again.
    pub fn task_ended(&mut self, at: Duration) -> bool {
        let waited = self.pace.wait(at, Purpose::Submit);
        self.unmeasured.1 = 0;
        self.pace.task_ended();
        self.pace.wait(at, Purpose::Submit) < waited
    }

    /// How much longer a request that was held back waits when it may go, while so many are: they go one after another, and
    /// the last of them at most 10 s after the first.
    pub fn release(&mut self, at: Duration, held: u32, chance: f64) -> Duration {
        if !self.is_spread {
            return Duration::ZERO;
        }
        let gap = GAP.min(SPREAD / held.max(1));
        let turn = self.next.max(at);
        self.next = turn.saturating_add(gap);
        turn.saturating_sub(at).saturating_add(gap.mul_f64(0.5 * chance.clamp(0.0, 1.0)))
    }

    /// Whether a request may be repeated by its own policy, and at which price; `None`: the budget of all so many jobs is
    /// empty, and the repetition waits the longest delay of its policy.
    pub fn repeat(&mut self, signal: Signal, jobs: u32) -> Option<Repetition> {
        let repetition = match signal {
            Signal::Throttled(..) => Repetition::Throttled,
            _ => Repetition::Failed,
        };
        self.budget.spend(repetition, jobs).then_some(repetition)
    }

    /// Notes a success, and which repetition brought it, if one did.
    pub fn succeeded(&mut self, by: Option<Repetition>) {
        self.budget.succeeded(by);
    }

    /// How long an order is held back before it ends without having been sent: the patience of its policy, or only its
    /// longest delay while the server has not answered once, for then the address may be wrong.
    pub fn longest_hold(&self, policy: &RetryPolicy) -> Duration {
        if self.has_answered { policy.patience } else { policy.patience.min(policy.cap) }
    }

    /// Why requests are held back, in words: the server is down, or asked to be left alone.
    pub fn why(&self) -> &'static str {
        if self.breaker.is_open() { "the server is down" } else { "the server asked for fewer requests" }
    }
}
