//! What the client does, as transcripts: virtual time, what went over the wire, what the caller was told.

mod addresses;
mod answers;
mod batches;
mod bounds;
mod cancelling;
mod clock_jumps;
mod content;
mod continuing;
mod detours;
mod downloading;
mod endings;
mod events;
mod metrics;
mod outage;
mod polling;
mod readiness;
mod redirects;
mod restraint;
mod resuming;
mod scheduling;
mod secrets;
mod stage;
mod submitting;
mod taking_up;
mod verbs;
