//! Batches against a gateway that loses answers, judged by the gateway's own book.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Mutex;

use insta::assert_snapshot;
use video_client::batch::{Batch, BatchEvent, BatchFile, Defaults};
use video_client::scheduler::{Limits, Scheduler};
use video_client::{Client, JobStep, Journaled, Template};
use video_journal::{
    End, Event, Evidence, Intent, JobId, Journal, Lease, Millis, Prompts, Query, Request, SavedFile, State,
};
use video_protocol::TaskRef;
use video_testkit::{Fault, Faults, GatewayOptions, Route, SimulatedGateway};
use video_types::{Generation, ImageInput};

use crate::desk::{MILLI, client, journal, owner};
use crate::purchase::Offers;

#[expect(clippy::unnecessary_wraps, reason = "the signature of every reader of pictures")]
fn link(text: &str) -> Result<ImageInput, String> {
    Ok(ImageInput::new(text))
}

fn batch(desk: &Journaled, lines: usize, folder: &Path) -> Batch<'static, Cursor<String>> {
    let line = |number| format!(r#"{{"model":"m-1","prompt":"job {number}","name":"{number}"}}"#);
    let text: Vec<String> = (0..lines).map(line).collect();
    let file = BatchFile::read(Cursor::new(text.join("\n")), &Defaults::default(), &link, |_| Ok(()));
    let template = Template::parse(&folder.join("new/{name}.mp4")).expect("a template");
    Batch::new(desk.clone(), "b", file.expect("good lines"), Defaults::default(), &link, template)
}

fn slots() -> Scheduler {
    Scheduler::new(NonZeroUsize::new(20).expect("more than none"))
}

/// What the gateway's book says of the files the journal calls saved.
async fn judged(gateway: &SimulatedGateway, journal: &Journal) -> String {
    let records = journal.list(Query::all().in_state(State::Saved).limit(1000)).await.expect("a journal").records;
    let files: BTreeMap<String, Vec<u8>> = records
        .iter()
        .map(|record| {
            let path = &record.file.as_ref().expect("a saved job has a file").path;
            let name = Path::new(record.name.as_deref().unwrap_or_default()).file_stem().unwrap_or_default();
            (format!("job {}", name.display()), std::fs::read(path).expect("a file"))
        })
        .collect();
    gateway.account().judge(files.iter().map(|(prompt, file)| (prompt.as_str(), file))).to_string()
}

/// Runs a batch of 60 twice at 20 % of faults on every route; says what the book says and how the lines ended.
async fn buy(seed: u64, offers: Offers) -> String {
    let gateway = SimulatedGateway::start(GatewayOptions {
        job_time: 20 * MILLI,
        video_bytes: 1000,
        faults: Faults::drawn(seed, 0.2).only_on(&[Route::Submit, Route::Poll, Route::List, Route::Content]),
        stall: 30 * MILLI,
        retry_after: 10 * MILLI,
        list_lag: 20 * MILLI,
        honours_keys: matches!(offers, Offers::Keys),
        lists: matches!(offers, Offers::List),
        ..GatewayOptions::default()
    })
    .expect("a free port");
    let folder = tempfile::tempdir().expect("a folder");
    let journal = journal(&folder.path().join("journal.sqlite"));
    let desk = Journaled::new(client(&gateway.url("")), journal.clone(), owner("desk"));
    let desk = desk.with_settle_after(Some(100 * MILLI));
    for _ in 0..2 {
        let batch = batch(&desk, 60, folder.path());
        let plan = batch.plan(false).await.expect("a journal");
        batch.make_folder(&plan).expect("a folder");
        batch.check_files(&plan).expect("free names");
        batch.run(&plan, &slots(), Limits::default(), std::future::pending(), &|_| ()).await;
    }
    let counts = journal.counts(Some("b".to_owned())).await.expect("a journal");
    format!("{}; {counts:?}", judged(&gateway, &journal).await)
}

#[tokio::test]
async fn what_keys_or_a_list_can_tell_no_batch_leaves_unknown() {
    for offers in [Offers::Keys, Offers::List] {
        for seed in [1, 2] {
            let all = "60 good, 0 bad, 60 paid, 0 ordered twice, 0 paid without a good file; {Saved: 60}";
            assert_eq!(buy(seed, offers).await, all, "seed {seed}, {offers:?}");
        }
    }
}

