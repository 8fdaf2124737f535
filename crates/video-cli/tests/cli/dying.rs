//! A disk that dies, or fails once, at every call the program makes to it: the next run finishes the job, paid once.
//!
//! The program under test is the one that is shipped: the disk goes wrong in a library loaded before it, which stands in
//! `dying/disk.c`. Every test goes on until a run had no call left to go wrong.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use tokio::runtime::Runtime;
use video_journal::{Query, Record, SqliteStore, State, Store as _};
use video_testkit::{GatewayOptions, SimulatedGateway};

use crate::run::{Machine, skipped};
use crate::stocked::{self, Came};

/// The library, built once; `None` where there is no C compiler, or no Linux.
fn library() -> Option<&'static Path> {
    static BUILT: LazyLock<Option<(tempfile::TempDir, PathBuf)>> = LazyLock::new(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let library = folder.path().join("disk.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/dying/disk.c");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).arg("-ldl");
        let built = cfg!(target_os = "linux") && compiler.status().is_ok_and(|status| status.success());
        built.then_some((folder, library))
    });
    let library = BUILT.as_ref().map(|(_, library)| library.as_path());
    if library.is_none() {
        skipped("Linux and a C compiler");
    }
    library
}

/// How the disk goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// The program is killed instead of the call; a write is half done.
    Dies,
    /// It is killed right after it.
    Died,
    /// The call fails with a full disk, and the next ones do not.
    Fails,
}

struct Scene {
    gateway: SimulatedGateway,
    _runtime: Runtime,
    /// A machine that has been here before, where each job has one of its own otherwise.
    old_machine: Option<Machine>,
}

impl Scene {
    fn new(honours_keys: bool, lists: bool) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let guard = runtime.enter();
        let job_time = std::time::Duration::from_millis(1);
        let options = GatewayOptions { honours_keys, lists, job_time, video_bytes: 2000, ..GatewayOptions::default() };
        let gateway = SimulatedGateway::start(options).expect("a free port");
        drop(guard);
        let mut scene = Self { gateway, _runtime: runtime, old_machine: None };
        if honours_keys {
            // That a gateway honours keys is known from an answer.
            let machine = scene.new_machine();
            let said =
                machine.video(&["generate", "first", "--model", "m", "-o", "first.mp4", "--poll-every", "100ms"]);
            assert!(said.ends_with("exit 0\n"), "{said}");
            scene.old_machine = Some(machine);
        }
        scene
    }

    fn new_machine(&self) -> Machine {
        let machine = Machine::new().with("VIDEO_BASE_URL", self.gateway.url("")).with("VIDEO_API_KEY", "sk-test");
        machine.with("VIDEO_FORMAT", "openai").with("VIDEO_SETTLE_AFTER", "50ms")
    }

    /// One job whose disk goes wrong at a call, and the same command again with a good disk. What became of it; `None` if
    /// there was no such call.
    fn job(&self, library: &Path, mode: Mode, call: usize) -> Option<Ended> {
        let own = self.old_machine.is_none().then(|| self.new_machine());
        let machine = own.as_ref().or(self.old_machine.as_ref()).expect("one of the two");
        let (prompt, name) = (format!("{mode:?} {call}"), format!("{mode:?}-{call}.mp4"));
        let command = ["generate", &prompt, "--model", "m", "-o", &name, "--poll-every", "100ms"];
        let calls = machine.file(&format!("{name}.calls"));
        let word = format!("{mode:?}").to_lowercase();
        let mut dying = machine.command(&command);
        dying.env("LD_PRELOAD", library).env("DISK_CALL", call.to_string()).env("DISK_MODE", word);
        let first = dying.env("DISK_COUNT", &calls).output().expect("the binary runs");
        let calls = std::fs::read_to_string(calls).unwrap_or_default();
        let at = calls.lines().nth(call - 1)?.to_owned();
        let between = record(machine, &prompt);
        // The same command again takes up what a killed run left; a run that ended by itself has said what is next.
        let task = between.as_ref().and_then(|record| Some(record.task.as_ref()?.to_string())).unwrap_or_default();
        let again = match &between {
            Some(record) if mode == Mode::Fails && record.state == State::Local => vec!["download", &task, "-o", &name],
            Some(_) if mode == Mode::Fails => vec!["resume", "-o", &name, "--poll-every=100ms"],
            _ => command.to_vec(),
        };
        let second = if first.status.success() { first.clone() } else { machine.output(&again) };
        let video = self.gateway.account().tasks_of(&prompt).next().map(video_testkit::PaidTask::video);
        let file = std::fs::read(machine.file(&name)).ok();
        Some(Ended {
            at,
            first: first.status.code(),
            between: between.map(|record| record.state),
            second: second.status.code(),
            said: machine.show(&command, &first) + &machine.show(&again, &second),
            state: record(machine, &prompt).map(|record| record.state),
            paid: self.gateway.account().tasks_of(&prompt).count(),
            good: video.is_some() && file.as_deref() == video.as_deref(),
        })
    }

    /// A job for each call, until there are no more.
    fn every_call(&self, mode: Mode, mut judge: impl FnMut(usize, &Ended)) {
        let Some(library) = library() else { return };
        let mut call = 1;
        while let Some(ended) = self.job(library, mode, call) {
            assert!(ended.paid <= 1, "{mode:?} at call {call}: {ended:#?}");
            assert!(mode == Mode::Fails || ended.first.is_none(), "{mode:?} at call {call}: {ended:#?}");
            judge(call, &ended);
            call += 1;
        }
        // The orders, their ids, the file: a job that makes fewer calls was not counted.
        assert!(call > 20, "only {call} calls to the disk");
    }
}

