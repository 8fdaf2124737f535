//! A task one route cannot show is asked for on the other, by a job and by a single look alike.

use video_client::TaskRef;
use video_protocol::OpenAi;
use video_transport::Answer;

use crate::answers::{accepted, refused, running, succeeded};
use crate::stage::{Stage, ended, told};

/// New API (≥ v0.11.1-alpha.4) about a task of a chained gateway, on the route of the OpenAI format.
fn cannot_show() -> Answer {
    refused(500, "convert_to_openai_video_failed", "json: cannot unmarshal string into Go struct field")
}

fn stage(answers: impl IntoIterator<Item = Answer>) -> Stage {
    Stage::with(answers, |builder| builder.dialect(OpenAi::default()))
}

#[tokio::test(start_paused = true)]
async fn a_job_asks_the_other_route_at_once_and_from_then_on() {
    let stage = stage([accepted(), cannot_show(), running(30), succeeded("https://cdn.example/v.mp4")]);
    let job = stage.accepted().await;
    stage.say(ended(&job.finish().await));
    insta::assert_snapshot!(stage.transcript(), @"
     0.0 s  > POST https://gateway.example/v1/videos, key, idempotency-key order-1
     0.0 s  < 200 OK
     0.0 s  accepted as openai:task_1@gateway.example
     5.0 s  > GET https://gateway.example/v1/videos/task_1, key
     5.0 s  < 500 Internal Server Error
     5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
     5.0 s  < 200 OK
    15.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    15.0 s  < 200 OK
    15.0 s  succeeded: [Link(https://cdn.example/v.mp4), Content(task_1)]
    ");
}

#[tokio::test(start_paused = true)]
async fn a_look_asks_twice_and_hands_out_the_handle_that_asks_once() {
    let stage = stage([cannot_show(), running(30), running(60), cannot_show(), cannot_show()]);
    let handle: TaskRef = "openai:task_1".parse().expect("a handle");
    let task = stage.client.show(&handle).await.expect("a task");
    stage.say(task.reference.to_string());
    let task = stage.client.show(&task.reference).await.expect("a task");
    stage.say(task.reference.to_string());
    stage.say(told(&stage.client.show(&handle).await.expect_err("neither knows")));
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > GET https://gateway.example/v1/videos/task_1, key
    0.0 s  < 500 Internal Server Error
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 200 OK
    0.0 s  openai:task_1#generations@gateway.example
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 200 OK
    0.0 s  openai:task_1#generations@gateway.example
    0.0 s  > GET https://gateway.example/v1/videos/task_1, key
    0.0 s  < 500 Internal Server Error
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 500 Internal Server Error
    0.0 s  running: the server is in trouble: json: cannot unmarshal string into Go struct field (HTTP 500, convert_to_openai_video_failed) [Permanent, openai:task_1#generations@gateway.example]
    ");
}
