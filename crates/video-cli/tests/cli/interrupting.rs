//! Ctrl-C, SIGTERM, a closed terminal and a closed pipe, in every phase of a job: nothing is lost, and it says how to go on.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use tokio::runtime::Runtime;
use video_journal::{Query, SqliteStore, Store as _};
use video_testkit::{Delivery, FarEnd, Reply, Seen};

use crate::run::{Machine, skipped, steady};

/// A command under way, and what it has said on stderr.
struct Running {
    child: Child,
    talk: BufReader<ChildStderr>,
    said: String,
}

impl Running {
    fn begin(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
        let talk = BufReader::new(child.stderr.take().expect("a pipe"));
        Self { child, talk, said: String::new() }
    }

    /// Reads on until it has said this once more.
    fn until(&mut self, words: &str) {
        let before = self.said.len();
        while !self.said[before..].contains(words) {
            assert!(self.talk.read_line(&mut self.said).expect("text") > 0, "{}", self.said);
        }
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill").args([signal, &self.child.id().to_string()]).status().expect("kill runs");
        assert!(status.success());
    }

    /// What it said and printed, and its exit code.
    fn end(mut self) -> String {
        self.talk.read_to_string(&mut self.said).expect("text");
        let mut printed = String::new();
        self.child.stdout.take().expect("a pipe").read_to_string(&mut printed).expect("text");
        let code = self.child.wait().expect("it ends").code();
        let said: Vec<String> = self.said.lines().map(|line| format!("! {line}\n")).collect();
        format!(
            "{printed}{}exit {}\n",
            said.concat(),
            code.map_or_else(|| "by signal".to_owned(), |code| code.to_string())
        )
    }
}

/// A gateway that is told what to answer, and a person's machine that knows it.
struct Scene {
    runtime: Runtime,
    far: FarEnd,
    machine: Machine,
}

impl Scene {
    fn new(answer: impl Fn(&Delivery) -> Reply + Send + Sync + 'static) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let guard = runtime.enter();
        let far = FarEnd::start(answer).expect("a free port");
        drop(guard);
        let machine = Machine::new().with("VIDEO_BASE_URL", far.url("")).with("VIDEO_API_KEY", "sk-test");
        let machine = machine.with("VIDEO_FORMAT", "openai");
        Self { runtime, far, machine }
    }

    fn generate(&self, more: &[&str]) -> Running {
        let generate = ["generate", "a cat", "--model", "m", "-o", "cat.mp4", "--poll-every", "100ms"];
        Running::begin(self.machine.command(&[&generate, more].concat()))
    }

    fn has_seen(&self, enough: impl FnMut(&Seen) -> bool) {
        self.runtime.block_on(self.far.ledger().until(enough));
    }

    fn count(&self, method: &str, end: &str) -> usize {
        let seen = self.far.ledger().seen();
        seen.deliveries.iter().filter(|one| one.method == method && one.target.ends_with(end)).count()
    }

    fn states(&self) -> Vec<String> {
        states(&self.machine)
    }
}

fn states(machine: &Machine) -> Vec<String> {
    let store = SqliteStore::open(machine.home().join("journal.sqlite")).expect("a journal");
    let page = store.list(&Query::all()).expect("a list");
    let told = |record: &video_journal::Record| {
        format!("{}{}", record.state, if record.claim.is_some() { ", claimed" } else { "" })
    };
    page.records.iter().map(told).collect()
}

fn json(body: &'static str) -> Reply {
    Reply::status(200).header("content-type", "application/json").body(body)
}

