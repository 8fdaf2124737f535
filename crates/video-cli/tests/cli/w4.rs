//! W4 as a person runs it: a batch of a thousand lines, a hundred at once, and every fifth request goes wrong.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::time::Instant;

use video_testkit::{Faults, GatewayOptions};

use crate::batches::{Shop, prompts};

/// A hundred lines; `VIDEO_W4_LINES=1000` is W4 itself, whose figures `--nocapture` shows.
///
/// The first orders meet a gateway of which nobody knows yet that it honours keys, so some of them may stay unknown.
#[test]
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "how long it takes is one of the figures")]
fn w4_by_the_program_no_line_is_paid_twice_and_what_is_not_saved_is_unknown() {
    let number =
        std::env::var("VIDEO_W4_LINES").map_or(100, |lines| lines.parse().expect("VIDEO_W4_LINES is a number"));
    let faults = Faults::drawn(1, 0.2);
    let shop = Shop::open(GatewayOptions { faults, honours_keys: true, lists: false, ..GatewayOptions::default() });
    let lines = prompts(number);
    shop.write(&lines);
    let began = Instant::now();
    let more = ["--concurrency", "100", "--stop-after-failures", "1000", "--format", "openai", "--quiet"];
    let mut child = shop.start(&more);
    let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let (mut outcomes, mut peak) = (BTreeMap::<String, usize>::new(), String::new());
    for line in stdout.lines() {
        let line: serde_json::Value = serde_json::from_str(&line.expect("text")).expect("a JSON object");
        *outcomes.entry(line["outcome"].as_str().expect("a word").to_owned()).or_default() += 1;
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let now = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).map(str::trim);
        peak = now.unwrap_or(&peak).to_owned();
    }
    child.wait_with_output().expect("it ends");
    let (account, took) = (shop.gateway.account(), began.elapsed());
    let judgement = shop.judgement(&lines);
    println!("{judgement}; {outcomes:?}; {} requests, {took:.1?}, {peak}", account.all_requests());
    let (saved, unknown) = (outcomes.get("saved").copied(), outcomes.get("unknown").copied());
    assert_eq!(saved.unwrap_or(0) + unknown.unwrap_or(0), number, "{outcomes:?}");
    assert!(judgement.starts_with(&format!("{} good, 0 bad, ", saved.unwrap_or(0))), "{judgement}; {outcomes:?}");
    assert!(judgement.contains(", 0 ordered twice, "), "{judgement}");
}
