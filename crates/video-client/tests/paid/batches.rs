//! Batches against a gateway that loses answers, judged by the gateway's own book.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Mutex;

use insta::assert_snapshot;
use video_client::batch::{Batch, BatchEvent, BatchFile, Defaults};
use video_client::scheduler::{Limits, Scheduler};
use video_client::{JobStep, Journaled, Template};
use video_journal::{Journal, Query, State};
use video_testkit::{Fault, Faults, GatewayOptions, Route, SimulatedGateway};
use video_types::ImageInput;

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
            (format!("job {}", record.name.as_deref().unwrap_or_default()), std::fs::read(path).expect("a file"))
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
