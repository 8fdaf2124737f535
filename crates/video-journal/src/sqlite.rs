//! A store in one file, by SQLite: several processes may use it at once.

mod failure;
mod open;
mod reading;
mod rows;
mod schema;
mod shelf;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};

use crate::memory::cut;
use crate::perform::perform;
use crate::{
    Counts, HistoryEntry, JobId, JournalError, KeyHabit, Line, Millis, Page, Query, Record, RequestHash, SavedFile,
    State, Store, Write, Written,
};
use failure::Failure;
use reading::Reader;
use shelf::Rows;

/// A journal in one file.
///
/// Any number of processes of one machine may have it open. The file and those SQLite puts beside it (`-wal`,
/// `-shm`) are readable by their user alone. Not for network file systems, whose locks SQLite cannot trust.
///
/// A group with anything in it that [must reach the disk](Write::must_reach_the_disk) is flushed before it is
/// answered, and what was written before it with it. Other groups survive the death of the process, not of the power.
pub struct SqliteStore {
    path: PathBuf,
    /// None if it was opened to be read only.
    writer: Option<Mutex<Writer>>,
    reader: Mutex<Reader>,
    /// The version of the file when it was opened.
    version: i64,
}

struct Writer {
    connection: Connection,
    /// Whether its transactions are flushed; nothing is said of that yet if it is absent.
    flushes: Option<bool>,
}

impl Writer {
    /// Makes transactions from here on flushed, or not.
    fn flush(&mut self, flushes: bool) -> rusqlite::Result<()> {
        if self.flushes != Some(flushes) {
            self.flushes = None;
            self.connection.pragma_update(None, "synchronous", if flushes { "FULL" } else { "NORMAL" })?;
            self.flushes = Some(flushes);
        }
        Ok(())
    }
}

