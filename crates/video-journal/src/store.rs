//! Where records are kept: the contract every store fulfils.

use std::fmt;

use crate::{Counts, HistoryEntry, JobId, JournalError, KeyHabit, Line, Page, Query, Record, Write, Written};

/// A place that keeps records. Every call blocks until it is done, for as long as a disk takes.
///
/// Asynchronous programs go through [`Journal`](crate::Journal), which runs a store on threads of its own.
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Writes several things in one transaction, in this order, and answers for each in the same order.
    ///
    /// What the rules refuse changes nothing, and the others are written all the same. If the place itself fails, all
    /// of it fails and nothing is written. When this returns, whatever
    /// [must reach the disk](Write::must_reach_the_disk) has reached it, if the place has one.
    fn write(&self, group: Vec<Write>) -> Vec<Result<Written, JournalError>>;

    /// One job.
    fn job(&self, job: &JobId) -> Result<Option<Record>, JournalError>;

    /// Jobs whose names begin like this, the last by name first, those left out that were
    /// [pruned](crate::Pruning); `limit` of them at most.
    fn jobs_that_begin(&self, beginning: &str, limit: usize) -> Result<Vec<Record>, JournalError>;

    /// The job that owns a task: the id it has at the gateway with this origin.
    fn job_of_task(&self, origin: &str, id: &str) -> Result<Option<Record>, JournalError>;

    /// The job an idempotency key belongs to.
    fn job_of_key(&self, idempotency_key: &str) -> Result<Option<Record>, JournalError>;

    /// The last job of a line of a batch.
    fn last_of_line(&self, line: &Line) -> Result<Option<Record>, JournalError>;

    /// A page of jobs, the newest first.
    fn list(&self, query: &Query) -> Result<Page, JournalError>;

    /// How many jobs there are in each state, of one batch or of all.
    fn counts(&self, batch: Option<&str>) -> Result<Counts, JournalError>;

    /// The past of a job, the oldest entry first; empty if there is no such job, or it was pruned.
    fn history(&self, job: &JobId) -> Result<Vec<HistoryEntry>, JournalError>;

    /// What is known of how a gateway treats idempotency keys.
    fn key_habit(&self, origin: &str) -> Result<Option<KeyHabit>, JournalError>;
}
