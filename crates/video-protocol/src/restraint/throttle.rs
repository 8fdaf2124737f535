//! What a server wants when it says "too many".

use std::fmt;

use crate::{Error, ErrorKind};

/// What a server wants when it says "too many", usually with 429: three wishes that are met in three ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a driver must meet all three")]
pub enum Throttle {
    /// Fewer requests in a time: everything under the key waits as long as it asks.
    Rate,
    /// Fewer tasks at once: orders wait until a task ends. Time alone does not help, and polls may go on.
    Concurrency,
    /// Credit: nothing more is ordered until somebody tops up. Waiting does not help.
    Quota,
}

/// Codes that mean tasks at once: Kling 1303, Jimeng 50430, `MiniMax` 1041, Vidu and Ark `QuotaExceeded`, and the word of
/// look-alikes. Collected 2026-11.
const CONCURRENCY_CODES: [&str; 5] = ["1303", "50430", "1041", "QuotaExceeded", "concurrency_limit_exceeded"];

/// Words of those that have no code, or whose code a gateway replaces.
const CONCURRENCY_WORDS: [&str; 5] = ["concurren", "parallel task", "running tasks", "tasks at once", "并发"];

impl Throttle {
    /// What the answer behind an error wants, if it is of this sort.
    ///
    /// The account of the operator behind the gateway may be throttled for its credit too; that is
    /// [`ErrorKind::Misconfigured`] and no throttle, since this caller can do nothing about it.
    pub fn of(error: &Error) -> Option<Self> {
        match error.kind() {
            ErrorKind::QuotaExceeded => Some(Self::Quota),
            ErrorKind::RateLimited => {
                let problem = error.problem();
                let mut codes =
                    problem.into_iter().flat_map(|problem| problem.code.iter().chain(&problem.provider_code));
                let by_code = codes.any(|code| CONCURRENCY_CODES.contains(&code.as_str()));
                let words = error.message().to_lowercase();
                let by_words = CONCURRENCY_WORDS.iter().any(|part| words.contains(part));
                Some(if by_code || by_words { Self::Concurrency } else { Self::Rate })
            }
            _ => None,
        }
    }

    /// `rate`, `concurrency` or `quota`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rate => "rate",
            Self::Concurrency => "concurrency",
            Self::Quota => "quota",
        }
    }
}

impl fmt::Display for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
