//! Jobs that take their time, each its own.

use std::time::Duration;

use serde_json::{Value, json};
use video_sandbox::Sandbox;

use crate::stage::{Stage, get, ordered, send, small};

const RANGE: std::ops::RangeInclusive<Duration> = Duration::from_secs(2)..=Duration::from_secs(5);

/// Status word and progress.
async fn look(sandbox: &Sandbox, id: &str) -> (String, u64) {
    let answer = send(sandbox, get(&format!("http://sandbox/v1/videos/{id}"))).await;
    let answer: Value = serde_json::from_slice(answer.body()).expect("JSON");
    let word = answer["status"].as_str().unwrap_or_else(|| panic!("a status: {answer}"));
    (word.to_owned(), answer["progress"].as_u64().expect("a number"))
}

/// Orders, and says after how many milliseconds each job has ended.
async fn ends(stage: &Stage, orders: &[Value]) -> Vec<u64> {
    let mut ids = Vec::new();
    for order in orders {
        ids.push(ordered(&stage.sandbox, order).await);
    }
    stage.sandbox.idle().await;
    let mut ends = vec![None; ids.len()];
    for elapsed in (0..=10_000).step_by(10) {
        for (id, end) in ids.iter().zip(&mut ends) {
            if end.is_none() && look(&stage.sandbox, id).await.0 == "completed" {
                *end = Some(elapsed);
            }
        }
        stage.hands.turn(10);
    }
    ends.into_iter().map(|end| end.expect("an end")).collect()
}

#[tokio::test]
async fn each_job_takes_the_time_of_its_number_and_the_seed() {
    let mut table = String::new();
    for seed in [0, 0, 1] {
        let stage = Stage::with(|builder| builder.latency(RANGE, seed));
        let ends = ends(&stage, &[small("fox"), small("dog"), small("owl"), small("fox")]).await;
        table += &format!("seed {seed}: {ends:?}\n");
    }
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn a_job_that_names_its_seconds_keeps_them() {
    let stage = Stage::with(|builder| builder.latency(RANGE, 0));
    let mut orders = vec![small("fox"), small("fox"), small("fox"), small("fox")];
    for (order, seconds) in orders.iter_mut().zip([json!(null), json!(7.5), json!(0), json!(null)]) {
        if !seconds.is_null() {
            order["metadata"] = json!({"sandbox": {"seconds": seconds}});
        }
    }
    insta::assert_debug_snapshot!(ends(&stage, &orders).await);
}

#[tokio::test]
async fn progress_follows_the_time_and_never_goes_back() {
    let stage = Stage::with(|builder| builder.latency(Duration::from_secs(4)..=Duration::from_secs(4), 0));
    stage.hands.shut();
    let id = ordered(&stage.sandbox, &small("fox")).await;
    let mut seen = vec![look(&stage.sandbox, &id).await.1];
    stage.hands.open();
    stage.sandbox.idle().await;
    // The clock goes back in between.
    for turn in [0, 500, 1000, -1200, 100, 1300, -3_600_000, 3_600_000, 2000, 199] {
        stage.hands.turn(turn);
        let (word, progress) = look(&stage.sandbox, &id).await;
        assert_eq!(word, "in_progress");
        seen.push(progress);
    }
    stage.hands.turn(101);
    assert_eq!(look(&stage.sandbox, &id).await, ("completed".to_owned(), 100));
    stage.hands.turn(-3_600_000);
    assert_eq!(look(&stage.sandbox, &id).await, ("completed".to_owned(), 100));
    assert!(seen.is_sorted(), "{seen:?}");
    insta::assert_debug_snapshot!(seen);
}

#[tokio::test]
async fn the_time_of_a_job_outlives_its_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Stage::with(|builder| builder.folder(folder.path()).latency(RANGE, 0));
    let mut own = small("fox");
    own["metadata"] = json!({"sandbox": {"seconds": 3}});
    let drawn = ordered(&first.sandbox, &small("fox")).await;
    let named = ordered(&first.sandbox, &own).await;
    first.sandbox.idle().await;
    first.hands.turn(1000);
    let mut table = Vec::new();
    for id in [&drawn, &named] {
        table.push(format!("before: {:?}", look(&first.sandbox, id).await));
    }
    drop(first);
    // Another process, which has no latency of its own, or another.
    for (settings, latency) in [("none", None), ("an hour", Some(Duration::from_secs(3600)))] {
        let second = Stage::with(|builder| {
            let builder = builder.folder(folder.path());
            match latency {
                Some(time) => builder.latency(time..=time, 0),
                None => builder,
            }
        });
        for turn in [1000, 1000, 1000, 2000] {
            second.hands.turn(turn);
            for id in [&drawn, &named] {
                table.push(format!("after, latency {settings}: {:?}", look(&second.sandbox, id).await));
            }
        }
    }
    insta::assert_snapshot!(table.join("\n"));
    let record = std::fs::read(folder.path().join(format!("{drawn}.json"))).expect("a record");
    let record: Value = serde_json::from_slice(&record).expect("JSON");
    insta::assert_snapshot!(record["latency_ms"]);
}
