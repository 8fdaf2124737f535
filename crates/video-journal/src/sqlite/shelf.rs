//! The rules' view of an open transaction.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, named_params};
use video_protocol::TaskRef;

use super::failure::journal_error;
use super::rows;
use crate::perform::Shelf;
use crate::write::Wanted;
use crate::{HistoryEntry, JobId, JournalError, KeyHabit, Lease, Line, Millis, Owner, Pruning, Record, RequestHash};

/// The tables inside one transaction.
pub(super) struct Rows<'a> {
    pub(super) connection: &'a Connection,
    pub(super) path: &'a Path,
}

impl Rows<'_> {
    fn failed<T>(&self, result: rusqlite::Result<T>) -> Result<T, JournalError> {
        result.map_err(|error| journal_error(self.path, error))
    }

    fn move_to(&self, record: &Record) -> Result<(), JournalError> {
        let to = &record.to;
        let changed = self
            .connection
            .prepare_cached("UPDATE jobs SET dialect = ?1, origin = ?2, key_fingerprint = ?3 WHERE number = ?4")
            .and_then(|mut statement| {
                statement.execute((&to.dialect, &to.origin, to.key_fingerprint.as_str(), record.number))
            });
        self.failed(changed).map(drop)
    }

    fn set_task(&self, record: &Record, task: &TaskRef) -> Result<(), JournalError> {
        let changed = self
            .connection
            .prepare_cached("UPDATE jobs SET task_dialect = ?1, task_id = ?2, task_route = ?3 WHERE number = ?4")
            .and_then(|mut statement| statement.execute((&task.dialect, task.id.as_str(), &task.route, record.number)));
        self.failed(changed).map(drop)
    }

    fn append(&self, job: &JobId, entry: &HistoryEntry) -> Result<(), JournalError> {
        let detail = rows::detail(&entry.change)
            .map_err(|error| JournalError::Unreadable { what: format!("an event cannot be written: {error}") })?;
        let added = self
            .connection
            .prepare_cached(
                "INSERT INTO history (job, revision, at, owner, event, state, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )
            .and_then(|mut statement| {
                statement.execute((
                    job.as_str(),
                    entry.revision,
                    entry.at.get(),
                    entry.by.as_str(),
                    entry.change.as_str(),
                    entry.state.as_str(),
                    detail,
                ))
            });
        self.failed(added).map(drop)
    }
}

