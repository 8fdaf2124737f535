//! Files of batches: what is read, what is refused, and what a second run does with each line.
#![expect(clippy::format_collect, reason = "a few lines of a transcript")]

use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use insta::assert_snapshot;
use video_client::Template;
use video_client::batch::{BatchError, BatchFile, BatchLine, Defaults, LinePlace, LineProblem, is_intact, plan};
use video_journal::{
    Destination, End, Event, Evidence, Intent, JobId, Journal, KeyFingerprint, Lease, MemoryStore, Millis, Owner,
    Prompts, Request, SavedFile, State,
};
use video_types::ImageInput;

type Read = Result<BatchFile<Cursor<Vec<u8>>>, BatchError>;

#[expect(clippy::unnecessary_wraps, reason = "the signature of every reader of pictures")]
fn as_it_is(text: &str) -> Result<ImageInput, String> {
    Ok(ImageInput::new(text))
}

#[expect(clippy::unnecessary_wraps, reason = "the signature of every check")]
fn all_good(_: &BatchLine) -> Result<(), LineProblem> {
    Ok(())
}

fn read(bytes: impl Into<Vec<u8>>) -> Read {
    let mut defaults = Defaults::default();
    defaults.model = Some("m-1".into());
    BatchFile::read(Cursor::new(bytes.into()), &defaults, &as_it_is, all_good)
}

fn shown(read: &Read) -> String {
    match read {
        Ok(file) => file
            .places()
            .iter()
            .map(|place| format!("{}: {} #{}\n", place.number, place.file_name(), place.occurrence))
            .collect(),
        Err(BatchError::Lines { shown, count }) => {
            let lines: String = shown.iter().map(|problem| format!("{problem}\n")).collect();
            format!("{lines}{count} in all\n")
        }
        Err(error) => error.to_string(),
    }
}

fn prompts(names: &[&str]) -> String {
    names.iter().map(|name| format!("{{\"prompt\":\"{name}\"}}\n")).collect()
}

#[test]
fn blank_lines_marks_and_carriage_returns_do_not_count() {
    let plain = read("{\"prompt\":\"a\"}\n{\"prompt\":\"b\",\"name\":\"second\"}\n");
    let odd = read("\u{feff}{\"prompt\":\"a\"}\r\n\r\n   \n{\"name\":\"second\",\"model\":\"m-1\",\"prompt\":\"b\"}");
    assert_snapshot!([shown(&plain), shown(&odd)].join("\n"));
}

#[test]
fn every_line_is_checked_and_every_problem_told() {
    let text = concat!(
        "{\"prompt\":\"good\"}\n",
        "not json\n",
        "[1]\n",
        "{\"prompt\":\"  \"}\n",
        "{\"prompt\":\"x\",\"seconds\":\"soon\"}\n",
        "{\"prompt\":\"x\",\"seconds\":4000}\n",
        "{\"prompt\":\"x\",\"n\":3}\n",
        "{\"prompt\":\"x\",\"name\":\"../up\"}\n",
        "{\"prompt\":\"x\",\"name\":7}\n",
        "{\"prompt\":\"x\u{ff}\"}\n",
        "{\"prompt\":\"half",
    );
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("latin")).collect();
    assert_snapshot!(shown(&read(bytes)));
}

#[test]
fn of_many_bad_lines_twenty_are_named() {
    let shown = shown(&read("{}\n".repeat(1000)));
    assert_eq!(shown.lines().count(), 21);
    assert!(shown.ends_with("1000 in all\n"), "{shown}");
}

#[test]
fn a_line_that_never_ends_is_not_kept() {
    let mut bytes = vec![b' '; 70 << 20];
    bytes.extend_from_slice(b"\n{\"prompt\":\"after\"}\n");
    assert_snapshot!(shown(&read(bytes)));
}

