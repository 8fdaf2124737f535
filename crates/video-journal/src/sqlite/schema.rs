//! The tables, and how a file of an older version gets them.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::failure::journal_error;
use crate::JournalError;

/// Marks a file as a journal of ours: "vjrn".
pub(super) const APPLICATION: u32 = 0x766a_726e;

/// What leads from each version to the next. An entry is never changed, only added.
pub(super) const MIGRATIONS: &[&str] = &[include_str!("schema_1.sql"), include_str!("schema_2.sql")];

/// The newest version.
#[expect(clippy::cast_possible_wrap, reason = "a handful of migrations")]
pub(super) const VERSION: i64 = MIGRATIONS.len() as i64;

/// What makes a file of each older version look like the next one to a connection that may only read: temporary views
/// before its tables. An entry for each migration but the first.
const LENSES: &[&str] = &["CREATE TEMP VIEW jobs AS SELECT *, NULL AS pruned_at FROM main.jobs"];

/// Makes a connection see a file of version `found` as one of the newest. The file is not touched.
pub(super) fn look_through(connection: &Connection, found: i64) -> rusqlite::Result<()> {
    let older = usize::try_from(found).unwrap_or_default().max(1) - 1;
    LENSES.iter().skip(older).try_for_each(|lens| connection.execute_batch(lens))
}

/// Brings a file to the newest version, whole or not at all.
pub(super) fn migrate(connection: &mut Connection, path: &Path, migrations: &[&str]) -> Result<(), JournalError> {
    let known = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
    let failed = |error| journal_error(path, error);
    let newer = |found| JournalError::Newer { path: path.to_owned(), found, known };
    // Looking takes no lock that others would wait for.
    match version(connection).map_err(failed)? {
        found if found == known => return Ok(()),
        found if found > known => return Err(newer(found)),
        _ => {}
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    // Another process may have done it while this one waited.
    let found = version(&transaction).map_err(failed)?;
    if found > known {
        return Err(newer(found));
    }
    for migration in migrations.iter().skip(usize::try_from(found).unwrap_or_default()) {
        transaction.execute_batch(migration).map_err(failed)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION).map_err(failed)?;
    transaction.pragma_update(None, "user_version", known).map_err(failed)?;
    transaction.commit().map_err(failed)
}

pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file as each version of this program left it can be read by this one, without being changed.
    #[test]
    fn a_file_of_any_older_version_is_read_as_it_is() {
        for version in 1..=MIGRATIONS.len() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("journal.db");
            let mut connection = Connection::open(&path).unwrap();
            migrate(&mut connection, &path, &MIGRATIONS[..version]).unwrap();
            connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).unwrap();
            connection.execute_batch(OLD_JOB).unwrap();
            drop(connection);
            let bytes = std::fs::read(&path).unwrap();
            let store = crate::SqliteStore::open_read_only(&path).unwrap();
            assert_eq!(usize::try_from(store.version()).unwrap(), version);
            let records = crate::Store::list(&store, &crate::Query::all()).unwrap().records;
            assert_eq!(records.len(), 1);
            assert_eq!(crate::Store::counts(&store, None).unwrap().len(), 1);
            store.check().unwrap();
            assert!(std::fs::read(&path).unwrap() == bytes);
            // And then it is brought to the newest, with what it held.
            drop(store);
            let store = crate::SqliteStore::open(&path).unwrap();
            assert_eq!(crate::Store::list(&store, &crate::Query::all()).unwrap().records, records);
        }
    }

    const OLD_JOB: &str = "INSERT INTO jobs (job, state, revision, created_at, changed_at, request_hash, model, request, \
         request_whole, idempotency_key, dialect, origin, key_fingerprint, attempt, sends, in_doubt) VALUES ('job-1', \
         'saved', 1, 1, 1, '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'm', '{}', 1, 'key-1', \
         'new-api', 'host', 'aa', 1, 0, 0)";

    const FIRST: &str = "CREATE TABLE job (name TEXT); INSERT INTO job VALUES ('one');";

    fn found(connection: &Connection) -> String {
        let count: i64 = connection.query_row("SELECT count(*) FROM job", [], |row| row.get(0)).unwrap();
        format!("version {}, {count} jobs", version(connection).unwrap())
    }

    #[test]
    fn an_older_file_is_brought_to_the_newest_version_and_keeps_what_it_holds() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, Path::new("j"), &[FIRST]).unwrap();
        assert_eq!(found(&connection), "version 1, 1 jobs");
        let second = "ALTER TABLE job ADD COLUMN model TEXT; INSERT INTO job (name) VALUES ('two');";
        migrate(&mut connection, Path::new("j"), &[FIRST, second]).unwrap();
        migrate(&mut connection, Path::new("j"), &[FIRST, second]).unwrap();
        assert_eq!(found(&connection), "version 2, 2 jobs");
    }

    #[test]
    fn a_migration_that_fails_in_the_middle_leaves_the_file_as_it_was() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, Path::new("j"), &[FIRST]).unwrap();
        let broken = "INSERT INTO job VALUES ('two'); INSERT INTO nowhere VALUES (1);";
        let error = migrate(&mut connection, Path::new("j"), &[FIRST, broken]).unwrap_err();
        assert!(matches!(error, JournalError::Damaged { .. }), "{error}");
        assert_eq!(found(&connection), "version 1, 1 jobs");
    }

    #[test]
    fn a_file_of_a_newer_version_is_refused_as_it_is() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, Path::new("j"), &[FIRST, "SELECT 1;"]).unwrap();
        let error = migrate(&mut connection, Path::new("j"), &[FIRST]).unwrap_err();
        assert_eq!(error.to_string(), "the journal j has version 2, this program knows 1: use a newer one");
        assert_eq!(found(&connection), "version 2, 1 jobs");
    }
}
