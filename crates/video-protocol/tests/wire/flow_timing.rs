//! Flows in time: intervals, hints, delays asked for, jitter.

use std::time::Duration;

use insta::assert_snapshot;
use video_protocol::{PollSchedule, RetryPolicy, Sent};

use crate::driver::{Reply, play, resume, submit};

#[test]
fn the_interval_grows_with_the_age_of_the_job() {
    let log = play(submit(), [Reply::accepted()].into_iter().chain((0..56).map(|_| Reply::task("IN_PROGRESS"))));
    let waits: Vec<&str> = log.lines().filter_map(|line| line.split_once("wait ").map(|(_, delay)| delay)).collect();
    let runs = waits.chunk_by(|a, b| a == b).map(|run| format!("{} × {} s", run.len(), run[0]));
    assert_snapshot!(runs.collect::<Vec<_>>().join(", "), @"1 × 5.000 s, 12 × 10.000 s, 32 × 15.000 s, 12 × 30.000 s");
}

#[test]
fn a_hint_when_to_ask_again_is_followed_within_bounds() {
    let waits = ["1500", "0", "-5", "1e12", "99999999", "soon", "NaN", "", "inf"].map(|hint| {
        let log = play(submit(), [Reply::accepted().with_header("openai-poll-after-ms", hint)]);
        let wait = log.lines().nth(1).expect("a wait").split_once("wait ").expect("a wait").1.to_owned();
        format!("{hint:9} {wait}")
    });
    assert_snapshot!(waits.join("\n"), @"
    1500      1.500
    0         0.100
    -5        0.100
    1e12      60.000
    99999999  60.000
    soon      5.000
    NaN       5.000
              5.000
    inf       60.000
    ");
}

#[test]
fn a_delay_asked_for_by_a_failing_poll_is_kept_up_to_the_patience() {
    let rows = ["20", "0", "-1", "99999999", "soon", "0.5"].map(|delay| {
        let log = play(resume(), [Reply::status(503, "{}").with_header("retry-after", delay)]);
        let wait = log.lines().nth(1).expect("a wait").split_once("wait ").expect("a wait").1.to_owned();
        format!("{delay:9} {wait}")
    });
    assert_snapshot!(rows.join("\n"), @"
    20        20.221
    0         0.912
    -1        0.912
    99999999  300.000
    soon      0.912
    0.5       0.721
    ");
}

#[test]
fn a_fixed_interval_ignores_hints() {
    let flow = submit().with_schedule(PollSchedule::every(Duration::from_secs(3)));
    let log = play(flow, [Reply::accepted(), Reply::task("QUEUED").with_header("openai-poll-after-ms", "60000")]);
    assert_eq!(log.matches("wait 3.000").count(), 2, "{log}");
}

#[test]
fn a_backoff_doubles_up_to_the_cap_and_spreads_over_three_quarters() {
    let policy = RetryPolicy::default();
    let rows = [1, 2, 3, 6, 7, 8, 40, u32::MAX].map(|tried| {
        let delays =
            [0.0, 0.5, 1.0, f64::NAN, -1.0, 2.0].map(|chance| policy.backoff(tried, None, chance).expect("a delay"));
        format!("{tried:10} {delays:?}")
    });
    assert_snapshot!(rows.join("\n"), @"
             1 [250ms, 625ms, 1s, 250ms, 250ms, 1s]
             2 [500ms, 1.25s, 2s, 500ms, 500ms, 2s]
             3 [1s, 2.5s, 4s, 1s, 1s, 4s]
             6 [8s, 20s, 32s, 8s, 8s, 32s]
             7 [15s, 37.5s, 60s, 15s, 15s, 60s]
             8 [15s, 37.5s, 60s, 15s, 15s, 60s]
            40 [15s, 37.5s, 60s, 15s, 15s, 60s]
    4294967295 [15s, 37.5s, 60s, 15s, 15s, 60s]
    ");
}

#[test]
fn the_same_seed_gives_the_same_steps_and_another_seed_others() {
    let log = |seed| play(resume().with_chance(seed), (0..5).map(|_| Reply::Lost(Sent::Maybe)));
    assert_eq!(log(1), log(1));
    assert_ne!(log(1), log(2));
}

#[test]
fn a_poll_that_fails_over_and_over_is_asked_again_no_later_than_the_schedule_would() {
    let trouble = |index: usize| match index % 4 {
        0 => Reply::status(500, "{}"),
        1 => Reply::fixture("refusal-h-502-page"),
        2 => Reply::Lost(Sent::Maybe),
        _ => Reply::fixture("poll-garbled"),
    };
    for (schedule, longest) in [(PollSchedule::default(), 10.0), (PollSchedule::every(Duration::from_secs(2)), 2.0)] {
        let log = play(resume().with_schedule(schedule), (0..16).map(trouble));
        let waits = log.lines().filter_map(|line| line.split_once("wait ")).map(|(_, delay)| delay.parse::<f64>());
        let waits: Vec<f64> = waits.map(|wait| wait.expect("seconds")).collect();
        assert!(waits[0] <= 1.0 && waits[1] <= 2.0, "{waits:?}");
        assert!(waits.len() == 16 && waits.iter().all(|wait| *wait <= longest), "{waits:?}");
        assert!(waits[8..].iter().any(|wait| *wait > longest / 2.0), "{waits:?}");
    }
}
