//! Files that are something else, newer, or broken: said clearly, and left byte for byte.

use std::path::Path;

use insta::assert_snapshot;
use tempfile::TempDir;
use video_journal::{Query, SqliteStore, State, Store as _, Write};

use crate::files::listing;
use crate::stage::{NOON, accepted, intent, lease, sent};

/// A closed journal with some jobs in it, and its bytes.
fn journal() -> (TempDir, std::path::PathBuf, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let store = SqliteStore::open(&path).unwrap();
    let jobs = (1..=200).map(|name| Write::Begin { intent: Box::new(intent(name)), lease: lease("a") });
    assert!(store.write(jobs.collect()).iter().all(Result::is_ok));
    drop(store);
    let bytes = std::fs::read(&path).unwrap();
    (folder, path, bytes)
}

/// What opening such a file says; the file and its folder must be as they were.
fn refused(path: &Path, bytes: &[u8]) -> String {
    std::fs::write(path, bytes).unwrap();
    let error = SqliteStore::open(path).map(drop).unwrap_err();
    assert!(std::fs::read(path).unwrap() == bytes, "the file was changed: {error}");
    assert_eq!(listing(path.parent().unwrap()), ["journal.db"], "{error}");
    error.to_string().replace(&path.display().to_string(), "PATH")
}

#[test]
fn what_is_no_journal_is_refused() {
    let (_folder, path, bytes) = journal();
    assert_snapshot!(refused(&path, b"{\"jobs\":[]}"), @"PATH is no journal; give another path");
    assert_snapshot!(refused(&path, &[0; 8192]), @"PATH is no journal; give another path");
    assert_snapshot!(refused(&path, &bytes[..40]), @"PATH is no journal; give another path");
    std::fs::remove_file(&path).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other
        .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE jobs (job TEXT); INSERT INTO jobs VALUES ('mine')")
        .unwrap();
    drop(other);
    let bytes = std::fs::read(&path).unwrap();
    assert_snapshot!(refused(&path, &bytes), @"PATH is no journal; give another path");
}

#[test]
fn a_newer_journal_is_refused() {
    let (_folder, path, mut bytes) = journal();
    bytes[60..64].copy_from_slice(&7_u32.to_be_bytes());
    assert_snapshot!(refused(&path, &bytes), @"the journal PATH has version 7, this program knows 2: use a newer one");
}

#[test]
fn a_broken_journal_is_refused_or_found_broken() {
    let (_folder, path, bytes) = journal();
    let mut broken = bytes.clone();
    broken[100..4096].fill(0x5a);
    assert_snapshot!(refused(&path, &broken), @"the journal PATH is damaged: copy it and the files beside it, then try `sqlite3 PATH .recover`");
    assert_snapshot!(refused(&path, &bytes[..5000]), @"the journal PATH is damaged: copy it and the files beside it, then try `sqlite3 PATH .recover`");
    // Damage deep inside is met when it is read, and found by a check.
    let mut broken = bytes.clone();
    let end = bytes.len() - 4096;
    broken[end..].fill(0x5a);
    std::fs::write(&path, &broken).unwrap();
    let found = SqliteStore::open(&path).and_then(|store| store.check()).unwrap_err();
    assert!(found.to_string().contains("is damaged"), "{found}");
    assert!(std::error::Error::source(&found).is_some());
}

#[test]
fn a_journal_without_one_of_its_tables_is_refused() {
    let (_folder, path, _) = journal();
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch("DROP TABLE origins; PRAGMA journal_mode = DELETE")
        .unwrap();
    let error = SqliteStore::open(&path).map(drop).unwrap_err();
    assert_snapshot!(error.to_string().replace(&path.display().to_string(), "PATH"), @"the journal PATH is damaged: copy it and the files beside it, then try `sqlite3 PATH .recover`");
}

#[test]
fn a_record_somebody_wrote_by_hand_is_an_error_of_that_record_alone() {
    let (_folder, path, _) = journal();
    let by_hand = rusqlite::Connection::open(&path).unwrap();
    by_hand.execute_batch("UPDATE jobs SET request_hash = 'abc' WHERE job = 'job-7'").unwrap();
    assert!(by_hand.execute_batch("UPDATE jobs SET state = 'done' WHERE job = 'job-7'").is_err());
    assert!(by_hand.execute_batch("DELETE FROM history WHERE job = 'job-7'").is_err());
    assert!(by_hand.execute_batch("UPDATE history SET at = 0").is_err());
    let store = SqliteStore::open(&path).unwrap();
    assert_snapshot!(store.job(&crate::stage::id(7)).unwrap_err().to_string(), @"a record in the journal cannot be read: Conversion error from type Text at index: 6, not a SHA-256: expected 64 hexadecimal digits");
    let claim = |name| Write::Claim { job: crate::stage::id(name), lease: lease("a"), at: NOON };
    let answers = store.write(vec![claim(7), claim(8)]);
    assert!(answers[0].is_err() && answers[1].is_ok());
}

/// What a power cut leaves: the log up to some byte, the rest as if it had never been.
#[test]
fn case_35_a_log_torn_at_any_byte_leaves_a_whole_beginning_of_what_happened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let store = SqliteStore::open(&path).unwrap();
    for name in 1..=12 {
        let job = crate::stage::id(name);
        let note = |event| Write::Note { job: job.clone(), event: Box::new(event), by: lease("a").owner, at: NOON };
        let begin = Write::Begin { intent: Box::new(intent(name)), lease: lease("a") };
        for write in [begin, note(sent()), note(accepted(&format!("task_{name}")))] {
            assert!(store.write(vec![write])[0].is_ok());
        }
    }
    let log = std::fs::read(folder.path().join("journal.db-wal")).unwrap();
    let mut seen = Vec::new();
    for end in (0..=log.len()).step_by(7919).chain([log.len()]) {
        let torn = tempfile::tempdir().unwrap();
        let copy = torn.path().join("journal.db");
        std::fs::copy(&path, &copy).unwrap();
        std::fs::write(torn.path().join("journal.db-wal"), &log[..end]).unwrap();
        let store = SqliteStore::open(&copy).unwrap();
        store.check().unwrap();
        let records = store.list(&Query::all()).unwrap().records;
        let steps: u64 = records.iter().map(|record| record.revision).sum();
        // All but the newest job have come all the way: no step is there without those before it.
        assert!(records.iter().skip(1).all(|record| record.state == State::Accepted));
        for record in &records {
            assert_eq!(record.replayed(&store.history(&record.job).unwrap()).unwrap().state, record.state);
        }
        seen.push(steps);
    }
    assert!(seen.is_sorted(), "{seen:?}");
    assert_eq!((seen.first(), seen.last()), (Some(&0), Some(&36)));
    assert!(seen.iter().collect::<std::collections::BTreeSet<_>>().len() > 20, "{seen:?}");
}
