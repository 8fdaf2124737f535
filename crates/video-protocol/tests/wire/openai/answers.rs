//! What the server half writes: the official object, whole, whatever is known of a task.

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::Value;
use video_protocol::{
    Asset, DataUri, Dialect as _, HttpResponse, OpenAi, Route, ServerDialect as _, Task, TaskPage, TaskRef,
};
use video_types::{Failure, TaskStatus};

fn text(response: &HttpResponse) -> String {
    let body: Value = serde_json::from_slice(response.body()).expect("JSON");
    format!(
        "{} {:?}\n{}",
        response.status(),
        response.headers(),
        serde_json::to_string_pretty(&body).expect("text keys")
    )
}

fn finished() -> Task {
    let mut task = Task::new(TaskRef::new("openai", "video_1"), TaskStatus::from("SUCCESS"));
    task.progress = Some(97);
    task.assets = vec![Asset::Link("https://cdn.example/v.mp4".to_owned()), Asset::Content("video_1".into())];
    task.model = Some("sora-2".into());
    task.created_at = Some(1_772_150_400);
    task.finished_at = Some(1_772_150_540);
    task.prompt = Some("a cat".to_owned());
    task.size = Some("1280x720".into());
    task.seconds = Some("8".to_owned());
    task.remixed_from = Some("video_0".into());
    task
}

