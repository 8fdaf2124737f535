//! What can be written, each in one step that happens whole or not at all.

use crate::{Destination, Event, Intent, JobId, KeyHabit, Lease, Millis, Owner, Pruning, Record, State};

/// One thing to write.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_enums, reason = "a store must know how to write each")]
pub enum Write {
    /// Notes an order that is about to be sent, and claims it.
    Begin {
        /// The order.
        intent: Box<Intent>,
        /// Who sends it.
        lease: Lease,
    },
    /// Notes what happened to a job.
    Note {
        /// The job.
        job: JobId,
        /// What happened.
        event: Box<Event>,
        /// Who says so.
        by: Owner,
        /// When.
        at: Millis,
    },
    /// Orders again what ended without a video or cannot be settled: a new job, linked to the old one.
    Reorder(Box<Reorder>),
    /// Claims one job, if nobody else works on it.
    Claim {
        /// The job.
        job: JobId,
        /// Who, and until when.
        lease: Lease,
        /// The moment.
        at: Millis,
    },
    /// Claims open jobs nobody works on, the oldest first.
    TakeUp {
        /// Which.
        wanted: Wanted,
        /// Who, and until when.
        lease: Lease,
        /// The moment.
        at: Millis,
    },
    /// Makes every claim an owner has hold until later.
    Renew {
        /// Who, and until when.
        lease: Lease,
    },
    /// Ends a claim. That of somebody else stays.
    Release {
        /// The job.
        job: JobId,
        /// Who gives it up.
        owner: Owner,
    },
    /// Removes what is not needed of records that ended long ago, the oldest of each state first.
    Prune(Pruning),
    /// Notes how a gateway treats idempotency keys.
    NoteKeys {
        /// The gateway's origin.
        origin: String,
        /// What was learned.
        habit: KeyHabit,
    },
}

impl Write {
    /// Whether it must have reached the disk before the caller goes on, also if the power fails.
    ///
    /// These are the orders (`begin`, `reorder`) and the events `sent`, `accepted` and `adopted`. Everything else
    /// may be lost when the power fails, though not when a process dies; then the job stands as it did before, and
    /// what follows is free: it is polled, downloaded or settled once more.
    pub fn must_reach_the_disk(&self) -> bool {
        match self {
            Self::Begin { .. } | Self::Reorder(_) => true,
            Self::Note { event, .. } => {
                matches!(**event, Event::Sent { .. } | Event::Accepted { .. } | Event::Adopted { .. })
            }
            Self::Claim { .. }
            | Self::TakeUp { .. }
            | Self::Renew { .. }
            | Self::Release { .. }
            | Self::Prune(_)
            | Self::NoteKeys { .. } => false,
        }
    }
}

/// An order that takes the place of another. Request, line and name are those of the old one.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "callers build it, and none of it has a default")]
pub struct Reorder {
    /// The old job.
    pub of: JobId,
    /// What the new one is called.
    pub job: JobId,
    /// A new key: under the old one a server might answer with the old task.
    pub idempotency_key: String,
    /// Where it is to go.
    pub to: Destination,
    /// Who sends it.
    pub lease: Lease,
    /// The moment.
    pub at: Millis,
}

/// Which jobs to take up.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wanted {
    /// In any of these states; [`State::OPEN`] by default.
    pub states: Vec<State>,
    /// Of this batch.
    pub batch: Option<String>,
    /// At this gateway.
    pub origin: Option<String>,
    /// How many at most.
    pub limit: usize,
}

impl Wanted {
    /// Open jobs of any batch and gateway, `limit` of them at most.
    pub fn open(limit: usize) -> Self {
        Self { states: State::OPEN.to_vec(), batch: None, origin: None, limit }
    }

    /// Those in these states instead.
    #[must_use]
    pub fn in_states(mut self, states: impl Into<Vec<State>>) -> Self {
        self.states = states.into();
        self
    }

    /// Those of one batch.
    #[must_use]
    pub fn of_batch(mut self, batch: impl Into<String>) -> Self {
        self.batch = Some(batch.into());
        self
    }

    /// Those that go or went to one gateway.
    #[must_use]
    pub fn at_origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    pub(crate) fn takes(&self, record: &Record, at: Millis) -> bool {
        let batch = record.line.as_ref().map(|line| line.batch.as_str());
        self.states.contains(&record.state)
            && self.batch.as_deref().is_none_or(|wanted| batch == Some(wanted))
            && self.origin.as_deref().is_none_or(|wanted| record.to.origin == wanted)
            && record.reordered_as.is_none()
            && record.pruned_at.is_none()
            && record.claim.as_ref().is_none_or(|claim| !claim.holds(at))
    }
}

/// What became of an order that was to begin.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "the answer is these two")]
pub struct Begun {
    /// The job: the new one, or the one that was there before under the same key or for the same line.
    pub record: Record,
    /// Whether it is new, so that the caller may send it. Another one may belong to somebody else: claim it first.
    pub is_new: bool,
}

/// What was written.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "one for each kind of write")]
pub enum Written {
    /// After [`Write::Begin`].
    Begun(Box<Begun>),
    /// After [`Write::Note`], [`Write::Reorder`] and [`Write::Claim`]: the job as it stands now.
    Record(Box<Record>),
    /// After [`Write::TakeUp`]: the jobs that are the caller's now.
    Records(Vec<Record>),
    /// After [`Write::Renew`]: how many claims were renewed; after [`Write::Prune`]: how many records were pruned.
    Count(u64),
    /// After [`Write::Release`] and [`Write::NoteKeys`].
    Done,
}
