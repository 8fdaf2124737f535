//! Those who only look change nothing: no file, no byte, no version.

use std::path::Path;

use insta::assert_snapshot;
use video_journal::{Query, SqliteStore, State, Store as _, Write};

use crate::files::listing;
use crate::processes::{Child, in_child};
use crate::stage::{id, intent, later, lease, lease_from, sent};

fn begin(name: u8) -> Write {
    Write::Begin { intent: Box::new(intent(name)), lease: lease("a") }
}

fn jobs(store: &SqliteStore) -> Vec<String> {
    store.list(&Query::all()).unwrap().records.iter().map(|record| record.job.to_string()).collect()
}

#[test]
fn a_journal_nobody_has_open_is_read_without_a_trace() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my %41 journal?.db");
    let store = SqliteStore::open(&path).unwrap();
    store.write(vec![begin(1)]);
    drop(store);
    let (bytes, names) = (std::fs::read(&path).unwrap(), listing(folder.path()));
    let store = SqliteStore::open_read_only(&path).unwrap();
    assert_eq!(jobs(&store), ["job-1"]);
    store.check().unwrap();
    assert_eq!(store.history(&id(1)).unwrap().len(), 1);
    assert_eq!(listing(folder.path()), names, "while it is open");
    let refused = store.write(vec![begin(2), begin(3)]);
    assert_eq!(refused.len(), 2);
    assert_snapshot!(refused[1].as_ref().unwrap_err().to_string().replace(&path.display().to_string(), "PATH"), @"the journal PATH cannot be used: it was opened to be read only");
    drop(store);
    assert_eq!(listing(folder.path()), names, "when it is closed");
    assert!(std::fs::read(&path).unwrap() == bytes);
}

#[test]
fn what_is_written_meanwhile_is_seen_and_so_is_a_log_somebody_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let writer = SqliteStore::open(&path).unwrap();
    writer.write(vec![begin(1)]);
    drop(writer);
    let reader = SqliteStore::open_read_only(&path).unwrap();
    assert_eq!(jobs(&reader), ["job-1"]);
    // Opened after the reader looked, and still open.
    let writer = SqliteStore::open(&path).unwrap();
    writer.write(vec![begin(2)]);
    assert_eq!(jobs(&reader), ["job-2", "job-1"]);
    writer.write(vec![begin(3)]);
    assert_eq!(jobs(&reader), ["job-3", "job-2", "job-1"]);
    assert_eq!(jobs(&SqliteStore::open_read_only(&path).unwrap()), ["job-3", "job-2", "job-1"]);
    // As a killed process leaves it.
    let copy = folder.path().join("copy.db");
    std::fs::copy(&path, &copy).unwrap();
    std::fs::copy(folder.path().join("journal.db-wal"), folder.path().join("copy.db-wal")).unwrap();
    assert_eq!(jobs(&SqliteStore::open_read_only(&copy).unwrap()), ["job-3", "job-2", "job-1"]);
}

/// Opened, written and closed again between two looks: then there is no log to notice it by.
#[test]
fn what_came_and_went_between_two_looks_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    drop(SqliteStore::open(&path).unwrap());
    let reader = SqliteStore::open_read_only(&path).unwrap();
    for name in 1..=20 {
        SqliteStore::open(&path).unwrap().write(vec![begin(name)]);
        assert_eq!(jobs(&reader).len(), usize::from(name));
    }
}

/// A process opens, writes and closes the journal as fast as it can; nothing half written is ever seen.
#[test]
fn one_who_looks_while_another_process_opens_and_closes_sees_whole_steps_only() {
    if let Some(path) = in_child() {
        for name in 1..=40 {
            let store = SqliteStore::open(&path).unwrap();
            let lease = lease_from("a", later(u64::from(name)));
            let send = Write::Note { job: id(name), event: Box::new(sent()), by: lease.owner.clone(), at: later(0) };
            assert!(store.write(vec![begin(name), send]).iter().all(Result::is_ok));
        }
        crate::processes::say("done");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    drop(SqliteStore::open(&path).unwrap());
    let test = "reading::one_who_looks_while_another_process_opens_and_closes_sees_whole_steps_only";
    let child = Child::start(test, &path);
    let reader = SqliteStore::open_read_only(&path).unwrap();
    let mut seen = Vec::new();
    while seen.last() != Some(&40) {
        let records = reader.list(&Query::all()).unwrap().records;
        assert!(records.iter().all(|record| record.state == State::Sent));
        seen.push(records.len());
    }
    assert!(seen.is_sorted(), "{seen:?}");
    assert_eq!(child.finish(), ["done"]);
}

#[test]
fn a_place_without_a_journal_is_named_and_stays_empty() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |path: &Path| {
        let error = SqliteStore::open_read_only(path).map(drop).unwrap_err();
        error.to_string().replace(&folder.path().display().to_string(), "FOLDER")
    };
    assert_snapshot!(refused(&folder.path().join("journal.db")), @"the journal FOLDER/journal.db cannot be used: it is not there");
    std::fs::write(folder.path().join("other"), "{}").unwrap();
    assert_snapshot!(refused(&folder.path().join("other")), @"FOLDER/other is no journal; give another path");
    let path = folder.path().join("newer");
    drop(SqliteStore::open(&path).unwrap());
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[60..64].copy_from_slice(&70_u32.to_be_bytes());
    std::fs::write(&path, bytes).unwrap();
    assert_snapshot!(refused(&path).replace(&SqliteStore::VERSION.to_string(), "N"), @"the journal FOLDER/newer has version 70, this program knows N: use a newer one");
    assert_eq!(listing(folder.path()), ["newer", "other"]);
}
