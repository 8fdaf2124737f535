//! What was ordered: its hash, and as much of it as may be kept.

mod canonical;

use std::fmt;

use serde_json::Value;
use video_protocol::TaskRef;
use video_types::Generation;

use crate::RequestHash;

/// What a job orders.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "whoever sends an order must know how to send each")]
pub enum Order {
    /// A new video.
    Generation(Box<Generation>),
    /// A new video made from a finished one and another prompt.
    Remix {
        /// The finished one.
        of: TaskRef,
        /// What the new one shows.
        prompt: String,
    },
}

impl Order {
    /// The hash of the order in its canonical form, as [`Request::hash`] has it, where nothing is to be kept.
    pub fn request_hash(&self) -> RequestHash {
        RequestHash::of(canonical::written(self).to_string().as_bytes())
    }
}

impl From<Generation> for Order {
    fn from(generation: Generation) -> Self {
        Self::Generation(Box::new(generation))
    }
}

/// How much of a request the journal keeps beside its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Prompts {
    /// All but pictures of more than 1 KiB, so that an order can be sent after a restart.
    #[default]
    Stored,
    /// Model, size, seconds, frame rate, seed and mode; of prompt, pictures, metadata and the rest the hashes alone.
    ///
    /// After a crash before the sending only somebody who still has the request can send it. What a server says of
    /// a prompt in an error is kept unless it is masked in the [`Excerpt`](crate::Excerpt).
    Hashed,
}

/// What was ordered, as the journal keeps it.
///
/// ```
/// use video_journal::{Order, Prompts, Request};
/// use video_types::Generation;
///
/// let order = Order::from(Generation::new("kling-v1-6", "a lighthouse"));
/// let (stored, hashed) = (Request::new(&order, Prompts::Stored), Request::new(&order, Prompts::Hashed));
/// assert_eq!(stored.hash(), hashed.hash());
/// assert_eq!(stored.order(), Some(order));
/// assert_eq!(hashed.order(), None);
/// assert!(!hashed.kept().contains("lighthouse"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    hash: RequestHash,
    model: String,
    kept: String,
    whole: bool,
}

impl Request {
    /// Hashes an order in its canonical form, and keeps what `prompts` allows.
    ///
    /// Equal orders have equal hashes in every version: members in order of their names, absent ones left out.
    pub fn new(order: &Order, prompts: Prompts) -> Self {
        let canonical = canonical::written(order);
        let hash = RequestHash::of(canonical.to_string().as_bytes());
        let model = canonical.get("model").and_then(Value::as_str).unwrap_or_default().to_owned();
        let (kept, whole) = canonical::kept(canonical, prompts);
        Self { hash, model, kept: kept.to_string(), whole }
    }

    /// What makes the order recognisable.
    pub const fn hash(&self) -> RequestHash {
        self.hash
    }

    /// The model; empty for a remix, which takes that of its origin.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// One JSON object with what was kept; where something was left out stands its SHA-256.
    pub fn kept(&self) -> &str {
        &self.kept
    }

    /// Whether everything was kept, so that [`order`](Self::order) gives it back.
    pub const fn is_whole(&self) -> bool {
        self.whole
    }

    /// The order, if all of it was kept.
    pub fn order(&self) -> Option<Order> {
        let kept = serde_json::from_str(&self.kept).ok().filter(|_| self.whole)?;
        canonical::read(kept)
    }

    /// What stays of a request whose record is pruned.
    pub(crate) fn pruned(hash: RequestHash, model: String) -> Self {
        Self { hash, model, kept: "{}".to_owned(), whole: false }
    }

    /// What a store kept, as it is.
    #[cfg(feature = "sqlite")]
    pub(crate) const fn from_parts(hash: RequestHash, model: String, kept: String, whole: bool) -> Self {
        Self { hash, model, kept, whole }
    }
}

/// Leaves the words of the prompt out.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Request");
        debug.field("hash", &self.hash).field("model", &self.model).field("whole", &self.whole).finish_non_exhaustive()
    }
}
