//! What goes from the journal once it is old, and what never does.

use insta::{allow_duplicates, assert_snapshot};
use proptest::prelude::*;
use video_journal::{
    Counts, End, Event, JournalError, LineDecision, Millis, Pruning, Query, Recovery, Reorder, SqliteStore, State,
    Store as _, Write, Written, decide,
};

use crate::properties::{at, check, write};
use crate::stage::{NOON, Stage, accepted, ended, id, intent, later, lease, lease_from, saved, sent, succeeded, to};

fn prune(stage: &Stage, unchanged_since: Millis) -> u64 {
    let pruning = Pruning { unchanged_since, at: later(1000), limit: 1000 };
    match stage.one(Write::Prune(pruning)).unwrap() {
        Written::Count(pruned) => pruned,
        other => panic!("{other:?}"),
    }
}

/// A saved line of a batch.
fn saved_line(stage: &Stage, name: u8) {
    stage.begin(intent(name).in_batch("spring", 1).named("fog"), lease("a")).unwrap();
    for event in [sent(), accepted(&format!("task_{name}")), succeeded(), saved()] {
        stage.note(&id(name), event).unwrap();
    }
}

#[test]
fn of_a_job_in_each_state_those_that_need_nothing_more_are_pruned() {
    allow_duplicates! {
    for stage in Stage::all() {
        stage.job_after(1, []);
        stage.job_after(2, [sent()]);
        stage.job_after(3, [sent(), accepted("task_3")]);
        stage.job_after(4, [sent(), accepted("task_4"), Event::Running]);
        stage.job_after(5, [sent(), accepted("task_5"), succeeded()]);
        stage.job_after(6, [sent(), accepted("task_6"), succeeded(), saved()]);
        stage.job_after(7, [sent(), accepted("task_7"), succeeded(), ended(End::Undelivered)]);
        stage.job_after(8, [sent(), accepted("task_8"), succeeded(), ended(End::Local)]);
        stage.job_after(9, [sent(), ended(End::Unknown)]);
        stage.job_after(10, [sent(), ended(End::Unsent)]);
        stage.job_after(11, [sent(), ended(End::Invalid)]);
        stage.job_after(12, [sent(), ended(End::Filtered)]);
        stage.job_after(13, [sent(), ended(End::Refused)]);
        for (name, end) in [(14, End::Failed), (15, End::Expired), (16, End::Cancelled), (17, End::Lost)] {
            stage.job_after(name, [sent(), accepted(&format!("task_{name}")), ended(end)]);
        }
        assert_eq!(stage.store.counts(None).unwrap().len(), State::ALL.len());
        assert_eq!(prune(&stage, NOON), 0, "what changed at that moment is not older");
        assert_eq!(prune(&stage, later(1)), 8);
        assert_eq!(prune(&stage, later(1)), 0);
        let left = |counts: Counts| counts.keys().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_snapshot!(left(stage.store.counts(None).unwrap()), @"intent sent accepted running succeeded undelivered local unknown unsent");
        let listed = stage.store.list(&Query::all()).unwrap().records.iter().map(|record| record.state).collect::<Vec<_>>();
        assert_eq!(listed.len(), 9, "{listed:?}");
    }
    }
}

#[test]
fn what_is_left_keeps_name_end_key_task_line_and_file_and_loses_the_rest() {
    for stage in Stage::all() {
        saved_line(&stage, 1);
        let before = stage.job(&id(1));
        assert_eq!(prune(&stage, later(1)), 1);
        let after = stage.job(&id(1));
        assert_eq!((after.request.kept(), after.request.order()), ("{}", None));
        assert_eq!(after.request.hash(), before.request.hash());
        assert_eq!(after.pruned_at, Some(later(1000)));
        assert!(stage.store.history(&id(1)).unwrap().is_empty());
        let mut same = before.clone();
        same.request.clone_from(&after.request);
        same.pruned_at = after.pruned_at;
        assert_eq!(after, same);
        // Found by each of its identities.
        let line = before.line.as_ref().unwrap();
        assert_eq!(stage.store.last_of_line(line).unwrap().as_ref(), Some(&after));
        assert_eq!(stage.store.job_of_key("key-1").unwrap().as_ref(), Some(&after));
        assert_eq!(stage.store.job_of_task("88api.ai", "task_1").unwrap().as_ref(), Some(&after));
    }
}