fn running() -> Reply {
    json(r#"{"id":"task_1","object":"video","status":"in_progress"}"#)
}

fn looked(seen: &Seen) -> bool {
    seen.deliveries.iter().any(|one| one.method == "GET")
}

fn settings() -> insta::Settings {
    let mut settings = steady();
    settings.add_filter(r"\d+\.\d+ s", "N s");
    settings.add_filter(r#"/[^ "]*/work/"#, "DIR/work/");
    settings
}

/// Starts a job of the sandbox that runs for an hour.
fn sandbox(machine: &Machine, more: &[&str]) -> Running {
    let wish = r#"sandbox:={"seconds":3600}"#;
    let generate =
        ["generate", "a cat", "--sandbox", "--size", "320x180", "--seconds", "1", "--meta", wish, "-o", "cat.mp4"];
    Running::begin(machine.command(&[&generate, more].concat()))
}

#[test]
fn an_interrupt_detaches_and_another_process_goes_on() {
    let machine = Machine::new();
    let mut child = sandbox(&machine, &[]);
    child.until("accepted");
    child.signal("-INT");
    let said = child.end();
    assert!(said.ends_with("exit 130\n"), "{said}");
    let resume =
        said.lines().find_map(|line| line.split("resume with: video wait ").nth(1)).expect("the line that resumes");
    let mut settings = steady();
    settings.add_filter(r"progress  \d+%", "progress  P%");
    settings.add_filter(r"QUEUED \(pending\)|IN_PROGRESS \(running\)", "(under way)");
    settings.bind(|| insta::assert_snapshot!(machine.video(&["show", resume])));
    assert!(!machine.file("cat.mp4").exists());
    assert!(!machine.file("cat.mp4.part").exists());
}

#[test]
fn a_termination_detaches_at_once() {
    let machine = Machine::new();
    let mut child = sandbox(&machine, &[]);
    child.until("accepted");
    child.signal("-TERM");
    let said = child.end();
    assert!(said.contains("video wait new-api:task_") && said.ends_with("exit 143\n"), "{said}");
}

#[test]
fn two_interrupts_within_two_seconds_cancel_what_can_be_cancelled() {
    let machine = Machine::new();
    let mut child = sandbox(&machine, &["--json"]);
    child.until("accepted");
    child.signal("-INT");
    child.until("detached");
    child.signal("-INT");
    let said = child.end();
    settings().bind(|| insta::assert_snapshot!(said));
    assert_eq!(states(&machine), ["cancelled"]);
}

#[test]
fn two_interrupts_say_that_a_gateway_cannot_cancel_or_only_took_note() {
    for (answer, file) in [
        ((404, r#"{"error":{"message":"Invalid URL (POST /v1/videos/task_1/cancel)","code":""}}"#), "unsupported"),
        ((200, r#"{"id":"task_1","object":"video","status":"in_progress"}"#), "asked"),
    ] {
        let scene = Scene::new(move |one| match (one.method.as_str(), one.target.as_str()) {
            ("POST", "/v1/videos/task_1/cancel") => {
                Reply::status(answer.0).header("content-type", "application/json").body(answer.1)
            }
            ("POST", _) => json(r#"{"id":"task_1","object":"video","status":"queued"}"#),
            _ => running(),
        });
        let mut child = scene.generate(&[]);
        child.until("running");
        child.signal("-INT");
        child.until("detached");
        child.signal("-INT");
        let said = child.end();
        settings().bind(|| insta::assert_snapshot!(file, said));
        // It may still be billed.
        assert_eq!(scene.states(), ["running"]);
    }
}

#[test]
fn a_second_interrupt_that_comes_late_does_not_cancel() {
    let scene = Scene::new(|one| match one.method.as_str() {
        "POST" => json(r#"{"id":"task_1","object":"video","status":"queued"}"#),
        _ => running(),
    });
    let mut child = scene.generate(&[]);
    child.until("running");
    child.signal("-INT");
    let said = child.end();
    assert!(said.ends_with("exit 130\n"), "{said}");
    assert_eq!((scene.count("POST", "/cancel"), scene.states()), (0, vec!["running".to_owned()]));
}

#[test]
fn a_third_interrupt_leaves_though_the_gateway_does_not_answer() {
    let scene = Scene::new(|one| match (one.method.as_str(), one.target.as_str()) {
        ("POST", "/v1/videos/task_1/cancel") => Reply::never(),
        ("POST", _) => json(r#"{"id":"task_1","object":"video","status":"queued"}"#),
        _ => running(),
    });
    let mut child = scene.generate(&[]);
    child.until("running");
    child.signal("-INT");
    child.until("detached");
    child.signal("-INT");
    scene.has_seen(|seen| seen.deliveries.iter().any(|one| one.target.ends_with("/cancel")));
    child.signal("-INT");
    let said = child.end();
    settings().bind(|| insta::assert_snapshot!(said));
    assert_eq!(scene.states(), ["running"]);
}

#[test]
fn an_interrupt_during_a_look_at_the_task_does_not_wait_for_its_answer() {
    let scene = Scene::new(|one| match one.method.as_str() {
        "POST" => json(r#"{"id":"task_1","object":"video","status":"queued"}"#),
        _ => Reply::never(),
    });
    let child = scene.generate(&[]);
    scene.has_seen(looked);
    child.signal("-TERM");
    let said = child.end();
    settings().bind(|| insta::assert_snapshot!(said));
    assert_eq!(scene.states(), ["accepted"]);
}

#[test]
fn an_interrupt_while_the_order_is_unanswered_waits_for_the_name_of_the_task() {
    let scene = Scene::new(|one| match one.method.as_str() {
        "POST" => json(r#"{"id":"task_1","object":"video","status":"queued"}"#).after(Duration::from_millis(500)),
        _ => running(),
    });
    let mut child = scene.generate(&[]);
    scene.has_seen(|seen| seen.whole("POST") > 0);
    child.signal("-INT");
    child.until("waiting for its answer");
    let said = child.end();
    settings().bind(|| insta::assert_snapshot!(said));
    assert_eq!((scene.count("POST", "/v1/videos"), scene.states()), (1, vec!["accepted".to_owned()]));
}

#[test]
fn two_interrupts_while_the_order_is_unanswered_cancel_the_task_once_it_has_a_name() {
    let scene = Scene::new(|one| match (one.method.as_str(), one.target.as_str()) {
        ("POST", "/v1/videos") => {
            json(r#"{"id":"task_1","object":"video","status":"queued"}"#).after(Duration::from_millis(800))
        }
        _ => json(r#"{"id":"task_1","object":"video","status":"cancelled"}"#),
    });
    let mut child = scene.generate(&[]);
    scene.has_seen(|seen| seen.whole("POST") > 0);
    child.signal("-INT");
    child.until("waiting for its answer");
    child.signal("-INT");
    let said = child.end();
    settings().bind(|| insta::assert_snapshot!(said));
    assert_eq!(scene.states(), ["cancelled"]);
}

/// A gateway where each task runs until one of them is asked to stop. Then those of the cats have stopped, that of the dog
/// has succeeded, and for the others there is no way to ask.
fn menagerie() -> Scene {
    let stopped = std::sync::atomic::AtomicBool::new(false);
    Scene::new(move |one| {
        use std::sync::atomic::Ordering::SeqCst;
        let object = |id: &str, status: &str| {
            let body = format!(r#"{{"id":"{id}","object":"video","status":"{status}"}}"#);
            Reply::status(200).header("content-type", "application/json").body(body)
        };
        let Some(id) = one.target.strip_prefix("/v1/videos/") else {
            let body = String::from_utf8_lossy(&one.body).into_owned();
            let at = body.find("task_").expect("a prompt that names its task");
            return object(
                body[at..].split(|c: char| !c.is_alphanumeric() && c != '_').next().expect("a name"),
                "queued",
            );
        };
        if let Some(id) = id.strip_suffix("/cancel") {
            stopped.store(true, SeqCst);
            let known = id.starts_with("task_cat") || id.starts_with("task_dog");
            return if known { object(id, "in_progress") } else { Reply::status(404).body("Invalid URL") };
        }
        let status = match id {
            _ if !stopped.load(SeqCst) => "in_progress",
            _ if id.starts_with("task_cat") => "cancelled",
            _ if id.starts_with("task_dog") => "completed",
            _ => "in_progress",
        };
        object(id, status)
    })
}

impl Scene {
    /// Starts a batch of tasks and waits until each was looked at.
    fn batch(&self, tasks: &[String], more: &[&str]) -> Running {
        let line = |task: &String| format!("{{\"model\":\"m\",\"prompt\":\"{task}\",\"name\":\"{task}\"}}\n");
        std::fs::write(self.machine.file("zoo.jsonl"), tasks.iter().map(line).collect::<String>()).expect("a file");
        let batch = ["batch", "zoo.jsonl", "--poll-every", "100ms", "--concurrency", "10"];
        let child = Running::begin(self.machine.command(&[&batch, more].concat()));
        // The second look says that what the first one showed is noted.
        self.have_been_looked_at(tasks, 2);
        child
    }

    fn have_been_looked_at(&self, tasks: &[String], times: usize) {
        self.has_seen(|seen| {
            tasks.iter().all(|task| {
                let looks = seen.deliveries.iter().filter(|one| one.method == "GET" && one.target.ends_with(task));
                looks.count() >= times
            })
        });
    }
}

/// Jobs end in any order, and so do the steps of each, which are not what is looked at here.
fn sorted(said: &str) -> String {
    let mut lines: Vec<&str> = said.lines().filter(|line| !line.starts_with(r#"{"at":"#)).collect();
    lines.sort_unstable();
    lines.join("\n")
}

#[test]
fn two_interrupts_cancel_what_a_batch_left_open_and_every_line_says_how_it_stands() {
    for json in [false, true] {
        let scene = menagerie();
        let tasks = ["task_cat", "task_dog", "task_emu"].map(str::to_owned);
        let mut child = scene.batch(&tasks, if json { &["--json"] } else { &[] });
        child.signal("-INT");
        child.until("detached");
        child.signal("-INT");
        let said = sorted(&child.end());
        settings().bind(|| insta::assert_snapshot!(if json { "zoo_json" } else { "zoo" }, said));
        let mut states = scene.states();
        states.sort();
        assert_eq!(states, ["cancelled", "running", "succeeded"]);
    }
}

#[test]
fn a_termination_leaves_a_batch_and_of_many_resumed_jobs_the_answers_are_counted() {
    let scene = menagerie();
    let tasks: Vec<String> =
        (0..10).map(|number| format!("task_{}{number}", if number < 7 { "cat" } else { "emu" })).collect();
    let child = scene.batch(&tasks, &["--quiet"]);
    child.signal("-TERM");
    let left = child.end();
    assert!(left.matches(r#""outcome":"running""#).count() == 10 && left.ends_with("exit 143\n"), "{left}");
    let looks = |task: &String| scene.count("GET", task);
    let so_far = tasks.iter().map(looks).max().expect("ten");
    let mut child = Running::begin(scene.machine.command(&["resume", "--poll-every", "100ms", "--concurrency", "10"]));
    scene.have_been_looked_at(&tasks, so_far + 1);
    child.signal("-INT");
    child.until("detached");
    child.signal("-INT");
    let said = child.end();
    settings().bind(|| insta::assert_snapshot!(said));
    let cancelled = scene.states().iter().filter(|state| *state == "cancelled").count();
    assert_eq!((cancelled, scene.count("POST", "/v1/videos")), (7, 10));
}

#[test]
fn a_third_interrupt_leaves_a_batch_though_the_gateway_does_not_answer() {
    let scene = Scene::new(|one| match (one.method.as_str(), one.target.as_str()) {
        ("POST", "/v1/videos/task_1/cancel") => Reply::never(),
        ("POST", _) => json(r#"{"id":"task_1","object":"video","status":"queued"}"#),
        _ => running(),
    });
    let mut child = scene.batch(&["task_1".to_owned()], &[]);
    child.signal("-INT");
    child.until("detached");
    child.signal("-INT");
    scene.has_seen(|seen| seen.deliveries.iter().any(|one| one.target.ends_with("/cancel")));
    child.signal("-INT");
    let said = child.end();
    settings().bind(|| insta::assert_snapshot!(said));
    assert_eq!(scene.states(), ["running"]);
}

#[test]
fn a_third_interrupt_leaves_an_unanswered_order_unknown_and_says_what_to_do() {
    let scene = Scene::new(|_| Reply::never());
    let mut child = scene.generate(&[]);
    scene.has_seen(|seen| seen.whole("POST") > 0);
    child.signal("-INT");
    child.until("waiting for its answer");
    child.signal("-INT");
    child.until("as soon as the order has an answer");
    child.signal("-INT");
    let said = child.end();
    settings().bind(|| insta::assert_snapshot!(said));
    // The next run looks for its task before it orders anything.
    assert_eq!(scene.states(), ["sent, claimed"]);
    assert_eq!(scene.count("POST", "/v1/videos"), 1);
}

#[test]
fn an_interrupt_between_two_attempts_at_an_order_leaves_with_nothing_ordered() {
    let busy = r#"{"error":{"message":"too many","code":"rate_limit_exceeded"}}"#;
    let scene = Scene::new(move |_| {
        Reply::status(429).header("content-type", "application/json").header("retry-after", "30").body(busy)
    });
    let child = scene.generate(&["--json"]);
    scene.has_seen(|seen| seen.whole("POST") > 0);
    while scene.states() != ["unsent, claimed"] {
        std::thread::yield_now();
    }
    child.signal("-TERM");
    let said = child.end();
    settings().bind(|| insta::assert_snapshot!(said));
    assert_eq!((scene.count("POST", "/v1/videos"), scene.states()), (1, vec!["unsent".to_owned()]));
}

#[test]
fn an_interrupt_while_a_lost_order_is_looked_for_leaves_it_to_be_settled() {
    let scene = Scene::new(|one| match one.method.as_str() {
        "POST" => Reply::hang_up(),
        _ => json(r#"{"object":"list","data":[],"has_more":false}"#),
    });
    let mut generate = scene.machine.command(&["generate", "a cat", "--model", "m", "-o", "cat.mp4"]);
    generate.env("VIDEO_SETTLE_AFTER", "5m");
    let mut child = Running::begin(generate);
    child.until("looking again in");
    child.signal("-TERM");
    let said = child.end();
    settings().bind(|| insta::assert_snapshot!(said));
    assert_eq!(scene.states(), ["unknown"]);
}

#[test]
fn an_interrupt_during_the_download_leaves_what_came_unlocked() {
    let scene = Scene::new(|one| match (one.method.as_str(), one.target.as_str()) {
        ("POST", _) => json(r#"{"id":"task_1","object":"video","status":"queued"}"#),
        (_, "/v1/videos/task_1") => json(r#"{"id":"task_1","object":"video","status":"completed"}"#),
        _ => Reply::status(200)
            .header("content-type", "video/mp4")
            .header("etag", "\"1\"")
            .header("content-length", "4000")
            .pieces([&b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"[..]])
            .stalling(),
    });
    let handle = format!("openai:task_1@{}", scene.far.url("").trim_start_matches("http://"));
    let generate = ["generate", "a cat", "--model", "m", "-o", "cat.mp4", "--poll-every", "100ms"];
    let download = ["download", &handle, "-o", "cat.mp4"];
    // Each next one finds the part file unlocked and the job unclaimed.
    for command in [&generate[..], &download, &download] {
        let before = scene.count("GET", "/content");
        let child = Running::begin(scene.machine.command(command));
        scene.has_seen(|seen| seen.deliveries.iter().filter(|one| one.target.ends_with("/content")).count() > before);
        child.signal("-INT");
        let said = child.end();
        assert!(said.contains("video download openai:task_1@") && said.ends_with("exit 130\n"), "{said}");
        assert!(!scene.machine.file("cat.mp4").exists());
        assert_eq!(scene.states(), ["succeeded"]);
    }
}

/// The same command with the disposition of SIGHUP that `env` gives it.
fn under(disposition: &str, command: &Command) -> Option<Command> {
    let known = Command::new("/usr/bin/env").args([disposition, "true"]).stderr(Stdio::null()).status();
    if !known.is_ok_and(|status| status.success()) {
        skipped("env of GNU coreutils 8.31 or later");
        return None;
    }
    let mut under = Command::new("/usr/bin/env");
    under.arg(disposition).arg(command.get_program()).args(command.get_args()).env_clear();
    under.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    under.current_dir(command.get_current_dir().expect("a folder")).stdin(Stdio::null());
    Some(under)
}

#[test]
fn a_closed_terminal_detaches_though_nobody_can_be_told() {
    let scene = Scene::new(|one| match one.method.as_str() {
        "POST" => json(r#"{"id":"task_1","object":"video","status":"queued"}"#),
        _ => running(),
    });
    let generate = scene.machine.command(&["generate", "a cat", "--model", "m", "--poll-every", "100ms"]);
    let Some(generate) = under("--default-signal=HUP", &generate) else { return };
    let mut child = Running::begin(generate);
    child.until("running");
    let Running { mut child, talk, .. } = child;
    drop((talk, child.stdout.take()));
    Command::new("kill").args(["-HUP", &child.id().to_string()]).status().expect("kill runs");
    assert_eq!(child.wait().expect("it ends").code(), Some(129));
    assert_eq!(scene.states(), ["running"]);
}

#[test]
fn under_nohup_a_closed_terminal_ends_nothing() {
    let scene = Scene::new(|one| match one.method.as_str() {
        "POST" => json(r#"{"id":"task_1","object":"video","status":"queued"}"#),
        _ => running(),
    });
    let generate = scene.machine.command(&["generate", "a cat", "--model", "m", "--poll-every", "100ms"]);
    let Some(generate) = under("--ignore-signal=HUP", &generate) else { return };
    let mut child = Running::begin(generate);
    child.until("running");
    child.signal("-HUP");
    let before = scene.count("GET", "/v1/videos/task_1");
    scene.has_seen(|seen| seen.deliveries.len() > before + 5);
    child.signal("-TERM");
    let said = child.end();
    assert!(said.ends_with("exit 143\n"), "{said}");
}

#[test]
fn a_reader_that_left_does_not_stop_the_job_and_the_exit_code_says_so() {
    let machine = Machine::new();
    let small = ["generate", "a cat", "--sandbox", "--size", "64x64", "--seconds", "1", "-o", "cat.mp4", "--json"];
    let mut child =
        machine.command(&small).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(machine.file("cat.mp4").exists() && !said.contains("panicked"), "{said}");
    assert_eq!(output.status.code(), Some(141), "{said}");
    assert_eq!(states(&machine), ["saved"]);
}

#[test]
fn a_full_disk_behind_stdout_is_told() {
    let machine = Machine::new();
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        skipped("/dev/full");
        return;
    };
    let output = machine.command(&["models"]).stdout(full).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(9));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("stdout could not be written"), "{said}");
}

#[test]
fn nobody_at_stderr_is_no_reason_to_stop() {
    let machine = Machine::new();
    let small = ["generate", "a cat", "--sandbox", "--size", "64x64", "--seconds", "1", "-o", "cat.mp4"];
    let mut child =
        machine.command(&small).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    drop(child.stderr.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert!(machine.file("cat.mp4").exists());
}
