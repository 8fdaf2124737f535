//! The journal as a person meets it.

use std::fs;

use video_testkit::{FarEnd, Reply};

use crate::run::{Machine, steady};

const SMALL: [&str; 5] = ["--sandbox", "--size", "320x180", "--seconds", "1"];

#[test]
fn a_job_is_listed_shown_with_its_history_and_saved_by_its_name() {
    let machine = Machine::new();
    assert!(machine.output(&[&["submit", "一座灯塔 in fog"], &SMALL[..]].concat()).status.success());
    let json = machine.output(&["list", "--json"]);
    let json = String::from_utf8(json.stdout).expect("text");
    let job = json.split(r#""job":""#).nth(1).and_then(|rest| rest.split('"').next()).expect("a job").to_owned();
    let mut settings = steady();
    settings.add_filter(r"DIR/work/\.", "DIR/work");
    // Whether the task was seen running depends on the machine.
    settings.add_filter(r"  TIME  running\n", "");
    settings.bind(|| {
        insta::assert_snapshot!(
            [
                machine.video(&["list"]),
                machine.video(&["resume", "--sandbox", "--poll-every", "100ms"]),
                machine.video(&["show", &job[..12]]).replacen(&job[..12], "JOB", 1),
                machine.video(&["list", "--state", "accepted"]),
                machine.video(&["list", "--state", "tired"]),
                machine.video(&["resume", "--sandbox", "--poll-every", "100ms"]),
                machine.video(&["--lang", "zh", "reconcile", &job, "--absent"]),
            ]
            .join("\n")
        );
    });
}

#[test]
fn a_hashed_prompt_is_in_no_byte_of_the_journal() {
    let machine = Machine::new().with("VIDEO_JOURNAL_PROMPTS", "hashed");
    assert!(machine.output(&[&["submit", "a planted prompt"], &SMALL[..]].concat()).status.success());
    assert_eq!(files_with(&machine, "journal", "planted prompt"), Vec::<String>::new());
    assert!(machine.video(&["list"]).contains("(hashed)"));
}

#[test]
fn without_a_usable_journal_nothing_is_sent() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let guard = runtime.enter();
    let far_end = FarEnd::start(|_| Reply::status(500)).expect("a far end");
    drop(guard);
    let machine = Machine::new().with("VIDEO_BASE_URL", far_end.url("")).with("VIDEO_API_KEY", "sk-test");
    fs::create_dir_all(machine.home()).expect("a folder");
    fs::write(machine.home().join("journal.sqlite"), "not a journal, and long enough to be looked at").expect("a file");
    let mut shown = Vec::new();
    for language in ["en", "zh"] {
        shown.push(machine.video(&["--lang", language, "generate", "a cat", "--model", "m", "-o", "cat.mp4"]));
        shown.push(machine.video(&["--lang", language, "wait", "task_1"]));
    }
    assert_eq!(far_end.ledger().seen().deliveries.len(), 0);
    steady().bind(|| insta::assert_snapshot!(shown.join("\n")));
}

/// Files in the home folder whose name begins so and that hold these bytes.
fn files_with(machine: &Machine, name: &str, bytes: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(machine.home()).expect("a folder").flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        let holds = |content: Vec<u8>| content.windows(bytes.len()).any(|window| window == bytes.as_bytes());
        if file.starts_with(name) && fs::read(entry.path()).is_ok_and(holds) {
            found.push(file);
        }
    }
    found
}

#[test]
fn a_planted_key_and_a_planted_signature_are_in_no_output_and_no_file() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let guard = runtime.enter();
    let lost = r#"{"seen":"sk-planted-key","link":"https://cdn.example/v.mp4?signature=planted-signature"}"#;
    let lost = FarEnd::start(move |_| Reply::status(502).header("content-type", "text/html").body(lost)).expect("one");
    let done = r#"{"code":"success","data":{"task_id":"task_1","status":"SUCCESS","result_url":"http://127.0.0.1:1/v.mp4?signature=planted-signature"}}"#;
    let undelivered = FarEnd::start(move |seen| match (seen.method.as_str(), seen.target.ends_with("/content")) {
        ("POST", _) => Reply::status(200)
            .header("content-type", "application/json")
            .body(r#"{"id":"task_1","task_id":"task_1","status":"queued"}"#),
        (_, false) => Reply::status(200).header("content-type", "application/json").body(done),
        (_, true) => Reply::status(404),
    })
    .expect("the other");
    drop(guard);
    for (url, states) in [(lost.url(""), "unknown"), (undelivered.url(""), "undelivered")] {
        let machine = Machine::new().with("VIDEO_BASE_URL", url).with("VIDEO_API_KEY", "sk-planted-key");
        let machine = machine.with("RUST_LOG", "trace").with("RUST_BACKTRACE", "full");
        let mut said = String::new();
        for more in [&["--json"][..], &[]] {
            let generate = ["generate", "a cat", "--model", "m", "-o", "cat.mp4", "--poll-every", "100ms"];
            said += &machine.video(&[&generate, more].concat());
            said += &machine.video(&[&["list"], more].concat());
            said += &machine.video(&[&["reconcile"], more].concat());
            said += &machine.video(&[&["show", "task_1"], more].concat());
        }
        assert!(said.contains(states), "{said}");
        assert!(!said.contains("planted"), "{said}");
        assert_eq!(files_with(&machine, "", "planted"), Vec::<String>::new());
        assert_eq!(
            files_with(&machine, "journal", states),
            ["journal.sqlite"],
            "the file says nothing, so proves nothing"
        );
    }
}
