//! Deletes and cancels, from both ends; verbs under another format, and formats that have none.

use insta::assert_snapshot;
use video_protocol::{
    Cancelled, Dialect, Error, ErrorKind, HttpResponse, ListQuery, NewApi, OpenAi, Route, ServerDialect as _, Task,
    TaskPage, TaskRef,
};
use video_types::openai::ContentVariant;
use video_types::{Failure, TaskStatus};

use super::{asked, shown, task};
use crate::plain::Plain;
use crate::transcript::error_line;

fn answer(status: u16, body: &str) -> HttpResponse {
    http::Response::builder().status(status).body(body.to_owned().into()).expect("an answer")
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
fn a_cancel_is_taken_unless_the_answer_says_otherwise() {
    assert_snapshot!(shown(&OpenAi::default().encode_cancel(&task())), @"POST /v1/videos/task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U/cancel");
    let answers = [
        (200, r#"{"id":"video_1","object":"video","status":"cancelled"}"#),
        (202, r#"{"id":"video_1","object":"video","status":"in_progress"}"#),
        (200, r#"{"success":true,"message":"as you wish"}"#),
        (200, "ok"),
        (204, ""),
        (200, " <html><title>The web interface</title>"),
        (200, r#"{"error":{"message":"cannot be stopped","code":"no"}}"#),
        (409, r#"{"error":{"message":"Generation has started","code":"video_not_cancellable"}}"#),
        (404, r#"{"error":{"message":"Video with id 'video_1' not found.","code":null}}"#),
        (404, r#"{"error":{"message":"Invalid URL (POST /v1/videos/video_1/cancel)","code":""}}"#),
        (404, r#"{"detail":"Not Found"}"#),
        (405, ""),
        (501, r#"{"error":{"message":"no upstream can","code":"not_implemented"}}"#),
        (502, "<html>"),
    ];
    let rows = answers.map(|(status, body)| {
        let read = OpenAi::default().decode_cancel(&task(), &answer(status, body));
        format!("{status} {body}\n    {}", read.map_or_else(|error| error_line(&error), |()| "taken".to_owned()))
    });
    assert_snapshot!(rows.join("\n"));
    for (phase, status) in [("cancelled", 200), ("queued", 200)] {
        let task = Task::new(task(), TaskStatus::from(phase));
        for written in [OpenAi::default().encode_cancel_response(&task), NewApi.encode_cancel_response(&task)] {
            assert_eq!(written.status(), status);
            OpenAi::default().decode_cancel(&task.reference, &written).expect("what we write we read");
        }
    }
}

type Answered = fn() -> Result<(), Error>;
type Look<'a> = &'a dyn Fn() -> Result<Task, Error>;

#[test]
fn what_became_of_a_cancel_is_judged_by_a_look_at_the_task() {
    let seen = |status: &'static str| Ok(Task::new(task(), TaskStatus::from_static(status)));
    let chained = || {
        let mut task = Task::new(task(), TaskStatus::from_static("failed"));
        task.failure = Some(Failure::new(Some("cancelled".to_owned()), ""));
        Ok(task)
    };
    let error = |kind| Err(Error::new(kind).with_task(task()));
    let answers: [(&str, Answered); 6] = [
        ("taken", || Ok(())),
        ("no such route", || Err(Error::new(ErrorKind::Misconfigured))),
        ("404", || Err(Error::new(ErrorKind::NotFound))),
        ("declined", || Err(Error::new(ErrorKind::InvalidRequest))),
        ("no answer", || Err(Error::new(ErrorKind::NoAnswer).temporary(None))),
        ("wrong key", || Err(Error::new(ErrorKind::Unauthorized))),
    ];
    let looks: [(&str, Look<'_>); 9] = [
        ("queued", &|| seen("queued")),
        ("any word", &|| seen("hatching")),
        ("cancelled", &|| seen("canceled")),
        ("failed, code cancelled", &chained),
        ("succeeded", &|| seen("completed")),
        ("failed", &|| seen("failed")),
        ("expired", &|| seen("expired")),
        ("unknown", &|| error(ErrorKind::NotFound)),
        ("no answer", &|| error(ErrorKind::NoAnswer)),
    ];
    let mut table = Vec::new();
    for (said, answer) in answers {
        for (shown, look) in looks {
            let judged = Cancelled::judge(answer(), look());
            let told = judged.map_or_else(
                |error| format!("error: {:?}", error.kind()),
                |judged| format!("{judged}{}", if judged.goes_on() { ", goes on" } else { "" }),
            );
            table.push(format!("{said:15}{shown:24}{told}"));
        }
    }
    assert_snapshot!(table.join("\n"));
}

#[test]
fn a_task_that_ended_otherwise_cannot_be_cancelled() {
    let lines = ["queued", "hatching", "cancelled", "completed", "failed", "expired"].map(|status| {
        let refusal = Task::new(task(), TaskStatus::from_static(status)).cancel_refusal();
        format!("{status:11}{}", refusal.map_or_else(|| "may be".to_owned(), |error| error_line(&error)))
    });
    assert_snapshot!(lines.join("\n"), @"
    queued     may be
    hatching   may be
    cancelled  may be
    completed  InvalidRequest, permanent, about a task → running: the request was refused: Task has already ended, current status: completed (HTTP 409, video_not_cancellable)
    failed     InvalidRequest, permanent, about a task → running: the request was refused: Task has already ended, current status: failed (HTTP 409, video_not_cancellable)
    expired    InvalidRequest, permanent, about a task → running: the request was refused: Task has already ended, current status: expired (HTTP 409, video_not_cancellable)
    ");
}

#[test]
fn a_format_without_these_verbs_says_so() {
    let (task, query) = (TaskRef::new("plain", "task_1"), ListQuery::default());
    let none = answer(200, "{}");
    let errors: [Option<Error>; 12] = [
        Plain.encode_list(&query).err(),
        Plain.decode_list(&query, &none).err(),
        Plain.encode_delete(&task).err(),
        Plain.decode_delete(&task, &none).err(),
        Plain.encode_cancel(&task).err(),
        Plain.decode_cancel(&task, &none).err(),
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
    the gateway is not set up for this: the format plain cannot cancel tasks
    the gateway is not set up for this: the format plain cannot cancel tasks
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
        NewApi.encode_cancel(&task).expect("a cancel"),
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
    POST /v1/videos/task_1/cancel
    POST /v1/videos/task_1/remix
    GET /v1/videos/task_1/content?variant=thumbnail
    new-api:task_1
    new-api:task_2 from Some("task_1")
    "#);
}

#[test]
fn an_unknown_id_is_404_on_every_route_of_this_format() {
    let id = || "video_1".into();
    for route in [Route::Poll(id()), Route::Content(id()), Route::Delete(id()), Route::Cancel(id()), Route::Remix(id())]
    {
        let error = Error::new(ErrorKind::NotFound).with_message("task_not_exist");
        let answer = OpenAi::default().encode_error(Some(&route), &error);
        assert_eq!(answer.status(), 404, "{route:?}");
        let read = match route {
            Route::Remix(_) => OpenAi::default().decode_remix(&task(), &answer).expect_err("a refusal"),
            Route::Cancel(_) => OpenAi::default().decode_cancel(&task(), &answer).expect_err("a refusal"),
            Route::Delete(_) => OpenAi::default().decode_delete(&task(), &answer).expect_err("a refusal"),
            Route::Content(_) => OpenAi::default().decode_content_error(&task(), &answer),
            _ => OpenAi::default().decode_poll(&task(), &answer).expect_err("a refusal"),
        };
        assert_eq!(read.kind(), ErrorKind::NotFound);
    }
}
