//! Where records are kept: the contract every store fulfils.

use std::fmt;
use std::time::Duration;

use crate::{
    Change, Counts, Event, HistoryEntry, JobId, JournalError, KeyHabit, Line, Page, Query, Record, RequestHash, State,
    Write, Written,
};

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

    /// Jobs with this request at the gateway with this origin, the newest first; at most `limit`.
    fn of_request(&self, origin: &str, request: RequestHash, limit: usize) -> Result<Vec<Record>, JournalError>;

    /// A page of jobs, the newest first.
    fn list(&self, query: &Query) -> Result<Page, JournalError>;

    /// How many jobs there are in each state, of one batch or of all.
    fn counts(&self, batch: Option<&str>) -> Result<Counts, JournalError>;

    /// The past of a job, the oldest entry first; empty if there is no such job, or it was pruned.
    fn history(&self, job: &JobId) -> Result<Vec<HistoryEntry>, JournalError>;

    /// What is known of how a gateway treats idempotency keys.
    fn key_habit(&self, origin: &str) -> Result<Option<KeyHabit>, JournalError>;

    /// How long the last `limit` saved jobs of a model at a gateway took from their acceptance to their success, the newest first.
    ///
    /// Only jobs count that one run watched from one to the other, and only the last thousand saved ones are looked through.
    fn times_taken(&self, origin: &str, model: &str, limit: usize) -> Result<Vec<Duration>, JournalError> {
        let saved = self.list(&Query::all().in_state(State::Saved).limit(LOOKED_THROUGH))?.records;
        let alike = saved.iter().filter(|record| record.to.origin == origin && record.request.model() == model);
        let mut times = Vec::new();
        for record in alike.take(limit) {
            times.extend(time_taken(&self.history(&record.job)?));
        }
        Ok(times)
    }
}

/// So many of the last saved jobs are looked through for those of one model.
pub(crate) const LOOKED_THROUGH: usize = 1000;

/// From the acceptance to the success, if one run noted both.
fn time_taken(history: &[HistoryEntry]) -> Option<Duration> {
    let noted = |wanted: fn(&Event) -> bool| {
        history.iter().find(|entry| matches!(&entry.change, Change::Event(event) if wanted(event)))
    };
    let accepted = noted(|event| matches!(event, Event::Accepted { .. }))?;
    let succeeded = noted(|event| matches!(event, Event::Succeeded { .. }))?;
    (accepted.by == succeeded.by).then(|| succeeded.at.since(accepted.at))
}
