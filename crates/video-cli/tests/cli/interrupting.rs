//! Ctrl-C and SIGTERM: the task goes on, and the line that resumes is printed.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use crate::run::{Machine, steady};

/// Starts a job that runs for an hour, and sends a signal once it is accepted.
fn interrupted_by(machine: &Machine, signal: &str) -> (String, Option<i32>) {
    let wish = r#"sandbox:={"seconds":3600}"#;
    let arguments =
        ["generate", "a cat", "--sandbox", "--size", "320x180", "--seconds", "1", "--meta", wish, "-o", "cat.mp4"];
    let mut child =
        machine.command(&arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    let mut talk = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut said = String::new();
    while !said.contains("accepted") {
        assert!(talk.read_line(&mut said).expect("text") > 0, "{said}");
    }
    let status = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill runs");
    assert!(status.success());
    talk.read_to_string(&mut said).expect("text");
    (said, child.wait().expect("it ends").code())
}

#[test]
fn an_interrupt_detaches_and_another_process_goes_on() {
    let machine = Machine::new();
    let (said, code) = interrupted_by(&machine, "-INT");
    assert_eq!(code, Some(130), "{said}");
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
fn a_termination_detaches_too() {
    let (said, code) = interrupted_by(&Machine::new(), "-TERM");
    assert_eq!(code, Some(143), "{said}");
    assert!(said.contains("video wait new-api:task_"), "{said}");
}
