//! Listing, deleting and remixing, from both ends; and formats that cannot.

use std::sync::Arc;

use insta::assert_snapshot;
use video_protocol::{
    Dialect, Error, ErrorKind, Flow, HttpResponse, ListQuery, NewApi, OpenAi, Route, Sent, ServerDialect as _, Task,
    TaskPage, TaskRef,
};
use video_types::TaskStatus;
use video_types::openai::ContentVariant;

use super::{asked, posted, shown, task};
use crate::driver::{Reply, play};
use crate::plain::Plain;
use crate::transcript::{error_line, told};

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

#[test]
fn a_delete_is_done_unless_the_answer_says_otherwise() {
    assert_snapshot!(shown(&OpenAi::default().encode_delete(&task())), @"DELETE /v1/videos/task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U");
    let answers = [
        (200, r#"{"id":"video_1","object":"video.deleted","deleted":true}"#),
        (200, r#"{"id":"video_1"}"#),
        (204, ""),
        (200, r#"{"id":"video_1","deleted":false}"#),
        (200, r#"{"error":{"message":"still running"}}"#),
        (200, "<html>"),
        (400, r#"{"error":{"message":"Video is still in progress","code":null}}"#),
        (404, r#"{"error":{"message":"Video with id 'video_1' not found.","code":null}}"#),
        (
            404,
            r#"{"error":{"message":"Invalid URL (DELETE /v1/videos/video_1)","type":"invalid_request_error","param":"","code":""}}"#,
        ),
        (404, "<html><title>404 Not Found</title>"),
    ];
    let rows = answers.map(|(status, body)| {
        let read = OpenAi::default().decode_delete(&task(), &answer(status, body));
        format!("{status} {body}\n    {}", read.map_or_else(|error| error_line(&error), |()| "gone".to_owned()))
    });
    assert_snapshot!(rows.join("\n"), @r#"
    200 {"id":"video_1","object":"video.deleted","deleted":true}
        gone
    200 {"id":"video_1"}
        gone
    204 
        gone
    200 {"id":"video_1","deleted":false}
        InvalidRequest, permanent, about a task → running: the request was refused: the server did not delete the video (HTTP 200)
    200 {"error":{"message":"still running"}}
        Decode, temporary, about a task → running: the answer cannot be understood: still running (HTTP 200)
    200 <html>
        Decode, temporary, about a task → running: the answer cannot be understood: not JSON: <html> (HTTP 200)
    400 {"error":{"message":"Video is still in progress","code":null}}
        InvalidRequest, permanent, about a task → running: the request was refused: Video is still in progress (HTTP 400)
    404 {"error":{"message":"Video with id 'video_1' not found.","code":null}}
        NotFound, permanent, about a task → lost: the server does not know this task: Video with id 'video_1' not found. (HTTP 404)
    404 {"error":{"message":"Invalid URL (DELETE /v1/videos/video_1)","type":"invalid_request_error","param":"","code":""}}
        Misconfigured, permanent, about a task → running: the gateway is not set up for this: Invalid URL (DELETE /v1/videos/video_1) (HTTP 404)
    404 <html><title>404 Not Found</title>
        Misconfigured, permanent, about a task → running: the gateway is not set up for this: 404 Not Found (HTTP 404)
    "#);
    let written = OpenAi::default().encode_delete_response(&"video_1".into());
    assert_snapshot!(String::from_utf8_lossy(written.body()), @r#"{"id":"video_1","object":"video.deleted","deleted":true}"#);
    OpenAi::default().decode_delete(&task(), &written).expect("what we write we read");
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

#[test]
fn a_format_without_these_verbs_says_so() {
    let (task, query) = (TaskRef::new("plain", "task_1"), ListQuery::default());
    let none = answer(200, "{}");
    let errors: [Option<Error>; 10] = [
        Plain.encode_list(&query).err(),
        Plain.decode_list(&query, &none).err(),
        Plain.encode_delete(&task).err(),
        Plain.decode_delete(&task, &none).err(),
        Plain.encode_remix(&task, "p").err(),
        Plain.decode_remix(&task, &none).err(),
        Plain.encode_variant(&task, &ContentVariant::THUMBNAIL).err(),
        NewApi.decode_list_request(&asked("GET", "/v1/videos")).err(),
        NewApi.decode_remix_request(&asked("POST", "/v1/videos/t/remix")).err(),
        Some(Error::new(ErrorKind::Misconfigured).with_message("(the end)")),
    ];
    let lines: Vec<String> = errors.iter().flatten().map(ToString::to_string).collect();
    assert_eq!(lines.len(), errors.len());
    assert_snapshot!(lines.join("\n"), @"
    the gateway is not set up for this: the format plain cannot list tasks
    the gateway is not set up for this: the format plain cannot list tasks
    the gateway is not set up for this: the format plain cannot delete tasks
    the gateway is not set up for this: the format plain cannot delete tasks
    the gateway is not set up for this: the format plain cannot remix videos
    the gateway is not set up for this: the format plain cannot remix videos
    the gateway is not set up for this: the format plain cannot fetch variants of a video
    the gateway is not set up for this: no route of this format lists tasks
    the gateway is not set up for this: no route of this format remixes videos
    the gateway is not set up for this: (the end)
    ");
    let page = TaskPage::new(Vec::new(), false);
    for response in [NewApi.encode_list_response(&page), NewApi.encode_delete_response(&task.id)] {
        assert_eq!(response.status(), 501);
    }
}

#[test]
fn new_api_asks_the_openai_routes_and_gives_its_own_handles() {
    let (task, query) = (TaskRef::new("new-api", "task_1"), ListQuery::default().with_after("task_0"));
    let requests = [
        NewApi.encode_list(&query).expect("a list"),
        NewApi.encode_delete(&task).expect("a delete"),
        NewApi.encode_remix(&task, "a dog").expect("a remix"),
        NewApi.encode_variant(&task, &ContentVariant::THUMBNAIL).expect("a still"),
    ];
    let list = answer(200, r#"{"object":"list","data":[{"id":"task_1","status":"completed"}],"has_more":false}"#);
    let page = NewApi.decode_list(&query, &list).expect("a page");
    let remix = NewApi.decode_remix(&task, &answer(200, r#"{"id":"task_2","status":"queued"}"#)).expect("a task");
    NewApi
        .decode_delete(&task, &answer(200, r#"{"id":"task_1","object":"video.deleted","deleted":true}"#))
        .expect("gone");
    let told = requests.map(|request| format!("{} {}", request.method(), request.uri()));
    assert_snapshot!(format!("{}\n{}\n{} from {:?}", told.join("\n"), page.tasks[0].reference, remix.reference, remix.remixed_from), @r#"
    GET /v1/videos?limit=20&order=desc&after=task_0
    DELETE /v1/videos/task_1
    POST /v1/videos/task_1/remix
    GET /v1/videos/task_1/content?variant=thumbnail
    new-api:task_1
    new-api:task_2 from Some("task_1")
    "#);
}

#[test]
fn an_unknown_id_is_404_on_every_route_of_this_format() {
    let id = || "video_1".into();
    for route in [Route::Poll(id()), Route::Content(id()), Route::Delete(id()), Route::Remix(id())] {
        let error = Error::new(ErrorKind::NotFound).with_message("task_not_exist");
        let answer = OpenAi::default().encode_error(Some(&route), &error);
        assert_eq!(answer.status(), 404, "{route:?}");
        let read = match route {
            Route::Remix(_) => OpenAi::default().decode_remix(&task(), &answer).expect_err("a refusal"),
            Route::Delete(_) => OpenAi::default().decode_delete(&task(), &answer).expect_err("a refusal"),
            Route::Content(_) => OpenAi::default().decode_content_error(&task(), &answer),
            _ => OpenAi::default().decode_poll(&task(), &answer).expect_err("a refusal"),
        };
        assert_eq!(read.kind(), ErrorKind::NotFound);
    }
}
