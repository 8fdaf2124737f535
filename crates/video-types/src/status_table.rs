//! Every status word met in the field, and its phase.
//!
//! Sources: the New API wrapper and its Google and OpenAI shapes, the documentation page and the
//! look-alike gateways built from it, and the providers' own words that old versions pass through
//! (collected 2026-11).

use crate::Phase::{self, Cancelled, Expired, Failed, Pending, Running, Succeeded};

/// Lower-case word with `_` for `-` and space → phase.
pub(crate) const WORDS: &[(&str, Phase)] = &[
    ("not_start", Pending),
    ("submitted", Pending),
    ("queued", Pending),
    ("queueing", Pending),
    ("pending", Pending),
    ("created", Pending),
    ("preparing", Pending),
    ("initializing", Pending),
    ("in_queue", Pending),
    ("waiting", Pending),
    ("in_progress", Running),
    ("processing", Running),
    ("running", Running),
    ("generating", Running),
    ("rendering", Running),
    ("success", Succeeded),
    ("succeeded", Succeeded),
    ("succeed", Succeeded),
    ("completed", Succeeded),
    ("complete", Succeeded),
    ("done", Succeeded),
    ("finished", Succeeded),
    ("failure", Failed),
    ("failed", Failed),
    ("fail", Failed),
    ("error", Failed),
    ("rejected", Failed),
    ("timeout", Failed),
    ("cancelled", Cancelled),
    ("canceled", Cancelled),
    ("expired", Expired),
];
