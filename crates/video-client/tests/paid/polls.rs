//! What a gateway may answer to a poll, by the numbers of the forty cases.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use insta::assert_snapshot;
use serde_json::{Value, json};
use video_client::{Journaled, JournaledJob, NewJob, Outcome};
use video_journal::{Journal, MemoryStore, State};
use video_testkit::{FarEnd, Reply};
use video_types::Generation;

use crate::desk::{client, owner};

fn video(status: &str) -> Value {
    json!({"id": "video_1", "object": "video", "status": status})
}

/// A desk whose gateway takes an order and then answers polls with these, the last one for ever.
fn desk(polls: Vec<Value>) -> (FarEnd, Journaled) {
    let asked = AtomicUsize::new(0);
    let far_end = FarEnd::start(move |seen| {
        let body = match seen.method.as_str() {
            "POST" => video("queued"),
            _ => polls[asked.fetch_add(1, Ordering::Relaxed).min(polls.len() - 1)].clone(),
        };
        Reply::status(200).header("content-type", "application/json").body(body.to_string())
    });
    let far_end = far_end.expect("a far end");
    let journal = Journal::start(Arc::new(MemoryStore::new())).expect("threads");
    let desk = Journaled::new(client(&far_end.url("")), journal, owner("desk"));
    (far_end, desk)
}

async fn order(desk: &Journaled) -> JournaledJob {
    desk.order(NewJob::new(Generation::new("m-1", "a cat"))).await.expect("a journal")
}

async fn history(job: &JournaledJob, desk: &Journaled) -> String {
    let history = desk.journal().history(job.record().job.clone()).await.expect("a journal");
    history.iter().map(|entry| entry.change.as_str()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn case_18_a_status_nobody_knows_is_waited_out_with_a_warning_and_other_spellings_are_known() {
    let mut text = String::new();
    for word in ["archived", "", "生成中", "SUCCESS", "Succeed", "Failure"] {
        let (_far_end, desk) = desk(vec![video(word), video(word), video("completed")]);
        let mut job = order(&desk).await;
        let (mut looks, mut warned) = (0, false);
        while job.update().await.is_some() {
            looks += 1;
            warned |= job.unknown_status().is_some();
        }
        job.finish().await;
        let warning = if warned { ", with a warning" } else { "" };
        writeln!(text, "{word:?}: {} after {looks} looks{warning}", job.record().state).expect("text");
    }
    assert_snapshot!(text, @r#"
    "archived": succeeded after 4 looks, with a warning
    "": succeeded after 4 looks
    "生成中": succeeded after 4 looks, with a warning
    "SUCCESS": succeeded after 2 looks
    "Succeed": succeeded after 2 looks
    "Failure": failed after 2 looks
    "#);
}

#[tokio::test]
async fn case_19_a_status_that_goes_back_does_not_undo_the_first_end() {
    let (_far_end, done) = desk(vec![video("completed"), video("in_progress"), video("completed")]);
    let mut job = order(&done).await;
    job.finish().await;
    let (record, first) = (job.record().clone(), history(&job, &done).await);
    drop(job);
    let mut job = done.take_up(record).await.expect("its video is not fetched yet");
    let again = matches!(job.finish().await, Outcome::Succeeded(_));
    let second = history(&job, &done).await;
    let (_far_end, gone) = desk(vec![video("failed"), video("completed")]);
    let mut failed = order(&gone).await;
    failed.finish().await;
    let record = failed.record().clone();
    let third = history(&failed, &gone).await;
    drop(failed);
    let refused = gone.take_up(record.clone()).await.map(|_| ()).expect_err("it has ended").to_string();
    let refused = refused.replace(record.job.as_str(), "JOB");
    assert_snapshot!(format!("{first}\n{second}, succeeded again: {again}\n{third}\n{refused}"), @"
    intent sent accepted succeeded
    intent sent accepted succeeded, succeeded again: true
    intent sent accepted failed
    the request was refused: job JOB has ended: failed
    ");
}

#[tokio::test]
async fn case_20_progress_of_any_kind_is_clamped_and_decides_nothing() {
    let mut text = String::new();
    for progress in [json!(150), json!(-1), json!("30%"), json!("NaN"), json!(null), json!(1e300), json!([7])] {
        let mut body = video("in_progress");
        body["progress"] = progress.clone();
        let (_far_end, desk) = desk(vec![body, video("completed")]);
        let mut job = order(&desk).await;
        job.accepted().await.expect("a task");
        let seen = job.update().await.and_then(|task| task.progress);
        job.finish().await;
        assert_eq!(job.record().state, State::Succeeded, "{progress}");
        writeln!(text, "{progress}: {seen:?}").expect("text");
    }
    assert_snapshot!(text, @r#"
    150: Some(100)
    -1: Some(0)
    "30%": Some(30)
    "NaN": None
    null: None
    1e+300: Some(100)
    [7]: None
    "#);
}
