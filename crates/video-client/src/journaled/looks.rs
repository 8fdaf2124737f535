//! Orders that the list of a gateway cannot tell apart, kept out of each other's way.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};
use video_journal::{Journal, JournalError, Millis, Order, Prompts, Query, Record, Request, State};
use video_types::{Generation, Seconds, Size};

/// What a list tells of a task, as far as orders are alike in it. The prompt is hashed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Look([String; 5]);

impl Look {
    /// How a job looks; the same whether its prompt is stored or hashed.
    pub(super) fn of(record: &Record) -> Self {
        let kept: Value = serde_json::from_str(record.request.kept()).unwrap_or_default();
        let hash = match &kept["prompt"] {
            Value::String(prompt) => {
                let alone = Request::new(&Order::from(Generation::new("", prompt)), Prompts::Hashed);
                serde_json::from_str::<Value>(alone.kept()).unwrap_or_default()["prompt"]["sha256"].clone()
            }
            hashed => hashed["sha256"].clone(),
        };
        Self([&kept["model"], &hash, &kept["size"], &kept["seconds"], &kept["remix_of"]].map(Value::to_string))
    }
}

/// The order of a job, as far as a list tells it, from what the journal kept; `None` if the prompt was not kept.
pub(super) fn listed(record: &Record) -> Option<Order> {
    if let Some(order) = record.request.order() {
        return Some(order);
    }
    let kept: Value = serde_json::from_str(record.request.kept()).ok()?;
    let mut wanted = Generation::new(record.request.model(), kept["prompt"].as_str()?);
    wanted.size = kept["size"].as_str().map(Size::from);
    wanted.seconds = kept["seconds"].as_u64().and_then(|seconds| Seconds::new(u32::try_from(seconds).ok()?));
    Some(wanted.into())
}

/// How many jobs that look like this one are in doubt, this one included.
///
/// `None`: one of them may be on its way right now, sent by somebody else.
pub(super) async fn in_doubt(
    journal: &Journal,
    record: &Record,
    look: &Look,
    at: Millis,
) -> Result<Option<usize>, JournalError> {
    let (mut alike, mut before) = (1, None);
    loop {
        let mut query = Query::all().in_state(State::Sent).in_state(State::Unknown).latest_only().limit(1000);
        query.before = before;
        let page = journal.list(query).await?;
        for other in page.records {
            let same_place = other.to.origin == record.to.origin && other.job != record.job;
            if !same_place || other.request.model() != record.request.model() || Look::of(&other) != *look {
                continue;
            }
            let ours = |owner| record.claim.as_ref().is_some_and(|claim| claim.owner == owner);
            let worked_on = other.claim.is_some_and(|claim| claim.holds(at) && !ours(claim.owner));
            if other.state == State::Sent && worked_on {
                return Ok(None);
            }
            alike += 1;
        }
        before = page.next;
        if before.is_none() {
            return Ok(Some(alike));
        }
    }
}

/// Orders that look alike may be sent side by side, but while one of them is settled none is.
#[derive(Debug, Default)]
pub(super) struct Looks(Mutex<BTreeMap<Look, Arc<RwLock<()>>>>);

impl Looks {
    /// To be held from before the submit until its outcome is noted.
    pub(super) async fn sending(&self, look: Look) -> OwnedRwLockReadGuard<()> {
        self.of(look).read_owned().await
    }

    /// To be held while it is looked for.
    pub(super) async fn settling(&self, look: Look) -> OwnedRwLockWriteGuard<()> {
        self.of(look).write_owned().await
    }

    fn of(&self, look: Look) -> Arc<RwLock<()>> {
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        looks.retain(|_, lock| Arc::strong_count(lock) > 1);
        Arc::clone(looks.entry(look).or_default())
    }
}
