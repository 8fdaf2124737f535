//! What jobs took in the past, as the journal knows it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use video_journal::Journal;

/// So many of the last jobs of a model are looked at.
const LAST: usize = 50;
/// How long what was read is good for.
const GOOD_FOR: Duration = Duration::from_secs(60);
/// Most models whose past is kept at hand.
const MODELS: usize = 64;

/// What jobs of each model took, read from the journal once a minute at most.
#[derive(Debug, Default)]
pub(super) struct Past(Mutex<BTreeMap<String, Read>>);

/// When it was read, and what.
type Read = (Instant, Arc<[Duration]>);

impl Past {
    /// What the last jobs of a model at a gateway took; nothing if the journal cannot tell.
    pub(super) async fn of(&self, journal: &Journal, origin: &str, model: &str) -> Arc<[Duration]> {
        if let Some(known) = self.at_hand(model) {
            return known;
        }
        let read = journal.times_taken(origin, model, LAST).await.unwrap_or_default();
        let read: Arc<[Duration]> = read.into();
        let mut models = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if models.len() >= MODELS {
            models.clear();
        }
        models.insert(model.to_owned(), (Instant::now(), Arc::clone(&read)));
        read
    }

    fn at_hand(&self, model: &str) -> Option<Arc<[Duration]>> {
        let models = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, known) = models.get(model)?;
        (read_at.elapsed() < GOOD_FOR).then(|| Arc::clone(known))
    }
}
