//! A journal without threads: its work is done when, and if, whoever was given it does it.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use video_journal::{Journal, JournalError, MemoryStore, Query, Store as _, Work};

use crate::stage::{NOON, id, intent, lease, sent};

/// A journal in memory, and the work it hands out.
fn on_paper() -> (Arc<MemoryStore>, Journal, std::sync::mpsc::Receiver<Work>) {
    let store = Arc::new(MemoryStore::new());
    let (give, work) = channel();
    let give = Mutex::new(give);
    let journal = Journal::on(store.clone(), move |work| drop(give.lock().unwrap().send(work)));
    (store, journal, work)
}

#[test]
fn nothing_is_done_before_its_work_is_and_what_waits_is_written_together() {
    let (store, journal, work) = on_paper();
    let written = [journal.begin(intent(1), lease("a")), journal.begin(intent(2), lease("a"))];
    let sent = journal.note(id(1), sent(), lease("a").owner, NOON);
    let mut work = work.try_iter();
    assert_eq!(store.list(&Query::all()).unwrap().records.len(), 0);
    work.next().unwrap()();
    assert_eq!(store.list(&Query::all()).unwrap().records.len(), 2);
    assert!(written.into_iter().all(|begun| begun.wait().unwrap().is_new));
    assert_eq!(sent.wait().unwrap().state.as_str(), "sent");
    work.for_each(|more| more());
}

#[test]
fn work_that_is_dropped_is_not_done_and_its_receipt_says_so_once_the_journal_is_gone() {
    let (store, journal, work) = on_paper();
    let lost = journal.begin(intent(1), lease("a"));
    drop(work);
    assert!(store.list(&Query::all()).unwrap().records.is_empty());
    drop(journal);
    assert!(matches!(lost.wait(), Err(JournalError::Closed)));
}
