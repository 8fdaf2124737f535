//! Jobs nobody knows the outcome of: evidence, and the three ways out.

use insta::{allow_duplicates, assert_snapshot};
use video_journal::{End, Event, Evidence, Excerpt, Query, Recovery, Reorder, State, Write};

use crate::stage::{NOON, Stage, accepted, ended, id, later, lease, record, said, sent, task, to};

fn unknown(stage: &Stage, name: u8) {
    stage.job_after(name, [sent(), ended(End::Unknown)]);
}

#[test]
fn the_evidence_is_kept_in_short_and_without_keys() {
    for stage in Stage::all() {
        let job = stage.job_after(1, [sent()]);
        let body = format!("<html>Authorization: Bearer sk-abc.def was denied{}", "x".repeat(5000));
        let evidence = Evidence::new("no_answer", Excerpt::new("the answer was cut off", &[]))
            .with_http_status(502)
            .with_request_id("req-1")
            .with_body(Excerpt::new(&body, &[]));
        stage.note_by(&job, Event::Ended { end: End::Unknown, evidence: evidence.clone() }, "a", later(7)).unwrap();
        let record = stage.job(&job);
        assert_eq!(record.evidence, Some(evidence));
        let body = record.evidence.unwrap().body.unwrap();
        assert!(body.as_str().starts_with("<html>Authorization: Bearer *** was denied"), "{body}");
        assert!(body.as_str().len() < 2100);
        assert_eq!((record.created_at, record.first_sent_at, record.changed_at), (NOON, Some(NOON), later(7)));
    }
}

#[test]
fn a_task_that_was_found_is_adopted_by_one_job_only() {
    allow_duplicates! {
    for stage in Stage::all() {
        unknown(&stage, 1);
        unknown(&stage, 2);
        let adopted = || Event::Adopted { task: task("task_1") };
        let record = stage.note(&id(1), adopted()).unwrap();
        assert_eq!((record.state, record.evidence), (State::Accepted, None));
        assert_snapshot!(said(stage.note(&id(2), adopted())), @"task new-api:task_1@88api.ai belongs to job job-1 already; a task has one job");
        // Only what is unknown takes a task that was found.
        stage.job_after(3, []);
        assert_snapshot!(said(stage.note(&id(3), Event::Adopted { task: task("task_3") })), @"job job-3 is intent, so it cannot be noted as adopted; look at it again");
    }
    }
}

#[test]
fn what_is_marked_absent_may_be_sent_again() {
    for stage in Stage::all() {
        unknown(&stage, 1);
        let record = stage.note(&id(1), Event::Absent).unwrap();
        assert_eq!((record.state, record.recovery(None, NOON)), (State::Unsent, Recovery::Submit));
        assert_eq!(said(stage.note(&id(1), sent())), "sent");
        // If the answer comes after all it counts.
        stage.note(&id(1), ended(End::Unsent)).unwrap();
        assert_eq!(said(stage.note(&id(1), accepted("task_1"))), "accepted");
    }
}

#[test]
fn what_is_ordered_again_leaves_the_list_and_is_never_sent_itself() {
    allow_duplicates! {
    for stage in Stage::all() {
        unknown(&stage, 1);
        let unsettled = Query::all().in_state(State::Unknown).latest_only();
        assert_eq!(stage.store.list(&unsettled).unwrap().records.len(), 1);
        let order = Reorder {
            of: id(1),
            job: id(2),
            idempotency_key: "key-2".to_owned(),
            to: to(),
            lease: lease("a"),
            at: NOON,
        };
        let new = stage.one(Write::Reorder(Box::new(order))).map(record).unwrap();
        assert_eq!(new.reorder_of, Some(id(1)));
        assert!(stage.store.list(&unsettled).unwrap().records.is_empty());
        stage.note(&id(1), Event::Absent).unwrap();
        assert_snapshot!(said(stage.note(&id(1), sent())), @"job job-1 is unsent, so it cannot be noted as sent; look at it again");
        // Two tasks may exist now; an id of the old one is not lost.
        assert_eq!(said(stage.note(&id(1), accepted("task_1"))), "accepted");
    }
    }
}
