//! What kind of gateway is played.

use std::time::Duration;

use super::{Faults, GatewayClock};

/// How a [`SimulatedGateway`](crate::SimulatedGateway) behaves. Durations are real (or tokio's virtual) time, so that a
/// thousand jobs take seconds.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "tests write it down with `..GatewayOptions::default()`")]
pub struct GatewayOptions {
    /// From an order to its video; 50 ms by default.
    pub job_time: Duration,
    /// Length of every video, in bytes; 64 KiB by default, and never less than 156.
    pub video_bytes: usize,
    /// What goes wrong; nothing by default.
    pub faults: Faults,
    /// How late a [`Fault::Stalled`](crate::Fault::Stalled) is; 3 s by default.
    pub stall: Duration,
    /// What `Retry-After` asks for; 1 s by default. What is no whole number of seconds is rounded up there, and said
    /// exactly in `retry-after-ms`.
    pub retry_after: Duration,
    /// Whether `Idempotency-Key` is honoured: echoed, and under a key seen before the same task is answered (409 for
    /// another body). `false` by default, as at New API.
    pub honours_keys: bool,
    /// How long a key is remembered, from its first use; 24 h by default.
    pub keys_kept_for: Duration,
    /// Whether `GET /v1/videos` lists; `true` by default. New API itself has no such route.
    pub lists: bool,
    /// How long a new task takes to show in the list; nothing by default.
    pub list_lag: Duration,
    /// Most tasks that run at once; beyond it a submit gets 429 and nothing is ordered. No limit by default.
    pub most_in_flight: Option<usize>,
    /// By how many seconds the clock of the gateway (`Date`, `created_at`) is ahead; 0 by default.
    pub clock_ahead: i64,
    /// The clock it goes by; that of the machine by default.
    pub clock: Option<GatewayClock>,
}

impl Default for GatewayOptions {
    fn default() -> Self {
        Self {
            job_time: Duration::from_millis(50),
            video_bytes: 64 * 1024,
            faults: Faults::default(),
            stall: Duration::from_secs(3),
            retry_after: Duration::from_secs(1),
            honours_keys: false,
            keys_kept_for: Duration::from_secs(24 * 60 * 60),
            lists: true,
            list_lag: Duration::ZERO,
            most_in_flight: None,
            clock_ahead: 0,
            clock: None,
        }
    }
}
