//! Lists, pages and counts.

use std::collections::BTreeMap;
use std::time::Duration;

use video_journal::{End, Event, Owner, Query, State, Write};

use crate::stage::{Stage, accepted, ended, intent, later, lease, saved, sent, succeeded};

/// Nine jobs: 1 to 3 intended, 4 to 6 running, 7 to 9 failed; the even ones in a batch.
fn nine() -> [Stage; 2] {
    let stages = Stage::all();
    for stage in &stages {
        for name in 1..=9_u8 {
            let intent = intent(name);
            let intent = if name % 2 == 0 { intent.in_batch("spring", 1) } else { intent };
            let job = stage.begin(intent, lease("a")).unwrap().record.job;
            if name > 3 {
                stage.note(&job, sent()).unwrap();
                stage.note(&job, accepted(&format!("task_{name}"))).unwrap();
                stage.note(&job, if name > 6 { ended(End::Failed) } else { Event::Running }).unwrap();
            }
        }
    }
    stages
}

/// The names of all pages, each page in brackets.
fn pages(stage: &Stage, query: &Query) -> String {
    let (mut text, mut query) = (String::new(), query.clone());
    loop {
        let page = stage.store.list(&query).unwrap();
        let names: Vec<_> = page.records.iter().map(|record| record.job.as_str().trim_start_matches("job-")).collect();
        text += &format!("[{}]", names.join(" "));
        match page.next {
            Some(next) => query = query.before(next),
            None => return text,
        }
    }
}

#[test]
fn a_list_has_the_newest_first_by_state_and_batch_in_pages_without_gap_or_double() {
    for stage in nine() {
        let of = |query: Query| pages(&stage, &query);
        assert_eq!(of(Query::all()), "[9 8 7 6 5 4 3 2 1]");
        assert_eq!(of(Query::all().limit(4)), "[9 8 7 6][5 4 3 2][1]");
        assert_eq!(of(Query::all().limit(9)), "[9 8 7 6 5 4 3 2 1]");
        assert_eq!(of(Query::all().in_state(State::Running).in_state(State::Intent).limit(2)), "[6 5][4 3][2 1]");
        assert_eq!(of(Query::all().of_batch("spring").limit(3)), "[8 6 4][2]");
        assert_eq!(of(Query::all().of_batch("spring").in_state(State::Failed)), "[8]");
        assert_eq!(of(Query::all().of_batch("summer")), "[]");
        assert_eq!(of(Query::all().in_state(State::Saved)), "[]");
        assert_eq!(stage.store.list(&Query::all().limit(0)).unwrap().records, []);
        assert_eq!(stage.store.list(&Query::all().limit(usize::MAX)).unwrap().records.len(), 9);
    }
}

#[test]
fn jobs_are_found_by_the_beginning_of_their_names() {
    for stage in nine() {
        let found = |beginning: &str, limit| {
            let records = stage.store.jobs_that_begin(beginning, limit).unwrap();
            records.iter().map(|record| record.job.to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(found("job-7", 9), "job-7");
        assert_eq!(found("job-", 2), "job-9 job-8");
        assert_eq!(found("", 1), "job-9");
        assert_eq!((found("job-77", 9), found("jobs", 9), found("%", 9)), <(String, String, String)>::default());
    }
}

#[test]
fn jobs_are_counted_by_state() {
    for stage in nine() {
        let all = BTreeMap::from([(State::Intent, 3), (State::Running, 3), (State::Failed, 3)]);
        assert_eq!(stage.store.counts(None).unwrap(), all);
        let spring = BTreeMap::from([(State::Intent, 1), (State::Running, 2), (State::Failed, 1)]);
        assert_eq!(stage.store.counts(Some("spring")).unwrap(), spring);
        assert!(stage.store.counts(Some("summer")).unwrap().is_empty());
    }
}

#[test]
fn what_jobs_took_is_told_for_one_model_at_one_gateway_the_newest_first_and_by_one_run_alone() {
    for stage in Stage::all() {
        // Name, when it was accepted, when it succeeded, by whom; all are saved but the last.
        let jobs = [(1, 0, 40, "a"), (2, 10, 100, "a"), (3, 20, 50_000, "b"), (4, 30, 25, "a"), (5, 30, 95, "a")];
        for (name, began, ended, by) in jobs {
            let job = stage.begin(intent(name), lease("a")).unwrap().record.job;
            stage.note(&job, sent()).unwrap();
            stage.note_by(&job, accepted(&format!("task_{name}")), "a", later(began)).unwrap();
            // Whoever took it up came much later, so nobody knows how long it took.
            stage.store.write(vec![Write::Release { job: job.clone(), owner: Owner::new("a") }]);
            stage.note_by(&job, succeeded(), by, later(ended)).unwrap();
            if name < 5 {
                stage.note_by(&job, saved(), by, later(ended + 1)).unwrap();
            }
        }
        let times = |origin, model, limit| stage.store.times_taken(origin, model, limit).unwrap();
        let seconds = |times: Vec<Duration>| times.iter().map(Duration::as_secs).collect::<Vec<_>>();
        // The clock was set back while the fourth ran.
        assert_eq!(seconds(times("88api.ai", "kling-v1", 50)), [0, 90, 40], "{}", stage.name);
        assert_eq!(seconds(times("88api.ai", "kling-v1", 3)), [0, 90], "{}", stage.name);
        assert_eq!(seconds(times("88api.ai", "kling-v1", 0)), [0_u64; 0], "{}", stage.name);
        assert_eq!(seconds(times("elsewhere", "kling-v1", 50)), [0_u64; 0], "{}", stage.name);
        assert_eq!(seconds(times("88api.ai", "vidu", 50)), [0_u64; 0], "{}", stage.name);
    }
}
