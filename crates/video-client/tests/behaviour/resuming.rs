//! Taking up a task by its handle, from another process or with another client.

use video_client::TaskRef;

use crate::answers::{page, refused, running, succeeded, video};
use crate::stage::{Stage, ended, told};

fn handle(text: &str) -> TaskRef {
    text.parse().expect("a handle")
}

#[tokio::test(start_paused = true)]
async fn a_handle_as_text_is_enough_to_finish_a_job() {
    let stage = Stage::new([running(70), succeeded("https://cdn.example/v.mp4"), video()]);
    let job = stage.client.resume(handle("new-api:task_1@gateway.example")).expect("ours");
    stage.say(format!("resumed {}, described {:?}", job.reference(), job.task().is_some()));
    let saved = stage.client.finish_and_download(job, stage.target(), &|_| ()).await;
    stage.delivered(&saved);
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  resumed new-api:task_1@gateway.example, described false
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 200 OK
    5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    5.0 s  < 200 OK
    5.0 s  > GET https://cdn.example/v.mp4
    5.0 s  < 200 OK
    5.0 s  saved 4148 bytes after 1 attempts
    5.0 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn the_first_poll_after_resuming_may_fail() {
    let stage = Stage::new([page(502, "Bad Gateway"), succeeded("https://cdn.example/v.mp4")]);
    let job = stage.client.resume(handle("new-api:task_1@gateway.example")).expect("ours");
    stage.say(ended(&job.finish().await));
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 502 Bad Gateway
    0.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.4 s  < 200 OK
    0.4 s  succeeded: [Link(https://cdn.example/v.mp4), Content(task_1)]
    ");
}

#[tokio::test(start_paused = true)]
async fn a_handle_of_another_gateway_or_format_is_refused_before_anything_is_sent() {
    let stage = Stage::new([]);
    let mut rows = Vec::new();
    for text in [
        "new-api:task_1@other.example",
        "new-api:task_1@gateway.example:8443",
        "new-api:task_1@gateway.example/prefix",
        "openai:task_1@gateway.example",
        "openai:task_1",
    ] {
        let error = stage.client.resume(handle(text)).expect_err("not ours");
        let shown = stage.client.show(&handle(text)).await.expect_err("not ours");
        assert_eq!(told(&error), told(&shown));
        rows.push(format!("{text}: {error}"));
    }
    assert_eq!(stage.transcript(), "");
    insta::assert_snapshot!(rows.join("\n"), @"
    new-api:task_1@other.example: the request was refused: the task lives at other.example, this client talks to gateway.example: give that base URL
    new-api:task_1@gateway.example:8443: the request was refused: the task lives at gateway.example:8443, this client talks to gateway.example: give that base URL
    new-api:task_1@gateway.example/prefix: the request was refused: the task lives at gateway.example/prefix, this client talks to gateway.example: give that base URL
    openai:task_1@gateway.example: the request was refused: the task was made in the format openai, this client speaks new-api
    openai:task_1: the request was refused: the task was made in the format openai, this client speaks new-api
    ");
}

#[tokio::test(start_paused = true)]
async fn a_handle_without_a_host_is_pinned_to_this_gateway() {
    let stage = Stage::new([]);
    let job = stage.client.resume(handle("new-api:task_1")).expect("taken");
    assert_eq!(job.reference().to_string(), "new-api:task_1@gateway.example");
}

#[tokio::test(start_paused = true)]
async fn an_id_is_escaped_into_the_path_whatever_it_holds() {
    let stage = Stage::new([running(1), running(1)]);
    for text in ["new-api:..%2f..%2fadmin%3fx@gateway.example", "new-api:%2e%2e"] {
        let task = stage.client.show(&handle(text)).await.expect("a task");
        stage.say(task.reference.to_string());
    }
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > GET https://gateway.example/v1/video/generations/..%2F..%2Fadmin%3Fx, key
    0.0 s  < 200 OK
    0.0 s  new-api:..%2F..%2Fadmin%3Fx@gateway.example
    0.0 s  > GET https://gateway.example/v1/video/generations/%2E%2E, key
    0.0 s  < 200 OK
    0.0 s  new-api:..@gateway.example
    ");
}

#[tokio::test(start_paused = true)]
async fn a_look_at_a_task_asks_once() {
    let stage = Stage::new([running(70), refused(400, "task_not_exist", "task_not_exist"), page(502, "Bad Gateway")]);
    for _ in 0..4 {
        stage.say(match stage.client.show(&handle("new-api:task_1")).await {
            Ok(task) => format!("{task:?}"),
            Err(error) => told(&error),
        });
    }
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 200 OK
    0.0 s  Task { reference: new-api:task_1@gateway.example, status: "IN_PROGRESS", progress: Some(70), assets: [], failure: None, model: None, created_at: None, finished_at: None, billing: None, poll_after: None, .. }
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 400 Bad Request
    0.0 s  lost: the server does not know this task: task_not_exist (HTTP 400, task_not_exist) [Permanent, new-api:task_1@gateway.example]
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 502 Bad Gateway
    0.0 s  running: the server is in trouble: Bad Gateway (HTTP 502) [Temporary, new-api:task_1@gateway.example]
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < the request cannot be sent as it stands
    0.0 s  running: no answer: the request cannot be sent as it stands <- the request cannot be sent as it stands <- the script has no answer left for request 4, GET /v1/video/generations/task_1: give it one more [Permanent, new-api:task_1@gateway.example]
    "#);
}
