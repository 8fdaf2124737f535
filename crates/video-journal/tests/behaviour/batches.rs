//! Lines of a batch: the same order in every run.

use insta::{allow_duplicates, assert_snapshot};
use video_journal::{End, Line, Query, Reorder, RequestHash, State, Write};

use crate::stage::{NOON, Stage, accepted, ended, id, intent, lease, record, request, said, sent, to};

fn hash(prompt: &str) -> RequestHash {
    request(prompt).hash()
}

fn numbered(prompts: &[&str]) -> String {
    let lines = Line::number("spring", prompts.iter().map(|prompt| hash(prompt)).collect::<Vec<_>>());
    let names = prompts.iter().zip(lines).map(|(prompt, line)| format!("{prompt}{}", line.occurrence));
    names.collect::<Vec<_>>().join(" ")
}

#[test]
fn equal_lines_are_separate_orders_and_other_lines_change_no_number() {
    assert_eq!(numbered(&["a", "b", "a", "a"]), "a1 b1 a2 a3");
    assert_eq!(numbered(&["b", "c", "a", "a", "a"]), "b1 c1 a1 a2 a3");
    assert_eq!(numbered(&["a", "a"]), "a1 a2");
}

#[test]
fn a_line_is_ordered_once_whoever_comes_with_it_and_under_whatever_key() {
    for stage in Stage::all() {
        let first = stage.begin(intent(1).in_batch("spring", 1), lease("a")).unwrap();
        assert!(first.is_new);
        let mut again = intent(2).in_batch("spring", 1);
        again.request = request("prompt 1");
        let second = stage.begin(again.clone(), lease("b")).unwrap();
        assert_eq!((second.is_new, second.record), (false, first.record.clone()), "{}", stage.name);
        // Another occurrence, another batch, another request: another order.
        let mut more = again;
        more.job = id(3);
        assert!(stage.begin(more.clone().in_batch("spring", 2), lease("b")).unwrap().is_new);
        (more.job, more.idempotency_key) = (id(4), "key-4".to_owned());
        assert!(stage.begin(more.in_batch("summer", 1), lease("b")).unwrap().is_new);
        assert!(stage.begin(intent(5).in_batch("spring", 1), lease("b")).unwrap().is_new);
        let line = Line { batch: "spring".to_owned(), request: hash("prompt 1"), occurrence: 1 };
        assert_eq!(stage.store.last_of_line(&line).unwrap(), Some(first.record));
    }
}

fn reorder(of: u8, new: u8) -> Write {
    Write::Reorder(Box::new(Reorder {
        of: id(of),
        job: id(new),
        idempotency_key: format!("key-{new}"),
        to: to(),
        lease: lease("a"),
        at: NOON,
    }))
}

#[test]
fn what_failed_is_ordered_again_once_as_a_job_linked_to_it() {
    allow_duplicates! {
    for stage in Stage::all() {
        stage.begin(intent(1).in_batch("spring", 1).named("fog"), lease("a")).unwrap();
        for event in [sent(), accepted("task_1"), ended(End::Failed)] {
            stage.note(&id(1), event).unwrap();
        }
        let new = stage.one(reorder(1, 2)).map(record).unwrap();
        assert_eq!((new.state, new.attempt, new.reorder_of.clone()), (State::Intent, 2, Some(id(1))));
        assert_eq!((new.name.as_deref(), &new.request), (Some("fog"), &request("prompt 1")));
        assert_eq!(stage.job(&id(1)).reordered_as, Some(id(2)));
        assert_eq!(stage.store.last_of_line(new.line.as_ref().unwrap()).unwrap(), Some(new.clone()));
        assert_snapshot!(said(stage.one(reorder(1, 3)).map(record)), @"job job-1 was ordered again already, as job-2");
        let old = stage.job(&id(1));
        assert_eq!(old.replayed(&stage.store.history(&id(1)).unwrap()).unwrap(), old);
        // The batch, line by line, without what was replaced.
        let last = stage.store.list(&Query::all().of_batch("spring").latest_only()).unwrap().records;
        assert_eq!(last, [new]);
    }
    }
}

#[test]
fn what_runs_or_is_paid_for_is_not_ordered_again() {
    allow_duplicates! {
    for stage in Stage::all() {
        stage.job_after(1, [sent(), accepted("task_1")]);
        assert_snapshot!(said(stage.one(reorder(1, 2)).map(record)), @"job job-1 is accepted, so it cannot be noted as reordered; look at it again");
        stage.job_after(3, [sent(), ended(End::Unsent)]);
        assert_snapshot!(said(stage.one(reorder(3, 4)).map(record)), @"job job-3 is unsent, so it cannot be noted as reordered; look at it again");
    }
    }
}
