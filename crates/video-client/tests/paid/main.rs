//! Paid jobs against a gateway that loses answers, judged by the gateway's own book.
#![cfg(feature = "reqwest")]

mod batches;
mod desk;
mod steps;

use std::collections::BTreeMap;
use std::sync::Arc;

use desk::{MILLI, client, journal, owner};
use insta::assert_snapshot;
use tokio::task::JoinSet;
use video_client::{Journaled, JournaledJob, NewJob, Outcome, Target};
use video_journal::{Journal, Query, Recovery, State};
use video_testkit::{Faults, GatewayOptions, Route, SimulatedGateway};
use video_types::Generation;

/// What a gateway offers to find out about a lost order.
#[derive(Debug, Clone, Copy, Default)]
struct Offers {
    keys: bool,
    list: bool,
}

const JOBS: usize = 200;
const AT_ONCE: usize = 50;

/// Goes on with one job until it has a file or nobody knows.
async fn bring_home(mut job: JournaledJob, folder: Arc<tempfile::TempDir>) {
    let path = folder.path().join(format!("{}.mp4", job.record().name.as_deref().unwrap_or_default()));
    if let Outcome::Succeeded(task) = job.finish().await {
        drop(job.save(&task, Target::file(path).with_overwrite(true), &|_| ()).await);
    }
}

async fn bounded(running: &mut JoinSet<()>) {
    if running.len() >= AT_ONCE {
        running.join_next().await.expect("one is running").expect("no panic");
    }
}

/// Does 200 jobs, 50 at once, at 20 % of faults on every route, then takes up what is left three times more; says what
/// the gateway's book says and how the journal stands.
async fn buy(seed: u64, offers: Offers) -> String {
    let gateway = SimulatedGateway::start(GatewayOptions {
        job_time: 20 * MILLI,
        video_bytes: 1000,
        faults: Faults::drawn(seed, 0.2).only_on(&[Route::Submit, Route::Poll, Route::List, Route::Content]),
        stall: 30 * MILLI,
        retry_after: 10 * MILLI,
        list_lag: 20 * MILLI,
        honours_keys: offers.keys,
        lists: offers.list,
        ..GatewayOptions::default()
    })
    .expect("a free port");
    let folder = Arc::new(tempfile::tempdir().expect("a folder"));
    let journal = journal(&folder.path().join("journal.sqlite"));
    let desk = Journaled::new(client(&gateway.url("")), journal.clone(), owner("desk"));
    let desk = desk.with_settle_after(Some(100 * MILLI));

    let mut running = JoinSet::new();
    for number in 0..JOBS {
        let (desk, folder) = (desk.clone(), Arc::clone(&folder));
        running.spawn(async move {
            let wanted = NewJob::new(Generation::new("m-1", format!("job {number}"))).named(number.to_string());
            bring_home(desk.order(wanted).await.expect("a journal"), folder).await;
        });
        bounded(&mut running).await;
    }
    while running.join_next().await.is_some() {}
    for _ in 0..3 {
        let habit = journal.key_habit(desk.client().origin()).await.expect("a journal");
        let left = journal.list(Query::all().limit(JOBS)).await.expect("a journal").records;
        for record in left {
            let now = record.changed_at;
            if record.recovery(habit, now) != Recovery::Nothing {
                let (desk, folder) = (desk.clone(), Arc::clone(&folder));
                running.spawn(async move { bring_home(desk.take_up(record).await.expect("a journal"), folder).await });
                bounded(&mut running).await;
            }
        }
        while running.join_next().await.is_some() {}
    }

    let judgement = judged(&gateway, &journal).await;
    let records = journal.list(Query::all().limit(JOBS)).await.expect("a journal").records;
    let unknown = records.iter().filter(|record| record.state == State::Unknown);
    let with_evidence = unknown.filter(|record| record.evidence.as_ref().is_some_and(|seen| !seen.kind.is_empty()));
    let counts = journal.counts(None).await.expect("a journal");
    format!("{judgement}; {counts:?}, {} unknown with evidence", with_evidence.count())
}

/// What the gateway's book says of the files the journal calls saved.
async fn judged(gateway: &SimulatedGateway, journal: &Journal) -> String {
    let records = journal.list(Query::all().limit(JOBS)).await.expect("a journal").records;
    let saved = records.iter().filter(|record| record.state == State::Saved);
    let files: BTreeMap<String, Vec<u8>> = saved
        .map(|record| {
            let path = &record.file.as_ref().expect("a saved job has a file").path;
            (format!("job {}", record.name.as_deref().unwrap_or_default()), std::fs::read(path).expect("a file"))
        })
        .collect();
    gateway.account().judge(files.iter().map(|(prompt, file)| (prompt.as_str(), file))).to_string()
}

#[tokio::test]
async fn where_keys_are_honoured_every_job_is_paid_once_and_delivered() {
    for seed in [1, 2, 3] {
        let bought = buy(seed, Offers { keys: true, list: false }).await;
        let all = "200 good, 0 bad, 200 paid, 0 ordered twice, 0 paid without a good file; {Saved: 200}, ";
        assert_eq!(bought, format!("{all}0 unknown with evidence"), "seed {seed}");
    }
}

#[tokio::test]
async fn where_tasks_are_listed_every_job_is_paid_once_and_delivered() {
    for seed in [1, 2, 3] {
        let bought = buy(seed, Offers { keys: false, list: true }).await;
        let all = "200 good, 0 bad, 200 paid, 0 ordered twice, 0 paid without a good file; {Saved: 200}, ";
        assert_eq!(bought, format!("{all}0 unknown with evidence"), "seed {seed}");
    }
}

#[tokio::test]
async fn where_neither_helps_what_is_not_saved_is_unknown_with_its_evidence_and_none_is_paid_twice() {
    let mut seen = Vec::new();
    for seed in [1, 2, 3] {
        seen.push(buy(seed, Offers::default()).await);
    }
    assert_snapshot!(seen.join("\n"), @r"
    168 good, 0 bad, 191 paid, 0 ordered twice, 23 paid without a good file; {Saved: 168, Unknown: 32}, 32 unknown with evidence
    167 good, 0 bad, 193 paid, 0 ordered twice, 26 paid without a good file; {Saved: 167, Unknown: 33}, 33 unknown with evidence
    163 good, 0 bad, 191 paid, 0 ordered twice, 28 paid without a good file; {Saved: 163, Unknown: 37}, 37 unknown with evidence
    ");
}
