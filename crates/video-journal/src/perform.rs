//! One write, decided by the rules and carried out on whatever keeps the records.
//!
//! Everything is decided before anything is changed, so a refused write leaves nothing to undo.

use crate::write::{Reorder, Wanted};
use crate::{
    Begun, Change, Event, HistoryEntry, Intent, JobId, JournalError, KeyHabit, Lease, Line, Millis, Owner, Pruning,
    Record, RequestHash, State, Write, Written,
};

/// How many jobs with an equal request are looked at for one that may stand for an order.
const MOST_ALIKE: usize = 100;

/// What a store must be able to do for one write, inside its transaction.
pub(crate) trait Shelf {
    fn job(&mut self, job: &JobId) -> Result<Option<Record>, JournalError>;
    fn job_of_key(&mut self, key: &str) -> Result<Option<Record>, JournalError>;
    fn job_of_task(&mut self, origin: &str, id: &str) -> Result<Option<Record>, JournalError>;
    fn last_of_line(&mut self, line: &Line) -> Result<Option<Record>, JournalError>;
    /// Jobs with this request at this gateway, the newest first; at most `limit`.
    fn of_request(&mut self, origin: &str, request: RequestHash, limit: usize) -> Result<Vec<Record>, JournalError>;
    fn key_habit(&mut self, origin: &str) -> Result<Option<KeyHabit>, JournalError>;
    /// Jobs [`Wanted::takes`] takes, the oldest first.
    fn free(&mut self, wanted: &Wanted, at: Millis) -> Result<Vec<Record>, JournalError>;

    /// Adds a record, gives it its number, and begins its history.
    fn insert(&mut self, record: &mut Record, first: &HistoryEntry) -> Result<(), JournalError>;
    /// Replaces a record and adds to its history.
    fn change(&mut self, before: &Record, after: &Record, entry: &HistoryEntry) -> Result<(), JournalError>;
    fn set_claim(&mut self, job: &JobId, claim: Option<&Lease>) -> Result<(), JournalError>;
    /// Ends the claim of an owner on a job, and says whether there was one.
    fn release(&mut self, job: &JobId, owner: &Owner) -> Result<bool, JournalError>;
    fn renew(&mut self, lease: &Lease) -> Result<u64, JournalError>;
    fn note_keys(&mut self, origin: &str, habit: KeyHabit) -> Result<(), JournalError>;
    /// Jobs [`Pruning::takes`] takes.
    fn prunable(&mut self, pruning: &Pruning) -> Result<Vec<Record>, JournalError>;
    /// Replaces a record by what stays of it, and forgets its history.
    fn prune(&mut self, after: &Record) -> Result<(), JournalError>;
}

/// Carries out one write.
pub(crate) fn perform(shelf: &mut dyn Shelf, write: Write) -> Result<Written, JournalError> {
    let written = |record| Written::Record(Box::new(record));
    match write {
        Write::Begin { intent, lease } => begin(shelf, *intent, lease).map(|begun| Written::Begun(Box::new(begun))),
        Write::Note { job, event, by, at } => note(shelf, &job, &event, &by, at).map(written),
        Write::Reorder(order) => reorder(shelf, *order).map(written),
        Write::Claim { job, lease, at } => claim(shelf, &job, lease, at).map(written),
        Write::TakeUp { wanted, lease, at } => take_up(shelf, &wanted, &lease, at).map(Written::Records),
        Write::Renew { lease } => shelf.renew(&lease).map(Written::Count),
        Write::Release { job, owner } => release(shelf, &job, &owner).map(|()| Written::Done),
        Write::Prune(pruning) => prune(shelf, &pruning).map(Written::Count),
        Write::NoteKeys { origin, habit } => shelf.note_keys(&origin, habit).map(|()| Written::Done),
    }
}

fn begin(shelf: &mut dyn Shelf, intent: Intent, lease: Lease) -> Result<Begun, JournalError> {
    let line = intent.line();
    if let Some(before) = shelf.job_of_key(&intent.idempotency_key)? {
        let same = before.request.hash() == intent.request.hash() && before.line == line;
        return if same {
            Ok(Begun { record: before, is_new: false })
        } else {
            Err(JournalError::KeyTaken { job: before.job })
        };
    }
    if let Some(line) = &line
        && let Some(before) = shelf.last_of_line(line)?
    {
        return Ok(Begun { record: before, is_new: false });
    }
    if let (Some(share), None) = (&intent.share, &line) {
        let alike = shelf.of_request(&intent.to.origin, intent.request.hash(), MOST_ALIKE)?;
        if let Some(before) = share.choose(alike, intent.at) {
            return Ok(Begun { record: before, is_new: false });
        }
    }
    let record = add(shelf, Record::intended(intent, lease))?;
    Ok(Begun { record, is_new: true })
}

fn add(shelf: &mut dyn Shelf, mut record: Record) -> Result<Record, JournalError> {
    if shelf.job(&record.job)?.is_some() {
        return Err(JournalError::JobTaken { job: record.job });
    }
    let by = record.claim.as_ref().map_or_else(|| Owner::new(""), |claim| claim.owner.clone());
    let change = Change::Intended { to: record.to.clone() };
    let first = HistoryEntry { revision: 1, at: record.created_at, by, change, state: record.state };
    shelf.insert(&mut record, &first)?;
    Ok(record)
}