#[test]
fn a_finished_video_is_written_whole() {
    assert_snapshot!(text(&OpenAi::default().encode_poll_response(&finished())), @r#"
    200 OK {"content-type": "application/json; charset=utf-8"}
    {
      "completed_at": 1772150540,
      "created_at": 1772150400,
      "error": null,
      "expires_at": null,
      "id": "video_1",
      "metadata": {
        "url": "https://cdn.example/v.mp4"
      },
      "model": "sora-2",
      "object": "video",
      "progress": 100,
      "prompt": "a cat",
      "remixed_from_video_id": "video_0",
      "seconds": "8",
      "size": "1280x720",
      "status": "completed",
      "task_id": "video_1"
    }
    "#);
}

#[test]
fn what_is_not_known_is_null_or_empty_and_never_absent() {
    let mut task = Task::new(TaskRef::new("openai", "video_1"), TaskStatus::from("hatching"));
    task.finished_at = Some(1);
    task.poll_after = Some(Duration::from_millis(1500));
    assert_snapshot!(text(&OpenAi::default().encode_submit_response(&task)), @r#"
    200 OK {"content-type": "application/json; charset=utf-8", "openai-poll-after-ms": "1500"}
    {
      "completed_at": null,
      "created_at": 0,
      "error": null,
      "expires_at": null,
      "id": "video_1",
      "model": "",
      "object": "video",
      "progress": 0,
      "prompt": null,
      "remixed_from_video_id": null,
      "seconds": "",
      "size": "",
      "status": "in_progress",
      "task_id": "video_1"
    }
    "#);
}

#[test]
fn every_status_is_one_of_the_official_four() {
    let words = ["NOT_START", "queued", "RUNNING", "hatching", "succeed", "failure", "cancelled", "expired"];
    let rows = words.map(|word| {
        let mut task = Task::new(TaskRef::new("openai", "video_1"), TaskStatus::from(word));
        task.failure = Some(Failure::new(Some("x_1".to_owned()), "why"));
        let body: Value = serde_json::from_slice(OpenAi::default().encode_poll_response(&task).body()).expect("JSON");
        let documented = OpenAi::default().with_documented_words(true).encode_poll_response(&task);
        let documented: Value = serde_json::from_slice(documented.body()).expect("JSON");
        format!("{word:10} {} {} | {}", body["status"], body["error"], documented["status"])
    });
    assert_snapshot!(rows.join("\n"), @r#"
    NOT_START  "queued" null | "queued"
    queued     "queued" null | "queued"
    RUNNING    "in_progress" null | "in_progress"
    hatching   "in_progress" null | "in_progress"
    succeed    "completed" null | "succeeded"
    failure    "failed" {"code":"x_1","message":"why"} | "failed"
    cancelled  "failed" {"code":"cancelled","message":"why"} | "failed"
    expired    "failed" {"code":"expired","message":"why"} | "failed"
    "#);
}

#[test]
fn in_the_words_of_the_documentation_a_success_is_succeeded_and_has_its_link_on_top() {
    let dialect = OpenAi::default().with_documented_words(true);
    let official: Value =
        serde_json::from_slice(OpenAi::default().encode_poll_response(&finished()).body()).expect("JSON");
    let response = dialect.encode_poll_response(&finished());
    let documented: Value = serde_json::from_slice(response.body()).expect("JSON");
    let differ = |key: &&String| official.get(key.as_str()) != documented.get(key.as_str());
    let keys: Vec<String> = documented
        .as_object()
        .expect("an object")
        .keys()
        .filter(differ)
        .map(|key| format!("{key}: {}", documented[key]))
        .collect();
    assert_snapshot!(keys.join("\n"), @r#"
    status: "succeeded"
    url: "https://cdn.example/v.mp4"
    "#);
    // The client half reads either.
    let (plain, read) = (OpenAi::default().encode_poll_response(&finished()), response);
    let decode = |response| OpenAi::default().decode_poll(&finished().reference, response).expect("a task");
    assert_eq!(decode(&plain).assets, decode(&read).assets);
    assert_eq!(decode(&plain).phase(), decode(&read).phase());
    // Every answer says the same of a task.
    let body = |response: HttpResponse| serde_json::from_slice::<Value>(response.body()).expect("JSON");
    let listed = body(dialect.encode_list_response(&TaskPage::new(vec![finished()], false)));
    assert_eq!(
        [body(dialect.encode_submit_response(&finished())), listed["data"][0].clone()],
        [documented.clone(), documented]
    );
}

#[test]
fn the_link_is_the_best_place_of_the_video() {
    let link = |assets: Vec<Asset>| {
        let mut task = finished();
        task.assets = assets;
        let body: Value = serde_json::from_slice(OpenAi::default().encode_poll_response(&task).body()).expect("JSON");
        body["metadata"]["url"].to_string()
    };
    assert_snapshot!(link(vec![Asset::Link("https://cdn.example/v.mp4?sig=1".to_owned())]), @r#""https://cdn.example/v.mp4?sig=1""#);
    assert_snapshot!(link(vec![Asset::Content("a/b".into())]), @r#""/v1/videos/a%2Fb/content""#);
    assert_snapshot!(link(vec![Asset::Inline(DataUri::new("video/mp4", "mp4"))]), @r#""data:video/mp4;base64,bXA0""#);
    assert_snapshot!(link(Vec::new()), @"null");
}

#[test]
fn content_that_is_not_there_is_refused_in_new_apis_own_words() {
    let words = ["NOT_START", "running", "hatching", "failed", "cancelled", "expired", "completed"];
    let rows = words.map(|word| {
        let mut task = Task::new(TaskRef::new("openai", "video_1"), TaskStatus::from(word));
        task.poll_after = Some(Duration::from_secs(2));
        let Some(error) = task.content_refusal() else { return format!("{word:10} has content") };
        let answer = OpenAi::default().encode_error(Some(&Route::Content("video_1".into())), &error);
        let read = OpenAi::default().decode_content_error(&task.reference, &answer);
        assert_eq!(read.kind(), error.kind());
        let retry = answer.headers().get("retry-after").map(|delay| delay.to_str().expect("text").to_owned());
        format!("{word:10} {} {retry:?} {}", answer.status().as_u16(), String::from_utf8_lossy(answer.body()))
    });
    assert_snapshot!(rows.join("\n"), @r#"
    NOT_START  400 Some("2") {"code":"task_not_completed","data":null,"error":{"code":"task_not_completed","message":"Task is not completed yet, current status: QUEUED","param":null,"type":"invalid_request_error"},"message":"Task is not completed yet, current status: QUEUED"}
    running    400 Some("2") {"code":"task_not_completed","data":null,"error":{"code":"task_not_completed","message":"Task is not completed yet, current status: IN_PROGRESS","param":null,"type":"invalid_request_error"},"message":"Task is not completed yet, current status: IN_PROGRESS"}
    hatching   400 Some("2") {"code":"task_not_completed","data":null,"error":{"code":"task_not_completed","message":"Task is not completed yet, current status: IN_PROGRESS","param":null,"type":"invalid_request_error"},"message":"Task is not completed yet, current status: IN_PROGRESS"}
    failed     400 None {"code":"video_generation_failed","data":null,"error":{"code":"video_generation_failed","message":"Task is not completed yet, current status: FAILURE","param":null,"type":"invalid_request_error"},"message":"Task is not completed yet, current status: FAILURE"}
    cancelled  400 None {"code":"task_cancelled","data":null,"error":{"code":"task_cancelled","message":"Task is not completed yet, current status: FAILURE","param":null,"type":"invalid_request_error"},"message":"Task is not completed yet, current status: FAILURE"}
    expired    400 None {"code":"task_expired","data":null,"error":{"code":"task_expired","message":"Task is not completed yet, current status: FAILURE","param":null,"type":"invalid_request_error"},"message":"Task is not completed yet, current status: FAILURE"}
    completed  has content
    "#);
}
