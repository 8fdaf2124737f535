//! The same job step by step, each in a process of its own.

use crate::run::{Machine, steady, task};

const SMALL: [&str; 4] = ["--size", "320x180", "--seconds", "1"];

fn submit(machine: &Machine, more: &[&str]) -> String {
    let arguments = [&["submit", "a lighthouse", "--sandbox", "-q"], &SMALL[..], more].concat();
    task(&machine.output(&arguments))
}

#[test]
fn another_process_finds_the_task_and_saves_the_same_clip() {
    let machine = Machine::new();
    let task = submit(&machine, &[]);
    steady().bind(|| {
        insta::assert_snapshot!(
            [
                machine.video(&["wait", &task]),
                machine.video(&["show", &task]),
                machine.video(&["download", &task, "-o", "clip.mp4"]),
                machine.video(&["download", &task, "-o", "clip.mp4"]),
            ]
            .join("\n")
        );
    });
    let whole = [&["generate", "a lighthouse", "-o", "other.mp4", "-q"], &SMALL[..]].concat();
    assert!(machine.output(&whole).status.success());
    let [clip, other] = ["clip.mp4", "other.mp4"].map(|name| std::fs::read(machine.file(name)).expect("a file"));
    assert!(clip == other);
}

#[test]
fn show_is_one_object_with_json() {
    let machine = Machine::new();
    let task = submit(&machine, &["--meta", r#"sandbox:={"seconds":3600,"status":"hatching"}"#]);
    let mut settings = steady();
    settings.add_filter(r#""created_at":\d+"#, r#""created_at":T"#);
    settings.add_filter(r#""progress":\d+"#, r#""progress":P"#);
    settings.bind(|| insta::assert_snapshot!(machine.video(&["show", &task, "--json"])));
}

#[test]
fn the_deadline_gives_the_task_back() {
    let machine = Machine::new();
    let task = submit(&machine, &["--meta", r#"sandbox:={"seconds":3600}"#]);
    steady().bind(|| {
        insta::assert_snapshot!(
            [
                machine.video(&["wait", &task, "--deadline", "1s"]),
                machine.video(&["--lang", "zh", "wait", &task, "--deadline", "1s", "--json"]),
                machine.video(&["download", &task, "-o", "early.mp4"]),
            ]
            .join("\n")
        );
    });
}

#[test]
fn each_end_without_a_video_has_its_exit_code() {
    let machine = Machine::new();
    let mut shown = Vec::new();
    for fail in ["failed", "filtered", "expired"] {
        let wish = format!(r#"sandbox:={{"fail":"{fail}"}}"#);
        let task = submit(&machine, &["--meta", &wish]);
        shown.push(machine.video(&["wait", &task]));
        shown.push(machine.video(&["--lang", "zh", "wait", &task]));
        shown.push(machine.video(&["show", &task]));
    }
    steady().bind(|| insta::assert_snapshot!(shown.join("\n")));
}

#[test]
fn a_word_nobody_knows_is_warned_of_once_and_waited_out() {
    let machine = Machine::new();
    let wish = r#"sandbox:={"seconds":1,"status":"hatching"}"#;
    let arguments = [&["generate", "an egg", "--sandbox", "-o", "egg.mp4", "--meta", wish], &SMALL[..]].concat();
    let shown = machine.video(&arguments);
    assert_eq!(shown.matches("which nobody knows").count(), 1, "{shown}");
    assert!(shown.contains("exit 0"), "{shown}");
}

#[test]
fn what_is_no_task_is_said_to_be_none() {
    let machine = Machine::new();
    insta::assert_snapshot!(
        [
            machine.video(&["show", "https://88api.ai/v1/videos/x", "--sandbox"]),
            machine.video(&["show", "new-api:", "--sandbox"]),
            machine.video(&["--lang", "zh", "wait", "new-api:task_1@nowhere.example"]),
        ]
        .join("\n")
    );
}

#[test]
fn a_gateway_that_went_away_leaves_one_result_line() {
    let closed = video_testkit::ClosedPort::take().expect("a port");
    let machine = Machine::new().with("VIDEO_BASE_URL", closed.url("")).with("VIDEO_API_KEY", "sk-xxxx");
    steady().bind(|| insta::assert_snapshot!(machine.video(&["wait", "task_1", "--deadline", "1s", "--json"])));
}
