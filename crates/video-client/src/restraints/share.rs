//! One job's part in what all jobs of a key share.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};
use video_protocol::{
    Admission, Error, ErrorKind, HttpRequest, HttpResponse, ListQuery, Lost, Purpose, Repetition, Sent, Signal, TaskRef,
};

use super::Shared;
use crate::client::Parts;
use crate::exchange::ask;
use crate::job::later;

/// Longest time for one request that asks whether the server is back.
const LONGEST_PROBE: Duration = Duration::from_secs(25);
/// The id of no task: a server at work says that it does not know it.
const NO_TASK: &str = "task_0";

/// One job's part in what all jobs of a key share: its turn to send, and what came of it.
#[derive(Debug)]
pub(crate) struct Share {
    shared: Arc<Shared>,
    under_way: Option<UnderWay>,
    /// What the last answer said.
    signal: Option<Signal>,
    /// The next request repeats one, at this price.
    repetition: Option<Repetition>,
    is_question: bool,
}

#[derive(Debug)]
struct UnderWay {
    sent_at: Duration,
    is_probe: bool,
}

/// What to do about a request that would go now.
enum Now {
    Go,
    /// Wait so long, for good reason, or until something changes.
    Held(Duration, &'static str),
    /// It may go, so long after the others that were held back.
    Released(Duration),
    Probe,
}

impl Share {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        shared.state().jobs += 1;
        Self { shared: Arc::clone(shared), under_way: None, signal: None, repetition: None, is_question: false }
    }

    /// That of a single question: it is not held back at all if it would be for longer than it may.
    pub(crate) fn of_question(shared: &Arc<Shared>) -> Self {
        let mut share = Self::new(shared);
        share.is_question = true;
        share
    }

    /// Waits until a request may go, at most until then: it was not sent if that comes first, and an order is not held
    /// back for ever either.
    pub(crate) async fn turn(&mut self, parts: &Parts, purpose: Purpose, until: Option<Instant>) -> Result<(), Lost> {
        self.abandon();
        if self.turn_now(purpose) {
            return Ok(());
        }
        let (shared, since, mut is_released) = (Arc::clone(&self.shared), Instant::now(), false);
        let _held = Held::new(&shared);
        loop {
            let mut changed = pin!(shared.changed.notified());
            changed.as_mut().enable();
            let now = self.now(purpose, !is_released);
            let patience = || since.checked_add(shared.state().restraint.longest_hold(&parts.retry));
            let patience = (purpose == Purpose::Submit).then(patience).flatten();
            let end = until.into_iter().chain(patience).min();
            let (next, why) = match &now {
                Now::Held(delay, why) if self.is_question => (later(*delay), *why),
                Now::Held(_, why) => (Instant::now(), *why),
                _ => (Instant::now(), "the server is down"),
            };
            if !matches!(now, Now::Go | Now::Released(_)) && end.is_some_and(|end| next >= end) {
                let held_for = match since.elapsed().as_secs() {
                    0 => String::new(),
                    seconds => format!(" for {seconds} s"),
                };
                let lost = Lost::new(Sent::No, format!("not sent{held_for}: {why}"));
                return Err(if end == until { lost } else { lost.for_good() });
            }
            let soonest = |moment: Instant| end.map_or(moment, |end| end.min(moment));
            match now {
                Now::Go => return Ok(()),
                // An end of the time cuts each of these short, and is seen at the next round.
                Now::Probe => drop(timeout_at(soonest(later(2 * LONGEST_PROBE)), self.probe(parts)).await),
                Now::Released(delay) => {
                    is_released = true;
                    sleep_until(soonest(later(delay))).await;
                }
                Now::Held(delay, _) => {
                    is_released = false;
                    drop(timeout_at(soonest(later(delay)), changed).await);
                }
            }
        }
    }

    /// Takes the turn if a request may go at once.
    pub(crate) fn turn_now(&mut self, purpose: Purpose) -> bool {
        matches!(self.now(purpose, false), Now::Go)
    }

