//! One run of the program, from its start to its end or to its death.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::Notify;

/// Whether a run of the program is alive. Dead, it does nothing more to the world, not even on the way out.
#[derive(Debug)]
pub(crate) struct Life {
    pub(crate) number: u64,
    dead: AtomicBool,
    /// Steps until it is killed.
    steps: AtomicU64,
    killed: Notify,
}

impl Life {
    /// A run that is killed at its `steps`-th step, if that is given.
    pub(crate) fn new(number: u64, steps: Option<u64>) -> Self {
        let steps = AtomicU64::new(steps.unwrap_or(u64::MAX));
        Self { number, dead: AtomicBool::new(false), steps, killed: Notify::new() }
    }

    /// One step towards the end; whether the program is still alive after it.
    pub(crate) fn step(&self) -> bool {
        if self.is_dead() {
            return false;
        }
        if self.steps.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.dead.store(true, Ordering::Relaxed);
            self.killed.notify_one();
        }
        !self.is_dead()
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::Relaxed)
    }

    /// Waits until it is killed.
    pub(crate) async fn killed(&self) {
        self.killed.notified().await;
    }
}
