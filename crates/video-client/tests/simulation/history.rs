//! What happened in a world, as a number that is the same if and only if the same happened.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

/// The history of one world: a hash of every line, how often each kind of thing happened, and what must not have.
#[derive(Debug)]
pub(crate) struct History {
    began: Instant,
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    hash: Fnv,
    /// Printed as they come, for whoever looks at one seed.
    told: bool,
    counts: BTreeMap<&'static str, u64>,
    wrongs: Vec<String>,
}

impl History {
    pub(crate) fn new(told: bool) -> Self {
        let kept = Kept { hash: Fnv(0xCBF2_9CE4_8422_2325), told, counts: BTreeMap::new(), wrongs: Vec::new() };
        Self { began: Instant::now(), kept: Mutex::new(kept) }
    }

    /// One line.
    pub(crate) fn note(&self, kind: &'static str, what: fmt::Arguments<'_>) {
        let at = self.began.elapsed();
        let mut kept = self.lock();
        *kept.counts.entry(kind).or_default() += 1;
        let told = kept.told;
        // Writing into a hash cannot fail.
        let _ = write!(kept.hash, "{} {kind} {what}", at.as_millis());
        drop(kept);
        if told {
            tell(format_args!("{:>10.3} {kind}: {what}", at.as_secs_f64()));
        }
    }

    /// Something that must not happen, whatever else does.
    pub(crate) fn wrong(&self, what: String) {
        if self.lock().told {
            tell(format_args!("WRONG {what}"));
        }
        self.lock().wrongs.push(what);
    }

    pub(crate) fn hash(&self) -> u64 {
        self.lock().hash.0
    }

    pub(crate) fn counts(&self) -> BTreeMap<&'static str, u64> {
        self.lock().counts.clone()
    }

    pub(crate) fn wrongs(&self) -> Vec<String> {
        self.lock().wrongs.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(clippy::print_stderr, reason = "whoever replays a seed wants to see what happens")]
pub(crate) fn tell(line: fmt::Arguments<'_>) {
    eprintln!("{line}");
}

/// FNV-1a.
#[derive(Debug)]
struct Fnv(u64);

impl fmt::Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
        Ok(())
    }
}
