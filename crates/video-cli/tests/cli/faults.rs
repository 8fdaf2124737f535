//! A gateway that misbehaves on purpose, and clients over it.

use std::time::{Duration, Instant};

use crate::run::{Machine, steady};
use crate::serving::Serving;

const SMALL: [&str; 6] = ["--model", "sandbox-1", "--size", "320x180", "--seconds", "1"];

#[test]
fn the_plan_and_the_seed_are_said_at_the_start() {
    let mut said = Vec::new();
    for more in [
        &["--fault", "submit:500=0.10, poll:429=.2", "--latency", "2s..5s"][..],
        &["--fault", "content:late-1500ms=0.1", "--seed", "42", "--lang", "zh"],
        &["--latency", "500ms", "--seed", "42"],
        &["--latency", "3s", "--lang", "zh"],
        &["--fault", "submit:500=0.1", "--quiet"],
        &["--seed", "42"],
    ] {
        let serving = Serving::start(more);
        said.push(format!("$ video serve --sandbox {}\n{}", more.join(" "), serving.log()));
    }
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_plan_that_cannot_be_is_refused_by_its_part() {
    let machine = Machine::new();
    let sandbox =
        |more: &[&'static str]| machine.video(&[&["serve", "--sandbox", "--listen", "127.0.0.1:0"], more].concat());
    insta::assert_snapshot!(
        [
            sandbox(&["--fault", "submit:500=0.1,poll:boom=0.2"]),
            sandbox(&["--fault", "submit:500=0.6,submit:drop=0.5"]),
            sandbox(&["--fault", ""]),
            sandbox(&["--latency", "5s..2s"]),
            sandbox(&["--latency", "soon"]),
        ]
        .join("\n")
    );
}

#[test]
fn faults_and_latencies_are_for_the_sandbox_alone() {
    let paid = Machine::new().with("VIDEO_BASE_URL", "https://88api.ai").with("VIDEO_API_KEY", "sk-xxxx");
    let mut shown = Vec::new();
    for language in ["en", "zh"] {
        shown.push(paid.video(&["--lang", language, "serve", "--fault", "submit:500=0.1"]));
        shown.push(paid.video(&["--lang", language, "serve", "--latency", "3s"]));
        shown.push(Machine::new().video(&["--lang", language, "serve", "--fault", "submit:500=0.1"]));
    }
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn a_client_over_a_faulty_gateway_still_saves_a_good_file() {
    // With this seed the first two polls go wrong, and the video comes cut, then short, then whole.
    let plan = "poll:html-502=0.1,poll:drop=0.1,poll:429=0.1,content:cut=0.3,content:short=0.3";
    let mut shown = Vec::new();
    let mut clips = Vec::new();
    for format in ["new-api", "openai"] {
        let serving = Serving::start(&["--fault", plan, "--seed", "1718", "--latency", "1s"]);
        let machine = serving.client("");
        let arguments = [&["generate", "a paper boat", "-o", "boat.mp4", "--format", format], &SMALL[..]].concat();
        shown.push(machine.video(&arguments));
        clips.push(std::fs::read(machine.file("boat.mp4")).expect("a file"));
        let log = serving.end();
        for fault in ["poll:html-502", "poll:drop", "content:cut", "content:short"] {
            assert!(log.contains(&format!("fault={fault}")), "no {fault} in {log}");
        }
    }
    let sandbox = Machine::new();
    sandbox.video(&[&["generate", "a paper boat", "-o", "boat.mp4", "--sandbox"], &SMALL[..]].concat());
    clips.push(std::fs::read(sandbox.file("boat.mp4")).expect("a file"));
    assert!(clips.windows(2).all(|pair| pair[0] == pair[1]), "faults do not change the clip");
    steady().bind(|| insta::assert_snapshot!(shown.join("\n")));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long it takes is the question")]
fn a_job_takes_at_least_the_latency() {
    let serving = Serving::start(&["--latency", "1500ms"]);
    let machine = serving.client("");
    let began = Instant::now();
    let output = machine.output(&[&["generate", "a paper boat", "-o", "boat.mp4"], &SMALL[..]].concat());
    assert!(output.status.success());
    assert!(began.elapsed() >= Duration::from_millis(1500));
}

#[test]
fn whatever_happens_to_an_order_it_is_carried_out_once_at_most() {
    let mut shown = Vec::new();
    for kind in
        ["400", "500", "html", "html-502", "empty", "json", "drop", "lost", "lost-500", "cut", "short", "late-200ms"]
    {
        let serving = Serving::start(&["--fault", &format!("submit:{kind}=1")]);
        let machine = serving.client("");
        let output = machine.output(&[&["submit", "a paper boat", "-q"], &SMALL[..]].concat());
        let log = serving.end();
        shown.push(format!(
            "submit:{kind}: {} sent, {} carried out, exit {}\n",
            log.matches(r#"route="submit""#).count(),
            log.matches("order accepted").count(),
            output.status.code().expect("a code")
        ));
    }
    insta::assert_snapshot!(shown.concat());
}

#[test]
fn no_bad_file_ever_stands_under_the_final_name() {
    let try_kind = |kind: &str| {
        let serving = Serving::start(&["--fault", &format!("content:{kind}=1")]);
        let machine = serving.client("");
        let arguments = [&["generate", "a paper boat", "-o", "boat.mp4", "-q"], &SMALL[..]].concat();
        let code = machine.output(&arguments).status.code().expect("a code");
        let file = if machine.file("boat.mp4").exists() { "there" } else { "not there" };
        format!("content:{kind}: exit {code}, file {file}\n")
    };
    // Each takes the seconds in which the client tries again.
    let shown = std::thread::scope(|scope| {
        let tries = ["html", "empty", "json", "cut", "short"].map(|kind| scope.spawn(move || try_kind(kind)));
        tries.map(|tried| tried.join().expect("no panic"))
    });
    insta::assert_snapshot!(shown.concat());
}
