//! Killed without warning at every step: the next run finishes the job, and the gateway's book shows one order.

use std::process::{Child, Stdio};

use tokio::runtime::Runtime;
use video_journal::{Query, SqliteStore, Store as _};
use video_testkit::{Fault, Faults, GatewayOptions, Route, Seen, SimulatedGateway};

use crate::run::Machine;

const PROMPT: &str = "a lighthouse";

/// A gateway in a runtime of its own, and a person's machine that knows it.
struct Scene {
    runtime: Runtime,
    gateway: SimulatedGateway,
    machine: Machine,
}

impl Scene {
    /// The first request on `held` gets its answer an hour late.
    fn new(held: Option<Route>, options: &GatewayOptions) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let guard = runtime.enter();
        let faults = held.map_or_else(Faults::default, |route| Faults::at(route, 1, Fault::Stalled));
        let stall = std::time::Duration::from_secs(3600);
        let gateway = SimulatedGateway::start(GatewayOptions { faults, stall, video_bytes: 2000, ..options.clone() });
        drop(guard);
        let gateway = gateway.expect("a free port");
        let machine = Machine::new().with("VIDEO_BASE_URL", gateway.url("")).with("VIDEO_API_KEY", "sk-test");
        let machine = machine.with("VIDEO_FORMAT", "openai").with("VIDEO_SETTLE_AFTER", "100ms");
        Self { runtime, gateway, machine }
    }

    fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.machine.command(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs")
    }

    /// Kills a command once the gateway has seen enough.
    fn killed_when(&self, arguments: &[&str], enough: impl FnMut(&Seen) -> bool) {
        let mut child = self.start(arguments);
        self.runtime.block_on(self.gateway.ledger().until(enough));
        child.kill().expect("it is killed");
        child.wait().expect("it has ended");
    }

    /// Kills a command as soon as the journal has a record.
    fn killed_when_noted(&self, arguments: &[&str]) {
        let mut child = self.start(arguments);
        let path = self.machine.home().join("journal.sqlite");
        let noted = || {
            // Its first moments belong to whoever makes it.
            path.exists().then(|| SqliteStore::open(&path).ok()?.list(&Query::all()).ok()).flatten()
        };
        while noted().is_none_or(|page| page.records.is_empty()) {
            std::thread::yield_now();
        }
        child.kill().expect("it is killed");
        child.wait().expect("it has ended");
    }

    fn states(&self) -> Vec<String> {
        let store = SqliteStore::open(self.machine.home().join("journal.sqlite")).expect("a journal");
        let page = store.list(&Query::all()).expect("a list");
        page.records.iter().map(|record| record.state.to_string()).collect()
    }

    fn judged(&self) -> String {
        let file = std::fs::read(self.machine.file("cat.mp4")).ok();
        self.gateway.account().judge(file.iter().map(|file| (PROMPT, file))).to_string()
    }
}

const GENERATE: [&str; 8] = ["generate", PROMPT, "--model", "m", "-o", "cat.mp4", "--poll-every", "100ms"];
const SUBMIT: [&str; 4] = ["submit", PROMPT, "--model", "m"];
const RESUME: [&str; 4] = ["resume", "-o", "cat.mp4", "--poll-every=100ms"];
const ONCE: &str = "1 good, 0 bad, 1 paid, 0 ordered twice, 0 paid without a good file";

fn ordered(seen: &Seen) -> bool {
    seen.whole("POST") > 0
}

fn looked(seen: &Seen) -> bool {
    seen.deliveries.iter().any(|one| one.method == "GET" && !one.target.ends_with("/content"))
}

fn fetched(seen: &Seen) -> bool {
    seen.deliveries.iter().any(|one| one.target.ends_with("/content"))
}

