//! Measures a journal on this machine: orders that must reach the disk, a list of 100,000 jobs, 10,000 taken up.
//!
//! `cargo run --release -p video-journal --example figures -- [FOLDER [JOBS]]`; the folder's disk is what is measured.
//! With `-- make FILE [JOBS]` it only makes such a journal, for others to measure themselves against.

use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use video_journal::{
    Destination, Event, Evidence, Excerpt, Intent, Journal, KeyFingerprint, Lease, Millis, Order, Owner, Prompts,
    Pruning, Query, Request, SavedFile, SqliteStore, State, Store, Wanted, Write,
};
use video_protocol::TaskRef;
use video_types::Generation;

const NOON: Millis = Millis::new(1_790_000_000_000);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let place = std::env::args_os().nth(1);
    if place.as_ref().is_some_and(|place| place == "make") {
        let file = std::env::args_os().nth(2).ok_or("which file?")?;
        let jobs = std::env::args().nth(3).map_or(Ok(100_000), |jobs| jobs.parse())?;
        return fill(&SqliteStore::open(file)?, jobs);
    }
    let folder = place.map_or_else(tempfile::tempdir, tempfile::tempdir_in)?;
    let mut out = std::io::stdout().lock();
    for waiting in [1, 10, 100, 1000] {
        let store = Arc::new(SqliteStore::open(folder.path().join(format!("orders-{waiting}.db")))?);
        let orders = if waiting == 1 { 500 } else { 5000 };
        let time = orders_at_once(store, orders, waiting)?;
        let rate = f64::from(orders) / time.as_secs_f64();
        writeln!(
            out,
            "{rate:>8.0} orders/s durable (intent, sent, accepted), {waiting} at once, each {:.2?}",
            time * waiting / orders
        )?;
    }
    let store = SqliteStore::open(folder.path().join("many.db"))?;
    let begun = now();
    let jobs = std::env::args().nth(2).map_or(Ok(100_000), |jobs| jobs.parse())?;
    fill(&store, jobs)?;
    writeln!(out, "{:>8.2?} to write {jobs} jobs, one in ten of them open", begun.elapsed())?;
    let size = std::fs::metadata(store.path())?.len();
    writeln!(out, "{:>8} MB, {} bytes a job", size / 1_000_000, size / u64::from(jobs))?;
    let lists = [
        ("newest 100", Query::all()),
        ("a page of 100 in the middle", Query::all().before(50_000)),
        ("100 accepted", Query::all().in_state(State::Accepted)),
        (
            "100 saved or failed or unknown",
            Query::all().in_state(State::Saved).in_state(State::Failed).in_state(State::Unknown),
        ),
        ("100 of a batch", Query::all().of_batch("batch-7")),
        ("100 accepted of a batch", Query::all().of_batch("batch-7").in_state(State::Accepted)),
        ("all 10,000 of a batch", Query::all().of_batch("batch-7").limit(usize::MAX)),
    ];
    for (name, query) in lists {
        let begun = now();
        let page = store.list(&query)?;
        writeln!(out, "{:>8.2?} list: {name} ({})", begun.elapsed(), page.records.len())?;
    }
    let begun = now();
    let counts = store.counts(None)?;
    writeln!(out, "{:>8.2?} counts {counts:?}", begun.elapsed())?;
    let begun = now();
    let lease = Lease { owner: Owner::new("next"), until: NOON.after(Duration::from_secs(200)) };
    let write = Write::TakeUp { wanted: Wanted::open(100_000), lease, at: NOON.after(Duration::from_secs(100)) };
    let taken = store.write(vec![write]).remove(0)?;
    let count = if let video_journal::Written::Records(records) = taken { records.len() } else { 0 };
    writeln!(out, "{:>8.2?} to take up {count} open jobs", begun.elapsed())?;
    let (begun, mut pruned) = (now(), 0);
    let pruning = Pruning { unchanged_since: NOON.after(Duration::from_secs(1)), at: NOON, limit: 1000 };
    while let Some(Ok(video_journal::Written::Count(step @ 1..))) = store.write(vec![Write::Prune(pruning)]).pop() {
        pruned += step;
    }
    writeln!(out, "{:>8.2?} to prune {pruned} jobs", begun.elapsed())?;
    let begun = now();
    store.shrink()?;
    let left = std::fs::metadata(store.path())?.len();
    writeln!(
        out,
        "{:>8.2?} to shrink the file from {} MB to {} MB",
        begun.elapsed(),
        size / 1_000_000,
        left / 1_000_000
    )?;
    let begun = now();
    let page = store.list(&Query::all())?;
    writeln!(out, "{:>8.2?} list: newest 100 of what is left ({})", begun.elapsed(), page.records.len())?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a stopwatch for people")]
