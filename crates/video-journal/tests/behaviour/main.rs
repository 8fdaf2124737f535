//! What the journal promises, over every store there is.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod batches;
mod claims;
mod damage;
mod files;
mod handle;
mod keys;
mod lent_hands;
mod lists;
mod processes;
mod properties;
mod pruning;
mod reading;
mod readme;
mod reconciling;
mod requests;
mod secrets;
mod sharing;
mod stage;
mod steps;
mod tables;
