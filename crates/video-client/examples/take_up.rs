//! How long it takes until 10,000 open jobs of a journal on the disk are taken up: each claimed and asked for once.
//!
//! ```text
//! cargo run --release --example take_up -- 10000 128
//! ```
#![expect(clippy::print_stdout, reason = "it prints its figures")]

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;
use video_client::scheduler::{JobEnd, Limits, Scheduler};
use video_client::{Client, Journaled};
use video_journal::{Event, Intent, JobId, Journal, Lease, Millis, Owner, Prompts, Query, Request, SqliteStore, State};
use video_transport::{Body, Transport, TransportError};
use video_types::Generation;

/// Says that every task is still running, and counts.
#[derive(Debug, Default)]
struct Running(AtomicUsize);

#[async_trait]
impl Transport for Running {
    async fn send(&self, _: http::Request<bytes::Bytes>) -> Result<http::Response<Body>, TransportError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let body = r#"{"code":"success","data":{"task_id":"t","status":"IN_PROGRESS"}}"#;
        Ok(http::Response::new(Body::from(body)))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let number = |nth, default| std::env::args().nth(nth).map_or(Ok(default), |text| text.parse::<usize>());
    let (jobs, slots) = (number(1, 10_000)?, NonZeroUsize::new(number(2, 128)?).ok_or("no slots")?);
    let folder = tempfile::tempdir()?;
    let journal = Journal::start(Arc::new(SqliteStore::open(folder.path().join("journal.sqlite"))?))?;
    let transport = Arc::new(Running::default());
    let client = Client::builder("https://gateway.example").key("sk-example").transport(transport.clone()).build()?;

    let (at, dead) = (Millis::from(std::time::SystemTime::UNIX_EPOCH), Owner::new("dead"));
    let to = client.destination();
    let mut last = None;
    for number in 0..jobs {
        let mut chance = [0; 10];
        chance[..8].copy_from_slice(&(number as u64).to_be_bytes());
        let job = JobId::new(at, chance);
        let request = Request::new(&Generation::new("m", format!("job {number}")).into(), Prompts::Stored);
        let intent = Intent::new(job.clone(), at, request, format!("key-{number}"), to.clone());
        let lease = Lease { owner: dead.clone(), until: at.after(Duration::from_secs(60)) };
        drop(journal.begin(intent, lease));
        drop(journal.note(job.clone(), Event::Sent { to: to.clone() }, dead.clone(), at));
        let task = format!("new-api:task_{number}@{}", to.origin).parse()?;
        last = Some(journal.note(job, Event::Accepted { task }, dead.clone(), at));
    }
    if let Some(last) = last {
        last.await?;
    }

    let began = Instant::now();
    let desk = Journaled::new(client, journal.clone(), Owner::new("me"));
    let (mut open, mut query) = (Vec::new(), State::OPEN.into_iter().fold(Query::all(), Query::in_state).limit(1000));
    loop {
        let page = journal.list(query.clone()).await?;
        open.extend(page.records);
        let Some(next) = page.next else { break };
        query = query.before(next);
    }
    let listed = began.elapsed();
    let scheduler = Scheduler::new(slots);
    let ran = scheduler
        .run(open, Limits::default(), std::future::pending(), async |record| {
            let Ok(mut job) = desk.take_up(record).await else { return JobEnd::Other };
            job.update().await;
            JobEnd::Good
        })
        .await;
    let (taken, asked) = (began.elapsed(), transport.0.load(Ordering::Relaxed));
    println!("{} jobs, {slots} at once: listed in {listed:.1?}, taken up in {taken:.1?}, {asked} asked for", ran.begun);
    Ok(())
}
