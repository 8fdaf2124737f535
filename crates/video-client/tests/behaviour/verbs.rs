//! Lists, cancels, deletes and remixes.

use video_client::{Cancelled, ListOrder, ListQuery, TaskRef};
use video_protocol::OpenAi;
use video_transport::Answer;

use crate::answers::{broken, no_connection, refused};
use crate::stage::{Stage, told};

fn here() -> TaskRef {
    "new-api:task_1@gateway.example".parse().expect("a handle")
}

fn page(ids: &[&str], has_more: bool) -> Answer {
    let data: Vec<_> = ids.iter().map(|id| serde_json::json!({"id": id, "status": "completed"})).collect();
    Answer::json(200, serde_json::json!({"object": "list", "data": data, "has_more": has_more}).to_string())
}

#[tokio::test(start_paused = true)]
async fn a_list_is_read_page_by_page_and_its_handles_are_pinned_to_the_gateway() {
    let stage = Stage::new([page(&["task_3", "task_2"], true), page(&["task_1"], false)]);
    let mut query = ListQuery::default().with_limit(2).with_order(ListOrder::Ascending);
    loop {
        let page = stage.client.list(&query).await.expect("a page");
        let handles: Vec<String> = page.tasks.iter().map(|task| task.reference.to_string()).collect();
        stage.say(handles.join(" "));
        query.after = page.last_id;
        if !page.has_more {
            break;
        }
    }
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > GET https://gateway.example/v1/videos?limit=2&order=asc, key
    0.0 s  < 200 OK
    0.0 s  new-api:task_3@gateway.example new-api:task_2@gateway.example
    0.0 s  > GET https://gateway.example/v1/videos?limit=2&order=asc&after=task_2, key
    0.0 s  < 200 OK
    0.0 s  new-api:task_1@gateway.example
    ");
}

#[tokio::test(start_paused = true)]
async fn a_gateway_without_a_list_is_said_to_have_none() {
    let none = || refused(404, "", "Invalid URL (GET /v1/videos)");
    let stage = Stage::new([none(), no_connection(), broken()]);
    for _ in 0..3 {
        let error = stage.client.list(&ListQuery::default()).await.expect_err("no list");
        stage.say(told(&error));
    }
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > GET https://gateway.example/v1/videos?limit=20&order=desc, key
    0.0 s  < 404 Not Found
    0.0 s  unsent: the gateway is not set up for this: Invalid URL (GET /v1/videos) (HTTP 404) [Permanent, no task exists]
    0.0 s  > GET https://gateway.example/v1/videos?limit=20&order=desc, key
    0.0 s  < could not connect to the server
    0.0 s  unsent: no answer: could not connect to the server <- could not connect to the server <- connection refused [Temporary, no task exists]
    0.0 s  > GET https://gateway.example/v1/videos?limit=20&order=desc, key
    0.0 s  < the connection broke before the answer was whole
    0.0 s  unsent: no answer: the connection broke before the answer was whole <- the connection broke before the answer was whole <- connection reset by peer [Temporary, no task exists]
    ");
}

