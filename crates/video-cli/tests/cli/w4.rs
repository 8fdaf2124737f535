//! W4 as a person runs it: a batch of a thousand lines, a hundred at once, and every fifth request goes wrong.

use std::io::{BufRead as _, BufReader};
use std::time::Instant;

use video_testkit::{Faults, GatewayOptions};

use crate::batches::{Shop, prompts};

/// A thousand jobs take minutes where several programs share the machine; `paid` of `video-client` runs as many each time.
#[test]
#[ignore = "for figures: cargo test -p video-cli --test cli -- --ignored --nocapture w4"]
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "how long it takes is the question")]
fn w4_by_the_program_every_line_is_paid_once_and_saved() {
    let faults = Faults::drawn(1, 0.2);
    let shop = Shop::open(GatewayOptions { faults, honours_keys: true, lists: false, ..GatewayOptions::default() });
    let lines = prompts(1000);
    shop.write(&lines);
    let began = Instant::now();
    let mut child = shop.start(&["--concurrency", "100", "--format", "openai", "--quiet"]);
    let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let (mut told, mut peak) = (0, String::new());
    for line in stdout.lines() {
        told += usize::from(line.expect("text").contains("video.result/1"));
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let now = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).map(str::trim);
        peak = now.unwrap_or(&peak).to_owned();
    }
    let output = child.wait_with_output().expect("it ends");
    let (judgement, took) = (shop.judgement(&lines), began.elapsed());
    let (code, requests) = (output.status.code(), shop.gateway.account().all_requests());
    println!("{judgement}; {told} lines, exit {code:?}, {requests} requests, {took:.1?}, peak {peak}");
    println!("{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(judgement, "1000 good, 0 bad, 1000 paid, 0 ordered twice, 0 paid without a good file");
    assert_eq!((told, code), (1000, Some(0)));
}
