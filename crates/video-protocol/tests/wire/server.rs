//! What the server half makes of requests.

use insta::assert_snapshot;
use video_protocol::{Dialect as _, HttpRequest, NewApi, ServerDialect as _, TaskRef};

fn request(method: &str, uri: &str) -> HttpRequest {
    http::Request::builder().method(method).uri(uri).body(bytes::Bytes::new()).expect("a request")
}

#[test]
fn a_request_belongs_to_a_route_or_to_none() {
    let requests = [
        ("POST", "/v1/video/generations"),
        ("POST", "/v1/video/generations?x=1"),
        ("POST", "/v1/video/generations/"),
        ("GET", "/v1/video/generations"),
        ("GET", "/v1/video/generations/task_1"),
        ("HEAD", "/v1/video/generations/task_1"),
        ("POST", "/v1/video/generations/task_1"),
        ("GET", "/v1/video/generations/a%2Fb"),
        ("GET", "/v1/video/generations/%E8%A7%86"),
        ("GET", "/v1/video/generations/%FF"),
        ("GET", "/v1/video/generations/a/b"),
        ("GET", "/v1/video/generations/"),
        ("GET", "/v1/videos/task_1/content"),
        ("HEAD", "/v1/videos/task_1/content?variant=video"),
        ("GET", "/v1/videos/task_1/content/"),
        ("GET", "/v1/videos//content"),
        ("GET", "/v1/videos/task_1"),
        ("POST", "/v1/videos/task_1/content"),
        ("GET", "/"),
    ];
    let rows = requests.map(|(method, uri)| format!("{method:5}{uri:44}{:?}", NewApi.route(&request(method, uri))));
    assert_snapshot!(rows.join("\n"), @r#"
    POST /v1/video/generations                       Some(Submit)
    POST /v1/video/generations?x=1                   Some(Submit)
    POST /v1/video/generations/                      None
    GET  /v1/video/generations                       None
    GET  /v1/video/generations/task_1                Some(Poll("task_1"))
    HEAD /v1/video/generations/task_1                Some(Poll("task_1"))
    POST /v1/video/generations/task_1                None
    GET  /v1/video/generations/a%2Fb                 Some(Poll("a/b"))
    GET  /v1/video/generations/%E8%A7%86             Some(Poll("视"))
    GET  /v1/video/generations/%FF                   None
    GET  /v1/video/generations/a/b                   None
    GET  /v1/video/generations/                      None
    GET  /v1/videos/task_1/content                   Some(Content("task_1"))
    HEAD /v1/videos/task_1/content?variant=video     Some(Content("task_1"))
    GET  /v1/videos/task_1/content/                  None
    GET  /v1/videos//content                         None
    GET  /v1/videos/task_1                           None
    POST /v1/videos/task_1/content                   None
    GET  /                                           None
    "#);
}

#[test]
fn an_id_of_any_text_goes_through_the_path_and_back() {
    for id in ["task_8Jd0", "a/b", "..", ".", "%2F", "视频 1", "a?b#c", "x".repeat(512).as_str(), "a%zz"] {
        let poll = NewApi.encode_poll(&TaskRef::new("new-api", id)).expect("a request");
        let content = NewApi.encode_content(&video_protocol::Asset::Content(id.into())).expect("a request");
        assert_eq!(NewApi.route(&poll), Some(video_protocol::Route::Poll(id.into())));
        assert_eq!(NewApi.route(&content), Some(video_protocol::Route::Content(id.into())));
    }
}

#[test]
fn a_submit_that_cannot_be_read_says_which_member_is_wrong() {
    let json = Some("application/json");
    let rows = [
        (json, r#"{"model":"m","prompt":"p"}"#),
        (Some("Application/JSON; charset=utf-8"), r#"{"model":"m","prompt":"p"}"#),
        (None, r#"{"model":"m","prompt":"p"}"#),
        (Some("text/plain"), r#"{"model":"m","prompt":"p"}"#),
        (json, ""),
        (json, "{"),
        (json, "[]"),
        (json, r#""text""#),
        (json, r#"{"prompt":"p"}"#),
        (json, r#"{"model":"m"}"#),
        (json, r#"{"model":"m","prompt":""}"#),
        (json, r#"{"model":"m","prompt":7}"#),
        (json, r#"{"model":"m","prompt":"p","seconds":"4000"}"#),
        (json, r#"{"model":"m","prompt":"p","duration":-1}"#),
        (json, r#"{"model":"m","prompt":"p","n":2}"#),
        (json, r#"{"model":"m","prompt":"p","images":[1]}"#),
        (json, r#"{"model":"m","prompt":"p","metadata":"x"}"#),
    ];
    let rows = rows.map(|(content_type, body)| {
        let mut request = http::Request::post("/v1/video/generations").body(body.into()).expect("a request");
        if let Some(content_type) = content_type {
            request.headers_mut().insert("content-type", content_type.parse().expect("a header"));
        }
        let outcome = match NewApi.decode_submit_request(&request) {
            Ok(_) => "taken".to_owned(),
            Err(error) => {
                assert!(error.proves_no_task());
                format!("{error} param={:?}", error.problem().and_then(|problem| problem.param.as_deref()))
            }
        };
        format!("{} {body}\n    {outcome}", content_type.unwrap_or("-"))
    });
    assert_snapshot!(rows.join("\n"), @r#"
    application/json {"model":"m","prompt":"p"}
        taken
    Application/JSON; charset=utf-8 {"model":"m","prompt":"p"}
        taken
    - {"model":"m","prompt":"p"}
        the request was refused: send the body as JSON with Content-Type: application/json (HTTP 400, invalid_request) param=None
    text/plain {"model":"m","prompt":"p"}
        the request was refused: send the body as JSON with Content-Type: application/json (HTTP 400, invalid_request) param=None
    application/json 
        the request was refused: the body is not JSON: EOF while parsing a value at line 1 column 0 (HTTP 400, invalid_json) param=None
    application/json {
        the request was refused: the body is not JSON: EOF while parsing an object at line 1 column 1 (HTTP 400, invalid_json) param=None
    application/json []
        the request was refused: the body must be a JSON object (HTTP 400, invalid_request) param=None
    application/json "text"
        the request was refused: the body must be a JSON object (HTTP 400, invalid_request) param=None
    application/json {"prompt":"p"}
        the request was refused: model is required (HTTP 400, missing_model) param=Some("model")
    application/json {"model":"m"}
        the request was refused: prompt is required (HTTP 400, invalid_request) param=Some("prompt")
    application/json {"model":"m","prompt":""}
        the request was refused: prompt is required (HTTP 400, invalid_request) param=Some("prompt")
    application/json {"model":"m","prompt":7}
        the request was refused: prompt must be text (HTTP 400, invalid_request) param=Some("prompt")
    application/json {"model":"m","prompt":"p","seconds":"4000"}
        the request was refused: seconds must be between 1 and 3600 (HTTP 400, invalid_seconds) param=Some("seconds")
    application/json {"model":"m","prompt":"p","duration":-1}
        the request was refused: duration must be between 1 and 3600 (HTTP 400, invalid_seconds) param=Some("duration")
    application/json {"model":"m","prompt":"p","n":2}
        the request was refused: n must be 1: send one request for each video (HTTP 400, invalid_request) param=Some("n")
    application/json {"model":"m","prompt":"p","images":[1]}
        the request was refused: images must be a list of text (HTTP 400, invalid_request) param=Some("images")
    application/json {"model":"m","prompt":"p","metadata":"x"}
        the request was refused: metadata must be an object, or text that holds one (HTTP 400, invalid_request) param=Some("metadata")
    "#);
}

#[test]
fn deep_nesting_is_refused_and_no_overflow() {
    let body =
        format!(r#"{{"model":"m","prompt":"p","metadata":{}1{}}}"#, r#"{"a":"#.repeat(20_000), "}".repeat(20_000));
    let request = http::Request::post("/v1/video/generations").header("content-type", "application/json");
    let error = NewApi.decode_submit_request(&request.body(body.into()).expect("a request")).expect_err("too deep");
    assert_eq!(error.code(), Some("invalid_json"));
}
