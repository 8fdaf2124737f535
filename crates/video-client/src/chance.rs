//! Random numbers, from outside.

use std::sync::{Arc, Mutex, PoisonError};

use fastrand::Rng;
use uuid::Uuid;

/// Where a client takes its random numbers from: idempotency keys, ids of jobs, and the jitter of delays.
///
/// Clones draw from the same source.
#[derive(Debug, Clone, Default)]
pub struct Chance(Option<Arc<Mutex<Rng>>>);

impl Chance {
    /// The system's: nobody can guess a key.
    pub const fn system() -> Self {
        Self(None)
    }

    /// The same numbers for the same seed, in the order in which they are drawn. For simulations: whoever knows the
    /// seed knows the keys, and two runs under one seed take each other's orders for their own.
    pub fn seeded(seed: u64) -> Self {
        Self(Some(Arc::new(Mutex::new(Rng::with_seed(seed)))))
    }

    /// A seed for somebody's own numbers.
    pub(crate) fn seed(&self) -> u64 {
        self.draw(|rng| rng.u64(..)).unwrap_or_else(|| fastrand::u64(..))
    }

    /// In 0..1.
    pub(crate) fn unit(&self) -> f64 {
        self.draw(Rng::f64).unwrap_or_else(fastrand::f64)
    }

    /// An id no one else has.
    pub(crate) fn uuid(&self) -> Uuid {
        self.draw(|rng| uuid::Builder::from_random_bytes(rng.u128(..).to_be_bytes()).into_uuid())
            .unwrap_or_else(Uuid::new_v4)
    }

    fn draw<T>(&self, draw: impl FnOnce(&mut Rng) -> T) -> Option<T> {
        let rng = self.0.as_ref()?;
        Some(draw(&mut rng.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}
