//! Flows after the order was taken: when to ask, what to forgive, when to stop.

use std::time::Duration;

use insta::assert_snapshot;
use video_protocol::{PollSchedule, Sent};

use crate::driver::{Reply, play, play_on, resume, submit};

const SUCCESS: &str =
    r#"{"code":"success","data":{"task_id":"task_1","status":"SUCCESS","result_url":"https://cdn.example/v.mp4"}}"#;

fn done() -> Reply {
    Reply::status(200, SUCCESS)
}

fn then_done(replies: impl IntoIterator<Item = Reply>) -> Vec<Reply> {
    [Reply::accepted()].into_iter().chain(replies).chain([done()]).collect()
}

#[test]
fn a_job_is_ordered_once_and_asked_after_until_it_succeeds() {
    let words = ["NOT_START", "SUBMITTED", "QUEUED", "IN_PROGRESS"].map(Reply::task);
    assert_snapshot!(play(submit(), then_done(words)), @"
     0.000 POST /v1/video/generations [key-1] ← 200
     0.000 wait 5.000
     5.000 GET /v1/video/generations/task_1 ← 200
     5.000 wait 10.000
    15.000 GET /v1/video/generations/task_1 ← 200
    15.000 wait 10.000
    25.000 GET /v1/video/generations/task_1 ← 200
    25.000 wait 10.000
    35.000 GET /v1/video/generations/task_1 ← 200
    35.000 wait 10.000
    45.000 GET /v1/video/generations/task_1 ← 200
    45.000 succeeded new-api:task_1@gw.example [Link(https://cdn.example/v.mp4), Content(task_1)]
    ");
}

#[test]
fn the_interval_grows_with_the_age_of_the_job() {
    let log = play(submit(), then_done((0..55).map(|_| Reply::task("IN_PROGRESS"))));
    let waits: Vec<&str> = log.lines().filter_map(|line| line.split_once("wait ").map(|(_, delay)| delay)).collect();
    let runs = waits.chunk_by(|a, b| a == b).map(|run| format!("{} × {} s", run.len(), run[0]));
    assert_snapshot!(runs.collect::<Vec<_>>().join(", "), @"1 × 5.000 s, 12 × 10.000 s, 32 × 15.000 s, 11 × 30.000 s");
}

#[test]
fn a_status_nobody_knows_means_still_running_and_is_worth_a_warning() {
    let (log, flow) = play_on(submit(), [Reply::accepted(), Reply::task("HATCHING")]);
    assert_snapshot!(log, @"
     0.000 POST /v1/video/generations [key-1] ← 200
     0.000 wait 5.000
     5.000 GET /v1/video/generations/task_1 ← 200
     5.000 wait 10.000
    15.000 GET /v1/video/generations/task_1 (end of the script)
    ");
    assert_eq!(flow.unknown_status().map(video_types::TaskStatus::as_str), Some("HATCHING"));
    assert_eq!(flow.observations(), 2);
}

#[test]
fn trouble_with_polls_does_not_end_a_job() {
    let trouble = [
        Reply::status(500, "{}"),
        Reply::fixture("refusal-h-502-page"),
        Reply::fixture("poll-garbled"),
        Reply::Lost(Sent::Maybe),
        Reply::Lost(Sent::No),
        Reply::fixture("poll-empty"),
        Reply::fixture("refusal-h-429-empty"),
        Reply::fixture("refusal-h-403-page"),
        Reply::fixture("poll-get-task-failed"),
    ];
    assert_snapshot!(play(submit(), then_done(trouble)), @"
      0.000 POST /v1/video/generations [key-1] ← 200
      0.000 wait 5.000
      5.000 GET /v1/video/generations/task_1 ← 500
      5.000 wait 0.912
      5.912 GET /v1/video/generations/task_1 ← 502
      5.912 wait 1.147
      7.060 GET /v1/video/generations/task_1 ← 200
      7.060 wait 1.079
      8.139 GET /v1/video/generations/task_1 ← lost, maybe sent
      8.139 wait 7.825
     15.964 GET /v1/video/generations/task_1 ← lost before it was sent
     15.964 wait 5.276
     21.241 GET /v1/video/generations/task_1 ← 200
     21.241 wait 15.856
     37.096 GET /v1/video/generations/task_1 ← 429
     37.096 wait 22.824
     59.920 GET /v1/video/generations/task_1 ← 403
     59.920 wait 49.720
    109.640 GET /v1/video/generations/task_1 ← 500
    109.640 wait 26.056
    135.696 GET /v1/video/generations/task_1 ← 200
    135.696 succeeded new-api:task_1@gw.example [Link(https://cdn.example/v.mp4), Content(task_1)]
    ");
}

#[test]
fn a_task_the_gateway_does_not_know_yet_is_forgiven() {
    let unknown = || Reply::fixture("poll-task-not-exist");
    assert_snapshot!(play(submit(), then_done([unknown(), unknown(), unknown()])), @"
    0.000 POST /v1/video/generations [key-1] ← 200
    0.000 wait 5.000
    5.000 GET /v1/video/generations/task_1 ← 400
    5.000 wait 0.912
    5.912 GET /v1/video/generations/task_1 ← 400
    5.912 wait 1.147
    7.060 GET /v1/video/generations/task_1 ← 400
    7.060 wait 1.079
    8.139 GET /v1/video/generations/task_1 ← 200
    8.139 succeeded new-api:task_1@gw.example [Link(https://cdn.example/v.mp4), Content(task_1)]
    ");
}

#[test]
fn a_task_the_gateway_never_knows_is_lost_and_named() {
    let replies = [Reply::accepted()].into_iter().chain((0..9).map(|_| Reply::fixture("poll-task-not-exist")));
    assert_snapshot!(play(submit(), replies), @"
     0.000 POST /v1/video/generations [key-1] ← 200
     0.000 wait 5.000
     5.000 GET /v1/video/generations/task_1 ← 400
     5.000 wait 0.912
     5.912 GET /v1/video/generations/task_1 ← 400
     5.912 wait 1.147
     7.060 GET /v1/video/generations/task_1 ← 400
     7.060 wait 1.079
     8.139 GET /v1/video/generations/task_1 ← 400
     8.139 wait 7.825
    15.964 GET /v1/video/generations/task_1 ← 400
    15.964 lost (new-api:task_1@gw.example): the server no longer knows a task it accepted: task_not_exist
    ");
}

#[test]
fn a_proxys_404_is_not_the_gateway_losing_a_task() {
    let replies = [Reply::accepted()].into_iter().chain((0..9).map(|_| Reply::fixture("refusal-h-404-page")));
    assert_snapshot!(play(submit(), replies), @"
     0.000 POST /v1/video/generations [key-1] ← 200
     0.000 wait 5.000
     5.000 GET /v1/video/generations/task_1 ← 404
     5.000 wait 0.912
     5.912 GET /v1/video/generations/task_1 ← 404
     5.912 wait 1.147
     7.060 GET /v1/video/generations/task_1 ← 404
     7.060 wait 1.079
     8.139 GET /v1/video/generations/task_1 ← 404
     8.139 wait 7.825
    15.964 GET /v1/video/generations/task_1 ← 404
    15.964 running (new-api:task_1@gw.example): the gateway is not set up for this: 404 Not Found (HTTP 404)
    ");
}

#[test]
fn the_same_refusal_five_times_ends_the_waiting_and_leaves_the_task_running() {
    let refusals = (0..9).map(|_| Reply::fixture("poll-not-implemented"));
    assert_snapshot!(play(resume(), refusals), @"
     0.000 GET /v1/video/generations/task_1 ← 501
     0.000 wait 0.912
     0.912 GET /v1/video/generations/task_1 ← 501
     0.912 wait 1.147
     2.060 GET /v1/video/generations/task_1 ← 501
     2.060 wait 1.079
     3.139 GET /v1/video/generations/task_1 ← 501
     3.139 wait 7.825
    10.964 GET /v1/video/generations/task_1 ← 501
    10.964 running (new-api:task_1@gw.example): the gateway is not set up for this: not_implemented:54 (HTTP 501, not_implemented:54)
    ");
}

#[test]
fn four_refusals_and_something_else_between_them_end_nothing() {
    let refusals = |count| (0..count).map(|_| Reply::fixture("poll-invalid-channel"));
    let replies = refusals(4).chain([Reply::status(500, "{}")]).chain(refusals(4)).chain([done()]);
    let log = play(resume(), replies);
    assert!(
        log.ends_with("succeeded new-api:task_1@gw.example [Link(https://cdn.example/v.mp4), Content(task_1)]"),
        "{log}"
    );
}

#[test]
fn a_key_refused_in_the_middle_names_the_task() {
    assert_snapshot!(play(resume(), [Reply::task("QUEUED"), Reply::fixture("token-invalid")]), @"
    0.000 GET /v1/video/generations/task_1 ← 200
    0.000 wait 5.000
    5.000 GET /v1/video/generations/task_1 ← 401
    5.000 refused (new-api:task_1@gw.example): the key was refused: Invalid token (HTTP 401, request 20260226103015123456789Ab3dEf9h)
    ");
    assert_snapshot!(play(resume(), [Reply::fixture("token-exhausted")]), @"
    0.000 GET /v1/video/generations/task_1 ← 401
    0.000 refused (new-api:task_1@gw.example): the credit is used up: This token quota is exhausted TokenStatusExhausted[sk-xxxx] (HTTP 401, request 20260226103015123456789Ab3dEf9h)
    ");
}

#[test]
fn the_first_end_counts() {
    let replies = [Reply::accepted(), done(), Reply::task("FAILURE")];
    assert_snapshot!(play(submit(), replies), @"
    0.000 POST /v1/video/generations [key-1] ← 200
    0.000 wait 5.000
    5.000 GET /v1/video/generations/task_1 ← 200
    5.000 succeeded new-api:task_1@gw.example [Link(https://cdn.example/v.mp4), Content(task_1)]
    ");
}

#[test]
fn every_end_without_a_video_has_its_own_verdict() {
    let ended = |reply: Reply| play(resume(), [reply]).lines().last().expect("a line").to_owned();
    let moderated = r#"{"id":"task_1","status":"failed","error":{"code":"moderation_blocked","message":"blocked"}}"#;
    let code = r#"{"code":"success","data":{"task_id":"task_1","status":"FAILURE","fail_reason":"too old"},"error":{"code":"expired"}}"#;
    let rows = [
        ended(Reply::task("FAILURE")),
        ended(Reply::task("expired")),
        ended(Reply::task("CANCELED")),
        ended(Reply::fixture("poll-0-11-failure")),
        ended(Reply::fixture("poll-0-11-failure-moderated")),
        ended(Reply::status(200, moderated)),
        ended(Reply::status(200, code)),
        ended(Reply::fixture("poll-failed-timed-out-zh")),
    ];
    assert_snapshot!(rows.join("\n"), @"
    0.000 failed (new-api:task_1@gw.example): the generation failed
    0.000 expired (new-api:task_1@gw.example): the provider gave the task up
    0.000 cancelled (new-api:task_1@gw.example): the task was cancelled
    0.000 failed (new-api:task_1@gw.example): the generation failed: insufficient balance of the account
    0.000 filtered (new-api:task_1@gw.example): refused by moderation: CreationPolicyViolation (CreationPolicyViolation)
    0.000 filtered (new-api:task_1@gw.example): refused by moderation: blocked (moderation_blocked)
    0.000 expired (new-api:task_1@gw.example): the provider gave the task up: too old (expired)
    0.000 failed (new-api:task_1@gw.example): the generation failed: 任务超时（1440分钟）
    ");
}

#[test]
fn an_order_that_fails_or_succeeds_at_once_ends_at_once() {
    assert_snapshot!(play(submit(), [Reply::fixture("submit-0-11-ali-failed-at-once")]), @"
    0.000 POST /v1/video/generations [key-1] ← 200
    0.000 failed (new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example): the generation failed: quota of the day is used up
    ");
    assert_snapshot!(play(submit(), [done()]), @"
    0.000 POST /v1/video/generations [key-1] ← 200
    0.000 succeeded new-api:task_1@gw.example [Link(https://cdn.example/v.mp4), Content(task_1)]
    ");
}

#[test]
fn the_deadline_ends_the_waiting_with_a_last_look_and_the_handle() {
    let flow = submit().with_deadline(Some(Duration::from_secs(12)));
    assert_snapshot!(play(flow, [Reply::accepted(), Reply::task("QUEUED"), Reply::task("IN_PROGRESS")]), @"
     0.000 POST /v1/video/generations [key-1] ← 200
     0.000 wait 5.000
     5.000 GET /v1/video/generations/task_1 ← 200
     5.000 wait 7.000
    12.000 GET /v1/video/generations/task_1 ← 200
    12.000 running new-api:task_1@gw.example
    ");
}

#[test]
fn a_video_that_is_there_at_the_last_look_is_taken() {
    let flow = submit().with_deadline(Some(Duration::from_secs(5)));
    assert_snapshot!(play(flow, then_done([])), @"
    0.000 POST /v1/video/generations [key-1] ← 200
    0.000 wait 5.000
    5.000 GET /v1/video/generations/task_1 ← 200
    5.000 succeeded new-api:task_1@gw.example [Link(https://cdn.example/v.mp4), Content(task_1)]
    ");
}

#[test]
fn trouble_at_the_deadline_goes_along_with_the_handle() {
    let flow = submit().with_deadline(Some(Duration::from_secs(6)));
    let trouble = || Reply::Lost(Sent::Maybe);
    assert_snapshot!(play(flow, [Reply::accepted(), trouble(), trouble(), trouble(), trouble()]), @"
    0.000 POST /v1/video/generations [key-1] ← 200
    0.000 wait 5.000
    5.000 GET /v1/video/generations/task_1 ← lost, maybe sent
    5.000 wait 0.912
    5.912 GET /v1/video/generations/task_1 ← lost, maybe sent
    5.912 wait 0.088
    6.000 GET /v1/video/generations/task_1 ← lost, maybe sent
    6.000 running new-api:task_1@gw.example, though no answer: connection reset by peer
    ");
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
    let log = play(flow, then_done([Reply::task("QUEUED").with_header("openai-poll-after-ms", "60000")]));
    assert_eq!(log.matches("wait 3.000").count(), 2, "{log}");
}

#[test]
fn the_bill_of_the_order_and_the_model_stay_known_to_the_end() {
    let (_, flow) = play_on(submit(), [Reply::fixture("submit-0-11-kling"), Reply::task("QUEUED")]);
    let task = flow.task().expect("a task");
    assert_eq!(task.billing, Some(serde_json::json!({"seconds": 5, "size": 1})));
    assert_eq!(task.model.as_ref().map(video_types::ModelId::as_str), Some("kling-v1-6"));
}

#[test]
fn the_same_seed_gives_the_same_steps_and_another_seed_others() {
    let log = |seed| play(resume().with_chance(seed), (0..5).map(|_| Reply::Lost(Sent::Maybe)));
    assert_eq!(log(1), log(1));
    assert_ne!(log(1), log(2));
}