impl SqliteStore {
    /// Opens a journal, and makes an empty one if there is none. Its folder must exist.
    ///
    /// # Errors
    ///
    /// The folder or the file cannot be used; the file is something else, of a newer version, or damaged. It is then
    /// left as it is.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        let path = path.as_ref().to_owned();
        let (writer, reader) = open::open(&path)?;
        let writer = Some(Mutex::new(Writer { connection: writer, flushes: None }));
        Ok(Self { path, writer, reader: Mutex::new(Reader::shared(reader)), version: Self::VERSION })
    }

    /// Opens a journal to be read only: for those who look, and must change nothing.
    ///
    /// A file of an older [version](Self::version) is read as it is and stays what it is; whatever is written is
    /// refused. While no other process has the file open, nothing is made beside it either. Waits a second at most
    /// for a process that holds the file.
    ///
    /// # Errors
    ///
    /// There is no file; it cannot be read; it is something else, of a newer version, or damaged.
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        let path = path.as_ref().to_owned();
        let (reader, version) = Reader::open(&path)?;
        Ok(Self { path, writer: None, reader: Mutex::new(reader), version })
    }

    /// The version of journals this program writes.
    pub const VERSION: i64 = schema::VERSION;

    /// The version of the file: [`VERSION`](Self::VERSION), or an older one if it was opened to be read only.
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the whole file and looks for damage; lists wait for it.
    ///
    /// # Errors
    ///
    /// [`JournalError::Damaged`], with what was found.
    pub fn check(&self) -> Result<(), JournalError> {
        let found: String =
            self.read(|connection| connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)))?;
        if found == "ok" {
            return Ok(());
        }
        Err(JournalError::Damaged { path: self.path.clone(), source: Some(std::sync::Arc::new(Failure(found))) })
    }

    /// Every proved file that was noted, also those of pruned records, in the order of arrival of their jobs.
    pub fn files(&self) -> Result<Vec<SavedFile>, JournalError> {
        self.read(rows::files)
    }

    /// How many records were [pruned](crate::Pruning).
    pub fn pruned(&self) -> Result<u64, JournalError> {
        self.read(|connection| {
            connection.query_row("SELECT count(*) FROM jobs WHERE pruned_at IS NOT NULL", [], |row| row.get(0))
        })
    }

    /// When the oldest record that was not pruned was intended; `None` if there is none.
    pub fn oldest(&self) -> Result<Option<Millis>, JournalError> {
        self.read(|connection| {
            let question = "SELECT created_at FROM jobs WHERE pruned_at IS NULL ORDER BY number LIMIT 1";
            connection.query_row(question, [], |row| row.get(0).map(Millis::new)).optional()
        })
    }

    /// Gives the room of what was pruned back to the disk. Others who write wait meanwhile.
    ///
    /// The file is written anew, so for a moment the disk needs room for as much as it still holds.
    ///
    /// # Errors
    ///
    /// The disk is full, or somebody held the file for too long. It is then as it was.
    pub fn shrink(&self) -> Result<(), JournalError> {
        let writer = lock(self.writer.as_ref().ok_or_else(|| reading::refused(&self.path))?);
        self.failed(writer.connection.execute_batch("VACUUM"))?;
        // If somebody reads, the log is taken over later.
        self.failed(writer.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())))
    }

    fn transaction(&self, group: Vec<Write>) -> Result<Vec<Result<Written, JournalError>>, JournalError> {
        let mut writer = lock(self.writer.as_ref().ok_or_else(|| reading::refused(&self.path))?);
        self.failed(writer.flush(group.iter().any(Write::must_reach_the_disk)))?;
        let transaction = self.failed(writer.connection.transaction_with_behavior(TransactionBehavior::Immediate))?;
        let mut answers = Vec::with_capacity(group.len());
        for write in group {
            match perform(&mut Rows { connection: &transaction, path: &self.path }, write) {
                // Dropping the transaction takes all of it back.
                Err(error) if failure::is_of_the_place(&error) => return Err(error),
                answer => answers.push(answer),
            }
        }
        self.failed(transaction.commit())?;
        Ok(answers)
    }

    fn failed<T>(&self, result: rusqlite::Result<T>) -> Result<T, JournalError> {
        result.map_err(|error| failure::journal_error(&self.path, error))
    }

    fn read<T>(&self, ask: impl Fn(&Connection) -> rusqlite::Result<T>) -> Result<T, JournalError> {
        lock(&self.reader).ask(&self.path, ask)
    }
}

