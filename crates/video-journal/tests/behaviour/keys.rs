//! Idempotency keys: one key, one order; and when a second sending is safe.

use std::time::Duration;

use insta::{allow_duplicates, assert_snapshot};
use video_journal::{
    End, Event, KEYS_KEPT_FOR, KeyFingerprint, KeyHabit, Lease, Millis, Owner, Recovery, State, Write,
};

use crate::stage::{NOON, Stage, accepted, ended, id, intent, later, lease, request, said, sent, to};

#[test]
fn the_same_order_under_the_same_key_is_one_job_and_another_is_refused() {
    allow_duplicates! {
    for stage in Stage::all() {
        let first = stage.begin(intent(1), lease("a")).unwrap();
        let mut again = intent(2);
        (again.idempotency_key, again.request) = ("key-1".to_owned(), request("prompt 1"));
        let second = stage.begin(again.clone(), lease("b")).unwrap();
        assert_eq!((second.is_new, second.record), (false, first.record));
        again.request = request("prompt 2");
        assert_snapshot!(stage.begin(again.clone(), lease("b")).unwrap_err().to_string(), @"the idempotency key belongs to another order, job job-1; use a new key for a new order");
        (again.job, again.idempotency_key) = (id(1), "key-2".to_owned());
        assert_snapshot!(stage.begin(again, lease("b")).unwrap_err().to_string(), @"there is a job job-1 already; use a new id for a new job");
    }
    }
}

fn honoured(stage: &Stage) -> KeyHabit {
    let habit = KeyHabit { honoured: true, kept_for: KEYS_KEPT_FOR, noted_at: NOON };
    stage.one(Write::NoteKeys { origin: "88api.ai".to_owned(), habit }).unwrap();
    assert_eq!(stage.store.key_habit("88api.ai").unwrap(), Some(habit));
    assert_eq!(stage.store.key_habit("other.host").unwrap(), None);
    habit
}

/// A claim for as long as the test takes.
fn claim(stage: &Stage, job: u8, at: Millis) {
    let lease = Lease { owner: Owner::new("a"), until: at.after(Duration::from_secs(60)) };
    stage.one(Write::Claim { job: id(job), lease, at }).unwrap();
}

#[test]
fn a_submit_without_an_answer_is_sent_again_only_where_keys_are_honoured() {
    allow_duplicates! {
    for stage in Stage::all() {
        let job = stage.job_after(1, [sent(), ended(End::Unknown)]);
        assert_eq!(stage.job(&job).recovery(None, later(1)), Recovery::Settle);
        assert_snapshot!(said(stage.note_by(&job, sent(), "a", later(1))), @"job job-1 is unknown, so it cannot be noted as sent; look at it again");
        let habit = honoured(&stage);
        assert_eq!(stage.job(&job).recovery(Some(habit), later(1)), Recovery::SubmitAgain);
        let record = stage.note_by(&job, sent(), "a", later(1)).unwrap();
        assert_eq!((record.sends, record.first_sent_at, record.last_sent_at), (2, Some(NOON), Some(later(1))));
    }
    }
}

#[test]
fn a_key_older_than_the_server_remembers_is_worth_nothing() {
    for stage in Stage::all() {
        let job = stage.job_after(1, [sent()]);
        let habit = honoured(&stage);
        let late = NOON.after(KEYS_KEPT_FOR);
        claim(&stage, 1, late);
        assert_eq!(stage.job(&job).recovery(Some(habit), late), Recovery::Settle);
        assert!(stage.note_by(&job, sent(), "a", late).is_err());
        // Nor is one that seems to come from the future.
        let before = Millis::new(NOON.get() - 1);
        assert_eq!(stage.job(&job).recovery(Some(habit), before), Recovery::Settle);
        assert_eq!(stage.job(&job).sends, 1);
    }
}

#[test]
fn what_is_in_doubt_is_repeated_under_the_same_account_and_place_only() {
    allow_duplicates! {
    for stage in Stage::all() {
        let job = stage.job_after(1, [sent()]);
        honoured(&stage);
        let mut other = to();
        other.key_fingerprint = KeyFingerprint::of("sk-other");
        assert_snapshot!(said(stage.note(&job, Event::Sent { to: other.clone() })), @"job job-1 went to 88api.ai under another key or format; repeat it there, or settle it first");
        // Nothing is in doubt once it is known that nothing was accepted.
        stage.note(&job, ended(End::Unsent)).unwrap();
        assert_eq!(stage.note(&job, Event::Sent { to: other.clone() }).unwrap().to, other);
    }
    }
}

#[test]
fn a_refusal_of_the_repetition_says_nothing_of_the_first_sending() {
    for stage in Stage::all() {
        let job = stage.job_after(1, [sent()]);
        honoured(&stage);
        stage.note(&job, sent()).unwrap();
        let record = stage.note(&job, ended(End::Refused)).unwrap();
        assert_eq!((record.state, record.in_doubt), (State::Unknown, true), "{}", stage.name);
        let record = stage.note(&job, accepted("task_1")).unwrap();
        assert_eq!((record.state, record.in_doubt), (State::Accepted, false));
    }
}
