//! One job, step by step, in every store.

use insta::{allow_duplicates, assert_snapshot};
use video_journal::{Change, End, Event, JobId, Record, State, Write};

use crate::stage::{NOON, Stage, accepted, ended, id, intent, later, lease, said, saved, sent, succeeded, task, to};

fn history(stage: &Stage, job: &JobId) -> String {
    let lines = stage.store.history(job).unwrap().into_iter().map(|entry| {
        let seconds = entry.at.since(NOON).as_secs();
        format!("{} +{seconds}s {} {} -> {}", entry.revision, entry.by, entry.change.as_str(), entry.state)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_job_from_its_intent_to_its_file() {
    allow_duplicates! {
    for stage in Stage::all() {
        let begun = stage.begin(intent(1).named("fog"), lease("a")).unwrap();
        assert!(begun.is_new);
        let job = id(1);
        let steps = [sent(), accepted("task_1"), Event::Running, succeeded(), saved()];
        for (event, second) in steps.into_iter().zip(1..) {
            stage.note_by(&job, event, "a", later(second)).unwrap();
        }
        assert_snapshot!(history(&stage, &job), @"
        1 +0s a intent -> intent
        2 +1s a sent -> sent
        3 +2s a accepted -> accepted
        4 +3s a running -> running
        5 +4s a succeeded -> succeeded
        6 +5s a saved -> saved
        ");
        let record = stage.job(&job);
        assert_eq!(record.state, State::Saved);
        assert_eq!(record.revision, 6);
        assert_eq!(record.name.as_deref(), Some("fog"));
        assert_eq!(record.task, Some(task("task_1")));
        assert_eq!((record.sends, record.first_sent_at, record.last_sent_at), (1, Some(later(1)), Some(later(1))));
        assert_eq!((record.created_at, record.changed_at), (NOON, later(5)));
        assert_eq!(record.file.as_ref().map(|file| file.bytes), Some(12));
        assert_eq!(record.claim, None, "{}: what is saved is nobody's work", stage.name);
        assert_eq!(record.request.order(), intent(1).request.order());
        // Any way to name it leads to it.
        let found = [
            stage.store.job_of_task("88api.ai", "task_1").unwrap(),
            stage.store.job_of_key("key-1").unwrap(),
            stage.store.job(&job).unwrap(),
        ];
        assert!(found.iter().all(|found| found.as_ref() == Some(&record)), "{}", stage.name);
        assert_eq!(stage.store.job_of_task("other.host", "task_1").unwrap(), None);
    }
    }
}

#[test]
fn both_stores_tell_the_same_of_every_field_at_every_step() {
    let [memory, sqlite] = Stage::all();
    let billing = serde_json::json!({"quota": 12.5, "ratios": [1, 2]});
    let detour = task("task_1").with_route("kling/image2video");
    let steps = [
        sent(),
        ended(End::Unsent),
        sent(),
        Event::Accepted { task: detour },
        Event::Running,
        Event::Succeeded { billing: Some(billing) },
        ended(End::Undelivered),
        saved(),
    ];
    for stage in [&memory, &sqlite] {
        stage.begin(intent(1).in_batch("spring", 2).named("fog"), lease("a")).unwrap();
    }
    for event in steps {
        let records = [&memory, &sqlite].map(|stage| stage.note(&id(1), event.clone()).unwrap());
        assert_eq!(records[0], records[1]);
        assert_eq!(records[1], sqlite.job(&id(1)));
    }
    assert_eq!(memory.store.history(&id(1)).unwrap(), sqlite.store.history(&id(1)).unwrap());
}

#[test]
fn the_history_alone_tells_how_a_job_stands() {
    for stage in Stage::all() {
        let job = stage.job_after(1, [sent(), ended(End::Unsent), sent(), accepted("task_1"), ended(End::Failed)]);
        let (record, history) = (stage.job(&job), stage.store.history(&job).unwrap());
        assert_eq!(record.replayed(&history).unwrap(), record);
        assert!(matches!(history[0].change, Change::Intended { .. }));
        assert_eq!(
            record.replayed(&history[1..]).unwrap_err().to_string(),
            "a record in the journal cannot be read: the history of job job-1 has no beginning"
        );
    }
}

#[test]
fn what_cannot_follow_is_refused_and_changes_nothing() {
    allow_duplicates! {
    for stage in Stage::all() {
        let job = stage.job_after(1, [sent(), accepted("task_1"), ended(End::Failed)]);
        let before: Record = stage.job(&job);
        assert_snapshot!(said(stage.note(&job, succeeded())), @"job job-1 is failed, so it cannot be noted as succeeded; look at it again");
        assert_snapshot!(said(stage.note(&job, sent())), @"job job-1 is failed, so it cannot be noted as sent; look at it again");
        assert_eq!(stage.job(&job), before);
        assert_eq!(stage.store.history(&job).unwrap().len(), 4);
        assert_snapshot!(said(stage.note(&id(9), Event::Running)), @"the journal knows no job job-9; see `video list`");
    }
    }
}

#[test]
fn what_the_journal_knows_already_adds_nothing() {
    for stage in Stage::all() {
        let job = stage.job_after(1, [sent(), accepted("task_1"), Event::Running, succeeded(), saved()]);
        let before = stage.job(&job);
        for event in [accepted("task_1"), succeeded(), saved()] {
            assert_eq!(stage.note(&job, event).unwrap(), before);
        }
        assert_eq!(stage.store.history(&job).unwrap().len(), 6);
    }
}

#[test]
fn a_file_that_is_gone_is_fetched_again_or_undelivered_but_never_ordered() {
    for stage in Stage::all() {
        let job = stage.job_after(1, [sent(), accepted("task_1"), succeeded(), saved()]);
        assert_eq!(said(stage.note(&job, ended(End::Undelivered))), "undelivered");
        assert_eq!(said(stage.note(&job, saved())), "saved");
        assert!(stage.note(&job, sent()).is_err());
        assert_eq!(stage.job(&job).sends, 1);
    }
}

#[test]
fn one_task_has_one_job_and_one_job_one_task() {
    allow_duplicates! {
    for stage in Stage::all() {
        let first = stage.job_after(1, [sent(), accepted("task_1")]);
        let second = stage.job_after(2, [sent()]);
        assert_snapshot!(said(stage.note(&second, accepted("task_1"))), @"task new-api:task_1@88api.ai belongs to job job-1 already; a task has one job");
        assert_snapshot!(said(stage.note(&first, accepted("task_2"))), @"job job-1 has task new-api:task_1@88api.ai, and now also new-api:task_2@88api.ai: both may be billed, keep both handles");
        let elsewhere = Event::Accepted { task: task("task_3").with_origin("other.host") };
        assert_snapshot!(said(stage.note(&second, elsewhere)), @"task new-api:task_3@other.host does not live at 88api.ai, where job job-2 went");
        // The same id at another gateway is another task.
        let mut there = to();
        there.origin = "other.host".to_owned();
        let third = stage.begin(intent(3), lease("a")).unwrap().record.job;
        stage.note(&third, Event::Sent { to: there }).unwrap();
        let unpinned = Event::Accepted { task: video_protocol::TaskRef::new("new-api", "task_1") };
        let record = stage.note(&third, unpinned).unwrap();
        assert_eq!(record.task.unwrap().to_string(), "new-api:task_1@other.host");
    }
    }
}

#[test]
fn a_group_is_written_whole_but_for_what_the_rules_refuse() {
    for stage in Stage::all() {
        let begin = |name| Write::Begin { intent: Box::new(intent(name)), lease: lease("a") };
        let wrong = Write::Release { job: id(9), owner: lease("a").owner };
        let answers = stage.store.write(vec![begin(1), wrong, begin(2)]);
        let words: Vec<_> = answers
            .iter()
            .map(|answer| answer.as_ref().map_or_else(ToString::to_string, |_| "ok".to_owned()))
            .collect();
        assert_eq!(words, ["ok", "the journal knows no job job-9; see `video list`", "ok"], "{}", stage.name);
        assert!(stage.store.job(&id(2)).unwrap().is_some());
    }
}