#[tokio::test]
async fn without_either_what_is_not_saved_is_unknown_and_none_is_paid_twice() {
    let bought = buy(1, Offers::Neither).await;
    assert!(bought.contains(" 0 bad,") && bought.contains(" 0 ordered twice,"), "{bought}");
    let standing = bought.split_once("; {Saved: ").and_then(|(_, standing)| standing.split_once(", Unknown: "));
    let (saved, unknown) = standing.expect("both, and nothing else");
    let number = |text: &str| text.trim_end_matches('}').parse::<usize>().expect("a number");
    assert_eq!(number(saved) + number(unknown), 60, "{bought}");
}

#[tokio::test]
async fn a_person_who_leaves_waits_for_the_answer_to_an_order_and_for_nothing_else() {
    // The first answer comes late; the second order is never sent.
    let gateway = SimulatedGateway::start(GatewayOptions {
        job_time: 100_000 * MILLI,
        faults: Faults::at(Route::Submit, 1, Fault::Stalled),
        stall: 300 * MILLI,
        ..GatewayOptions::default()
    })
    .expect("a free port");
    let folder = tempfile::tempdir().expect("a folder");
    let journal = journal(&folder.path().join("journal.sqlite"));
    let desk = Journaled::new(client(&gateway.url("")), journal.clone(), owner("desk"));
    let batch = batch(&desk, 3, folder.path());
    let plan = batch.plan(false).await.expect("a journal");
    batch.make_folder(&plan).expect("a folder");
    let said = Mutex::new(Vec::new());
    let tell = |event: BatchEvent<'_>| {
        let line = match event {
            BatchEvent::Step { step: JobStep::Accepted(_), line } => format!("{} accepted", line.file_name()),
            BatchEvent::Ended { line, carried } => format!("{} {}", line.file_name(), carried.record.state),
            BatchEvent::Step { .. } => return,
            other => format!("{other:?}"),
        };
        said.lock().expect("no panic").push(line);
    };
    let leave = async {
        gateway.ledger().until(|seen| seen.whole("POST") > 0).await;
    };
    let one = Scheduler::new(NonZeroUsize::new(1).expect("one"));
    let ran = batch.run(&plan, &one, Limits::default(), leave, &tell).await;
    said.lock().expect("no panic").push(format!("{ran:?}"));
    assert_snapshot!(said.lock().expect("no panic").join("\n"), @r"
    0 accepted
    0 accepted
    Ran { begun: 1, put_back: 0, stopped: Told }
    ");
}

/// The past of a line: what it was seen to be before this run.
#[derive(Debug, Clone, Copy)]
enum Before {
    Intact,
    Gone,
    GoneAndForgotten,
    Intended,
    Open,
    Unknown,
    Ended(End),
    New,
}

const PASTS: [Before; 11] = [
    Before::Intact,
    Before::Gone,
    Before::GoneAndForgotten,
    Before::Intended,
    Before::Open,
    Before::Unknown,
    Before::Ended(End::Failed),
    Before::Ended(End::Filtered),
    Before::Ended(End::Refused),
    Before::Ended(End::Unsent),
    Before::New,
];

