//! How long it takes until 10,000 open jobs of a process that was killed are taken up, from a journal on the disk.
//!
//! A job is taken up once this process has its claim and the gateway has answered a look at its task. Every job holds a slot
//! from there to its end, and one without a slot is not claimed, so that another process may have it: so all of them are taken
//! up where there are as many slots, and with fewer slots as many as there are.
//!
//! The worst case is measured: the claims of the dead process still hold, and each job turns out to run by now, which is noted.
//! The far end answers at once, in memory.
//!
//! ```text
//! cargo run --release -p video-client --example take_up -- 10000 10000
//! ```
#![expect(clippy::print_stdout, reason = "it prints its figures")]

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;
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
    let (jobs, slots) = (number(1, 10_000)?, number(2, 10_000)?);
    let expected = jobs.min(slots);
    let slots = NonZeroUsize::new(slots).ok_or("no slots")?;
    let folder = tempfile::tempdir()?;
    let journal = Journal::start(Arc::new(SqliteStore::open(folder.path().join("journal.sqlite"))?))?;
    let transport = Arc::new(Running::default());
    let client = Client::builder("https://gateway.example").key("sk-example").transport(transport.clone()).build()?;

    let (at, dead) = (now(), Owner::new("dead"));
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
    let desk = Journaled::new(client, journal.clone(), Owner::new("me")).with_ended_owners(move |owner| *owner == dead);
    let (mut open, mut query) = (Vec::new(), State::OPEN.into_iter().fold(Query::all(), Query::in_state).limit(1000));
    loop {
        let page = journal.list(query.clone()).await?;
        open.extend(page.records);
        let Some(next) = page.next else { break };
        query = query.before(next);
    }
    let listed = began.elapsed();
    let (seen, all_are) = (AtomicUsize::new(0), watch::Sender::new(false));
    let took = OnceLock::new();
    let scheduler = Scheduler::new(slots);
    let leave = async {
        let mut told = all_are.subscribe();
        drop(told.wait_for(|all| *all).await);
    };
    let ran = scheduler.run(open, Limits::default(), leave, async |record| {
        let Ok(mut job) = desk.take_up(record).await else { return JobEnd::Other };
        job.update().await;
        if seen.fetch_add(1, Ordering::Relaxed) + 1 == expected {
            took.get_or_init(|| began.elapsed());
            all_are.send_replace(true);
        }
        // A job holds its claim and its slot to its end.
        drop(all_are.subscribe().wait_for(|all| *all).await);
        JobEnd::Good
    });
    let ran = ran.await;
    let (taken, asked) = (took.get().copied().unwrap_or_default(), transport.0.load(Ordering::Relaxed));
    println!(
        "{jobs} jobs, {slots} at once: listed in {listed:.1?}, {} taken up in {taken:.1?}, {asked} asked for",
        ran.begun
    );
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a program is where time comes from")]
fn now() -> Millis {
    std::time::SystemTime::now().into()
}
