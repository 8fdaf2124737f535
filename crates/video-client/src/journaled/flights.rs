//! Equal orders of one program, one after the other.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};
use video_journal::RequestHash;

/// Of equal orders that may be served from the journal one is under way at a time in this program; the next one finds its
/// video. Between programs the claim in the journal does the same.
#[derive(Debug, Default)]
pub(super) struct Flights(Mutex<BTreeMap<RequestHash, Arc<Turn<()>>>>);

impl Flights {
    /// Waits until no equal order is under way; to be held until this one has ended.
    pub(super) async fn alone(&self, request: RequestHash) -> OwnedMutexGuard<()> {
        self.turn(request).lock_owned().await
    }

    fn turn(&self, request: RequestHash) -> Arc<Turn<()>> {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        flights.retain(|_, turn| Arc::strong_count(turn) > 1);
        Arc::clone(flights.entry(request).or_default())
    }
}
