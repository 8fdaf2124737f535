//! Deletes, from both ends; verbs under another format, and formats that have none.

use insta::assert_snapshot;
use video_protocol::{
    Dialect, Error, ErrorKind, HttpResponse, ListQuery, NewApi, OpenAi, Route, ServerDialect as _, TaskPage, TaskRef,
};
use video_types::openai::ContentVariant;

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
