//! What refusals of every shape say.

use insta::assert_snapshot;
use video_types::Problem;

use crate::fixture;
use crate::transcript::table;

/// `file`, then the members that are there.
fn said(names: &[&str]) -> String {
    table(names.iter().map(|name| {
        let problem = Problem::parse(&fixture::body(name));
        let members = [
            ("code", &problem.code),
            ("class", &problem.class),
            ("param", &problem.param),
            ("request", &problem.request_id),
            ("provider", &problem.provider_code),
        ];
        let members = members.into_iter().filter_map(|(name, value)| Some(format!(" {name}={}", value.as_ref()?)));
        let members: Vec<String> = members.collect();
        let json = if problem.is_json { "" } else { " (not JSON)" };
        let message = if problem.message.is_empty() { "(no words)" } else { &problem.message };
        format!("{name}{json}{}\n    {message}", members.concat())
    }))
}

#[test]
fn every_shape_of_a_refusal_is_read() {
    assert_snapshot!(said(&[
        "refusal-a-token.json",
        "refusal-b-task.json",
        "refusal-c-content.json",
        "refusal-d-panic.json",
        "refusal-e-session.json",
        "refusal-f-flat.json",
        "refusal-g-no-route.json",
        "refusal-i-kling.json",
        "refusal-i-doubao.json",
        "refusal-i-ali.json",
        "refusal-i-hailuo.json",
        "refusal-j-host.json",
    ]), @"
    refusal-a-token.json class=new_api_error request=20260226103015123456789Ab3dEf9h
        Invalid token
    refusal-b-task.json code=invalid_request
        prompt is required
    refusal-c-content.json class=invalid_request_error
        Task not found
    refusal-d-panic.json class=new_api_panic
        Panic detected, error: runtime error: invalid memory address or nil pointer dereference. Please submit a issue here: https://github.com/Calcium-Ion/new-api
    refusal-e-session.json code=AUTH_SESSION_EXPIRED
        session expired
    refusal-f-flat.json class=invalid_request_error param=size
        invalid size
    refusal-g-no-route.json class=invalid_request_error
        Invalid URL (GET /v1/video)
    refusal-i-kling.json code=1201
        duration value 3 is invalid
    refusal-i-doubao.json code=InputTextSensitiveContentDetected
        The request failed because the input text may contain sensitive information.
    refusal-i-ali.json code=Throttling.RateQuota request=req-7
        Requests rate limit exceeded, please try again later.
    refusal-i-hailuo.json code=1008
        insufficient balance
    refusal-j-host.json code=plugin_submit_response_invalid
        plugin returned no task id
    ");
}

#[test]
fn what_is_not_json_is_told_in_one_line() {
    assert_snapshot!(said(&["refusal-h-page.html", "refusal-h-empty.txt", "refusal-h-text.txt"]), @"
    refusal-h-page.html (not JSON)
        502 Bad Gateway
    refusal-h-empty.txt (not JSON)
        (no words)
    refusal-h-text.txt (not JSON)
        upstream connect error or disconnect/reset before headers. reset reason: connection failure
    ");
}

#[test]
fn the_providers_own_error_is_dug_out_of_the_message() {
    assert_snapshot!(said(&["refusal-b-provider-body.json", "refusal-b-provider-page.json"]), @"
    refusal-b-provider-body.json code=fail_to_fetch_task provider=1303
        parallel task over resource pack limit
    refusal-b-provider-page.json code=fail_to_fetch_task
        504 Gateway Time-out
    ");
}

#[test]
fn only_alis_code_stands_before_a_colon() {
    let code = |body: &str| Problem::parse(body.as_bytes()).provider_code;
    assert_eq!(
        code(r#"{"code":"ali_api_error","message":"Throttling.RateQuota: slow down"}"#).as_deref(),
        Some("Throttling.RateQuota")
    );
    assert_eq!(code(r#"{"code":"ali_api_error","message":"it went wrong: sorry"}"#), None);
    assert_eq!(code(r#"{"code":"invalid_request","message":"Error: sorry"}"#), None);
}

#[test]
fn a_long_text_is_cut_and_control_characters_go() {
    let body = format!("line one\u{7}\r\n\t{}", "行".repeat(1000));
    let message = Problem::parse(body.as_bytes()).message;
    assert_eq!(message.chars().count(), 401);
    assert!(message.starts_with("line one 行行") && message.ends_with("行…"), "{message}");
}

#[test]
fn our_own_body_says_the_same_to_readers_of_both_shapes() {
    let mut problem = Problem::parse(br#"{"code":"invalid_size","message":"sora-2 size is invalid","data":null}"#);
    problem.class = Some("invalid_request_error".to_owned());
    problem.param = Some("size".to_owned());
    let body = problem.to_body();
    assert_snapshot!(body, @r#"{"code":"invalid_size","data":null,"error":{"code":"invalid_size","message":"sora-2 size is invalid","param":"size","type":"invalid_request_error"},"message":"sora-2 size is invalid"}"#);
    assert_eq!(Problem::read(&body), problem);
}