impl Shelf for Rows<'_> {
    fn job(&mut self, job: &JobId) -> Result<Option<Record>, JournalError> {
        self.failed(rows::job(self.connection, job))
    }

    fn job_of_key(&mut self, key: &str) -> Result<Option<Record>, JournalError> {
        self.failed(rows::job_of_key(self.connection, key))
    }

    fn job_of_task(&mut self, origin: &str, id: &str) -> Result<Option<Record>, JournalError> {
        self.failed(rows::job_of_task(self.connection, origin, id))
    }

    fn last_of_line(&mut self, line: &Line) -> Result<Option<Record>, JournalError> {
        self.failed(rows::last_of_line(self.connection, line))
    }

    fn of_request(&mut self, origin: &str, request: RequestHash, limit: usize) -> Result<Vec<Record>, JournalError> {
        self.failed(rows::of_request(self.connection, origin, request, limit))
    }

    fn key_habit(&mut self, origin: &str) -> Result<Option<KeyHabit>, JournalError> {
        self.failed(rows::key_habit(self.connection, origin).optional())
    }

    fn free(&mut self, wanted: &Wanted, at: Millis) -> Result<Vec<Record>, JournalError> {
        self.failed(rows::free(self.connection, wanted, at))
    }

    fn insert(&mut self, record: &mut Record, first: &HistoryEntry) -> Result<(), JournalError> {
        let added = self.connection.prepare_cached(INSERT).and_then(|mut statement| {
            statement.insert(named_params! {
                ":job": record.job.as_str(),
                ":state": record.state.as_str(),
                ":revision": record.revision,
                ":created_at": record.created_at.get(),
                ":changed_at": record.changed_at.get(),
                ":request_hash": record.request.hash().to_string(),
                ":model": record.request.model(),
                ":request": record.request.kept(),
                ":request_whole": record.request.is_whole(),
                ":idempotency_key": record.idempotency_key,
                ":dialect": record.to.dialect,
                ":origin": record.to.origin,
                ":key_fingerprint": record.to.key_fingerprint.as_str(),
                ":batch": record.line.as_ref().map(|line| &line.batch),
                ":occurrence": record.line.as_ref().map(|line| line.occurrence),
                ":attempt": record.attempt,
                ":name": record.name,
                ":reorder_of": record.reorder_of.as_ref().map(JobId::as_str),
                ":claim_owner": record.claim.as_ref().map(|claim| claim.owner.as_str()),
                ":claim_until": record.claim.as_ref().map(|claim| claim.until.get()),
            })
        });
        record.number = self.failed(added)?.unsigned_abs();
        self.append(&record.job, first)
    }

    fn change(&mut self, before: &Record, record: &Record, entry: &HistoryEntry) -> Result<(), JournalError> {
        let (file, evidence) = (record.file.as_ref(), record.evidence.as_ref());
        let changed = self.connection.prepare_cached(UPDATE).and_then(|mut statement| {
            statement.execute(named_params! {
                ":number": record.number,
                ":state": record.state.as_str(),
                ":revision": record.revision,
                ":changed_at": record.changed_at.get(),
                ":reordered_as": record.reordered_as.as_ref().map(JobId::as_str),
                ":sends": record.sends,
                ":first_sent_at": record.first_sent_at.map(Millis::get),
                ":last_sent_at": record.last_sent_at.map(Millis::get),
                ":in_doubt": record.in_doubt,
                ":billing": record.billing.as_ref().map(ToString::to_string),
                ":file_path": file.map(|file| &file.path),
                ":file_bytes": file.map(|file| file.bytes),
                ":file_sha256": file.map(|file| &file.sha256),
                ":evidence_kind": evidence.map(|evidence| &evidence.kind),
                ":evidence": evidence.map(|evidence| evidence.message.as_str()),
                ":http_status": evidence.and_then(|evidence| evidence.http_status),
                ":request_id": evidence.and_then(|evidence| evidence.request_id.as_ref()),
                ":pruned_at": record.pruned_at.map(Millis::get),
                ":body_excerpt": evidence.and_then(|evidence| evidence.body.as_ref()).map(crate::Excerpt::as_str),
            })
        });
        self.failed(changed)?;
        // Seldom, and each with an index of its own.
        if before.to != record.to {
            self.move_to(record)?;
        }
        if let Some(task) = record.task.as_ref().filter(|_| before.task != record.task) {
            self.set_task(record, task)?;
        }
        if before.claim != record.claim {
            self.set_claim(&record.job, record.claim.as_ref())?;
        }
        self.append(&record.job, entry)
    }

    fn set_claim(&mut self, job: &JobId, claim: Option<&Lease>) -> Result<(), JournalError> {
        let known = (claim.map(|claim| claim.owner.as_str()), claim.map(|claim| claim.until.get()), job.as_str());
        let changed = self
            .connection
            .prepare_cached("UPDATE jobs SET claim_owner = ?1, claim_until = ?2 WHERE job = ?3")
            .and_then(|mut statement| statement.execute(known));
        self.failed(changed).map(drop)
    }

    fn release(&mut self, job: &JobId, owner: &Owner) -> Result<bool, JournalError> {
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE jobs SET claim_owner = NULL, claim_until = NULL WHERE job = ?1 AND claim_owner = ?2",
            )
            .and_then(|mut statement| statement.execute((job.as_str(), owner.as_str())));
        self.failed(changed).map(|count| count > 0)
    }

    fn renew(&mut self, lease: &Lease) -> Result<u64, JournalError> {
        let changed = self
            .connection
            .prepare_cached("UPDATE jobs SET claim_until = ?1 WHERE claim_owner = ?2")
            .and_then(|mut statement| statement.execute((lease.until.get(), lease.owner.as_str())));
        self.failed(changed).map(|count| u64::try_from(count).unwrap_or(u64::MAX))
    }

    fn prunable(&mut self, pruning: &Pruning) -> Result<Vec<Record>, JournalError> {
        self.failed(rows::prunable(self.connection, pruning))
    }

    fn prune(&mut self, after: &Record) -> Result<(), JournalError> {
        let pruned = self.connection.prepare_cached(PRUNE).and_then(|mut statement| {
            let kept = (after.request.kept(), after.request.is_whole(), after.pruned_at.map(Millis::get), after.number);
            statement.execute(kept)?;
            let mut statement = self.connection.prepare_cached("DELETE FROM history WHERE job = ?1")?;
            statement.execute([after.job.as_str()])
        });
        self.failed(pruned).map(drop)
    }

    fn note_keys(&mut self, origin: &str, habit: KeyHabit) -> Result<(), JournalError> {
        let kept_for = i64::try_from(habit.kept_for.as_millis()).unwrap_or(i64::MAX);
        let changed = self
            .connection
            .prepare_cached(
                "INSERT OR REPLACE INTO origins (origin, honours_keys, keys_kept_for, noted_at) VALUES (?1, ?2, ?3, ?4)",
            )
            .and_then(|mut statement| statement.execute((origin, habit.honoured, kept_for, habit.noted_at.get())));
        self.failed(changed).map(drop)
    }
}

const INSERT: &str = "INSERT INTO jobs (job, state, revision, created_at, changed_at, request_hash, model, request, \
     request_whole, idempotency_key, dialect, origin, key_fingerprint, batch, occurrence, attempt, name, reorder_of, \
     sends, in_doubt, claim_owner, claim_until) VALUES (:job, :state, :revision, :created_at, :changed_at, \
     :request_hash, :model, :request, :request_whole, :idempotency_key, :dialect, :origin, :key_fingerprint, :batch, \
     :occurrence, :attempt, :name, :reorder_of, 0, 0, :claim_owner, :claim_until)";

const UPDATE: &str = "UPDATE jobs SET state = :state, revision = :revision, changed_at = :changed_at, \
     reordered_as = :reordered_as, \
     sends = :sends, first_sent_at = :first_sent_at, last_sent_at = :last_sent_at, in_doubt = :in_doubt, \
     billing = :billing, \
     file_path = :file_path, file_bytes = :file_bytes, file_sha256 = :file_sha256, evidence_kind = :evidence_kind, \
     evidence = :evidence, http_status = :http_status, request_id = :request_id, body_excerpt = :body_excerpt, \
     pruned_at = :pruned_at WHERE number = :number";

const PRUNE: &str = "UPDATE jobs SET request = ?1, request_whole = ?2, pruned_at = ?3, billing = NULL, \
     evidence_kind = NULL, evidence = NULL, http_status = NULL, request_id = NULL, body_excerpt = NULL, \
     claim_owner = NULL, claim_until = NULL WHERE number = ?4";