#[test]
fn unknown_members_are_kept_and_make_another_order() {
    let line = |text: &str| BatchLine::read(text.as_bytes(), &Defaults::default(), &as_it_is).expect("a line");
    let plain = line(r#"{"model":"m-1","prompt":"a"}"#);
    let tailed = line(r#"{"model":"m-1","prompt":"a","camera":{"zoom":2}}"#);
    assert_eq!(tailed.generation.extra["camera"]["zoom"], 2);
    assert_ne!(plain.hash(), tailed.hash());
    assert_eq!(plain.hash(), line(r#"{"name":"n","prompt":"a","model":"m-1"}"#).hash());
}

#[test]
fn a_line_is_read_again_unless_it_has_changed() {
    let text = "\u{feff}{\"prompt\":\"a\"}\n\n{\"prompt\":\"b\",\"size\":\"1280x720\"}";
    let mut file = BatchFile::read(Cursor::new(text), &with_model(), &as_it_is, all_good).expect("two lines");
    let places: Vec<LinePlace> = file.places().to_vec();
    let prompts: Vec<String> = places
        .iter()
        .rev()
        .map(|place| file.line(place, &with_model(), &as_it_is).expect("a line").generation.prompt)
        .collect();
    assert_eq!(prompts, ["b", "a"]);
    let changed = file.line(&places[0], &Defaults::default(), &as_it_is).expect_err("another order");
    assert_snapshot!(changed);
}

fn with_model() -> Defaults {
    let mut defaults = Defaults::default();
    defaults.model = Some("m-1".into());
    defaults
}

fn at(path: &str) -> Template {
    Template::parse(path.as_ref()).expect("a template")
}

const START: Millis = Millis::new(1_790_000_000_000);

/// A journal in memory, and the jobs it was told of.
struct Kept {
    journal: Journal,
    made: u8,
}

impl Kept {
    fn new() -> Self {
        Self { journal: Journal::start(Arc::new(MemoryStore::new())).expect("threads"), made: 0 }
    }

    /// Notes the job of a line as one that went through these events.
    async fn note(&mut self, file: &mut BatchFile<Cursor<Vec<u8>>>, index: usize, events: Vec<Event>) {
        self.made += 1;
        let place = file.places()[index].clone();
        let line = file.line(&place, &with_model(), &as_it_is).expect("a line");
        let job = JobId::new(START, [self.made; 10]);
        let request = Request::new(&line.generation.into(), Prompts::Stored);
        let intent = Intent::new(job.clone(), START, request, format!("key-{}", self.made), to());
        let me = Owner::new("me");
        let lease = Lease { owner: me.clone(), until: START.after(Duration::from_secs(60)) };
        let begun = self.journal.begin(intent.in_batch("spring", place.occurrence), lease).await.expect("begun");
        assert!(begun.is_new);
        for event in events {
            self.journal.note(job.clone(), event, me.clone(), START).await.expect("noted");
        }
    }

    async fn plan(&self, file: &BatchFile<Cursor<Vec<u8>>>, retry: bool) -> String {
        let mut states = vec!["-"; file.places().len()];
        let plan = plan(file.places(), "spring", &self.journal, retry, is_intact, |place, _, record| {
            let index = file.places().iter().position(|other| other == place).expect("one of them");
            states[index] = record.state.as_str();
        });
        let plan = plan.await.expect("a plan");
        let rows: String =
            plan.lines.iter().map(|line| format!("{}: {:?}\n", states[line.place], line.decision)).collect();
        format!("{rows}{}\n", plan.counts)
    }
}

fn to() -> Destination {
    Destination {
        dialect: "new-api".to_owned(),
        origin: "88api.ai".to_owned(),
        key_fingerprint: KeyFingerprint::of("sk-xxxx"),
    }
}

fn sent() -> Event {
    Event::Sent { to: to() }
}

fn accepted(id: usize) -> Event {
    Event::Accepted { task: format!("new-api:task_{id}@88api.ai").parse().expect("a handle") }
}

fn ended(end: End) -> Event {
    Event::Ended { end, evidence: Evidence::default() }
}

fn saved(path: &std::path::Path, bytes: &[u8]) -> Event {
    let file = SavedFile {
        path: path.display().to_string(),
        bytes: bytes.len() as u64,
        sha256: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae".to_owned(),
    };
    Event::Saved { file }
}

#[tokio::test]
async fn the_second_run_knows_what_to_do_with_every_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    for (name, bytes) in [("intact", "foo"), ("changed", "bar"), ("short", "fo")] {
        std::fs::write(path(name), bytes).expect("a file");
    }
    let succeeded = || Event::Succeeded { billing: None };
    let mut id = 0;
    let mut rows: Vec<Vec<Event>> = Vec::new();
    for name in ["intact", "changed", "short", "gone"] {
        id += 1;
        rows.push(vec![sent(), accepted(id), succeeded(), saved(&path(name), b"foo")]);
    }
    for end in [End::Undelivered, End::Local] {
        id += 1;
        rows.push(vec![sent(), accepted(id), succeeded(), ended(end)]);
    }
    rows.push(vec![]);
    rows.push(vec![sent(), ended(End::Unsent)]);
    rows.push(vec![sent(), accepted(100)]);
    rows.push(vec![sent(), accepted(101), Event::Running]);
    rows.push(vec![sent(), accepted(102), succeeded()]);
    rows.push(vec![sent()]);
    rows.push(vec![sent(), ended(End::Unknown)]);
    for end in [End::Invalid, End::Filtered, End::Refused] {
        rows.push(vec![sent(), ended(end)]);
    }
    for end in [End::Failed, End::Expired, End::Cancelled, End::Lost] {
        id += 1;
        rows.push(vec![sent(), accepted(id), ended(end)]);
    }
    let lines: Vec<String> = (0..=rows.len()).map(|number| format!("line {number}")).collect();
    let mut file = read(prompts(&lines.iter().map(String::as_str).collect::<Vec<_>>())).expect("lines");
    let mut kept = Kept::new();
    for (index, events) in rows.into_iter().enumerate() {
        kept.note(&mut file, index, events).await;
    }
    let counts = kept.journal.counts(None).await.expect("counts");
    assert_eq!(counts.len(), State::ALL.len(), "a row for every state");
    assert_snapshot!(format!(
        "{}\nwith --retry-failed\n{}",
        kept.plan(&file, false).await,
        kept.plan(&file, true).await
    ));
}

#[tokio::test]
async fn moved_inserted_and_deleted_lines_change_nothing_for_the_others() {
    let mut first = read(prompts(&["a", "b", "same", "same", "c"])).expect("lines");
    let mut kept = Kept::new();
    for (index, id) in [1, 2, 3, 4, 5].into_iter().enumerate() {
        kept.note(&mut first, index, vec![sent(), accepted(id)]).await;
    }
    let mut said = Vec::new();
    for lines in [
        &["c", "same", "b", "a", "same"][..],
        &["new", "a", "b", "same", "newer", "same", "c"],
        &["a", "same", "c"],
        &["same", "same", "same"],
    ] {
        said.push(format!("{lines:?}\n{}", kept.plan(&read(prompts(lines)).expect("lines"), false).await));
    }
    assert_snapshot!(said.join("\n"));
}

#[tokio::test]
async fn two_lines_with_one_path_are_refused_before_anything_is_sent() {
    let file = read(concat!(
        "{\"prompt\":\"a\",\"name\":\"one\"}\n",
        "{\"prompt\":\"b\",\"name\":\"one\"}\n",
        "{\"prompt\":\"a\",\"name\":\"there\"}\n",
        "{\"prompt\":\"a\"}\n",
        "{\"prompt\":\"a\"}\n",
    ))
    .expect("lines");
    let journal = Journal::start(Arc::new(MemoryStore::new())).expect("threads");
    let plan = plan(file.places(), "spring", &journal, false, is_intact, |_, _, _| ()).await.expect("a plan");
    let free = |path: &std::path::PathBuf| {
        if path.ends_with("there.mp4") { Err("there.mp4 exists".to_owned()) } else { Ok(()) }
    };
    let mut said = Vec::new();
    for template in ["{name}.mp4", "all.mp4", "{model}.mp4", "{name}-{id}.mp4"] {
        let checked = plan.check_paths(file.places(), &at(template), "2026-11-22", free);
        said.push(format!("{template}: {}", checked.map_or_else(|error| error.to_string(), |()| "good".to_owned())));
    }
    assert_snapshot!(said.join("\n"));
}

#[tokio::test]
async fn of_a_hundred_thousand_lines_little_is_kept() {
    let line = |number: usize| format!("{{\"prompt\":\"shot {number}, {}\"}}\n", "of some length ".repeat(20));
    let text: String = (0..100_000).map(line).collect();
    let file = read(text).expect("lines");
    let journal = Journal::start(Arc::new(MemoryStore::new())).expect("threads");
    let plan = plan(file.places(), "spring", &journal, false, is_intact, |_, _, _| ()).await.expect("a plan");
    assert_eq!(plan.counts.to_string(), "100000 new, 0 done, 0 open, 0 unknown");
    plan.check_paths(file.places(), &at("{name}.mp4"), "", |_| Ok(())).expect("paths of their own");
    // A line takes some hundred bytes of memory, however long it is.
    assert!(size_of::<LinePlace>() + size_of_val(&plan.lines[0]) <= 128);
}