fn note(shelf: &mut dyn Shelf, job: &JobId, event: &Event, by: &Owner, at: Millis) -> Result<Record, JournalError> {
    let before = known(shelf, job)?;
    // An id that was read is noted whoever read it, and however late.
    if !matches!(event, Event::Accepted { .. }) {
        free_for(job, before.claim.as_ref(), by, at)?;
    }
    // Only what may have arrived asks whether the server knows its key.
    let habit = match (event, before.state) {
        (Event::Sent { .. }, State::Sent | State::Unknown) => shelf.key_habit(&before.to.origin)?,
        _ => None,
    };
    let Some(after) = before.after(event, at, habit)? else { return Ok(before) };
    // Of two that take the same job for theirs, one may send it.
    let holds = before.claim.as_ref().is_some_and(|claim| claim.owner == *by && claim.holds(at));
    if matches!(event, Event::Sent { .. }) && !holds {
        return Err(JournalError::ClaimOver { job: job.clone() });
    }
    if let (Event::Accepted { task } | Event::Adopted { task }, Some(id)) = (event, after.task_id())
        && let Some(owner) = shelf.job_of_task(&after.to.origin, id.as_str())?
    {
        return Err(JournalError::TaskTaken { task: Box::new(task.clone()), job: owner.job });
    }
    let entry = HistoryEntry {
        revision: after.revision,
        at,
        by: by.clone(),
        change: Change::Event(event.clone()),
        state: after.state,
    };
    shelf.change(&before, &after, &entry)?;
    Ok(after)
}

fn reorder(shelf: &mut dyn Shelf, order: Reorder) -> Result<Record, JournalError> {
    let old = known(shelf, &order.of)?;
    free_for(&order.of, old.claim.as_ref(), &order.lease.owner, order.at)?;
    if let Some(by) = old.reordered_as {
        return Err(JournalError::AlreadyReordered { job: order.of, by });
    }
    if !old.state.may_be_reordered() {
        return Err(JournalError::NotAllowed { job: order.of, state: old.state, event: "reordered" });
    }
    if let Some(other) = shelf.job_of_key(&order.idempotency_key)? {
        return Err(JournalError::KeyTaken { job: other.job });
    }
    let intent = Intent {
        job: order.job,
        at: order.at,
        request: old.request.clone(),
        idempotency_key: order.idempotency_key,
        to: order.to,
        batch: old.line.clone().map(|line| (line.batch, line.occurrence)),
        name: old.name.clone(),
        share: None,
    };
    let owner = order.lease.owner.clone();
    let mut record = Record::intended(intent, order.lease);
    record.attempt = old.attempt.saturating_add(1);
    record.reorder_of = Some(old.job.clone());
    let record = add(shelf, record)?;
    let mut after = old.clone();
    after.reordered(record.job.clone(), order.at);
    let change = Change::Reordered { by: record.job.clone() };
    let entry = HistoryEntry { revision: after.revision, at: order.at, by: owner, change, state: after.state };
    shelf.change(&old, &after, &entry)?;
    Ok(record)
}

fn claim(shelf: &mut dyn Shelf, job: &JobId, lease: Lease, at: Millis) -> Result<Record, JournalError> {
    let mut record = known(shelf, job)?;
    free_for(job, record.claim.as_ref(), &lease.owner, at)?;
    shelf.set_claim(job, Some(&lease))?;
    record.claim = Some(lease);
    Ok(record)
}

fn take_up(shelf: &mut dyn Shelf, wanted: &Wanted, lease: &Lease, at: Millis) -> Result<Vec<Record>, JournalError> {
    let mut records = shelf.free(wanted, at)?;
    for record in &mut records {
        shelf.set_claim(&record.job, Some(lease))?;
        record.claim = Some(lease.clone());
    }
    Ok(records)
}

fn prune(shelf: &mut dyn Shelf, pruning: &Pruning) -> Result<u64, JournalError> {
    let mut pruned = 0;
    for record in shelf.prunable(pruning)? {
        // A store may know of more, never of less.
        if pruning.takes(&record) {
            shelf.prune(&record.pruned(pruning.at))?;
            pruned += 1;
        }
    }
    Ok(pruned)
}

fn release(shelf: &mut dyn Shelf, job: &JobId, owner: &Owner) -> Result<(), JournalError> {
    if shelf.release(job, owner)? { Ok(()) } else { known(shelf, job).map(drop) }
}

fn known(shelf: &mut dyn Shelf, job: &JobId) -> Result<Record, JournalError> {
    shelf.job(job)?.ok_or_else(|| JournalError::UnknownJob { job: job.clone() })
}

/// Whether nobody but `by` works on a job.
fn free_for(job: &JobId, claim: Option<&Lease>, by: &Owner, at: Millis) -> Result<(), JournalError> {
    match claim {
        Some(claim) if claim.owner != *by && claim.holds(at) => {
            Err(JournalError::Claimed { job: job.clone(), owner: claim.owner.clone(), until: claim.until })
        }
        _ => Ok(()),
    }
}
