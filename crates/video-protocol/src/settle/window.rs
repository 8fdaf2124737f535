//! From when on a task can be that of a lost order, by the clock of the gateway.

use std::time::{Duration, SystemTime};

/// So much earlier than the intent a task may be by its own account: clocks and rounding.
const LEEWAY: Duration = Duration::from_secs(5);

/// So far our clock may have been set back between the intent and now: then the intent seems to be later than the task
/// it led to.
const SET_CLOCK: Duration = Duration::from_secs(2 * 60 * 60);

/// Seconds since 1970 by the gateway's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// A task created then or later can be that of the order, as far as its time goes.
    pub(super) surely_from: i64,
    /// A task created earlier can be it only if our clock was set back meanwhile: if it is like it in everything else.
    ///
    /// Until then it can, even if `Date` is that of a proxy with another clock.
    pub(super) perhaps_from: i64,
    /// A task created earlier cannot be it.
    pub(super) oldest: i64,
}

impl Window {
    /// `now` is when an answer with this `Date` was read.
    ///
    /// An answer takes a while and its `Date` leaves fractions out, so the gateway's clock is at worst taken to be further
    /// behind than it is: then older tasks are looked at too, and none is missed.
    pub(super) fn new(intended_at: SystemTime, now: SystemTime, date: Option<SystemTime>) -> Self {
        let (intended_at, now) = (millis(intended_at), millis(now));
        let ahead = date.map_or(0, |date| millis(date).saturating_sub(now));
        let from = |ahead: i64| {
            let from = intended_at.saturating_add(ahead).saturating_sub(whole(LEEWAY.as_millis()));
            from.div_euclid(1000)
        };
        let behind = ahead.min(0);
        let set = behind.saturating_sub(whole(SET_CLOCK.as_millis()));
        Self { surely_from: from(ahead), perhaps_from: from(behind), oldest: from(set) }
    }
}

/// Milliseconds since 1970, before it too.
fn millis(time: SystemTime) -> i64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => whole(since.as_millis()),
        Err(before) => -whole(before.duration().as_millis()),
    }
}

fn whole(millis: u128) -> i64 {
    i64::try_from(millis).unwrap_or(i64::MAX)
}
