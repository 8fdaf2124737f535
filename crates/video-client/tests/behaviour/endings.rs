//! How waiting ends, and what the caller is left with.

use serde_json::json;
use video_transport::Answer;

use crate::answers::{accepted, failed, refused, succeeded, wrapper};
use crate::stage::{Stage, ended};

#[tokio::test(start_paused = true)]
async fn a_poll_that_cannot_be_sent_ends_the_waiting_with_the_handle() {
    // After the submit the script is empty, which is an answer of that kind.
    let stage = Stage::new([accepted()]);
    let job = stage.accepted().await;
    stage.say(ended(&job.finish().await));
    insta::assert_snapshot!(stage.transcript(), @"
     0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
     0.0 s  < 200 OK
     0.0 s  accepted as new-api:task_1@gateway.example
     5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
     5.0 s  < the request cannot be sent as it stands
     5.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
     5.4 s  < the request cannot be sent as it stands
     7.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
     7.3 s  < the request cannot be sent as it stands
     9.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
     9.3 s  < the request cannot be sent as it stands
    14.5 s  > GET https://gateway.example/v1/video/generations/task_1, key
    14.5 s  < the request cannot be sent as it stands
    14.5 s  running: no answer: the request cannot be sent as it stands <- the request cannot be sent as it stands <- the script has no answer left for request 6, GET /v1/video/generations/task_1: give it one more [Permanent, new-api:task_1@gateway.example]
    ");
}

#[tokio::test(start_paused = true)]
async fn case_16_a_task_may_take_a_moment_to_show() {
    let missing = || refused(400, "task_not_exist", "task_not_exist");
    let stage = Stage::new([accepted(), missing(), missing(), succeeded("https://cdn.example/v.mp4")]);
    let job = stage.accepted().await;
    stage.say(ended(&job.finish().await));
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    0.0 s  < 200 OK
    0.0 s  accepted as new-api:task_1@gateway.example
    5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    5.0 s  < 400 Bad Request
    5.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    5.4 s  < 400 Bad Request
    7.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
    7.3 s  < 200 OK
    7.3 s  succeeded: [Link(https://cdn.example/v.mp4), Content(task_1)]
    ");
}

#[tokio::test(start_paused = true)]
async fn case_16_a_task_that_stays_unknown_is_lost_and_named() {
    let missing = || refused(400, "task_not_exist", "task_not_exist");
    let stage = Stage::new([accepted()]);
    for _ in 0..6 {
        stage.script.push(missing());
    }
    let job = stage.accepted().await;
    stage.say(ended(&job.finish().await));
    insta::assert_snapshot!(stage.record.text(), @"
     0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
     0.0 s  < 200 OK
     0.0 s  accepted as new-api:task_1@gateway.example
     5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
     5.0 s  < 400 Bad Request
     5.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
     5.4 s  < 400 Bad Request
     7.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
     7.3 s  < 400 Bad Request
     9.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
     9.3 s  < 400 Bad Request
    14.5 s  > GET https://gateway.example/v1/video/generations/task_1, key
    14.5 s  < 400 Bad Request
    23.3 s  > GET https://gateway.example/v1/video/generations/task_1, key
    23.3 s  < 400 Bad Request
    23.3 s  lost: the server no longer knows a task it accepted: task_not_exist <- the server does not know this task: task_not_exist (HTTP 400, task_not_exist) [Permanent, new-api:task_1@gateway.example]
    ");
}

#[tokio::test(start_paused = true)]
async fn case_17_a_key_that_is_revoked_in_the_middle_leaves_the_task_running_with_its_handle() {
    let stage = Stage::new([accepted(), refused(401, "", "Invalid token")]);
    let job = stage.accepted().await;
    stage.say(ended(&job.finish().await));
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    0.0 s  < 200 OK
    0.0 s  accepted as new-api:task_1@gateway.example
    5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    5.0 s  < 401 Unauthorized
    5.0 s  running: new-api:task_1@gateway.example; refused: the key was refused: Invalid token (HTTP 401) [Permanent, new-api:task_1@gateway.example]
    ");
}

#[tokio::test(start_paused = true)]
async fn an_end_without_a_video_is_told_in_the_words_of_the_provider() {
    let moderated = wrapper(
        &json!({"task_id": "task_1", "status": "FAILURE", "fail_reason": "", "error": {"code": "moderation_blocked", "message": "not this"}}),
    );
    let expired = wrapper(&json!({"task_id": "task_1", "status": "expired"}));
    let mut rows = Vec::new();
    for answer in [failed("the picture is too dark"), moderated, expired] {
        let stage = Stage::new([accepted(), answer]);
        rows.push(ended(&stage.accepted().await.finish().await));
        assert_eq!(stage.script.remaining(), 0);
    }
    insta::assert_snapshot!(rows.join("\n"), @"
    failed: the generation failed: the picture is too dark [Permanent, new-api:task_1@gateway.example]
    filtered: refused by moderation: not this (moderation_blocked) [Permanent, new-api:task_1@gateway.example]
    expired: the provider gave the task up [Permanent, new-api:task_1@gateway.example]
    ");
}

#[tokio::test(start_paused = true)]
async fn a_task_that_ends_with_its_order_is_not_asked_for() {
    let stage = Stage::new([Answer::json(200, r#"{"id":"task_1","status":"failed","error":{"message":"too dark"}}"#)]);
    let mut job = stage.accepted().await;
    assert!(job.update().await.is_none());
    stage.say(ended(&job.finish().await));
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
    0.0 s  < 200 OK
    0.0 s  accepted as new-api:task_1@gateway.example
    0.0 s  failed: the generation failed: too dark [Permanent, new-api:task_1@gateway.example]
    ");
}