    fn now(&mut self, purpose: Purpose, was_held: bool) -> Now {
        let at = self.shared.at();
        let mut state = self.shared.state();
        let is_probe = match state.restraint.admit(at, purpose) {
            Admission::Wait(delay) => return Now::Held(delay, state.restraint.why()),
            Admission::AwaitProbe => return Now::Probe,
            Admission::Send if was_held => {
                let (held, chance) = (state.held, state.chance.f64());
                let delay = state.restraint.release(at, held, chance);
                if !delay.is_zero() {
                    return Now::Released(delay);
                }
                false
            }
            Admission::Send => false,
            Admission::Probe => true,
        };
        drop(state);
        self.under_way = Some(UnderWay { sent_at: at, is_probe });
        Now::Go
    }

    /// Asks something free whether the server is back: for its list, and where that fails for a task it cannot know.
    async fn probe(&mut self, parts: &Parts) {
        if !self.turn_now(Purpose::Settle) {
            return;
        }
        let mut signal = None;
        let query = ListQuery::default().with_limit(1);
        let listed = |answer: &HttpResponse| parts.dialect.decode_list(&query, answer).map(drop);
        signal = match parts.dialect.encode_list(&query) {
            Ok(request) => asked(parts, request, listed).await,
            Err(_) => signal,
        };
        let nobody = TaskRef::new(parts.dialect.name(), NO_TASK);
        let shown = |answer: &HttpResponse| parts.dialect.decode_poll(&nobody, answer).map(drop);
        if matches!(signal, None | Some(Signal::Down))
            && let Ok(request) = parts.dialect.encode_poll(&nobody)
        {
            signal = asked(parts, request, shown).await;
        }
        self.heard(signal.or(Some(Signal::Down)));
    }

    /// Whether the request under way goes alone, and the others wait for its end.
    pub(crate) fn is_probe(&self) -> bool {
        self.under_way.as_ref().is_some_and(|under_way| under_way.is_probe)
    }

    /// Notes what came of the request under way, if one is.
    pub(crate) fn heard(&mut self, signal: Option<Signal>) {
        let Some(UnderWay { sent_at, is_probe }) = self.under_way.take() else { return };
        let by = self.repetition.take();
        self.signal = signal;
        let at = self.shared.at();
        let mut state = self.shared.state();
        if signal == Some(Signal::AtWork) {
            state.restraint.succeeded(by);
        }
        let chance = state.chance.f64();
        let has_changed = state.restraint.heard(sent_at, at, signal, is_probe, chance);
        drop(state);
        if has_changed {
            self.shared.changed.notify_waiters();
        }
    }

    /// When to go on after a delay that a flow asks for: if that repeats what failed, and all repetitions of the key are
    /// used up, after the longest delay of the policy.
    pub(crate) fn later(&mut self, parts: &Parts, delay: Duration) -> Instant {
        let repeats = self.signal.take().filter(|signal| *signal != Signal::AtWork);
        let Some(signal) = repeats else { return later(delay) };
        let mut state = self.shared.state();
        let jobs = state.jobs;
        self.repetition = state.restraint.repeat(signal, jobs);
        later(if self.repetition.is_some() { delay } else { delay.max(parts.retry.cap) })
    }

    /// Notes that a task under the key ended.
    pub(crate) fn task_ended(&self) {
        self.shared.task_ended();
    }

    /// The request under way was not sent, or nobody waits for its answer.
    pub(crate) fn abandon(&mut self) {
        self.heard(None);
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.abandon();
        self.shared.state().jobs -= 1;
    }
}

/// One request that is held back.
struct Held<'a>(&'a Shared);

impl<'a> Held<'a> {
    fn new(shared: &'a Shared) -> Self {
        shared.state().held += 1;
        Self(shared)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.state().held -= 1;
    }
}

async fn asked(
    parts: &Parts,
    request: HttpRequest,
    decode: impl Fn(&HttpResponse) -> Result<(), Error>,
) -> Option<Signal> {
    let decoded = match ask(parts, request, LONGEST_PROBE).await {
        Ok(answer) => decode(&answer),
        Err(lost) if lost.for_good => return None,
        Err(_) => Err(Error::new(ErrorKind::NoAnswer).temporary(None)),
    };
    Signal::of(decoded.as_ref())
}