fn now() -> Instant {
    Instant::now()
}

/// Intent, sent and accepted of each order, each waited for, with so many under way at once.
fn orders_at_once(store: Arc<dyn Store>, orders: u32, waiting: u32) -> Result<Duration, Box<dyn std::error::Error>> {
    let journal = Journal::start(store)?;
    let begun = now();
    for wave in 0..orders / waiting {
        let numbers: Vec<u32> = (0..waiting).map(|at| wave * waiting + at).collect();
        let steps: [fn(&Journal, u32) -> video_journal::Receipt<video_journal::Record>; 2] = [
            |journal, number| journal.note(intent(number).job, Event::Sent { to: to() }, lease().owner, NOON),
            |journal, number| journal.note(intent(number).job, accepted(number), lease().owner, NOON),
        ];
        let begun: Vec<_> = numbers.iter().map(|number| journal.begin(intent(*number), lease())).collect();
        for receipt in begun {
            receipt.wait()?;
        }
        for step in steps {
            let receipts: Vec<_> = numbers.iter().map(|number| step(&journal, *number)).collect();
            for receipt in receipts {
                receipt.wait()?;
            }
        }
    }
    Ok(begun.elapsed())
}

/// Jobs of ten batches: one in ten open, the others saved, failed or unknown.
fn fill(store: &SqliteStore, jobs: u32) -> Result<(), Box<dyn std::error::Error>> {
    for chunk in (0..jobs).collect::<Vec<_>>().chunks(1000) {
        let mut group = Vec::new();
        for number in chunk {
            let intent = intent(*number).in_batch(format!("batch-{}", number % 10), 1).named(format!("clip-{number}"));
            let job = intent.job.clone();
            group.push(Write::Begin { intent: Box::new(intent), lease: lease() });
            let end =
                |end| Event::Ended { end, evidence: Evidence::new("trouble", Excerpt::new("it went wrong", &[])) };
            let file =
                SavedFile { path: format!("/videos/clip-{number}.mp4"), bytes: 4_000_000, sha256: "ab".repeat(32) };
            let mut events = vec![Event::Sent { to: to() }];
            match number % 97 {
                0 => events.push(end(video_journal::End::Unknown)),
                1 => events.extend([accepted(*number), end(video_journal::End::Failed)]),
                _ if number / 10 % 10 == 3 => events.push(accepted(*number)),
                _ => events.extend([
                    accepted(*number),
                    Event::Running,
                    Event::Succeeded { billing: None },
                    Event::Saved { file },
                ]),
            }
            let note = |event| Write::Note { job: job.clone(), event: Box::new(event), by: lease().owner, at: NOON };
            group.extend(events.into_iter().map(note));
        }
        for answer in store.write(group) {
            answer?;
        }
    }
    Ok(())
}

fn intent(number: u32) -> Intent {
    let prompt = format!("a lighthouse in fog, number {number}, the camera circling slowly while the light turns");
    let request = Request::new(&Order::from(Generation::new("kling-v1-6", prompt)), Prompts::Stored);
    let chance = (u128::from(number) << 48).to_be_bytes();
    let job = video_journal::JobId::new(
        NOON.after(Duration::from_millis(number.into())),
        std::array::from_fn(|at| chance[at + 3]),
    );
    let key = format!("key-{job}");
    Intent::new(job, NOON, request, key, to())
}

fn to() -> Destination {
    Destination { dialect: "new-api".into(), origin: "88api.ai".into(), key_fingerprint: KeyFingerprint::of("sk-xxxx") }
}

fn accepted(number: u32) -> Event {
    Event::Accepted { task: TaskRef::new("new-api", format!("task_{number:032}")) }
}

fn lease() -> Lease {
    Lease { owner: Owner::new("desk:4711"), until: NOON.after(Duration::from_secs(60)) }
}
