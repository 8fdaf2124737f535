//! Answers on this format's routes: New API's are read as its own dialect reads them, whatever the version.

use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Map, Value};
use video_protocol::{Dialect as _, Error, HttpResponse, ListQuery, NewApi, OpenAi, Task, TaskRef};
use video_types::Generation;

use super::task;
use crate::fixture::{answer, named};
use crate::transcript::{self, error_line, task_lines};

/// What a decoded answer says, without the name of the format.
fn told(decoded: &Result<Task, Error>) -> String {
    match decoded {
        Ok(task) => task_lines(task).join("\n").replace("openai:", "").replace("new-api:", ""),
        Err(error) => error_line(error),
    }
}

#[test]
fn every_answer_new_api_gives_is_read_as_its_own_dialect_reads_it() {
    let generation = Generation::new("m", "p");
    for name in ["submit", "refusal", "code", "token"].iter().flat_map(|kind| named(kind)) {
        let read = OpenAi::default().decode_submit(&generation, &answer(&name));
        assert_eq!(told(&read), told(&transcript::submitted(&name)), "{name}");
    }
    for name in named("poll") {
        let read = OpenAi::default().decode_poll(&task(), &answer(&name));
        assert_eq!(told(&read), told(&transcript::polled(&name)), "{name}");
    }
    for name in named("content") {
        let read = OpenAi::default().decode_content_error(&task(), &answer(&name));
        assert_eq!(error_line(&read), error_line(&NewApi.decode_content_error(&transcript::asked(), &answer(&name))));
    }
}

#[test]
fn the_official_object_is_read_whole() {
    let body = r#"{"id":"video_1","object":"video","model":"sora-2","status":"completed","progress":100,
        "created_at":1772150400,"completed_at":1772150540,"expires_at":1772236940,"prompt":"a cat","size":"1280x720",
        "seconds":"8","remixed_from_video_id":"video_0","error":null}"#;
    let task = TaskRef::new("openai", "video_1");
    let task = OpenAi::default().decode_poll(&task, &HttpResponse::new(body.into())).expect("a task");
    let more = format!("{:?} {:?} {:?} {:?}", task.prompt, task.size, task.seconds, task.remixed_from);
    assert_snapshot!(format!("{}\n{more}", task_lines(&task).join("\n")), @r#"
    task     openai:video_1
    status   completed (Succeeded)
    progress 100 %
    asset    Content(video_1)
    model    sora-2
    created  1772150400
    finished 1772150540
    Some("a cat") Some("1280x720") Some("8") Some("video_0")
    "#);
}

