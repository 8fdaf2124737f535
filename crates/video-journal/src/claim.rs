//! Who works on a job, and until when.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Millis;

/// Who works on jobs: one run of one program.
///
/// Any text that no other run uses, such as a host name, a process id and a random number; it is shown to people.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Owner(String);

impl Owner {
    /// Wraps the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A claim on a job: its owner alone may send it, until the lease is over.
///
/// A lease is renewed while its owner works, well before its end; a minute is a good length. The lease of an owner
/// that crashed runs out, and the next one takes the job over. Clocks may be wrong: a lease keeps two owners from
/// doing the same work, but what keeps a job from being ordered twice is that only one of them can note it as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers build it; it is these two")]
pub struct Lease {
    /// Who works on the job.
    pub owner: Owner,
    /// When the claim ends unless it is renewed.
    pub until: Millis,
}

impl Lease {
    /// Whether it still holds at a moment.
    pub fn holds(&self, at: Millis) -> bool {
        self.until > at
    }
}
