//! Remixes, from both ends and as a flow.

use std::sync::Arc;

use insta::assert_snapshot;
use video_protocol::{Dialect, Flow, HttpResponse, OpenAi, Sent, ServerDialect as _};

use super::{posted, shown, task};
use crate::driver::{Reply, play};
use crate::plain::Plain;
use crate::transcript::told;

fn answer(status: u16, body: &str) -> HttpResponse {
    http::Response::builder().status(status).body(body.to_owned().into()).expect("an answer")
}

#[test]
fn a_remix_is_a_submit_of_another_prompt() {
    let dialect = OpenAi::default();
    let request = dialect.encode_remix(&task(), "now at night");
    assert_snapshot!(shown(&request), @r#"
    POST /v1/videos/task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U/remix
    content-type: application/json

    {"prompt":"now at night"}
    "#);
    let request = request.expect("a request");
    assert_eq!(dialect.decode_remix_request(&request).expect("a prompt"), "now at night");
    assert_snapshot!(shown(&dialect.encode_remix(&task(), " ")), @"refused: the request was refused: prompt is required");
    let bodies = [
        ("application/json", r#"{"Prompt":"p","model":1}"#),
        ("application/json", "{}"),
        ("application/json", r#"{"prompt":["p"]}"#),
        ("application/x-www-form-urlencoded", "prompt=p&size=1x1"),
        ("text/plain", "p"),
    ];
    let rows = bodies.map(|(content_type, body)| {
        let read = dialect.decode_remix_request(&posted("/v1/videos/video_1/remix", content_type, body));
        format!("{body:28} {}", read.unwrap_or_else(|error| error.to_string()))
    });
    assert_snapshot!(rows.join("\n"), @r#"
    {"Prompt":"p","model":1}     the request was refused: model must be text (HTTP 400, missing_model)
    {}                           the request was refused: prompt is required (HTTP 400, invalid_request)
    {"prompt":["p"]}             the request was refused: prompt must be text (HTTP 400, invalid_request)
    prompt=p&size=1x1            p
    p                            the request was refused: send the body as JSON with Content-Type: application/json (HTTP 400, invalid_request)
    "#);
}

#[test]
fn the_answer_to_a_remix_names_a_new_task_and_never_the_old_one() {
    let read = |status, body| {
        let remix = OpenAi::default().decode_remix(&task(), &answer(status, body));
        let origin = remix.as_ref().ok().and_then(|task| task.remixed_from.clone());
        format!("{}\n    from {origin:?}", told(&remix).replace('\n', "\n    "))
    };
    let rows = [
        read(200, r#"{"id":"video_2","object":"video","status":"queued","remixed_from_video_id":"video_0"}"#),
        read(200, r#"{"id":"video_2","object":"video","status":"queued"}"#),
        read(400, r#"{"code":"task_not_exist","message":"task_origin_not_exist","data":null}"#),
        read(
            404,
            r#"{"error":{"message":"Invalid URL (POST /v1/videos/x/remix)","type":"invalid_request_error","param":"","code":""}}"#,
        ),
        read(404, "<html><title>404 Not Found</title>"),
        read(500, r#"{"error":{"message":"Panic detected, error: nil","type":"new_api_panic"}}"#),
    ];
    assert_snapshot!(rows.join("\n"), @r#"
    task     openai:video_2
        status   queued (Pending)
        from Some("video_0")
    task     openai:video_2
        status   queued (Pending)
        from Some("task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U")
    NotFound, permanent, no task → invalid: the server does not know this task: task_origin_not_exist (HTTP 400, task_not_exist)
        from None
    Misconfigured, permanent, no task → unsent: the gateway is not set up for this: Invalid URL (POST /v1/videos/x/remix) (HTTP 404)
        from None
    Misconfigured, permanent, no task → unsent: the gateway is not set up for this: 404 Not Found (HTTP 404)
        from None
    Unavailable, permanent, open → unknown: the server is in trouble: Panic detected, error: nil (HTTP 500)
        from None
    "#);
}

#[test]
fn a_remix_is_sent_once_under_the_rules_of_a_submit() {
    let remix = |dialect: Arc<dyn Dialect>| Flow::remix(dialect, task(), "now at night", "key-1");
    let openai = || Arc::new(OpenAi::default());
    let accepted = Reply::status(200, r#"{"id":"video_2","object":"video","status":"queued"}"#);
    let done = Reply::status(200, r#"{"id":"video_2","object":"video","status":"completed"}"#);
    assert_snapshot!(play(remix(openai()), [Reply::Lost(Sent::No), accepted, done]), @"
    0.000 POST /v1/videos/task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U/remix [key-1] ← lost before it was sent
    0.000 wait 0.912
    0.912 POST /v1/videos/task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U/remix [key-1] ← 200
    0.912 wait 5.000
    5.912 GET /v1/videos/video_2 ← 200
    5.912 succeeded openai:video_2@gw.example [Content(video_2)]
    ");
    assert_snapshot!(play(remix(openai()), [Reply::Lost(Sent::Maybe)]), @"
    0.000 POST /v1/videos/task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U/remix [key-1] ← lost, maybe sent
    0.000 unknown (no task): nobody knows whether the task was created: no answer: connection reset by peer
    ");
    assert_snapshot!(play(remix(openai()), [Reply::fixture("refusal-d-panic")]), @"
    0.000 POST /v1/videos/task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U/remix [key-1] ← 500
    0.000 unknown (no task): nobody knows whether the task was created: the server is in trouble: Panic detected, error: runtime error: invalid memory address or nil pointer dereference. Please submit a issue here: https://github.com/Calcium-Ion/new-api (HTTP 500)
    ");
    assert_snapshot!(play(remix(Arc::new(Plain)), []), @"   0.000 unsent (no task, nothing was ordered): the gateway is not set up for this: the format plain cannot remix videos");
}
