//! Of several owners one works on a job.

use insta::{allow_duplicates, assert_snapshot};
use video_journal::{End, Event, JournalError, Lease, Millis, Owner, Record, State, Wanted, Write, Written};

use crate::stage::{NOON, Stage, accepted, ended, id, intent, later, lease, lease_from, record, said, sent, succeeded};

fn claim(stage: &Stage, name: u8, lease: Lease, at: Millis) -> Result<Record, JournalError> {
    stage.one(Write::Claim { job: id(name), lease, at }).map(record)
}

fn take_up(stage: &Stage, wanted: Wanted, owner: &str, at: Millis) -> Vec<String> {
    match stage.one(Write::TakeUp { wanted, lease: lease_from(owner, at), at }).unwrap() {
        Written::Records(records) => records.into_iter().map(|record| record.job.to_string()).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_one_works_on_another_cannot_send_end_or_claim() {
    allow_duplicates! {
    for stage in Stage::all() {
        stage.begin(intent(1), lease("a")).unwrap();
        assert_snapshot!(said(claim(&stage, 1, lease("b"), later(1))), @"a works on job job-1; wait for it, or stop it and try again a minute later");
        assert_snapshot!(said(stage.note_by(&id(1), sent(), "b", later(1))), @"a works on job job-1; wait for it, or stop it and try again a minute later");
        assert_snapshot!(said(stage.note_by(&id(1), ended(End::Cancelled), "b", later(1))), @"a works on job job-1; wait for it, or stop it and try again a minute later");
        assert_eq!(stage.job(&id(1)).state, State::Intent);
    }
    }
}

#[test]
fn a_claim_that_ran_out_is_taken_over_and_its_old_owner_sends_nothing_any_more() {
    allow_duplicates! {
    for stage in Stage::all() {
        stage.begin(intent(1), lease("a")).unwrap();
        claim(&stage, 1, lease_from("b", later(61)), later(61)).unwrap();
        assert_snapshot!(said(stage.note_by(&id(1), sent(), "a", later(62))), @"b works on job job-1; wait for it, or stop it and try again a minute later");
        assert_eq!(said(stage.note_by(&id(1), sent(), "b", later(62))), "sent");
        // And once one has sent it, nobody sends it again.
        assert_snapshot!(said(stage.note_by(&id(1), sent(), "b", later(63))), @"job job-1 is sent, so it cannot be noted as sent; look at it again");
        assert_eq!(stage.job(&id(1)).sends, 1);
    }
    }
}

#[test]
fn sending_takes_a_claim_that_holds() {
    allow_duplicates! {
    for stage in Stage::all() {
        stage.begin(intent(1), lease("a")).unwrap();
        assert_snapshot!(said(stage.note_by(&id(1), sent(), "a", later(60))), @"the claim on job job-1 is over; claim it again and see how it stands before sending");
        claim(&stage, 1, lease_from("a", later(60)), later(60)).unwrap();
        assert_eq!(said(stage.note_by(&id(1), sent(), "a", later(61))), "sent");
    }
    }
}

#[test]
fn an_id_that_was_read_is_noted_whoever_has_the_claim() {
    for stage in Stage::all() {
        let job = stage.job_after(1, [sent()]);
        claim(&stage, 1, lease_from("b", later(61)), later(61)).unwrap();
        stage.note_by(&job, ended(End::Unknown), "b", later(62)).unwrap();
        assert_eq!(said(stage.note_by(&job, accepted("task_1"), "a", later(63))), "accepted");
    }
}

#[test]
fn a_lease_is_renewed_for_all_jobs_of_its_owner_at_once() {
    for stage in Stage::all() {
        for name in 1..=3 {
            stage.begin(intent(name), lease(if name == 3 { "b" } else { "a" })).unwrap();
        }
        let longer = lease_from("a", later(30));
        assert_eq!(stage.one(Write::Renew { lease: longer.clone() }).unwrap(), Written::Count(2));
        assert_eq!(stage.job(&id(1)).claim, Some(longer));
        assert_eq!(stage.job(&id(3)).claim, Some(lease("b")));
        // A claim is no part of a job's past.
        assert_eq!(stage.store.history(&id(1)).unwrap().len(), 1);
    }
}

#[test]
fn a_claim_is_given_up_by_its_owner_only() {
    for stage in Stage::all() {
        stage.begin(intent(1), lease("a")).unwrap();
        let release = |owner| Write::Release { job: id(1), owner: Owner::new(owner) };
        stage.one(release("b")).unwrap();
        assert_eq!(stage.job(&id(1)).claim, Some(lease("a")));
        stage.one(release("a")).unwrap();
        assert_eq!(stage.job(&id(1)).claim, None);
        claim(&stage, 1, lease("b"), NOON).unwrap();
    }
}

#[test]
fn open_jobs_are_taken_up_once_the_oldest_first() {
    for stage in Stage::all() {
        stage.job_after(1, [sent(), accepted("task_1")]);
        stage.job_after(2, [sent(), accepted("task_2"), ended(End::Failed)]);
        stage.job_after(3, [sent(), accepted("task_3"), Event::Running]);
        stage.job_after(4, [sent(), accepted("task_4"), succeeded()]);
        stage.job_after(5, [sent(), ended(End::Unsent)]);
        stage.begin(intent(6).in_batch("spring", 1), lease("a")).unwrap();
        // Nobody's yet, while the claims of the first owner hold.
        assert!(take_up(&stage, Wanted::open(10), "b", later(59)).is_empty());
        let now = later(60);
        assert_eq!(take_up(&stage, Wanted::open(10).of_batch("spring"), "b", now), ["job-6"]);
        assert!(take_up(&stage, Wanted::open(10).at_origin("other.host"), "b", now).is_empty());
        assert_eq!(take_up(&stage, Wanted::open(2).at_origin("88api.ai"), "b", now), ["job-1", "job-3"]);
        assert_eq!(take_up(&stage, Wanted::open(10), "c", now), ["job-4"]);
        assert_eq!(take_up(&stage, Wanted::open(10).in_states([State::Unsent]), "c", now), ["job-5"]);
        assert_eq!(stage.job(&id(3)).claim, Some(lease_from("b", now)));
    }
}