/// The mistake that would cost money.
#[test]
fn a_pruned_line_of_a_batch_is_not_ordered_again() {
    for stage in Stage::all() {
        saved_line(&stage, 1);
        prune(&stage, later(1));
        let mut again = intent(2).in_batch("spring", 1);
        again.request = crate::stage::request("prompt 1");
        let begun = stage.begin(again, lease_from("b", later(2000))).unwrap();
        assert!(!begun.is_new);
        assert_eq!(begun.record.job, id(1));
        assert_eq!(decide(Some(&begun.record), true, true), LineDecision::Skip);
        // Its file is gone: it is fetched again, from the task it had.
        assert_eq!(decide(Some(&begun.record), false, true), LineDecision::Download);
        assert!(begun.record.task.is_some());
        // The same key is the same order, and the task stays taken.
        let begun = stage.begin(intent(1).in_batch("spring", 1), lease("b")).unwrap();
        assert!(!begun.is_new);
        stage.job_after(3, [sent(), ended(End::Unknown)]);
        let stolen = stage.note(&id(3), Event::Adopted { task: crate::stage::task("task_1") });
        assert!(matches!(stolen, Err(JournalError::TaskTaken { .. })));
    }
}

#[test]
fn a_failed_line_is_ordered_again_if_asked_for_as_if_it_had_not_been_pruned() {
    for stage in Stage::all() {
        stage.begin(intent(1).in_batch("spring", 1), lease("a")).unwrap();
        for event in [sent(), accepted("task_1"), ended(End::Failed)] {
            stage.note(&id(1), event).unwrap();
        }
        assert_eq!(prune(&stage, later(1)), 1);
        let last = stage.job(&id(1));
        assert_eq!(decide(Some(&last), true, false), LineDecision::Leave);
        assert_eq!(decide(Some(&last), true, true), LineDecision::Reorder);
        let (job, idempotency_key, to) = (id(2), "key-2".to_owned(), to());
        let order = Reorder { of: id(1), job, idempotency_key, to, lease: lease("a"), at: NOON };
        stage.one(Write::Reorder(Box::new(order))).unwrap();
        assert_eq!(stage.job(&id(2)).line, last.line);
        assert_eq!(stage.job(&id(2)).recovery(None, NOON), Recovery::Submit);
        // The new job is listed, what is left of the old one is not.
        let listed = stage.store.list(&Query::all()).unwrap().records;
        assert_eq!(listed.iter().map(|record| record.job.clone()).collect::<Vec<_>>(), [id(2)]);
    }
}

#[test]
fn what_somebody_works_on_is_left_alone_and_what_moves_again_is_listed_again() {
    for stage in Stage::all() {
        saved_line(&stage, 1);
        stage.one(Write::Claim { job: id(1), lease: lease_from("b", later(990)), at: later(990) }).unwrap();
        assert_eq!(prune(&stage, later(1)), 0);
        stage.one(Write::Release { job: id(1), owner: lease("b").owner }).unwrap();
        assert_eq!(prune(&stage, later(1)), 1);
        assert!(stage.store.list(&Query::all()).unwrap().records.is_empty());
        let record = stage.note_by(&id(1), ended(End::Undelivered), "c", later(2000)).unwrap();
        assert_eq!((record.pruned_at, record.state), (None, State::Undelivered));
        assert_eq!(stage.store.list(&Query::all()).unwrap().records.len(), 1);
    }
}

#[test]
fn a_limit_makes_short_steps_of_it() {
    for stage in Stage::all() {
        (1..=9).for_each(|name| saved_line(&stage, name));
        let step = Write::Prune(Pruning { unchanged_since: later(1), at: later(1000), limit: 4 });
        let counts = [(); 4].map(|()| stage.one(step.clone()).unwrap());
        assert_eq!(counts, [4, 4, 1, 0].map(Written::Count));
    }
}

