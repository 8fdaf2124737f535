//! What the jobs of one origin and key share, kept and waited for.

mod share;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use video_journal::KeyFingerprint;
use video_protocol::Restraint;

pub(crate) use share::Share;

/// Keeps all jobs of one origin and key together from pressing a server that is in trouble, and jobs of others out of it.
///
/// Every client has one, and clones share it. Clients that are built apart share it where they are given the same value and
/// talk to the same origin with the same key:
///
/// ```
/// # fn main() -> Result<(), video_client::Error> {
/// use video_client::{Client, Restraints};
///
/// let restraints = Restraints::default();
/// let patient = Client::builder("https://88api.ai").key("sk-xxxx").restraints(restraints.clone()).build()?;
/// let hasty = Client::builder("https://88api.ai").key("sk-xxxx").restraints(restraints).build()?;
/// # Ok(()) }
/// ```
///
/// A refusal with 429 slows all of them, a server that is down is left alone by all of them but for one free request now
/// and then, and repetitions have one allowance. [`video_protocol::Restraint`] decides; here it is only waited.
#[derive(Clone, Default)]
pub struct Restraints(Arc<Mutex<Places>>);

/// Each origin and key that a client still talks to.
type Places = BTreeMap<(String, KeyFingerprint), Weak<Shared>>;

impl Restraints {
    /// That of one origin and key; if no client has it, a new one with numbers of its own from `seed`.
    pub(crate) fn of(&self, origin: String, key: &str, seed: u64) -> Arc<Shared> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, shared| shared.strong_count() > 0);
        let place = all.entry((origin, KeyFingerprint::of(key))).or_default();
        place.upgrade().unwrap_or_else(|| {
            let shared = Arc::new(Shared::new(seed));
            *place = Arc::downgrade(&shared);
            shared
        })
    }
}

impl fmt::Debug for Restraints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Restraints(..)")
    }
}

/// One restraint, and who waits for it.
#[derive(Debug)]
pub(crate) struct Shared {
    began: Instant,
    state: Mutex<State>,
    /// Told when those that wait should ask again.
    changed: Notify,
}

#[derive(Debug)]
struct State {
    restraint: Restraint,
    /// Apart from that of the jobs: what one of them meets does not change when another one asks.
    chance: fastrand::Rng,
    /// How many jobs share it.
    jobs: u32,
    /// How many requests are held back.
    held: u32,
}

impl Shared {
    fn new(seed: u64) -> Self {
        let chance = fastrand::Rng::with_seed(seed);
        let state = State { restraint: Restraint::default(), chance, jobs: 0, held: 0 };
        Self { began: Instant::now(), state: Mutex::new(state), changed: Notify::new() }
    }

    fn at(&self) -> Duration {
        self.began.elapsed()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a task under the key ended.
    fn task_ended(&self) {
        let at = self.at();
        if self.state().restraint.task_ended(at) {
            self.changed.notify_waiters();
        }
    }
}
