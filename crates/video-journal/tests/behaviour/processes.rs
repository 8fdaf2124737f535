//! Several processes on one journal, one of them killed.
//!
//! A test starts its own binary again with a path in its environment; there the same test plays the other part.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};
use std::sync::Arc;

use video_journal::{
    Event, Intent, JobId, Journal, Lease, Millis, Owner, Query, Recovery, SqliteStore, State, Store as _, Wanted,
    Write, Written,
};

use crate::stage::{NOON, accepted, later, lease, request, sent, task, to};

const PATH: &str = "VIDEO_JOURNAL_TEST_CHILD";
const MARK: &str = "said: ";

/// The path of the journal, if this process is a child.
pub(crate) fn in_child() -> Option<PathBuf> {
    std::env::var_os(PATH).map(PathBuf::from)
}

/// Tells the parent something.
pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{MARK}{text}").unwrap();
    out.flush().unwrap();
}

pub(crate) struct Child {
    process: std::process::Child,
    output: BufReader<ChildStdout>,
}

impl Child {
    pub(crate) fn start(test: &str, path: &Path) -> Self {
        Self::run(Command::new(std::env::current_exe().unwrap()).args(["--exact", test, "--nocapture"]), path)
    }

    /// Through a shell that changes the process first.
    pub(crate) fn start_through(script: &str, test: &str, path: &Path) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).arg(std::env::current_exe().unwrap()).args(["--exact", test, "--nocapture"]);
        Self::run(&mut shell, path)
    }

    fn run(command: &mut Command, path: &Path) -> Self {
        let mut process = command.env(PATH, path).stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self { process, output }
    }

    /// The next thing it says; `None` if it says no more.
    pub(crate) fn next(&mut self) -> Option<String> {
        let mut line = String::new();
        while self.output.read_line(&mut line).unwrap() > 0 {
            // A killed child may leave half a line.
            if let Some(said) = line.strip_prefix(MARK).filter(|said| said.ends_with('\n')) {
                return Some(said.trim_end().to_owned());
            }
            line.clear();
        }
        None
    }

    /// Everything it still says, to its good end.
    pub(crate) fn finish(mut self) -> Vec<String> {
        let said = std::iter::from_fn(|| self.next()).collect();
        assert!(self.process.wait().unwrap().success());
        said
    }

    /// Everything it said before it was killed in the middle of its work.
    fn kill(mut self) -> Vec<String> {
        self.process.kill().unwrap();
        let said = std::iter::from_fn(|| self.next()).collect();
        assert!(!self.process.wait().unwrap().success());
        said
    }
}

fn line(number: u32, owner: &str) -> Intent {
    let job: JobId = format!("{owner}-{number}").parse().unwrap();
    Intent::new(job, NOON, request(&format!("line {number}")), format!("{owner}-{number}"), to()).in_batch("spring", 1)
}

const LINES: u32 = 150;