/// The words that were asked for are in no byte of the file afterwards.
#[test]
fn what_was_pruned_leaves_the_file_and_its_room_goes_back_to_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let store = SqliteStore::open(&path).unwrap();
    for number in 0..400 {
        let mut order = intent(0);
        order.request = crate::stage::request(&format!("planted words {number} {}", "p".repeat(1500)));
        (order.job, order.idempotency_key) = (format!("job-{number}").parse().unwrap(), format!("key-{number}"));
        let job = order.job.clone();
        let note = |event| Write::Note { job: job.clone(), event: Box::new(event), by: lease("a").owner, at: NOON };
        let task = accepted(&format!("task_{number}"));
        let steps = [sent(), task, succeeded(), saved()].map(note);
        let group = [Write::Begin { intent: Box::new(order), lease: lease("a") }].into_iter().chain(steps).collect();
        assert!(store.write(group).iter().all(Result::is_ok));
    }
    store.shrink().unwrap();
    let full = std::fs::metadata(&path).unwrap().len();
    store.write(vec![Write::Prune(Pruning { unchanged_since: later(1), at: later(2), limit: usize::MAX })]);
    store.shrink().unwrap();
    let left = std::fs::metadata(&path).unwrap().len();
    assert!(left * 3 < full, "{full} bytes, then {left}");
    assert_eq!((store.pruned().unwrap(), store.oldest().unwrap(), store.files().unwrap().len()), (400, None, 400));
    drop(store);
    let bytes = std::fs::read(&path).unwrap();
    assert!(!bytes.windows(13).any(|window| window == b"planted words"));
    SqliteStore::open(&path).unwrap().check().unwrap();
}

#[test]
fn by_hand_too_only_what_ended_is_pruned() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let store = SqliteStore::open(&path).unwrap();
    store.write(vec![Write::Begin { intent: Box::new(intent(1)), lease: lease("a") }]);
    let by_hand = rusqlite::Connection::open(&path).unwrap();
    let refused = by_hand.execute_batch("UPDATE jobs SET pruned_at = 1").unwrap_err();
    assert_snapshot!(refused.to_string(), @"only what ended is pruned");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happened, and whenever somebody prunes: what is open, unknown, unsent or paid for and not delivered is
    /// as it was, and every line, key and task is still known.
    #[test]
    fn no_open_or_unknown_record_is_ever_pruned(
        writes in prop::collection::vec(write(), 1..60),
        since in 0..4000_u64,
        now in 0..4000_u64,
        more in prop::collection::vec(write(), 0..20),
    ) {
        let [memory, sqlite] = Stage::all();
        let mut second = 0;
        for (delay, write) in writes {
            second += delay;
            for stage in [&memory, &sqlite] {
                drop(stage.one(at(second, write.clone())));
            }
        }
        let pruning = Pruning { unchanged_since: later(since), at: later(now), limit: usize::MAX };
        let before = memory.store.list(&Query::all()).unwrap().records;
        let counts = [&memory, &sqlite].map(|stage| stage.one(Write::Prune(pruning)).unwrap());
        prop_assert_eq!(&counts[0], &counts[1]);
        for record in before {
            let after = memory.store.job(&record.job).unwrap().unwrap();
            prop_assert_eq!(sqlite.store.job(&record.job).unwrap(), Some(after.clone()));
            if pruning.takes(&record) {
                prop_assert!(!record.state.is_open() && record.state != State::Unknown);
                prop_assert_eq!(record.recovery(None, later(now)), Recovery::Nothing);
                prop_assert!(after.pruned_at.is_some());
            } else {
                prop_assert_eq!(&after, &record);
            }
            prop_assert_eq!(memory.store.job_of_key(&record.idempotency_key).unwrap(), Some(after.clone()));
            if let Some(task) = &record.task {
                prop_assert_eq!(sqlite.store.job_of_task(&record.to.origin, task.id.as_str()).unwrap(), Some(after));
            }
            if let Some(line) = &record.line {
                prop_assert!(sqlite.store.last_of_line(line).unwrap().is_some());
            }
        }
        // Life goes on the same in both.
        for (delay, write) in more {
            second += delay;
            let write = at(second, write);
            let answers = [&memory, &sqlite].map(|stage| stage.one(write.clone()).map_err(|error| error.to_string()));
            prop_assert_eq!(&answers[0], &answers[1], "{:?}", write);
        }
        check(&memory);
        check(&sqlite);
        prop_assert_eq!(memory.store.list(&Query::all()).unwrap(), sqlite.store.list(&Query::all()).unwrap());
    }
}
