//! The same in two processes: `video serve` and a client.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::run::{Machine, steady, task};

#[path = "../../../video-client/examples/own_transport.rs"]
#[expect(unreachable_pub, reason = "an example of another crate, run as it is")]
mod own_transport;

/// Where its stderr goes.
const LOG: &str = "gateway.log";

/// A running `video serve`; stopped when dropped.
pub(crate) struct Serving {
    child: Child,
    pub(crate) url: String,
    machine: Machine,
}

impl Serving {
    /// The gateway over the sandbox.
    pub(crate) fn start(more: &[&str]) -> Self {
        Self::of(Machine::new(), &[&["--sandbox"], more].concat())
    }

    /// A gateway on this machine.
    pub(crate) fn of(machine: Machine, more: &[&str]) -> Self {
        let arguments = [&["serve", "--listen", "127.0.0.1:0"], more].concat();
        let log = std::fs::File::create(machine.file(LOG)).expect("a file");
        let mut child =
            machine.command(&arguments).stdout(Stdio::piped()).stderr(log).spawn().expect("the binary runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("text");
        let url = line.trim().strip_prefix("listening on ").expect("the first line of stdout").to_owned();
        Self { child, url, machine }
    }

    /// What the gateway has written to stderr.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.machine.file(LOG)).expect("a log of text")
    }

    /// Ends it in order, so that everything is in the log, and gives the log.
    pub(crate) fn end(mut self) -> String {
        #[cfg(unix)]
        {
            let status = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
            assert!(status.expect("kill runs").success());
            assert!(self.child.wait().expect("it ends").success());
        }
        self.log()
    }

    pub(crate) fn client(&self, suffix: &str) -> Machine {
        Machine::new().with("VIDEO_BASE_URL", format!("{}{suffix}", self.url)).with("VIDEO_API_KEY", "sk-xxxx")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const SMALL: [&str; 6] = ["--model", "sandbox-1", "--size", "320x180", "--seconds", "1"];

#[test]
fn a_client_finds_the_gateway_with_and_without_v1() {
    let serving = Serving::start(&[]);
    let mut clips = Vec::new();
    for suffix in ["", "/v1", "/v1/"] {
        let machine = serving.client(suffix);
        let arguments = [&["generate", "一只橘猫在阳光下打盹", "-o", "cat.mp4"], &SMALL[..]].concat();
        steady().bind(|| insta::assert_snapshot!("a_client_and_a_gateway", machine.video(&arguments)));
        clips.push(std::fs::read(machine.file("cat.mp4")).expect("a file"));
    }
    assert!(clips.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_wrong_key_a_missing_field_an_unknown_task_and_an_early_download_have_their_outcomes() {
    let serving = Serving::start(&["--token", "right-key"]);
    let wrong = serving.client("");
    let right = serving.client("").with("VIDEO_API_KEY", "right-key");
    let running = [&["submit", "a cat", "--meta", r#"sandbox:={"seconds":3600}"#, "-q"], &SMALL[..]].concat();
    let early = task(&right.output(&running));
    let mut shown = Vec::new();
    for language in ["en", "zh"] {
        let order = [&["--lang", language, "generate", "a cat"], &SMALL[..]].concat();
        shown.push(wrong.video(&order));
        shown.push(right.video(&["--lang", language, "generate", "a cat", "--model", "m", "--size", "huge"]));
        shown.push(right.video(&["--lang", language, "show", "task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U"]));
        shown.push(right.video(&["--lang", language, "download", &early, "-o", "early.mp4"]));
    }
    steady().bind(|| insta::assert_snapshot!(shown.join("\n")));
}

#[test]
fn the_example_transport_of_forty_lines_finishes_a_job() {
    let serving = Serving::start(&[]);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("boat.mp4");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let saved = runtime.block_on(own_transport::run(&serving.url, &path)).expect("a saved clip");
    assert_eq!(saved.bytes, std::fs::metadata(&path).expect("the file").len());
}

#[cfg(unix)]
#[test]
fn a_termination_ends_the_gateway_with_success() {
    let mut serving = Serving::start(&[]);
    let status = Command::new("kill").args(["-TERM", &serving.child.id().to_string()]).status().expect("kill runs");
    assert!(status.success());
    assert_eq!(serving.child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn an_open_address_needs_a_token() {
    let machine = Machine::new();
    insta::assert_snapshot!(
        [
            machine.video(&["serve", "--sandbox", "--listen", "0.0.0.0:0"]),
            machine.video(&["--lang", "zh", "serve", "--sandbox", "--listen", "0.0.0.0:0"]),
            machine.video(&["serve"]),
            machine.video(&["serve", "--sandbox", "--listen", "nowhere"]),
        ]
        .join("\n")
    );
}