fn lock<T>(connection: &Mutex<T>) -> MutexGuard<'_, T> {
    // A transaction that was left open is rolled back when it is dropped.
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store for SqliteStore {
    fn write(&self, group: Vec<Write>) -> Vec<Result<Written, JournalError>> {
        let count = group.len();
        self.transaction(group).unwrap_or_else(|error| vec![Err(error); count])
    }

    fn job(&self, job: &JobId) -> Result<Option<Record>, JournalError> {
        self.read(|connection| rows::job(connection, job))
    }

    fn jobs_that_begin(&self, beginning: &str, limit: usize) -> Result<Vec<Record>, JournalError> {
        self.read(|connection| rows::jobs_that_begin(connection, beginning, limit))
    }

    fn job_of_task(&self, origin: &str, id: &str) -> Result<Option<Record>, JournalError> {
        self.read(|connection| rows::job_of_task(connection, origin, id))
    }

    fn job_of_key(&self, idempotency_key: &str) -> Result<Option<Record>, JournalError> {
        self.read(|connection| rows::job_of_key(connection, idempotency_key))
    }

    fn last_of_line(&self, line: &Line) -> Result<Option<Record>, JournalError> {
        self.read(|connection| rows::last_of_line(connection, line))
    }

    fn of_request(&self, origin: &str, request: RequestHash, limit: usize) -> Result<Vec<Record>, JournalError> {
        self.read(|connection| rows::of_request(connection, origin, request, limit))
    }

    fn list(&self, query: &Query) -> Result<Page, JournalError> {
        // Each state of a batch is read off an index; one question for all of them would sort every job there is.
        let states: &[State] = match (&query.states[..], &query.batch) {
            ([], Some(_)) => &State::ALL,
            (states, _) => states,
        };
        let mut records = self.read(|connection| {
            if states.is_empty() {
                return rows::newest(connection, query, None);
            }
            let mut records = Vec::new();
            for state in states {
                records.extend(rows::newest(connection, query, Some(*state))?);
            }
            Ok(records)
        })?;
        records.sort_by_key(|record| std::cmp::Reverse(record.number));
        Ok(Page { next: cut(&mut records, query.limit), records })
    }

    fn counts(&self, batch: Option<&str>) -> Result<Counts, JournalError> {
        self.read(|connection| {
            let question = if batch.is_some() { rows::COUNTS_OF_BATCH } else { rows::COUNTS };
            let mut statement = connection.prepare_cached(question)?;
            let read = |row: &rusqlite::Row<'_>| Ok((rows::parsed::<State>(row, 0)?, row.get::<_, u64>(1)?));
            match batch {
                Some(batch) => statement.query_map([batch], read)?.collect(),
                None => statement.query_map([], read)?.collect(),
            }
        })
    }

    fn history(&self, job: &JobId) -> Result<Vec<HistoryEntry>, JournalError> {
        self.read(|connection| rows::history(connection, job))
    }

    fn key_habit(&self, origin: &str) -> Result<Option<KeyHabit>, JournalError> {
        self.read(|connection| rows::key_habit(connection, origin).optional())
    }

    fn times_taken(&self, origin: &str, model: &str, limit: usize) -> Result<Vec<Duration>, JournalError> {
        self.read(|connection| rows::times_taken(connection, origin, model, limit))
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SqliteStore").field(&self.path).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Destination, Intent, KeyFingerprint, Lease, Order, Owner, Prompts, Request};

    fn begin(number: u32) -> Write {
        let order = Order::from(video_types::Generation::new("m", "p".repeat(500)));
        let to = Destination {
            dialect: "new-api".to_owned(),
            origin: "88api.ai".to_owned(),
            key_fingerprint: KeyFingerprint::of("sk-xxxx"),
        };
        let job = format!("job-{number}").parse().unwrap();
        let request = Request::new(&order, Prompts::Stored);
        let intent = Intent::new(job, Millis::new(1), request, format!("key-{number}"), to);
        Write::Begin { intent: Box::new(intent), lease: Lease { owner: Owner::new("a"), until: Millis::new(2) } }
    }

    #[test]
    fn where_the_disk_is_full_a_group_fails_whole_and_what_was_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let store = SqliteStore::open(&path).unwrap();
        assert!(store.write(vec![begin(0)])[0].is_ok());
        let pages: u32 = lock(store.writer.as_ref().unwrap())
            .connection
            .pragma_query_value(None, "page_count", |row| row.get(0))
            .unwrap();
        let limited = |pages: u32| {
            lock(store.writer.as_ref().unwrap())
                .connection
                .query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))
                .unwrap();
        };
        limited(pages);
        let answers = store.write((1..100).map(begin).collect());
        for answer in &answers {
            let error = answer.as_ref().unwrap_err();
            assert!(matches!(error, JournalError::Full { .. }), "{error}");
            assert!(error.to_string().starts_with("the disk is full, so the journal "), "{error}");
            assert_eq!(error.kind(), video_protocol::ErrorKind::Local);
        }
        assert_eq!(store.list(&Query::all()).unwrap().records.len(), 1);
        store.check().unwrap();
        limited(pages + 1000);
        assert!(store.write((1..100).map(begin).collect()).iter().all(Result::is_ok));
    }

    /// How SQLite would answer a question.
    fn plan(connection: &Connection, question: &str) -> String {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {question}")).unwrap();
        let parameters = vec!["1"; statement.parameter_count()];
        let rows = statement.query_map(rusqlite::params_from_iter(parameters), |row| row.get::<_, String>(3)).unwrap();
        rows.map(Result::unwrap).collect::<Vec<_>>().join("; ")
    }

    /// A list of the newest reads as many rows as it shows, however many there are; so does one of a state or a batch.
    #[test]
    fn lists_and_counts_are_read_off_an_index_and_nothing_is_sorted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        drop(SqliteStore::open(&path).unwrap());
        let connection = Connection::open(&path).unwrap();
        let ask = |rest: &str| plan(&connection, &format!("SELECT {} FROM jobs {rest}", rows::COLUMNS));
        let plans = [
            ask(&rows::rest_of_newest(false, false, false)),
            ask(&rows::rest_of_newest(false, true, true)),
            ask(&rows::rest_of_newest(true, true, false)),
            ask(rows::PRUNABLE),
            ask(rows::LAST_OF_LINE),
            ask("WHERE job = ?1"),
            ask(rows::BEGINNING),
            ask("WHERE idempotency_key = ?1"),
            ask("WHERE origin = ?1 AND task_id = ?2"),
            plan(&connection, rows::COUNTS),
            plan(&connection, rows::COUNTS_OF_BATCH),
        ];
        insta::assert_snapshot!(plans.join("\n"), @"
        SEARCH jobs USING INDEX jobs_by_arrival (number<?)
        SEARCH jobs USING INDEX jobs_by_state (state=? AND number<?)
        SEARCH jobs USING INDEX jobs_by_batch (batch=? AND state=? AND number<?)
        SEARCH jobs USING INDEX jobs_by_state (state=?)
        SEARCH jobs USING INDEX one_line_one_job (batch=? AND request_hash=? AND occurrence=?)
        SEARCH jobs USING INDEX sqlite_autoindex_jobs_1 (job=?)
        SEARCH jobs USING INDEX sqlite_autoindex_jobs_1 (job>? AND job<?)
        SEARCH jobs USING INDEX sqlite_autoindex_jobs_2 (idempotency_key=?)
        SEARCH jobs USING INDEX one_task_one_job (origin=? AND task_id=?)
        SCAN jobs USING COVERING INDEX jobs_by_state
        SEARCH jobs USING COVERING INDEX jobs_by_batch (batch=?)
        ");
    }

    #[test]
    fn what_must_reach_the_disk_is_flushed_with_all_that_shares_its_group() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("journal.db")).unwrap();
        let renew = || Write::Renew { lease: Lease { owner: Owner::new("a"), until: Millis::new(3) } };
        let groups = [vec![begin(0)], vec![renew()], vec![renew(), begin(1), renew()], vec![renew(), renew()]];
        let flushed = groups.map(|group| {
            store.write(group);
            let connection = &lock(store.writer.as_ref().unwrap()).connection;
            connection.pragma_query_value(None, "synchronous", |row| row.get::<_, u8>(0)).unwrap() == 2
        });
        assert_eq!(flushed, [true, false, true, false]);
    }

    #[test]
    fn what_jobs_took_is_found_by_index() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let store = SqliteStore::open(&path).unwrap();
        assert!(store.times_taken("88api.ai", "m", 50).unwrap().is_empty());
        let steps = plan(&Connection::open(&path).unwrap(), rows::TIMES_TAKEN);
        let steps: Vec<&str> = steps.split("; ").collect();
        // Nothing is read from beginning to end but what was found before.
        let scans: Vec<_> = steps.iter().filter(|step| step.starts_with("SCAN")).collect();
        assert!(scans.iter().all(|scan| !scan.contains("jobs") && !scan.contains("history")), "{steps:#?}");
        assert!(steps.iter().any(|step| step.contains("jobs_by_state")), "{steps:#?}");
    }
}
