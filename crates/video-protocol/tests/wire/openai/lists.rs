//! Pages of tasks, from both ends.

use insta::assert_snapshot;
use video_protocol::{Dialect, HttpResponse, ListQuery, OpenAi, ServerDialect as _, Task, TaskPage, TaskRef};
use video_types::TaskStatus;

use crate::transcript::error_line;

fn answer(status: u16, body: &str) -> HttpResponse {
    http::Response::builder().status(status).body(body.to_owned().into()).expect("an answer")
}

/// A page in short, or the error.
fn page(body: &str) -> String {
    match OpenAi::default().decode_list(&ListQuery::default().with_limit(2), &answer(200, body)) {
        Ok(page) => {
            let tasks: Vec<String> =
                page.tasks.iter().map(|task| format!("{} {}", task.reference, task.status)).collect();
            let more =
                if page.has_more_guessed { format!("{}, a guess", page.has_more) } else { page.has_more.to_string() };
            let unread = if page.unread > 0 { format!(" unread={}", page.unread) } else { String::new() };
            format!("{tasks:?} more={more} first={:?} last={:?}{unread}", page.first_id, page.last_id)
        }
        Err(error) => error_line(&error),
    }
}

#[test]
fn a_page_is_read_with_members_missing_and_in_wrappers() {
    let rows = [
        r#"{"object":"list","data":[{"id":"video_2","status":"queued"},{"id":"video_1","status":"completed"}],"first_id":"video_2","last_id":"video_1","has_more":false}"#,
        r#"{"object":"list","data":[{"id":"video_2"},{"id":"video_1"}]}"#,
        r#"{"data":[{"id":"video_2"}],"has_more":true}"#,
        r#"{"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false}"#,
        r#"{"code":"success","message":"","data":{"data":[{"task_id":"t1","status":"SUCCESS"}],"has_more":true}}"#,
        r#"[{"id":"video_1"}]"#,
        r#"{"data":[{"status":"queued"},null,"x",{"id":7},{"id":""},{"error":{"message":"gone"}}],"last_id":"video_9"}"#,
        r#"{"id":"video_1","status":"queued"}"#,
        r#"{"error":{"message":"no","type":"invalid_request_error","code":null}}"#,
        "<html>",
    ];
    let rows = rows.map(|body| format!("{body}\n    {}", page(body)));
    assert_snapshot!(rows.join("\n"), @r#"
    {"object":"list","data":[{"id":"video_2","status":"queued"},{"id":"video_1","status":"completed"}],"first_id":"video_2","last_id":"video_1","has_more":false}
        ["openai:video_2 queued", "openai:video_1 completed"] more=false first=Some("video_2") last=Some("video_1")
    {"object":"list","data":[{"id":"video_2"},{"id":"video_1"}]}
        ["openai:video_2 queued", "openai:video_1 queued"] more=true, a guess first=Some("video_2") last=Some("video_1")
    {"data":[{"id":"video_2"}],"has_more":true}
        ["openai:video_2 queued"] more=true first=Some("video_2") last=Some("video_2")
    {"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false}
        [] more=false first=None last=None
    {"code":"success","message":"","data":{"data":[{"task_id":"t1","status":"SUCCESS"}],"has_more":true}}
        ["openai:t1 SUCCESS"] more=true first=Some("t1") last=Some("t1")
    [{"id":"video_1"}]
        ["openai:video_1 queued"] more=false, a guess first=Some("video_1") last=Some("video_1")
    {"data":[{"status":"queued"},null,"x",{"id":7},{"id":""},{"error":{"message":"gone"}}],"last_id":"video_9"}
        ["openai:7 queued"] more=true, a guess first=Some("7") last=Some("video_9") unread=5
    {"id":"video_1","status":"queued"}
        Decode, permanent, open → unknown: the answer cannot be understood: the answer is no list of videos (HTTP 200)
    {"error":{"message":"no","type":"invalid_request_error","code":null}}
        Decode, temporary, open → unknown: the answer cannot be understood: no (HTTP 200)
    <html>
        Decode, temporary, open → unknown: the answer cannot be understood: not JSON: <html> (HTTP 200)
    "#);
    let refused = |status, body| {
        error_line(&OpenAi::default().decode_list(&ListQuery::default(), &answer(status, body)).expect_err("a refusal"))
    };
    assert_snapshot!(refused(404, r#"{"error":{"message":"Invalid URL (GET /v1/videos)","type":"invalid_request_error","param":"","code":""}}"#), @"Misconfigured, permanent, no task → unsent: the gateway is not set up for this: Invalid URL (GET /v1/videos) (HTTP 404)");
    assert_snapshot!(refused(404, r#"{"detail":"Not Found"}"#), @"Misconfigured, permanent, no task → unsent: the gateway is not set up for this: Not Found (HTTP 404)");
}

#[test]
fn a_page_is_written_with_whole_videos_and_read_as_the_same_page() {
    let mut first = Task::new(TaskRef::new("openai", "video_2"), TaskStatus::from("running"));
    first.progress = Some(42);
    first.created_at = Some(1_772_150_500);
    first.prompt = Some("a cat".to_owned());
    first.size = Some("1280x720".into());
    let mut second = Task::new(TaskRef::new("openai", "video_1"), TaskStatus::FAILED);
    second.failure = Some(video_types::Failure::new(Some("moderation_blocked".to_owned()), "refused"));
    second.finished_at = Some(1_772_150_410);
    let page = TaskPage::new(vec![first, second], true);
    let written = OpenAi::default().encode_list_response(&page);
    let body: serde_json::Value = serde_json::from_slice(written.body()).expect("JSON");
    assert_snapshot!(serde_json::to_string_pretty(&body).expect("text keys"), @r#"
    {
      "data": [
        {
          "completed_at": null,
          "created_at": 1772150500,
          "error": null,
          "expires_at": null,
          "id": "video_2",
          "model": "",
          "object": "video",
          "progress": 42,
          "prompt": "a cat",
          "remixed_from_video_id": null,
          "seconds": "",
          "size": "1280x720",
          "status": "in_progress",
          "task_id": "video_2"
        },
        {
          "completed_at": 1772150410,
          "created_at": 0,
          "error": {
            "code": "moderation_blocked",
            "message": "refused"
          },
          "expires_at": null,
          "id": "video_1",
          "model": "",
          "object": "video",
          "progress": 0,
          "prompt": null,
          "remixed_from_video_id": null,
          "seconds": "",
          "size": "",
          "status": "failed",
          "task_id": "video_1"
        }
      ],
      "first_id": "video_2",
      "has_more": true,
      "last_id": "video_1",
      "object": "list"
    }
    "#);
    let read = OpenAi::default().decode_list(&ListQuery::default(), &written).expect("a page");
    assert_eq!((read.has_more, &read.first_id, &read.last_id), (true, &page.first_id, &page.last_id));
    assert_eq!(read.tasks[0].prompt.as_deref(), Some("a cat"));
    assert_eq!(read.tasks[1].failure, page.tasks[1].failure);
    let empty = OpenAi::default().encode_list_response(&TaskPage::new(Vec::new(), false));
    assert_snapshot!(String::from_utf8_lossy(empty.body()), @r#"{"data":[],"first_id":null,"has_more":false,"last_id":null,"object":"list"}"#);
}