#[test]
fn refusals_of_openai_itself_have_their_kinds() {
    let error = |status: u16, body: &'static str| {
        let answer = http::Response::builder().status(status).header("x-request-id", "req_1").body(body.into());
        let answer = answer.expect("an answer");
        let error = if status == 404 {
            OpenAi::default().decode_content_error(&task(), &answer)
        } else {
            OpenAi::default().decode_submit(&Generation::new("m", "p"), &answer).expect_err("a refusal")
        };
        error_line(&error)
    };
    let rows = [
        error(
            404,
            r#"{"error":{"message":"Video is not ready yet, use GET /v1/videos/{video_id} to check status.","type":"invalid_request_error","param":null,"code":null}}"#,
        ),
        error(
            404,
            r#"{"error":{"message":"Video with id 'video_1' not found.","type":"invalid_request_error","param":null,"code":null}}"#,
        ),
        error(
            401,
            r#"{"error":{"message":"Incorrect API key provided: sk-xxxx.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
        ),
        error(
            429,
            r#"{"error":{"message":"Rate limit reached for sora-2","type":"requests","param":null,"code":"rate_limit_exceeded"}}"#,
        ),
        error(
            429,
            r#"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
        ),
        error(
            400,
            r#"{"error":{"message":"Billing hard limit has been reached.","type":"billing_limit_user_error","param":null,"code":"billing_hard_limit_reached"}}"#,
        ),
        error(
            400,
            r#"{"error":{"message":"Your request was blocked by our moderation system.","type":"invalid_request_error","param":null,"code":"moderation_blocked"}}"#,
        ),
        error(
            400,
            r#"{"error":{"message":"Invalid value: '5'. Supported values are: '4', '8', and '12'.","type":"invalid_request_error","param":"seconds","code":"invalid_value"}}"#,
        ),
        error(
            500,
            r#"{"error":{"message":"The server had an error while processing your request.","type":"server_error","param":null,"code":null}}"#,
        ),
    ];
    assert_snapshot!(rows.join("\n"), @"
    NotReady, temporary, about a task → running: the task has not ended yet: Video is not ready yet, use GET /v1/videos/{video_id} to check status. (HTTP 404, request req_1)
    NotFound, permanent, about a task → lost: the server does not know this task: Video with id 'video_1' not found. (HTTP 404, request req_1)
    Unauthorized, permanent, no task → refused: the key was refused: Incorrect API key provided: sk-xxxx. (HTTP 401, invalid_api_key, request req_1)
    RateLimited, temporary, no task → unsent: too many requests: Rate limit reached for sora-2 (HTTP 429, rate_limit_exceeded, request req_1)
    QuotaExceeded, permanent, no task → refused: the credit is used up: You exceeded your current quota (HTTP 429, insufficient_quota, request req_1)
    QuotaExceeded, permanent, no task → refused: the credit is used up: Billing hard limit has been reached. (HTTP 400, billing_hard_limit_reached, request req_1)
    ContentRejected, permanent, no task → filtered: refused by moderation: Your request was blocked by our moderation system. (HTTP 400, moderation_blocked, request req_1)
    InvalidRequest, permanent, no task → invalid: the request was refused: Invalid value: '5'. Supported values are: '4', '8', and '12'. (HTTP 400, invalid_value, request req_1)
    Unavailable, temporary, open → unknown: the server is in trouble: The server had an error while processing your request. (HTTP 500, request req_1)
    ");
}

/// Trees of members that mean something to a reader.
fn tree() -> impl Strategy<Value = Value> {
    const KEYS: &[&str] = &[
        "id",
        "task_id",
        "status",
        "data",
        "code",
        "message",
        "error",
        "url",
        "metadata",
        "meta_data",
        "progress",
        "object",
        "created_at",
        "completed_at",
        "seconds",
        "size",
        "prompt",
        "model",
        "first_id",
        "last_id",
        "has_more",
        "deleted",
        "remixed_from_video_id",
        "x_new",
    ];
    let texts = prop::sample::select(vec![
        "",
        "success",
        "completed",
        "failed",
        "queued",
        "video_1",
        "https://cdn.example/v.mp4",
        "/v1/videos/t/content",
        "..",
        "not_implemented:54",
        "convert_to_openai_video_failed",
        "5",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        texts.prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(KEYS), inner), 0..6).prop_map(|members| Value::Object(
                members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>()
            )),
        ]
    })
}

proptest! {
    #[test]
    fn no_json_breaks_the_client_half(body in tree(), status in prop_oneof![3 => Just(200u16), 1 => 100u16..=999], limit in 0..=100u32) {
        let mut answer = HttpResponse::new(body.to_string().into());
        *answer.status_mut() = http::StatusCode::from_u16(status).expect("a status");
        let dialect = OpenAi::default();
        if let Ok(task) = dialect.decode_submit(&Generation::new("m", "p"), &answer) {
            prop_assert!(answer.status().is_success() && !task.reference.id.as_str().trim().is_empty());
        }
        match dialect.decode_poll(&task(), &answer) {
            Ok(seen) => prop_assert_eq!(seen.reference, task()),
            Err(error) => prop_assert!(error.task().is_some() && error.detour().is_none_or(|there| there.route.is_some())),
        }
        if let Ok(remix) = dialect.decode_remix(&task(), &answer) {
            prop_assert!(remix.remixed_from.is_some());
        }
        if let Err(error) = dialect.decode_delete(&task(), &answer) {
            prop_assert!(error.task().is_some());
        }
        if let Ok(page) = dialect.decode_list(&ListQuery::default().with_limit(limit), &answer) {
            prop_assert!(page.tasks.iter().all(|task| !task.reference.id.as_str().trim().is_empty()));
        }
        let _ = dialect.decode_content_error(&task(), &answer);
    }
}