#[tokio::test(start_paused = true)]
async fn a_delete_is_asked_once_and_its_errors_name_the_task() {
    let gone = Answer::json(200, r#"{"id":"task_1","object":"video.deleted","deleted":true}"#);
    let running = refused(409, "invalid_request", "Task is not completed yet");
    let stage = Stage::new([gone, running, refused(404, "task_not_exist", "task_not_exist"), broken()]);
    for _ in 0..4 {
        stage.say(match stage.client.delete(&here()).await {
            Ok(()) => "gone".to_owned(),
            Err(error) => told(&error),
        });
    }
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > DELETE https://gateway.example/v1/videos/task_1, key
    0.0 s  < 200 OK
    0.0 s  gone
    0.0 s  > DELETE https://gateway.example/v1/videos/task_1, key
    0.0 s  < 409 Conflict
    0.0 s  running: the request was refused: Task is not completed yet (HTTP 409, invalid_request) [Permanent, new-api:task_1@gateway.example]
    0.0 s  > DELETE https://gateway.example/v1/videos/task_1, key
    0.0 s  < 404 Not Found
    0.0 s  lost: the server does not know this task: task_not_exist (HTTP 404, task_not_exist) [Permanent, new-api:task_1@gateway.example]
    0.0 s  > DELETE https://gateway.example/v1/videos/task_1, key
    0.0 s  < the connection broke before the answer was whole
    0.0 s  running: no answer: the connection broke before the answer was whole <- the connection broke before the answer was whole <- connection reset by peer [Temporary, new-api:task_1@gateway.example]
    ");
}

fn status(word: &str) -> Answer {
    Answer::json(200, format!(r#"{{"id":"task_1","status":"{word}"}}"#))
}

#[tokio::test(start_paused = true)]
async fn a_cancel_is_what_a_look_at_the_task_says_it_was() {
    let no_route = || refused(404, "", "Invalid URL (POST /v1/videos/task_1/cancel)");
    let cases = [
        vec![status("cancelled"), status("cancelled")],
        vec![status("in_progress"), status("in_progress"), status("cancelled")],
        vec![status("in_progress"), status("in_progress"), status("in_progress"), status("in_progress")],
        vec![no_route(), status("in_progress")],
        vec![refused(409, "video_not_cancellable", "it has started"), status("in_progress")],
        vec![no_route(), status("completed")],
        vec![broken(), status("in_progress")],
        vec![broken(), status("cancelled")],
        vec![no_route(), refused(404, "task_not_exist", "task_not_exist")],
        vec![refused(401, "", "Invalid token"), refused(401, "", "Invalid token")],
    ];
    let mut transcripts = Vec::new();
    for answers in cases {
        let stage = Stage::with(answers, |builder| builder.dialect(OpenAi::default()));
        let task = "openai:task_1@gateway.example".parse().expect("a handle");
        stage.say(match stage.client.cancel(&task).await {
            Ok(Cancelled::TooLate(task)) => format!("too late: {}", task.status),
            Ok(Cancelled::Unsupported(why)) => format!("unsupported: {}", told(&why)),
            Ok(cancelled) => cancelled.to_string(),
            Err(error) => told(&error),
        });
        transcripts.push(stage.transcript());
    }
    insta::assert_snapshot!(transcripts.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_remix_is_an_order_like_any_other() {
    let accepted = Answer::json(200, r#"{"id":"task_2","status":"queued"}"#);
    let echoed = Answer::json(200, r#"{"id":"task_3","status":"queued"}"#).header("idempotency-key", "order-3");
    let stage = Stage::new([no_connection(), accepted, broken(), echoed]);
    for key in ["order-1", "order-2", "order-3"] {
        stage.say(match stage.client.remix_under(&here(), "the same at night", key).await {
            Ok(job) => {
                let from = job.task().and_then(|task| task.remixed_from.clone());
                format!("accepted as {} from {from:?}, honours keys: {}", job.reference(), job.honours_keys())
            }
            Err(error) => told(&error),
        });
    }
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > POST https://gateway.example/v1/videos/task_1/remix, key, idempotency-key order-1
    0.0 s  < could not connect to the server
    0.4 s  > POST https://gateway.example/v1/videos/task_1/remix, key, idempotency-key order-1
    0.4 s  < 200 OK
    0.4 s  accepted as new-api:task_2@gateway.example from Some("task_1"), honours keys: false
    0.4 s  > POST https://gateway.example/v1/videos/task_1/remix, key, idempotency-key order-2
    0.4 s  < the connection broke before the answer was whole
    0.4 s  unknown: nobody knows whether the task was created: no answer: the connection broke before the answer was whole <- no answer: the connection broke before the answer was whole <- the connection broke before the answer was whole <- connection reset by peer [Permanent, a task may exist]
    0.4 s  > POST https://gateway.example/v1/videos/task_1/remix, key, idempotency-key order-3
    0.4 s  < 200 OK
    0.4 s  accepted as new-api:task_3@gateway.example from Some("task_1"), honours keys: true
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_handle_of_another_gateway_or_format_is_refused_before_anything_is_sent() {
    let stage = Stage::new([]);
    let strangers = ["new-api:task_1@elsewhere.example", "openai:task_1@gateway.example"];
    for handle in strangers.map(|handle| handle.parse::<TaskRef>().expect("a handle")) {
        stage.say(told(&stage.client.delete(&handle).await.expect_err("refused")));
        stage.say(told(&stage.client.remix(&handle, "p").await.expect_err("refused")));
    }
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  invalid: the request was refused: the task lives at elsewhere.example, this client talks to gateway.example: give that base URL [Permanent, no task exists]
    0.0 s  invalid: the request was refused: the task lives at elsewhere.example, this client talks to gateway.example: give that base URL [Permanent, no task exists]
    0.0 s  invalid: the request was refused: the task was made in the format openai, this client speaks new-api [Permanent, no task exists]
    0.0 s  invalid: the request was refused: the task was made in the format openai, this client speaks new-api [Permanent, no task exists]
    ");
}

#[tokio::test(start_paused = true)]
async fn the_openai_format_asks_the_same_routes() {
    let stage = Stage::with([page(&["video_1"], false)], |builder| builder.dialect(OpenAi::default()));
    let page = stage.client.list(&ListQuery::default()).await.expect("a page");
    stage.say(page.tasks[0].reference.to_string());
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > GET https://gateway.example/v1/videos?limit=20&order=desc, key
    0.0 s  < 200 OK
    0.0 s  openai:video_1@gateway.example
    ");
}
