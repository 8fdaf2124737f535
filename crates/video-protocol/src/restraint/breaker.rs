//! Leaves a server that is down alone, and tries with something free whether it is back.

use std::time::Duration;

use crate::{Class, Error, ErrorKind, Purpose, RetryPolicy};

/// How long a probe may take before it counts as lost and another one may go.
const PROBE_LASTS: Duration = Duration::from_secs(60);

/// Keeps all jobs of one origin and key from a server that is down.
///
/// After so many failures in a row ([`with_failures`](Self::with_failures)) it opens: nothing is sent. Only what was sent after
/// the last answer counts: requests that were on their way by then, and are cut off or time out together, tell less than
/// the answer. After a pause one free request,
/// a poll or a list, may go as a probe; a submit never does, for its lost answer would be a paid task. If the probe is answered,
/// everything may go again; if not, the pause doubles up to the cap of the policy. Polls that were held back lose nothing: a
/// poll never ends a job.
///
/// ```
/// use std::time::Duration;
/// use video_protocol::{Admission, Breaker, Purpose};
///
/// let mut breaker = Breaker::default().with_failures(2);
/// breaker.failed(Duration::ZERO, Duration::ZERO, 1.0);
/// breaker.failed(Duration::ZERO, Duration::ZERO, 1.0);
/// assert_eq!(breaker.admit(Duration::ZERO, Purpose::Poll), Admission::Wait(Duration::from_secs(1)));
/// assert_eq!(breaker.admit(Duration::from_secs(1), Purpose::Submit), Admission::AwaitProbe);
/// assert_eq!(breaker.admit(Duration::from_secs(1), Purpose::Poll), Admission::Probe);
/// breaker.answered(Duration::from_secs(1));
/// assert_eq!(breaker.admit(Duration::from_secs(1), Purpose::Submit), Admission::Send);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Breaker {
    failures: u32,
    policy: RetryPolicy,
    state: State,
    answered_at: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    /// So many failures in a row.
    Closed(u32),
    /// Nothing goes before `until`. It has been opened `times` in a row.
    Open { until: Duration, times: u32 },
    /// A probe is on its way since then, and is given up at `until`.
    Probing { since: Duration, until: Duration, times: u32 },
}

/// Whether a request may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a driver must obey all of them")]
pub enum Admission {
    /// It may go.
    Send,
    /// It may go, alone: the rest waits for its end.
    Probe,
    /// Not for so long, or until the probe on its way ends.
    Wait(Duration),
    /// It spends money, so it may not be the probe, and one is due: send something free, such as a list, and ask again
    /// after it.
    AwaitProbe,
}

impl Breaker {
    /// Replaces the failures in a row that open it; 10 by default, at least 1.
    #[must_use]
    pub fn with_failures(mut self, failures: u32) -> Self {
        self.failures = failures.max(1);
        self
    }

    /// Replaces the policy whose backoff the pauses follow; 1 s, doubling up to 60 s, by default.
    #[must_use]
    pub fn with_policy(mut self, policy: RetryPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Whether an error speaks of a server that is down: no answer, its own or its proxy's trouble. Load it refuses (429)
    /// and requests it does not like do not.
    pub fn counts(error: &Error) -> bool {
        let down = matches!(error.kind(), ErrorKind::NoAnswer | ErrorKind::Unavailable | ErrorKind::Decode);
        down && error.class() == Class::Temporary
    }

    /// Whether a request may go now. A probe is handed out once: who gets it must report its end.
    pub fn admit(&mut self, at: Duration, purpose: Purpose) -> Admission {
        let times = match self.state {
            State::Closed(_) => return Admission::Send,
            State::Open { until, .. } | State::Probing { until, .. } if at < until => {
                return Admission::Wait(until.saturating_sub(at));
            }
            State::Open { times, .. } | State::Probing { times, .. } => times,
        };
        if purpose == Purpose::Submit {
            return Admission::AwaitProbe;
        }
        self.state = State::Probing { since: at, until: at.saturating_add(PROBE_LASTS), times };
        Admission::Probe
    }

    /// Notes an answer that shows the server at work, a refusal included: everything may go again.
    pub fn answered(&mut self, at: Duration) {
        self.answered_at = self.answered_at.max(at);
        self.state = State::Closed(0);
    }

    /// Notes that a probe ended without telling anything: another one may go.
    pub fn given_up(&mut self, at: Duration) {
        if let State::Probing { times, .. } = self.state {
            self.state = State::Open { until: at, times };
        }
    }

    /// Notes, `at` this time, a failure that [`counts`](Self::counts) of a request sent at `sent_at`. `chance` lies in 0..1 and
    /// spreads the pauses of many clients.
    ///
    /// Failures of requests that were sent before the last answer, before it opened or before the probe change nothing.
    pub fn failed(&mut self, sent_at: Duration, at: Duration, chance: f64) {
        let times = match self.state {
            State::Closed(_) if sent_at < self.answered_at => return,
            State::Closed(failures) if failures.saturating_add(1) < self.failures => {
                self.state = State::Closed(failures + 1);
                return;
            }
            State::Closed(_) => 1,
            State::Open { .. } => return,
            State::Probing { since, .. } if sent_at < since => return,
            State::Probing { times, .. } => times.saturating_add(1),
        };
        let pause = self.policy.backoff(times, None, chance).unwrap_or(self.policy.cap);
        self.state = State::Open { until: at.saturating_add(pause), times };
    }

    /// Whether nothing may go but a probe.
    pub fn is_open(&self) -> bool {
        !matches!(self.state, State::Closed(_))
    }
}

impl Default for Breaker {
    fn default() -> Self {
        Self { failures: 10, policy: RetryPolicy::default(), state: State::Closed(0), answered_at: Duration::ZERO }
    }
}
