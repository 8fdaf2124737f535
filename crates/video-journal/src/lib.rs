//! The ledger of jobs: a paid job is never lost and never ordered twice.
//!
//! A video job costs money as soon as its submit is accepted, and a program may die at any moment. So the journal
//! is told before each step, not after: the intent and the sending before the first byte of the submit, the id of
//! the task before the first poll. Whatever happens then, the next run knows what may be done.
//!
//! - [`Journal`] is the handle: asynchronous or blocking, one flush for all who wait.
//! - [`Store`] is where records are kept: [`MemoryStore`], or `SqliteStore` with feature `sqlite`.
//! - [`next`] says which event may follow which [`State`]; [`recover`] what a restart does in each; [`decide`] what
//!   a batch does with a line that was there before.
//! - [`Lease`]: of several processes one works on a job.
//!
//! Nothing here reads a clock or draws a random number: times are [`Millis`], chance is an argument.

mod claim;
mod ending;
mod error;
mod event;
mod evidence;
mod excerpt;
mod fingerprint;
mod history;
mod intent;
mod job_id;
mod journal;
mod line;
mod memory;
mod perform;
mod pruning;
mod query;
mod receipt;
mod record;
mod recovery;
mod request;
mod rules;
mod share;
#[cfg(feature = "sqlite")]
mod sqlite;
mod state;
mod store;
mod time;
mod write;

pub use claim::{Lease, Owner};
pub use error::JournalError;
pub use event::{Destination, End, Event, EventKind, SavedFile};
pub use evidence::Evidence;
pub use excerpt::Excerpt;
pub use fingerprint::{KeyFingerprint, ParseHashError, RequestHash};
pub use history::{Change, HistoryEntry};
pub use intent::Intent;
pub use job_id::{JobId, ParseJobIdError};
pub use journal::{Journal, Work};
pub use line::{Line, LineDecision, decide};
pub use memory::MemoryStore;
pub use pruning::Pruning;
pub use query::{Counts, Page, Query};
pub use receipt::Receipt;
pub use record::Record;
pub use recovery::{KEYS_KEPT_FOR, KeyHabit, Recovery, recover};
pub use request::{Order, Prompts, Request};
pub use rules::{Next, Past, next};
pub use share::Share;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;
pub use state::{ParseStateError, State};
pub use store::Store;
pub use time::Millis;
pub use write::{Begun, Reorder, Wanted, Write, Written};
