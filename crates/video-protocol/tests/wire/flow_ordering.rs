//! Flows before the order was taken: when a submit may be sent again, and when never.

use std::time::Duration;

use insta::assert_snapshot;
use video_protocol::{Flow, Input, Sent, Step};

use crate::driver::{Reply, play, step_line, submit};

fn not_sent() -> Reply {
    Reply::Lost(Sent::No)
}

fn maybe_sent() -> Reply {
    Reply::Lost(Sent::Maybe)
}

/// The second line of a transcript: what comes after the first answer.
fn after(reply: Reply) -> String {
    play(submit(), [reply]).lines().nth(1).expect("a step").trim().to_owned()
}

#[test]
fn an_order_that_never_left_is_sent_again() {
    assert_snapshot!(play(submit(), [not_sent(), not_sent(), Reply::accepted()]), @"
    0.000 POST /v1/video/generations [key-1] ← lost before it was sent
    0.000 wait 0.912
    0.912 POST /v1/video/generations [key-1] ← lost before it was sent
    0.912 wait 1.147
    2.060 POST /v1/video/generations [key-1] ← 200
    2.060 wait 5.000
    7.060 GET /v1/video/generations/task_1 (end of the script)
    ");
}

#[test]
fn after_five_attempts_an_order_counts_as_unsent() {
    assert_snapshot!(play(submit(), (0..9).map(|_| not_sent())), @"
     0.000 POST /v1/video/generations [key-1] ← lost before it was sent
     0.000 wait 0.912
     0.912 POST /v1/video/generations [key-1] ← lost before it was sent
     0.912 wait 1.147
     2.060 POST /v1/video/generations [key-1] ← lost before it was sent
     2.060 wait 1.079
     3.139 POST /v1/video/generations [key-1] ← lost before it was sent
     3.139 wait 7.825
    10.964 POST /v1/video/generations [key-1] ← lost before it was sent
    10.964 unsent (no task, nothing was ordered): no answer: connection reset by peer
    ");
}

#[test]
fn an_order_that_cannot_be_sent_as_it_stands_ends_at_once() {
    assert_snapshot!(play(submit(), [Reply::LostForGood]), @"
    0.000 POST /v1/video/generations [key-1] ← cannot be sent
    0.000 unsent (no task, nothing was ordered): no answer: no such scheme
    ");
}

#[test]
fn an_order_that_may_have_arrived_is_never_sent_again() {
    assert_snapshot!(play(submit(), [maybe_sent()]), @"
    0.000 POST /v1/video/generations [key-1] ← lost, maybe sent
    0.000 unknown (no task): nobody knows whether the task was created: no answer: connection reset by peer
    ");
}

#[test]
fn an_answer_that_says_nothing_of_a_task_is_no_reason_to_send_again() {
    let names = [
        "refusal-h-500-empty",
        "refusal-h-502-page",
        "refusal-h-503-page",
        "refusal-h-504-page",
        "refusal-h-524-page",
        "refusal-h-408-page",
        "refusal-d-panic",
        "refusal-lookalike-500-code",
        "code-get-channel-failed",
        "code-do-request-failed",
        "code-insert-task-failed",
        "submit-empty",
        "submit-page-in-200",
        "submit-without-id",
        "submit-redirect-302",
        "refusal-e-session-in-200",
    ];
    let rows = names.map(|name| {
        let log = play(submit(), [Reply::fixture(name)]);
        assert_eq!(log.matches("POST").count(), 1, "{log}");
        log.lines().last().expect("a line").trim().to_owned()
    });
    assert_snapshot!(rows.join("\n"), @r#"
    0.000 unknown (no task): nobody knows whether the task was created: the server is in trouble: internal server error with an empty answer (HTTP 500)
    0.000 unknown (no task): nobody knows whether the task was created: the server is in trouble: 502 Bad Gateway (HTTP 502)
    0.000 unknown (no task): nobody knows whether the task was created: the server is in trouble: 503 Service Temporarily Unavailable (HTTP 503)
    0.000 unknown (no task): nobody knows whether the task was created: the server is in trouble: 504 Gateway Time-out (HTTP 504)
    0.000 unknown (no task): nobody knows whether the task was created: the server is in trouble: 524: A timeout occurred (HTTP 524)
    0.000 unknown (no task): nobody knows whether the task was created: the server is in trouble: 408 Request Time-out (HTTP 408)
    0.000 unknown (no task): nobody knows whether the task was created: the server is in trouble: Panic detected, error: runtime error: invalid memory address or nil pointer dereference. Please submit a issue here: https://github.com/Calcium-Ion/new-api (HTTP 500)
    0.000 unknown (no task): nobody knows whether the task was created: the server is in trouble: internal server error (HTTP 500, 500)
    0.000 unknown (no task): nobody knows whether the task was created: the server is in trouble: 获取分组 default 下模型 kling-v1 的可用渠道失败（retry） (HTTP 500, get_channel_failed)
    0.000 unknown (no task): nobody knows whether the task was created: the server is in trouble: do request failed: Post "https://***.com/***": dial tcp ***: i/o timeout (HTTP 500, do_request_failed)
    0.000 unknown (no task): nobody knows whether the task was created: the server is in trouble: Error 1205: Lock wait timeout exceeded (HTTP 500, insert_task_failed)
    0.000 unknown (no task): nobody knows whether the task was created: the answer cannot be understood: the body is empty (HTTP 200)
    0.000 unknown (no task): nobody knows whether the task was created: the answer cannot be understood: not JSON: Welcome to nginx! (HTTP 200)
    0.000 unknown (no task): nobody knows whether the task was created: the answer cannot be understood: the answer names no task (HTTP 200)
    0.000 unknown (no task): nobody knows whether the task was created: the gateway is not set up for this: the server redirects to /login: correct the base URL (HTTP 302)
    0.000 unknown (no task): nobody knows whether the task was created: the answer cannot be understood: 无权进行此操作 (HTTP 200)
    "#);
}

#[test]
fn load_that_is_proven_is_waited_for() {
    let names = [
        "refusal-h-429-empty",
        "refusal-h-503-page-retry-after",
        "code-fail-to-fetch-task-429",
        "code-jimeng-50430",
        "code-hailuo-1002",
        "code-task-failed-busy",
        "refusal-b-ali-throttled-in-200",
        "refusal-j-system-cpu-overloaded",
        "token-database",
    ];
    for name in names {
        let log = play(submit(), [Reply::fixture(name), Reply::accepted()]);
        assert_eq!(log.matches("POST /v1/video/generations [key-1]").count(), 2, "{name}\n{log}");
    }
}

#[test]
fn a_refusal_that_repeating_does_not_help_ends_it_at_once() {
    let names = [
        "refusal-b-task",
        "token-invalid",
        "code-distributor-no-channel",
        "code-insufficient-user-quota",
        "code-jimeng-50411",
    ];
    let rows = names.map(|name| after(Reply::fixture(name)));
    assert_snapshot!(rows.join("\n"), @"
    0.000 invalid (no task, nothing was ordered): the request was refused: prompt is required (HTTP 400, invalid_request, request 20260226103015123456789Ab3dEf9h)
    0.000 refused (no task, nothing was ordered): the key was refused: Invalid token (HTTP 401, request 20260226103015123456789Ab3dEf9h)
    0.000 invalid (no task, nothing was ordered): the model is not available: No available channel for model kling-v9 under group default (distributor) (HTTP 503, model_not_found, request 20260226103015123456789Ab3dEf9h)
    0.000 refused (no task, nothing was ordered): the credit is used up: 用户额度不足, 剩余额度: ¥0.01 (HTTP 403, insufficient_user_quota)
    0.000 filtered (no task, nothing was ordered): refused by moderation: Pre Img Risk Not Pass (HTTP 500, 50411)
    ");
}

#[test]
fn a_delay_asked_for_is_kept_whatever_its_form() {
    let date = |after: &str| {
        Reply::status(429, "{}").with_header("date", "Sun, 06 Nov 1994 08:49:37 GMT").with_header("retry-after", after)
    };
    let plain = |delay: &str| Reply::status(429, "{}").with_header("retry-after", delay);
    let rows = [
        ("1", after(plain("1"))),
        ("1.5", after(plain("1.5"))),
        ("date 10 s later", after(date("Sun, 06 Nov 1994 08:49:47 GMT"))),
        ("date in the past", after(date("Sun, 06 Nov 1994 08:00:00 GMT"))),
        ("date without Date", after(plain("Sun, 06 Nov 1994 08:49:47 GMT"))),
        ("0", after(plain("0"))),
        ("-5", after(plain("-5"))),
        ("text", after(plain("soon"))),
        ("ms", after(Reply::status(429, "{}").with_header("retry-after-ms", "2500").with_header("retry-after", "9"))),
        ("99999999", after(plain("99999999"))),
        ("none", after(Reply::status(429, "{}"))),
    ];
    assert_snapshot!(rows.map(|(form, step)| format!("{form:18}{step}")).join("\n"), @"
    1                 0.000 wait 1.221
    1.5               0.000 wait 1.721
    date 10 s later   0.000 wait 10.221
    date in the past  0.000 wait 0.912
    date without Date 0.000 wait 0.912
    0                 0.000 wait 0.912
    -5                0.000 wait 0.912
    text              0.000 wait 0.912
    ms                0.000 wait 2.721
    99999999          0.000 unsent (no task, nothing was ordered): too many requests: too many requests with an empty answer; the server asks to wait 86400 s, longer than the 300 s waited here (HTTP 429)
    none              0.000 wait 0.912
    ");
}

#[test]
fn a_503_without_a_delay_is_proof_only_if_the_gateway_speaks() {
    assert_snapshot!(after(Reply::status(503, r#"{"error":{"message":"busy","type":"new_api_error"}}"#)), @"0.000 wait 0.912");
    assert_snapshot!(after(Reply::status(503, "<html>")), @"0.000 unknown (no task): nobody knows whether the task was created: the server is in trouble: <html> (HTTP 503)");
}

#[test]
fn under_an_honoured_key_a_doubtful_order_is_sent_again_with_the_same_key() {
    let flow = submit().with_honoured_keys(true);
    assert_snapshot!(play(flow, [maybe_sent(), Reply::fixture("refusal-h-502-page"), Reply::accepted()]), @"
    0.000 POST /v1/video/generations [key-1] ← lost, maybe sent
    0.000 wait 0.912
    0.912 POST /v1/video/generations [key-1] ← 502
    0.912 wait 1.147
    2.060 POST /v1/video/generations [key-1] ← 200
    2.060 wait 5.000
    7.060 GET /v1/video/generations/task_1 (end of the script)
    ");
}

#[test]
fn a_server_that_echoes_the_key_honours_it() {
    let broken = Reply::status(502, "{}").with_header("idempotency-key", "key-1");
    assert_snapshot!(play(submit(), [broken, Reply::accepted()]), @"
    0.000 POST /v1/video/generations [key-1] ← 502
    0.000 wait 0.912
    0.912 POST /v1/video/generations [key-1] ← 200
    0.912 wait 5.000
    5.912 GET /v1/video/generations/task_1 (end of the script)
    ");
}

#[test]
fn an_echo_of_another_key_is_none() {
    let broken = Reply::status(502, "{}").with_header("idempotency-key", "key-2");
    assert_snapshot!(play(submit(), [broken]), @"
    0.000 POST /v1/video/generations [key-1] ← 502
    0.000 unknown (no task): nobody knows whether the task was created: the server is in trouble: bad gateway with an empty answer (HTTP 502)
    ");
}

#[test]
fn a_refusal_does_not_clear_an_earlier_order_that_is_in_doubt() {
    let flow = submit().with_honoured_keys(true);
    assert_snapshot!(play(flow, [maybe_sent(), Reply::fixture("token-invalid")]), @"
    0.000 POST /v1/video/generations [key-1] ← lost, maybe sent
    0.000 wait 0.912
    0.912 POST /v1/video/generations [key-1] ← 401
    0.912 unknown (no task): nobody knows whether the task was created: the key was refused: Invalid token (HTTP 401, request 20260226103015123456789Ab3dEf9h)
    ");
}

#[test]
fn a_deadline_before_anything_was_taken_says_that_nothing_was_ordered() {
    let flow = submit().with_deadline(Some(Duration::from_secs(2)));
    assert_snapshot!(play(flow, (0..9).map(|_| Reply::fixture("refusal-h-429-empty"))), @"
    0.000 POST /v1/video/generations [key-1] ← 429
    0.000 wait 0.912
    0.912 POST /v1/video/generations [key-1] ← 429
    0.912 unsent (no task, nothing was ordered): the deadline passed before anything was accepted: too many requests: too many requests with an empty answer (HTTP 429)
    ");
    assert_snapshot!(play(submit().with_deadline(Some(Duration::ZERO)), []), @"   0.000 unsent (no task, nothing was ordered): the deadline passed before anything was accepted");
}

#[test]
fn a_deadline_with_an_order_in_doubt_says_so() {
    let flow = submit().with_honoured_keys(true).with_deadline(Some(Duration::from_secs(1)));
    assert_snapshot!(play(flow, (0..9).map(|_| maybe_sent())), @"
    0.000 POST /v1/video/generations [key-1] ← lost, maybe sent
    0.000 wait 0.912
    0.912 POST /v1/video/generations [key-1] ← lost, maybe sent
    0.912 unknown (no task): nobody knows whether the task was created: the deadline passed before anything was accepted: no answer: connection reset by peer
    ");
}

#[test]
fn what_cannot_be_expressed_is_not_sent() {
    let flow = |prompt: &str, key: &str| {
        Flow::submit(std::sync::Arc::new(video_protocol::NewApi), video_types::Generation::new("m", prompt), key)
    };
    assert_snapshot!(play(flow(" ", "key-1"), []), @"   0.000 invalid (no task, nothing was ordered): the request was refused: prompt is required");
    assert_snapshot!(play(flow("a cat", "a\nb"), []), @"   0.000 invalid (no task, nothing was ordered): the request was refused: the idempotency key cannot be sent");
}

#[test]
fn an_input_out_of_turn_never_sends_an_order() {
    let steps = |inputs: Vec<Input>| {
        let mut flow = submit();
        let lines = inputs.into_iter().map(|input| step_line(&flow.advance(Duration::ZERO, input)));
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(steps(vec![Input::Start, Input::Start]), @"
    POST /v1/video/generations [key-1]
    unknown (no task): nobody knows whether the task was created: no answer: the answer was not waited for
    ");
    assert_snapshot!(steps(vec![Input::Start, Input::Waited, Input::Waited]), @"
    POST /v1/video/generations [key-1]
    unknown (no task): nobody knows whether the task was created: no answer: the answer was not waited for
    unknown (no task): nobody knows whether the task was created: the request was refused: this flow has ended
    ");
    assert_snapshot!(steps(vec![Input::Start, Reply::fixture("refusal-b-task").into_input(), Input::Waited]), @"
    POST /v1/video/generations [key-1]
    invalid (no task, nothing was ordered): the request was refused: prompt is required (HTTP 400, invalid_request, request 20260226103015123456789Ab3dEf9h)
    invalid (no task, nothing was ordered): the request was refused: this flow has ended
    ");
    assert_snapshot!(steps(vec![Input::Start, maybe_sent().into_input(), Input::Start]), @"
    POST /v1/video/generations [key-1]
    unknown (no task): nobody knows whether the task was created: no answer: connection reset by peer
    unknown (no task): nobody knows whether the task was created: the request was refused: this flow has ended
    ");
}

#[test]
fn a_late_answer_to_an_order_in_doubt_is_still_read() {
    let mut flow = submit().with_honoured_keys(true);
    let _ = flow.advance(Duration::ZERO, Input::Start);
    assert!(matches!(flow.advance(Duration::ZERO, maybe_sent().into_input()), Step::Wait(_)));
    let step = flow.advance(Duration::ZERO, Reply::accepted().into_input());
    assert_eq!(step_line(&step), "wait 5.000");
}
