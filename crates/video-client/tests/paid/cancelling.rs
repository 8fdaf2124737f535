//! What the journal keeps of a wish to cancel: only what is certain.

use std::sync::Arc;

use insta::assert_snapshot;
use video_client::{Cancelled, Error, Journaled, JournaledJob, NewJob};
use video_journal::{Journal, MemoryStore, Query, Record};
use video_testkit::{Delivery, FarEnd, Reply};
use video_types::Generation;

use crate::desk::{client, owner, stand};

fn cat() -> NewJob {
    NewJob::new(Generation::new("m-1", "a cat"))
}

fn json(status: u16, body: &str) -> Reply {
    Reply::status(status).header("content-type", "application/json").body(body.to_owned())
}

fn desk(far: &FarEnd) -> Journaled {
    let journal = Journal::start(Arc::new(MemoryStore::new())).expect("threads");
    Journaled::new(client(&far.url("")), journal, owner("desk")).with_settle_after(None)
}

async fn accepted(desk: &Journaled) -> JournaledJob {
    let mut job = desk.order(cat()).await.expect("a journal");
    job.accepted().await.expect("accepted");
    job
}

async fn record(desk: &Journaled) -> Record {
    desk.journal().list(Query::all()).await.expect("a list").records.remove(0)
}

fn told(cancelled: Result<Cancelled, Error>) -> String {
    cancelled.map_or_else(|error| format!("{error}"), |cancelled| cancelled.to_string())
}

/// Takes an order, answers a cancel with the one and each look with the other.
fn far(cancel: (u16, &'static str), look: &'static str) -> FarEnd {
    let answer = move |one: &Delivery| match one.target.as_str() {
        "/v1/videos" => json(200, r#"{"id":"task_1","object":"video","status":"queued"}"#),
        "/v1/videos/task_1/cancel" => json(cancel.0, cancel.1),
        _ => json(200, &format!(r#"{{"id":"task_1","object":"video","status":"{look}"}}"#)),
    };
    FarEnd::start(answer).expect("a free port")
}

#[tokio::test]
async fn a_job_ends_by_a_cancel_only_if_its_task_was_seen_to_end() {
    let mut table = Vec::new();
    let no_route = (404, r#"{"error":{"message":"Invalid URL (POST /v1/videos/task_1/cancel)","code":""}}"#);
    for (cancel, look) in [
        ((200, "{}"), "cancelled"),
        ((200, "{}"), "in_progress"),
        (no_route, "in_progress"),
        (no_route, "completed"),
        (no_route, "failed"),
        (no_route, "expired"),
        ((503, "<html>"), "in_progress"),
        ((503, "<html>"), "cancelled"),
    ] {
        let far = far(cancel, look);
        let desk = desk(&far);
        let mut job = accepted(&desk).await;
        let said = told(job.cancel().await);
        let state = job.record().state.to_string();
        table.push(format!("{} {look:12}{state:10}{said}", cancel.0));
        drop(job);
        stand(desk.journal(), &state).await;
    }
    assert_snapshot!(table.join("\n"), @"
    200 cancelled   cancelled confirmed
    200 in_progress accepted  asked
    404 in_progress accepted  unsupported
    404 completed   succeeded too late
    404 failed      failed    too late
    404 expired     expired   too late
    503 in_progress accepted  the server is in trouble: <html> (HTTP 503)
    503 cancelled   cancelled confirmed
    ");
}

#[tokio::test]
async fn the_desk_cancels_what_nobody_works_on_and_asks_for_what_somebody_works_on() {
    let far = far((200, "{}"), "cancelled");
    let desk = desk(&far);
    let mut job = accepted(&desk).await;
    let other = Journaled::new(client(&far.url("")), desk.journal().clone(), owner("another desk"));
    // Whoever works on it notes it, as soon as it looks.
    assert_eq!(told(other.cancel(record(&desk).await).await), "confirmed");
    assert_eq!(record(&desk).await.state.to_string(), "accepted");
    job.finish().await;
    assert_eq!(record(&desk).await.state.to_string(), "cancelled");
    drop(job);
    // Once more is no mistake.
    assert_eq!(told(other.cancel(record(&desk).await).await), "confirmed");
}

#[tokio::test]
async fn what_was_not_sent_is_cancelled_without_a_request_and_what_may_have_been_is_not_cancelled() {
    let far = FarEnd::start(|_| Reply::hang_up()).expect("a free port");
    let desk = desk(&far);
    let mut job = desk.order(cat()).await.expect("a journal");
    assert_eq!(told(job.cancel().await), "confirmed");
    assert_eq!((job.record().state.to_string(), far.ledger().seen().deliveries.len()), ("cancelled".to_owned(), 0));
    drop(job);
    let mut job = desk.order(cat()).await.expect("a journal");
    job.accepted().await.expect_err("nobody knows");
    let job_id = job.record().job.to_string();
    assert_snapshot!(told(job.cancel().await).replace(&job_id, "JOB"), @"nobody knows whether the task was created: there may be a task of job JOB, and nobody knows its name: settle it first");
    assert_eq!(job.record().state.to_string(), "unknown");
}
