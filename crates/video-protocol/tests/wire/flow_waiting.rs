//! Flows after the order was taken: when to ask, what to forgive, when to stop.

use std::time::Duration;

use insta::assert_snapshot;
use video_protocol::Sent;

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
        Reply::status(401, ""),
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
    15.964 wait 3.298
    19.262 GET /v1/video/generations/task_1 ← 200
    19.262 wait 4.955
    24.217 GET /v1/video/generations/task_1 ← 429
    24.217 wait 22.824
    47.041 GET /v1/video/generations/task_1 ← 403
    47.041 wait 0.829
    47.870 GET /v1/video/generations/task_1 ← 500
    47.870 wait 4.343
    52.212 GET /v1/video/generations/task_1 ← 401
    52.212 wait 0.964
    53.176 GET /v1/video/generations/task_1 ← 200
    53.176 succeeded new-api:task_1@gw.example [Link(https://cdn.example/v.mp4), Content(task_1)]
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
fn a_few_answers_far_apart_that_do_not_know_the_task_are_not_enough() {
    let unknown = || Reply::fixture("poll-task-not-exist").with_header("retry-after", "20");
    let log = play(submit(), then_done([unknown(), unknown(), unknown()]));
    assert!(log.contains("succeeded"), "{log}");
}

#[test]
fn a_task_that_was_seen_in_between_is_not_lost() {
    let unknown = || (0..3).map(|_| Reply::fixture("poll-task-not-exist").with_header("retry-after", "6"));
    let log = play(submit(), then_done(unknown().chain([Reply::task("QUEUED")]).chain(unknown())));
    assert!(log.contains("succeeded"), "{log}");
}

#[test]
fn after_a_good_answer_the_backoff_begins_again() {
    let trouble = || (0..3).map(|_| Reply::status(500, ""));
    let log = play(resume(), trouble().chain([Reply::task("QUEUED")]).chain(trouble()));
    assert_snapshot!(log, @"
     0.000 GET /v1/video/generations/task_1 ← 500
     0.000 wait 0.912
     0.912 GET /v1/video/generations/task_1 ← 500
     0.912 wait 1.147
     2.060 GET /v1/video/generations/task_1 ← 500
     2.060 wait 1.079
     3.139 GET /v1/video/generations/task_1 ← 200
     3.139 wait 5.000
     8.139 GET /v1/video/generations/task_1 ← 500
     8.139 wait 0.978
     9.117 GET /v1/video/generations/task_1 ← 500
     9.117 wait 0.660
     9.777 GET /v1/video/generations/task_1 ← 500
     9.777 wait 1.982
    11.759 GET /v1/video/generations/task_1 (end of the script)
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
fn a_poll_that_cannot_be_sent_is_given_up_after_five_times_with_the_handle() {
    let log = play(resume(), (0..9).map(|_| Reply::LostForGood));
    assert_eq!(log.matches("GET").count(), 5, "{log}");
    assert!(log.ends_with("running (new-api:task_1@gw.example): no answer: no such scheme"), "{log}");
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
    5.000 running new-api:task_1@gw.example, though the key was refused: Invalid token (HTTP 401, request 20260226103015123456789Ab3dEf9h)
    ");
    assert_snapshot!(play(resume(), [Reply::fixture("token-exhausted")]), @"
    0.000 GET /v1/video/generations/task_1 ← 401
    0.000 running new-api:task_1@gw.example, though the credit is used up: This token quota is exhausted TokenStatusExhausted[sk-xxxx] (HTTP 401, request 20260226103015123456789Ab3dEf9h)
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
fn the_bill_of_the_order_and_the_model_stay_known_to_the_end() {
    let (_, flow) = play_on(submit(), [Reply::fixture("submit-0-11-kling"), Reply::task("QUEUED")]);
    let task = flow.task().expect("a task");
    assert_eq!(task.billing, Some(serde_json::json!({"seconds": 5, "size": 1})));
    assert_eq!(task.model.as_ref().map(video_types::ModelId::as_str), Some("kling-v1-6"));
}
