//! How many bytes of request bodies may be held at once.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What is counted: whole pieces of this many bytes.
const PIECE: usize = 4096;

/// A budget of bytes, shared by all requests.
#[derive(Debug, Clone)]
pub(crate) struct BodyMemory(Arc<Semaphore>);

impl BodyMemory {
    pub(crate) fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new((bytes / PIECE).min(Semaphore::MAX_PERMITS))))
    }

    /// An empty share.
    pub(crate) fn share(&self) -> Share {
        Share { budget: self.clone(), held: None, bytes: 0 }
    }
}

/// What one request holds of the budget; given back when dropped.
#[derive(Debug)]
pub(crate) struct Share {
    budget: BodyMemory,
    held: Option<OwnedSemaphorePermit>,
    bytes: usize,
}

impl Share {
    /// Grows the share to at least `bytes`, or not at all if the budget does not allow it.
    pub(crate) fn grow(&mut self, bytes: usize) -> bool {
        let missing = bytes.saturating_sub(self.bytes).div_ceil(PIECE);
        if missing == 0 {
            return true;
        }
        let Some(permit) =
            u32::try_from(missing).ok().and_then(|pieces| self.budget.0.clone().try_acquire_many_owned(pieces).ok())
        else {
            return false;
        };
        match &mut self.held {
            Some(held) => held.merge(permit),
            None => self.held = Some(permit),
        }
        self.bytes += missing * PIECE;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_grow_within_the_budget_and_return_to_it() {
        let memory = BodyMemory::new(5 * PIECE);
        let mut first = memory.share();
        assert!(first.grow(1));
        assert!(first.grow(3 * PIECE));
        let mut second = memory.share();
        assert!(!second.grow(3 * PIECE));
        assert!(second.grow(2 * PIECE));
        assert!(!first.grow(4 * PIECE));
        drop(second);
        assert!(first.grow(5 * PIECE));
        assert!(!memory.share().grow(usize::MAX));
    }
}
