//! Metrics that are kept up to date by events.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Metrics;
use crate::events::{Exchange, JobEvent, Observer};

/// Keeps [`Metrics`] up to date: an observer of [`Events`](crate::events::Events). Cheap to clone; clones count together.
#[derive(Debug, Clone, Default)]
pub struct Recorder {
    metrics: Arc<Mutex<Metrics>>,
}

impl Recorder {
    /// Nothing counted yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was counted by now.
    pub fn snapshot(&self) -> Metrics {
        self.metrics().clone()
    }

    fn metrics(&self) -> MutexGuard<'_, Metrics> {
        self.metrics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Recorder {
    fn event(&self, event: &JobEvent) {
        self.metrics().event(event);
    }

    fn exchange(&self, exchange: &Exchange) {
        self.metrics().exchange(exchange);
    }
}
