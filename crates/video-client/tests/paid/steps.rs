//! What the journal says at the moment a request arrives, told by whoever it arrives at.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use insta::assert_snapshot;
use video_client::{ErrorKind, Journaled, NewJob, Outcome, Target};
use video_journal::{Journal, Lease, MemoryStore, Millis, Order, Owner, Prompts, Query, State, Store as _};
use video_testkit::{FarEnd, Fault, Faults, GatewayOptions, Reply, Route, SimulatedGateway};
use video_types::Generation;

use crate::desk::{MILLI, client, owner};

fn cat() -> Generation {
    Generation::new("m-1", "a cat")
}

fn json(body: &'static str) -> Reply {
    Reply::status(200).header("content-type", "application/json").body(body)
}

#[tokio::test]
async fn each_step_is_in_the_journal_before_its_request_arrives() {
    let store = Arc::new(MemoryStore::new());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (asked, told) = (Arc::clone(&store), Arc::clone(&seen));
    let far_end = FarEnd::start(move |request| {
        let page = asked.list(&Query::all()).expect("a list");
        let states: Vec<&str> = page.records.iter().map(|record| record.state.as_str()).collect();
        let mut told = told.lock().expect("no panic before");
        told.push(format!("{} {}: {}", request.method, request.target, states.join(", ")));
        match (request.method.as_str(), request.target.as_str(), told.len()) {
            ("POST", _, 1) => Reply::status(503).header("retry-after-ms", "1"),
            ("POST", _, _) => json(r#"{"id":"video_1","object":"video","status":"queued"}"#),
            (_, "/v1/videos/video_1", 3) => json(r#"{"id":"video_1","object":"video","status":"in_progress"}"#),
            (_, "/v1/videos/video_1", _) => json(r#"{"id":"video_1","object":"video","status":"completed"}"#),
            _ => Reply::status(404),
        }
    })
    .expect("a far end");
    let desk = Journaled::new(client(&far_end.url("")), Journal::start(store).expect("threads"), owner("desk"));
    let mut job = desk.order(NewJob::new(cat())).await.expect("a journal");
    let Outcome::Succeeded(task) = job.finish().await else { panic!("{:?}", job.record()) };
    let folder = tempfile::tempdir().expect("a folder");
    let saved = job.save(&task, Target::file(folder.path().join("cat.mp4")), &|_| ()).await;
    assert_eq!(saved.expect_err("there is no content").kind(), ErrorKind::Undelivered);
    let mut lines = seen.lock().expect("no panic").clone();
    lines.dedup();
    let history = desk.journal().history(job.record().job.clone()).await.expect("a journal");
    let history: Vec<&str> = history.iter().map(|entry| entry.change.as_str()).collect();
    lines.push(history.join(" "));
    assert_snapshot!(lines.join("\n"), @r"
    POST /v1/videos: sent
    GET /v1/videos/video_1: accepted
    GET /v1/videos/video_1: running
    GET /v1/videos/video_1/content: succeeded
    GET /v1/videos/video_1: succeeded
    intent sent unsent sent accepted running succeeded undelivered
    ");
}

#[tokio::test]
async fn orders_that_look_alike_get_a_task_each() {
    for seed in [1, 2, 3] {
        let gateway = SimulatedGateway::start(GatewayOptions {
            job_time: 20 * MILLI,
            video_bytes: 1000,
            faults: Faults::drawn(seed, 0.4).only_on(&[Route::Submit]).only(&[Fault::HungUp, Fault::BadGateway]),
            ..GatewayOptions::default()
        })
        .expect("a free port");
        let journal = Journal::start(Arc::new(MemoryStore::new())).expect("threads");
        let desk = Journaled::new(client(&gateway.url("")), journal.clone(), owner("desk"));
        let desk = desk.with_settle_after(Some(50 * MILLI));
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..12 {
            let desk = desk.clone();
            running.spawn(async move {
                let mut job = desk.order(NewJob::new(cat())).await.expect("a journal");
                job.accepted().await.expect("a task");
            });
        }
        while let Some(done) = running.join_next().await {
            done.expect("no panic");
        }
        let records = journal.list(Query::all()).await.expect("a journal").records;
        let tasks: BTreeSet<_> = records.iter().filter_map(|record| record.task.clone()).collect();
        assert_eq!((tasks.len(), gateway.account().tasks.len()), (12, 12), "seed {seed}");
    }
}

#[tokio::test]
async fn a_job_somebody_else_works_on_is_left_alone_and_one_that_was_left_is_taken_over() {
    let gateway = SimulatedGateway::start(GatewayOptions::default()).expect("a free port");
    let journal = Journal::start(Arc::new(MemoryStore::new())).expect("threads");
    let first = Journaled::new(client(&gateway.url("")), journal.clone(), owner("first"));
    let second = Journaled::new(client(&gateway.url("")), journal.clone(), owner("second"));
    let job = first.order(NewJob::new(cat())).await.expect("a journal");
    let record = job.record().clone();
    let refused = second.take_up(record.clone()).await.expect_err("it is claimed");
    assert_eq!(refused.kind(), ErrorKind::Local, "{refused}");
    drop(job);
    let mut job = second.take_up(record).await.expect("it was given up");
    assert!(job.accepted().await.is_ok());
    assert_eq!(gateway.account().tasks.len(), 1);
}

#[tokio::test]
async fn nothing_is_sent_once_the_claim_is_over() {
    let gateway = SimulatedGateway::start(GatewayOptions::default()).expect("a free port");
    let journal = Journal::start(Arc::new(MemoryStore::new())).expect("threads");
    let desk = Journaled::new(client(&gateway.url("")), journal.clone(), owner("slow")).with_lease(Duration::ZERO);
    let mut job = desk.order(NewJob::new(cat())).await.expect("a journal");
    let error = job.accepted().await.expect_err("the claim is over");
    assert!(error.proves_no_task(), "{error}");
    assert_eq!((gateway.account().tasks.len(), job.record().state), (0, State::Intent));
}

#[tokio::test]
async fn an_order_of_which_only_hashes_were_kept_needs_the_order_again() {
    let gateway = SimulatedGateway::start(GatewayOptions::default()).expect("a free port");
    let journal = Journal::start(Arc::new(MemoryStore::new())).expect("threads");
    let desk = Journaled::new(client(&gateway.url("")), journal.clone(), owner("desk")).with_prompts(Prompts::Hashed);
    let record = desk.order(NewJob::new(cat())).await.expect("a journal").record().clone();
    let missing = desk.take_up(record.clone()).await.expect_err("the prompt is not kept");
    let other = desk.take_up_with(record.clone(), Order::from(Generation::new("m-1", "a dog"))).await;
    let other = other.expect_err("another order");
    let said = format!("{missing}\n{other}").replace(record.job.as_str(), "JOB");
    assert_snapshot!(said, @r"
    the request was refused: the journal keeps only a hash of the prompt or a picture of job JOB: give the order again
    the request was refused: this is not the order of job JOB
    ");
    let mut job = desk.take_up_with(record, cat().into()).await.expect("the same order");
    assert!(job.accepted().await.is_ok());
}

#[tokio::test]
async fn a_job_in_doubt_is_not_settled_under_another_key() {
    let gateway = SimulatedGateway::start(GatewayOptions::default()).expect("a free port");
    let journal = Journal::start(Arc::new(MemoryStore::new())).expect("threads");
    let desk = Journaled::new(client(&gateway.url("")), journal.clone(), owner("desk"));
    let job = desk.order(NewJob::new(cat())).await.expect("a journal");
    let (record, now) = (job.record().clone(), job.record().created_at);
    let sent = video_journal::Event::Sent { to: record.to.clone() };
    let record = journal.note(record.job, sent, owner("desk"), now).await.expect("it is ours");
    drop(job);
    let lease = Lease { owner: Owner::new("desk"), until: Millis::new(0) };
    journal.renew(lease).await.expect("a journal");
    let other =
        video_client::Client::builder(&gateway.url("")).key("another").dialect(video_protocol::OpenAi::default());
    let other = Journaled::new(other.build().expect("a client"), journal, owner("other"));
    let refused = other.take_up(record).await.expect_err("another account's list proves nothing");
    assert!(refused.message().contains("another API key"), "{refused}");
}