type Step = (Route, fn(&Seen) -> bool, &'static str);

/// Where an answer is held back, what the gateway has seen by then, and what the journal says after the kill.
const STEPS: [Step; 3] =
    [(Route::Submit, ordered, "sent"), (Route::Poll, looked, "accepted"), (Route::Content, fetched, "succeeded")];

#[test]
fn case_12_a_generate_killed_at_any_step_is_finished_by_the_same_command_and_paid_once() {
    for honours_keys in [false, true] {
        for (held, seen, state) in STEPS {
            let scene = Scene::new(Some(held), &GatewayOptions { honours_keys, ..GatewayOptions::default() });
            scene.killed_when(&GENERATE, seen);
            assert_eq!(scene.states(), [state]);
            let said = scene.machine.video(&GENERATE);
            assert!(said.ends_with("exit 0\n"), "{state}: {said}");
            assert_eq!(scene.judged(), ONCE, "{state}: {said}");
            assert_eq!(scene.states(), ["saved"]);
        }
    }
}

#[test]
fn a_generate_killed_at_any_step_is_finished_by_resume_and_paid_once() {
    for (held, seen, state) in STEPS {
        let scene = Scene::new(Some(held), &GatewayOptions::default());
        scene.killed_when(&GENERATE, seen);
        let said = scene.machine.video(&RESUME);
        assert!(said.ends_with("exit 0\n"), "{state}: {said}");
        assert_eq!(scene.judged(), ONCE, "{state}: {said}");
    }
}

#[test]
fn case_12_a_submit_killed_before_its_answer_is_not_ordered_again_by_the_same_command() {
    let scene = Scene::new(Some(Route::Submit), &GatewayOptions::default());
    scene.killed_when(&SUBMIT, ordered);
    let said = scene.machine.video(&SUBMIT);
    assert!(said.ends_with("exit 0\n"), "{said}");
    // The task was found in the list, and looked at once.
    assert!(["accepted", "running", "succeeded"].contains(&&*scene.states()[0]), "{said}");
    assert!(scene.machine.video(&RESUME).ends_with("exit 0\n"));
    assert_eq!(scene.judged(), ONCE);
}

#[test]
fn case_12_a_run_killed_as_soon_as_its_order_is_noted_is_paid_once_at_most_and_finished() {
    for command in [&GENERATE[..], &SUBMIT[..]] {
        for _ in 0..5 {
            let scene = Scene::new(None, &GatewayOptions::default());
            scene.killed_when_noted(command);
            let said = scene.machine.video(&RESUME);
            assert!(said.ends_with("exit 0\n"), "{said}");
            assert_eq!(scene.judged(), ONCE, "{said}");
        }
    }
}

#[test]
fn what_no_list_and_no_key_can_tell_stays_unknown_until_a_person_names_the_task() {
    let scene = Scene::new(Some(Route::Submit), &GatewayOptions { lists: false, ..GatewayOptions::default() });
    scene.killed_when(&GENERATE, ordered);
    for _ in 0..2 {
        let said = scene.machine.video(&GENERATE);
        assert!(said.ends_with("exit 7\n"), "{said}");
        assert_eq!(scene.states(), ["unknown"]);
    }
    let job = SqliteStore::open(scene.machine.home().join("journal.sqlite")).expect("a journal");
    let job = job.list(&Query::all()).expect("a list").records[0].job.to_string();
    let task = scene.gateway.account().tasks[0].id.clone();
    let mut settings = crate::run::steady();
    settings.add_filter(&task, "TASK");
    settings.bind(|| {
        insta::assert_snapshot!(
            [
                scene.machine.video(&["reconcile"]),
                scene.machine.video(&["--lang", "zh", "reconcile", &job[..13]]),
                scene.machine.video(&["reconcile", &job, "--task", "no-such-task"]),
                scene.machine.video(&["reconcile", &job, "--task", &task]),
                scene.machine.video(&["reconcile", &job, "--absent"]),
                scene.machine.video(&["list"]),
            ]
            .join("\n")
            .replace(&job[..13], "JOB")
            .replace(&job[13..], "")
        );
    });
    assert!(scene.machine.video(&["resume", &job, "--poll-every", "100ms"]).ends_with("exit 0\n"));
    assert_eq!(scene.judged(), ONCE);
}