/// What became of one job.
#[derive(Debug)]
#[expect(dead_code, reason = "printed when something is wrong")]
struct Ended {
    at: String,
    first: Option<i32>,
    between: Option<State>,
    second: Option<i32>,
    said: String,
    state: Option<State>,
    paid: usize,
    good: bool,
}

/// A job as the journal of a machine has it.
fn record(machine: &Machine, prompt: &str) -> Option<Record> {
    let path = machine.home().join("journal.sqlite");
    let store = path.exists().then(|| SqliteStore::open(path).expect("a journal that can be read"))?;
    let page = store.list(&Query::all().limit(1000)).expect("a list");
    page.records.into_iter().find(|record| record.request.kept().contains(&format!("\"{prompt}\"")))
}

#[test]
fn case_12_killed_at_any_call_to_the_disk_a_job_is_finished_by_the_same_command_where_tasks_are_listed() {
    Scene::new(false, true).every_call(Mode::Dies, |call, ended| {
        assert!(ended.good && ended.paid == 1, "call {call}: {ended:#?}");
    });
}

#[test]
fn case_12_killed_after_any_call_to_the_disk_a_job_is_finished_by_the_same_command_where_keys_are_honoured() {
    Scene::new(true, false).every_call(Mode::Died, |call, ended| {
        assert!(ended.good && ended.paid == 1, "call {call}: {ended:#?}");
    });
}

#[test]
fn case_12_killed_at_any_call_to_the_disk_a_job_is_finished_or_known_to_be_in_doubt_where_neither_helps() {
    Scene::new(false, false).every_call(Mode::Dies, |call, ended| {
        let in_doubt = ended.between == Some(State::Sent);
        let unknown = ended.state == Some(State::Unknown) && ended.second == Some(7);
        assert!(if in_doubt { unknown } else { ended.good && ended.paid == 1 }, "call {call}: {ended:#?}");
    });
}

#[test]
fn any_call_to_the_disk_may_fail_and_the_next_run_finishes_the_job() {
    Scene::new(false, true).every_call(Mode::Fails, |call, ended| {
        assert!(matches!(ended.first, Some(0 | 9)), "call {call}: {ended:#?}");
        assert!(ended.good && ended.paid == 1, "call {call}: {ended:#?}");
    });
}

#[test]
fn case_35_killed_at_any_call_to_the_disk_a_prune_leaves_a_whole_journal_and_the_next_one_goes_on() {
    let Some(library) = library() else { return };
    let stocked = Machine::new();
    let store = stocked::journal(&stocked);
    for number in 0..40 {
        let came = if number % 8 == 0 { Came::Accepted } else { Came::Failed };
        stocked::add(&store, &format!("job-{number}"), "m", &"a long prompt ".repeat(60), came, stocked::ago(86_400));
    }
    let open = || store.list(&Query::all().in_state(State::Accepted)).expect("a list").records;
    let open = open();
    drop(store);
    let bytes = std::fs::read(stocked.home().join("journal.sqlite")).expect("one file, once it is closed");
    let prune = ["storage", "prune", "--older-than", "1h", "--journal"];
    let mut midway = std::collections::BTreeSet::new();
    for call in 1.. {
        let machine = Machine::new();
        std::fs::create_dir_all(machine.home()).expect("a folder");
        let path = machine.home().join("journal.sqlite");
        std::fs::write(&path, &bytes).expect("a copy");
        let mut dying = machine.command(&prune);
        dying.env("LD_PRELOAD", library).env("DISK_CALL", call.to_string()).env("DISK_MODE", "dies");
        let killed = !dying.output().expect("the binary runs").status.success();
        let look = || {
            let store = SqliteStore::open(&path).expect("a journal that can be read");
            store.check().expect("a whole journal");
            let records = store.list(&Query::all().limit(1000)).expect("a list").records;
            assert_eq!(
                store.list(&Query::all().in_state(State::Accepted)).expect("a list").records,
                open,
                "call {call}"
            );
            records.len()
        };
        midway.insert(look());
        let again = machine.video(&prune);
        assert!(again.ends_with("exit 0\n"), "call {call}: {again}");
        assert_eq!(look(), open.len(), "call {call}");
        if !killed {
            let left = std::fs::metadata(&path).expect("a journal").len();
            assert!(call > 20 && left < bytes.len() as u64, "only {call} calls, {left} bytes of {}", bytes.len());
            break;
        }
    }
    // Whole steps only: all are there, or all that may go have gone.
    assert_eq!(midway.into_iter().collect::<Vec<_>>(), [5, 40]);
}