/// Gives the line of this number its past, with a task at the gateway where it had one.
async fn lived(number: usize, before: Before, client: &Client, journal: &Journal, folder: &Path) {
    let mut chance = [0; 10];
    chance[9] = u8::try_from(number).expect("a few");
    let (at, me, to) = (Millis::new(1_790_000_000_000), owner("before"), client.destination());
    let job = JobId::new(at, chance);
    let wanted = Generation::new("m-1", format!("job {number}"));
    let task = match before {
        Before::New => return,
        Before::Gone | Before::Open => client.submit(wanted.clone()).await.expect("a task").reference().clone(),
        _ => TaskRef::new(client.dialect_name(), format!("task_{number}")).with_origin(client.origin()),
    };
    let intent =
        Intent::new(job.clone(), at, Request::new(&wanted.into(), Prompts::Stored), job.to_string(), to.clone());
    let lease = Lease { owner: me.clone(), until: at.after(1000 * MILLI) };
    journal.begin(intent.in_batch("b", 1).named(number.to_string()), lease).await.expect("a journal");
    let ended = |end| Event::Ended { end, evidence: Evidence::default() };
    let (sent, accepted) = (Event::Sent { to }, Event::Accepted { task });
    let path = folder.join(format!("new/{number}.mp4"));
    let saved = || {
        std::fs::create_dir_all(folder.join("new")).expect("a folder");
        let sha256 = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae".to_owned();
        vec![
            Event::Succeeded { billing: None },
            Event::Saved { file: SavedFile { path: path.display().to_string(), bytes: 3, sha256 } },
        ]
    };
    let events = match before {
        Before::Intact => {
            let events = saved();
            std::fs::write(&path, "foo").expect("a file");
            [vec![sent, accepted], events].concat()
        }
        Before::Gone | Before::GoneAndForgotten => [vec![sent, accepted], saved()].concat(),
        Before::Intended | Before::New => Vec::new(),
        Before::Open => vec![sent, accepted],
        Before::Unknown => vec![sent, ended(End::Unknown)],
        Before::Ended(end @ (End::Failed | End::Expired)) => vec![sent, accepted, ended(end)],
        Before::Ended(end) => vec![sent, ended(end)],
    };
    for event in events {
        journal.note(job.clone(), event, me.clone(), at).await.expect("it may follow");
    }
}

#[tokio::test]
async fn the_second_run_does_with_every_line_what_its_past_asks_for() {
    let mut table = Vec::new();
    for retry_failed in [false, true] {
        let options = GatewayOptions { job_time: 20 * MILLI, lists: false, ..GatewayOptions::default() };
        let gateway = SimulatedGateway::start(options).expect("a free port");
        let folder = tempfile::tempdir().expect("a folder");
        let (client, journal) = (client(&gateway.url("")), journal(&folder.path().join("journal.sqlite")));
        for (number, before) in PASTS.into_iter().enumerate() {
            lived(number, before, &client, &journal, folder.path()).await;
        }
        let paid_before: Vec<String> = gateway.account().tasks.into_iter().map(|task| task.id).collect();
        let batch = batch(&Journaled::new(client, journal.clone(), owner("me")), PASTS.len(), folder.path());
        let plan = batch.plan(retry_failed).await.expect("a journal");
        batch.make_folder(&plan).expect("a folder");
        batch.check_files(&plan).expect("free names");
        batch.run(&plan, &slots(), Limits::default(), std::future::pending(), &|_| ()).await;
        let orders: Vec<String> = gateway.account().tasks.into_iter().map(|task| task.id).collect();
        for (place, before) in batch.places().iter().zip(PASTS) {
            let last = journal.last_of_line(place.line("b")).await.expect("a journal").expect("a job");
            let id = last.task.as_ref().map_or("", |task| task.id.as_str());
            let anew = orders.iter().any(|order| order == id) && !paid_before.iter().any(|order| order == id);
            let ordered = if anew { ", ordered" } else { "" };
            table.push(format!("{before:?} -> {}{ordered}", last.state));
        }
        table.push(format!("{}\n", plan.counts));
    }
    assert_snapshot!(table.join("\n"), @r"
    Intact -> saved
    Gone -> saved
    GoneAndForgotten -> undelivered
    Intended -> saved, ordered
    Open -> saved
    Unknown -> unknown
    Ended(Failed) -> failed
    Ended(Filtered) -> filtered
    Ended(Refused) -> refused
    Ended(Unsent) -> saved, ordered
    New -> saved, ordered
    1 new, 1 done, 3 open, 1 unknown, 2 to download again, 3 ended without a video

    Intact -> saved
    Gone -> saved
    GoneAndForgotten -> undelivered
    Intended -> saved, ordered
    Open -> saved
    Unknown -> unknown
    Ended(Failed) -> saved, ordered
    Ended(Filtered) -> saved, ordered
    Ended(Refused) -> saved, ordered
    Ended(Unsent) -> saved, ordered
    New -> saved, ordered
    1 new, 1 done, 3 open, 1 unknown, 2 to download again, 3 to order again
    ");
}