#[test]
fn case_36_three_processes_with_the_same_batch_order_every_line_once() {
    if let Some(path) = in_child() {
        let journal = Journal::start(Arc::new(SqliteStore::open(path).unwrap())).unwrap();
        let owner = format!("p{}", std::process::id());
        for number in 0..LINES {
            let begun = journal.begin(line(number, &owner), lease(&owner)).wait().unwrap();
            // Also what somebody else has begun is tried: the journal says no.
            let job = begun.record.job;
            if journal.note(job.clone(), sent(), Owner::new(owner.as_str()), NOON).wait().is_ok() {
                assert!(begun.is_new);
                say(&format!("line {number}"));
                let event = accepted(&format!("task_{number}"));
                journal.note(job, event, Owner::new(owner.as_str()), NOON).wait().unwrap();
            }
        }
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    // None of them finds a journal: all three make it.
    let test = "processes::case_36_three_processes_with_the_same_batch_order_every_line_once";
    let children = [(); 3].map(|()| Child::start(test, &path));
    let ordered: Vec<String> = children.into_iter().flat_map(Child::finish).collect();
    let different: BTreeSet<&String> = ordered.iter().collect();
    assert_eq!((ordered.len(), different.len()), (LINES as usize, LINES as usize));
    let store = SqliteStore::open(&path).unwrap();
    let records = store.list(&Query::all().of_batch("spring").limit(1000)).unwrap().records;
    assert_eq!(records.len(), LINES as usize);
    assert!(records.iter().all(|record| record.sends == 1 && record.state == State::Accepted));
    store.check().unwrap();
}

#[test]
fn case_35_nothing_that_was_answered_is_lost_when_the_process_is_killed_and_the_next_one_takes_over() {
    if let Some(path) = in_child() {
        let journal = Journal::start(Arc::new(SqliteStore::open(path).unwrap())).unwrap();
        let me = lease("child").owner;
        for number in 0.. {
            let job = journal.begin(line(number, "child"), lease("child")).wait().unwrap().record.job;
            say(&format!("intent {job}"));
            journal.note(job.clone(), sent(), me.clone(), NOON).wait().unwrap();
            say(&format!("sent {job}"));
            journal.note(job.clone(), accepted(&format!("task_{number}")), me.clone(), NOON).wait().unwrap();
            say(&format!("accepted {job}"));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let test =
        "processes::case_35_nothing_that_was_answered_is_lost_when_the_process_is_killed_and_the_next_one_takes_over";
    let mut child = Child::start(test, &path);
    let mut said: Vec<String> = std::iter::from_fn(|| child.next()).take(200).collect();
    said.extend(child.kill());

    let store = SqliteStore::open(&path).unwrap();
    store.check().unwrap();
    let rank = |state: State| State::ALL.iter().position(|known| *known == state).unwrap();
    for answer in &said {
        let (state, job) = answer.split_once(' ').unwrap();
        let record = store.job(&job.parse().unwrap()).unwrap().expect("what was answered is there");
        assert!(rank(record.state) >= rank(state.parse().unwrap()), "{answer}, but it is {}", record.state);
        assert_eq!(record.replayed(&store.history(&record.job).unwrap()).unwrap().state, record.state);
    }
    // While the lease holds nobody takes over; then all of it, and what to do is known.
    let take_up = |at: Millis| {
        let lease = Lease { owner: Owner::new("next"), until: later(1000) };
        match store.write(vec![Write::TakeUp { wanted: Wanted::open(10_000), lease, at }]).remove(0).unwrap() {
            Written::Records(records) => records,
            other => panic!("{other:?}"),
        }
    };
    assert!(take_up(NOON).is_empty());
    let taken = take_up(later(60));
    let jobs: BTreeSet<&str> = said.iter().filter_map(|answer| Some(answer.split_once(' ')?.1)).collect();
    assert!(taken.len() >= jobs.len());
    for record in taken {
        let expected = match record.state {
            State::Intent => Recovery::Submit,
            State::Sent => Recovery::Settle,
            _ => Recovery::Poll,
        };
        assert_eq!(record.recovery(None, later(60)), expected);
    }
}

#[test]
fn a_process_reads_what_another_one_has_just_written() {
    if let Some(path) = in_child() {
        let store = SqliteStore::open(path).unwrap();
        let found = store.job_of_task("88api.ai", "task_0").unwrap().map(|record| record.state.to_string());
        say(&found.unwrap_or_default());
        let note = |event| Write::Note {
            job: "parent-0".parse().unwrap(),
            event: Box::new(event),
            by: Owner::new("child"),
            at: later(60),
        };
        assert!(store.write(vec![note(Event::Running)])[0].is_ok());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = Journal::start(Arc::new(SqliteStore::open(&path).unwrap())).unwrap();
    let job = journal.begin(line(0, "parent"), lease("parent")).wait().unwrap().record.job;
    let me = lease("parent").owner;
    journal.note(job.clone(), sent(), me.clone(), NOON).wait().unwrap();
    journal.note(job.clone(), Event::Accepted { task: task("task_0") }, me, NOON).wait().unwrap();
    let child = Child::start("processes::a_process_reads_what_another_one_has_just_written", &path);
    assert_eq!(child.finish(), ["accepted"]);
    assert_eq!(journal.job(job).wait().unwrap().unwrap().state, State::Running);
}
