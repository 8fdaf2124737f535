//! A store that forgets everything when its process ends: for tests, dry runs and the sandbox.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::perform::{Shelf, perform};
use crate::write::Wanted;
use crate::{
    Counts, HistoryEntry, JobId, JournalError, KeyHabit, Lease, Line, Millis, Owner, Page, Pruning, Query, Record,
    RequestHash, State, Store, Write, Written,
};

/// A store in memory. It keeps the same rules as the others, and nothing after its process ends.
#[derive(Debug, Default)]
pub struct MemoryStore {
    records: Mutex<Records>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, Records> {
        // Every change is decided before it is made, and made whole.
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
struct Records {
    by_number: BTreeMap<u64, (Record, Vec<HistoryEntry>)>,
    numbers: BTreeMap<JobId, u64>,
    keys: BTreeMap<String, u64>,
    tasks: BTreeMap<(String, String), u64>,
    /// The last job of each line.
    lines: BTreeMap<Line, u64>,
    habits: BTreeMap<String, KeyHabit>,
}

impl Records {
    fn at(&self, number: Option<&u64>) -> Option<Record> {
        Some(self.by_number.get(number?)?.0.clone())
    }

    fn of_job(&mut self, job: &JobId) -> Option<&mut (Record, Vec<HistoryEntry>)> {
        self.by_number.get_mut(self.numbers.get(job)?)
    }
}

impl Shelf for Records {
    fn job(&mut self, job: &JobId) -> Result<Option<Record>, JournalError> {
        Ok(self.at(self.numbers.get(job)))
    }

    fn job_of_key(&mut self, key: &str) -> Result<Option<Record>, JournalError> {
        Ok(self.at(self.keys.get(key)))
    }

    fn job_of_task(&mut self, origin: &str, id: &str) -> Result<Option<Record>, JournalError> {
        Ok(self.at(self.tasks.get(&(origin.to_owned(), id.to_owned()))))
    }

    fn last_of_line(&mut self, line: &Line) -> Result<Option<Record>, JournalError> {
        Ok(self.at(self.lines.get(line)))
    }

    fn of_request(&mut self, origin: &str, request: RequestHash, limit: usize) -> Result<Vec<Record>, JournalError> {
        let newest = self.by_number.values().rev().map(|(record, _)| record);
        let alike = newest.filter(|record| record.request.hash() == request && record.to.origin == origin);
        Ok(alike.take(limit).cloned().collect())
    }

    fn key_habit(&mut self, origin: &str) -> Result<Option<KeyHabit>, JournalError> {
        Ok(self.habits.get(origin).copied())
    }

    fn free(&mut self, wanted: &Wanted, at: Millis) -> Result<Vec<Record>, JournalError> {
        let records = self.by_number.values().map(|(record, _)| record);
        Ok(records.filter(|record| wanted.takes(record, at)).take(wanted.limit).cloned().collect())
    }

    fn insert(&mut self, record: &mut Record, first: &HistoryEntry) -> Result<(), JournalError> {
        record.number = self.by_number.last_key_value().map_or(1, |(last, _)| last + 1);
        self.numbers.insert(record.job.clone(), record.number);
        self.keys.insert(record.idempotency_key.clone(), record.number);
        if let Some(line) = &record.line {
            self.lines.insert(line.clone(), record.number);
        }
        self.by_number.insert(record.number, (record.clone(), vec![first.clone()]));
        Ok(())
    }

    fn change(&mut self, _before: &Record, record: &Record, entry: &HistoryEntry) -> Result<(), JournalError> {
        if let Some(id) = record.task_id() {
            self.tasks.insert((record.to.origin.clone(), id.as_str().to_owned()), record.number);
        }
        if let Some((kept, history)) = self.by_number.get_mut(&record.number) {
            *kept = record.clone();
            history.push(entry.clone());
        }
        Ok(())
    }

    fn set_claim(&mut self, job: &JobId, claim: Option<&Lease>) -> Result<(), JournalError> {
        if let Some((record, _)) = self.of_job(job) {
            record.claim = claim.cloned();
        }
        Ok(())
    }

    fn release(&mut self, job: &JobId, owner: &Owner) -> Result<bool, JournalError> {
        let claim = self.of_job(job).map(|(record, _)| &mut record.claim);
        let claim = claim.filter(|claim| claim.as_ref().is_some_and(|claim| claim.owner == *owner));
        Ok(claim.and_then(Option::take).is_some())
    }

    fn renew(&mut self, lease: &Lease) -> Result<u64, JournalError> {
        let mut renewed = 0;
        for claim in self.by_number.values_mut().filter_map(|(record, _)| record.claim.as_mut()) {
            if claim.owner == lease.owner {
                claim.until = lease.until;
                renewed += 1;
            }
        }
        Ok(renewed)
    }

    fn prunable(&mut self, pruning: &Pruning) -> Result<Vec<Record>, JournalError> {
        let of = |state| {
            let records = self.by_number.values().map(|(record, _)| record);
            records.filter(move |record| record.state == state && pruning.takes(record))
        };
        Ok(State::PRUNABLE.into_iter().flat_map(of).take(pruning.limit).cloned().collect())
    }

    fn prune(&mut self, after: &Record) -> Result<(), JournalError> {
        if let Some((kept, history)) = self.by_number.get_mut(&after.number) {
            *kept = after.clone();
            history.clear();
        }
        Ok(())
    }

    fn note_keys(&mut self, origin: &str, habit: KeyHabit) -> Result<(), JournalError> {
        self.habits.insert(origin.to_owned(), habit);
        Ok(())
    }
}

impl Store for MemoryStore {
    fn write(&self, group: Vec<Write>) -> Vec<Result<Written, JournalError>> {
        let mut records = self.lock();
        group.into_iter().map(|write| perform(&mut *records, write)).collect()
    }

    fn job(&self, job: &JobId) -> Result<Option<Record>, JournalError> {
        Shelf::job(&mut *self.lock(), job)
    }

    fn jobs_that_begin(&self, beginning: &str, limit: usize) -> Result<Vec<Record>, JournalError> {
        let kept = self.lock();
        let named = kept.numbers.iter().rev().filter(|(job, _)| job.as_str().starts_with(beginning));
        let records = named.filter_map(|(_, number)| kept.at(Some(number)));
        Ok(records.filter(|record| record.pruned_at.is_none()).take(limit).collect())
    }

    fn job_of_task(&self, origin: &str, id: &str) -> Result<Option<Record>, JournalError> {
        Shelf::job_of_task(&mut *self.lock(), origin, id)
    }

    fn job_of_key(&self, idempotency_key: &str) -> Result<Option<Record>, JournalError> {
        Shelf::job_of_key(&mut *self.lock(), idempotency_key)
    }

    fn last_of_line(&self, line: &Line) -> Result<Option<Record>, JournalError> {
        Shelf::last_of_line(&mut *self.lock(), line)
    }

    fn of_request(&self, origin: &str, request: RequestHash, limit: usize) -> Result<Vec<Record>, JournalError> {
        Shelf::of_request(&mut *self.lock(), origin, request, limit)
    }

    fn list(&self, query: &Query) -> Result<Page, JournalError> {
        let kept = self.lock();
        let newest_first = kept.by_number.values().rev().map(|(record, _)| record);
        let mut records: Vec<Record> =
            newest_first.filter(|record| query.takes(record)).take(query.limit.saturating_add(1)).cloned().collect();
        Ok(Page { next: cut(&mut records, query.limit), records })
    }

    fn counts(&self, batch: Option<&str>) -> Result<Counts, JournalError> {
        let mut counts = Counts::new();
        let all = Query { batch: batch.map(str::to_owned), ..Query::all() };
        for (record, _) in self.lock().by_number.values().filter(|(record, _)| all.takes(record)) {
            *counts.entry(record.state).or_default() += 1;
        }
        Ok(counts)
    }

    fn history(&self, job: &JobId) -> Result<Vec<HistoryEntry>, JournalError> {
        Ok(self.lock().of_job(job).map(|(_, history)| history.clone()).unwrap_or_default())
    }

    fn key_habit(&self, origin: &str) -> Result<Option<KeyHabit>, JournalError> {
        Shelf::key_habit(&mut *self.lock(), origin)
    }
}

/// Cuts a page that was read one record too far, and says where the next one begins.
pub(crate) fn cut(records: &mut Vec<Record>, limit: usize) -> Option<u64> {
    let more = records.len() > limit;
    records.truncate(limit);
    records.last().filter(|_| more).map(|last| last.number)
}
