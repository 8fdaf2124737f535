//! `--cache`: a video that is there serves an equal order.

use std::process::Stdio;

use video_testkit::{GatewayOptions, SimulatedGateway};

use crate::run::{Machine, steady};

const CLIP: [&str; 7] = ["generate", "a lighthouse", "--sandbox", "--size", "320x180", "--seconds", "1"];

#[test]
fn the_same_order_again_is_served_from_the_disk_and_said_to_be() {
    let machine = Machine::new();
    let run = |more: &[&str]| machine.video(&[&CLIP[..], more].concat());
    let mut settings = steady();
    settings.add_filter(r"saved the same order \d+s ago", "saved the same order N s ago");
    settings.add_filter(r"在 \d+s 前", "在 N s 前");
    settings.add_filter(r"video-task_\w+|video-[0-9a-z_]{20,}", "video-ID");
    settings.bind(|| {
        insta::assert_snapshot!(
            [
                run(&["--cache", "-o", "one.mp4"]),
                run(&["--cache", "-o", "one.mp4"]),
                run(&["--cache=1h", "-o", "two.mp4", "--json"]),
                run(&["--cache", "-o", "three.mp4", "--lang", "zh"]),
                run(&["--cache", "-o", "two.mp4", "--seed", "7"]),
                run(&["--cache=soon"]),
            ]
            .join("\n")
        );
    });
    let bytes = |name: &str| std::fs::read(machine.file(name)).expect("a file");
    assert!(bytes("one.mp4") == bytes("two.mp4") && bytes("one.mp4") == bytes("three.mp4"));
    // A file that was changed serves nobody: the next one is taken, and without one it is ordered.
    std::fs::write(machine.file("one.mp4"), "changed").expect("a file");
    assert!(!run(&["--cache", "-o", "four.mp4"]).contains("from the cache"));
    assert!(run(&["--cache", "-o", "five.mp4"]).contains("from the cache"));
    assert!(!run(&["--cache=0s", "-o", "six.mp4"]).contains("from the cache"));
    assert!(!run(&["-o", "seven.mp4"]).contains("from the cache"), "it is off unless it is asked for");
}

#[test]
fn of_two_programs_that_want_the_same_at_once_one_orders() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let guard = runtime.enter();
    let options = GatewayOptions { job_time: std::time::Duration::from_secs(1), ..GatewayOptions::default() };
    let gateway = SimulatedGateway::start(options).expect("a gateway");
    drop(guard);
    let machine = Machine::new().with("VIDEO_BASE_URL", gateway.url("")).with("VIDEO_API_KEY", "sk-test");
    let machine = machine.with("VIDEO_FORMAT", "openai");
    let programs: Vec<_> = (1..=3)
        .map(|number| {
            let file = format!("{number}.mp4");
            let words = ["generate", "a cat", "--model", "m-1", "--cache", "--poll-every", "100ms", "-o", &file];
            machine.command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs")
        })
        .collect();
    let ends: Vec<_> = programs.into_iter().map(|program| program.wait_with_output().expect("an end")).collect();
    let told: Vec<_> = ends.iter().map(|end| String::from_utf8_lossy(&end.stderr).into_owned()).collect();
    assert!(ends.iter().all(|end| end.status.success()), "{told:#?}");
    assert_eq!(told.iter().filter(|told| told.contains("from the cache")).count(), 2, "{told:#?}");
    assert_eq!(gateway.account().tasks.len(), 1);
    for number in 1..=3 {
        let file = std::fs::read(machine.file(&format!("{number}.mp4"))).expect("a file");
        assert_eq!(file, gateway.account().tasks[0].video());
    }
}
