//! Whether a body still comes: bytes counted between the ticks of somebody else's clock.

use std::pin::pin;
use std::task::Poll;

use bytes::Bytes;
use video_transport::{Body, TransportError};

use crate::Source;
use crate::source::Tick;

/// How slow is too slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StallLimit {
    /// Fewer bytes than this within one tick are as good as none.
    pub(crate) bytes: u64,
    /// So many slow ticks in a row end an attempt.
    pub(crate) ticks: u32,
}

/// What was counted so far: decided without a clock.
#[derive(Debug)]
struct Pace {
    limit: StallLimit,
    since_tick: u64,
    slow_ticks: u32,
}

impl Pace {
    fn received(&mut self, bytes: usize) {
        self.since_tick += bytes as u64;
    }

    /// Ends one tick; whether that was one slow tick too many.
    fn ticked(&mut self) -> bool {
        let slow = std::mem::take(&mut self.since_tick) < self.limit.bytes;
        self.slow_ticks = if slow { self.slow_ticks.saturating_add(1) } else { 0 };
        self.slow_ticks >= self.limit.ticks
    }
}

/// What a body does instead of going on.
#[derive(Debug)]
pub(crate) enum Halt {
    Broken(TransportError),
    Stalled,
}

/// A body and the clock beside it.
pub(crate) struct Paced<'a> {
    body: Body,
    source: &'a mut dyn Source,
    tick: Tick,
    pace: Pace,
}

impl<'a> Paced<'a> {
    pub(crate) fn new(body: Body, source: &'a mut dyn Source, limit: StallLimit) -> Self {
        let tick = source.tick();
        Self { body, source, tick, pace: Pace { limit, since_tick: 0, slow_ticks: 0 } }
    }

    /// The next piece, or `None` at the end. The clock is looked at only while nothing is there.
    pub(crate) async fn chunk(&mut self) -> Option<Result<Bytes, Halt>> {
        let Self { body, source, tick, pace } = self;
        let mut next = pin!(body.chunk());
        let piece = std::future::poll_fn(|context| {
            if let Poll::Ready(piece) = next.as_mut().poll(context) {
                return Poll::Ready(piece.map(|piece| piece.map_err(Halt::Broken)));
            }
            while tick.as_mut().poll(context).is_ready() {
                if pace.ticked() {
                    return Poll::Ready(Some(Err(Halt::Stalled)));
                }
                *tick = source.tick();
            }
            Poll::Pending
        })
        .await;
        if let Some(Ok(bytes)) = &piece {
            pace.received(bytes.len());
        }
        piece
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_slow_ticks_in_a_row_are_a_stall() {
        let mut pace = Pace { limit: StallLimit { bytes: 100, ticks: 3 }, since_tick: 0, slow_ticks: 0 };
        let seen: Vec<String> = [0, 99, 100, 5, 5, 1000, 0, 99, 1]
            .into_iter()
            .map(|bytes| {
                pace.received(bytes);
                format!("{bytes}: {}", if pace.ticked() { "stalled" } else { "goes on" })
            })
            .collect();
        insta::assert_snapshot!(seen.join(", "), @"0: goes on, 99: goes on, 100: goes on, 5: goes on, 5: goes on, 1000: goes on, 0: goes on, 99: goes on, 1: stalled");
    }
}
