//! Content of tasks that have not ended, or have ended without a video.

use video_client::{Task, TaskRef};
use video_protocol::Asset;
use video_types::TaskStatus;

use crate::answers::{content_refused, failed, page, refused, succeeded, task, video};
use crate::stage::{Stage, told};

const LINK: &str = "https://cdn.example/v.mp4?sig=old";

#[tokio::test(start_paused = true)]
async fn a_task_that_turns_out_to_have_failed_is_failed_and_not_pending() {
    // Wire facts, fixture 22: New API says "not completed yet" of a failure too.
    let stage =
        Stage::new([content_refused(400, "Task is not completed yet, current status: FAILURE"), failed("too dark")]);
    stage.download(&task(&[])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 400 Bad Request
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 200 OK
    0.0 s  failed: the generation failed: too dark <- the server answered 400 Bad Request: {"error":{"message":"Task is not completed yet, current status: FAILURE","type":"invalid_request_error"}}; repeating will not help: show this answer to the operator [Permanent, new-api:task_1@gateway.example]
    0.0 s  in the folder: []
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_not_ready_after_all_is_waited_for_a_little() {
    let early = || content_refused(400, "Task is not completed yet, current status: IN_PROGRESS");
    let stage = Stage::new([early(), early(), video()]);
    stage.download(&task(&[])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 400 Bad Request
    0.4 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.4 s  < 400 Bad Request
    2.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    2.0 s  < 200 OK
    2.0 s  saved 4148 bytes after 3 attempts
    2.0 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_stays_not_ready_is_not_called_undelivered() {
    let early = || refused(409, "artifact_not_ready", "not ready");
    let stage = Stage::new(std::iter::repeat_with(early).take(7));
    stage.download(&task(&[])).await;
    insta::assert_snapshot!(stage.transcript(), @"
     0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
     0.0 s  < 409 Conflict
     0.4 s  > GET https://gateway.example/v1/videos/task_1/content, key
     0.4 s  < 409 Conflict
     2.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
     2.0 s  < 409 Conflict
     4.4 s  > GET https://gateway.example/v1/videos/task_1/content, key
     4.4 s  < 409 Conflict
     7.1 s  > GET https://gateway.example/v1/videos/task_1/content, key
     7.1 s  < 409 Conflict
    10.1 s  > GET https://gateway.example/v1/videos/task_1/content, key
    10.1 s  < 409 Conflict
    16.9 s  > GET https://gateway.example/v1/videos/task_1/content, key
    16.9 s  < 409 Conflict
    16.9 s  running: the task has not ended yet: not ready (HTTP 409) <- the download could not be opened; check the network and download again <- no answer from the server <- the task has not ended yet: not ready (HTTP 409, artifact_not_ready) [Temporary, new-api:task_1@gateway.example]
    16.9 s  in the folder: []
    ");
}

#[tokio::test(start_paused = true)]
async fn words_of_a_link_are_not_words_of_the_gateway() {
    let lying = || content_refused(400, "Task is not completed yet, current status: FAILURE");
    let stage = Stage::new([lying(), succeeded(LINK), page(404, "Not Found")]);
    stage.download(&task(&[LINK])).await;
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > GET https://cdn.example/v.mp4?sig=old
    0.0 s  < 400 Bad Request
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 200 OK
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 404 Not Found
    0.0 s  undelivered: the video could not be delivered: the server answered 404 Not Found: <html><head><title>Not Found</title></head><body>Not Found</body></html>; the file is gone or not there yet: look the task up again <- the server answered 404 Not Found: <html><head><title>Not Found</title></head><body>Not Found</body></html>; the file is gone or not there yet: look the task up again [Permanent, new-api:task_1@gateway.example]
    0.0 s  in the folder: []
    ");
}

#[tokio::test(start_paused = true)]
async fn a_link_that_is_not_ready_does_not_make_the_task_pending() {
    let early = || refused(409, "artifact_not_ready", "not ready");
    let stage = Stage::new(std::iter::repeat_with(early).take(7));
    let mut task = task(&[LINK]);
    task.assets.retain(|asset| !matches!(asset, Asset::Content(_)));
    stage.download(&task).await;
    insta::assert_snapshot!(stage.transcript(), @"
     0.0 s  > GET https://cdn.example/v.mp4?sig=old
     0.0 s  < 409 Conflict
     0.4 s  > GET https://cdn.example/v.mp4?sig=old
     0.4 s  < 409 Conflict
     2.0 s  > GET https://cdn.example/v.mp4?sig=old
     2.0 s  < 409 Conflict
     4.4 s  > GET https://cdn.example/v.mp4?sig=old
     4.4 s  < 409 Conflict
     7.1 s  > GET https://cdn.example/v.mp4?sig=old
     7.1 s  < 409 Conflict
    10.1 s  > GET https://cdn.example/v.mp4?sig=old
    10.1 s  < 409 Conflict
    16.9 s  > GET https://cdn.example/v.mp4?sig=old
    16.9 s  < 409 Conflict
    16.9 s  undelivered: the video could not be delivered: the download could not be opened; check the network and download again <- the download could not be opened; check the network and download again <- no answer from the server <- the task has not ended yet: not ready (HTTP 409, artifact_not_ready) [Permanent, new-api:task_1@gateway.example]
    16.9 s  in the folder: []
    ");
}

#[tokio::test(start_paused = true)]
async fn only_a_task_that_has_succeeded_is_fetched() {
    let stage = Stage::new([]);
    for word in ["queued", "in_progress", "hatching", "failed", "cancelled", "expired", "completed"] {
        let task = Task::new(TaskRef::new("new-api", "task_1"), TaskStatus::from(word));
        let error = stage.client.download(&task, stage.target(), &|_| ()).await.expect_err("no video");
        stage.say(format!("{word}: {}", told(&error)));
    }
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  queued: running: the task has not ended yet [Permanent, new-api:task_1]
    0.0 s  in_progress: running: the task has not ended yet [Permanent, new-api:task_1]
    0.0 s  hatching: running: the task has not ended yet [Permanent, new-api:task_1]
    0.0 s  failed: failed: the generation failed [Permanent, new-api:task_1]
    0.0 s  cancelled: cancelled: the task was cancelled [Permanent, new-api:task_1]
    0.0 s  expired: expired: the provider gave the task up [Permanent, new-api:task_1]
    0.0 s  completed: undelivered: the video could not be delivered: the answer names no place of the video [Permanent, new-api:task_1]
    ");
}

#[tokio::test(start_paused = true)]
async fn a_task_without_a_place_is_not_asked_for() {
    let stage = Stage::new([]);
    let mut task = task(&[]);
    task.assets.retain(|asset| !matches!(asset, Asset::Content(_)));
    stage.download(&task).await;
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  undelivered: the video could not be delivered: the answer names no place of the video [Permanent, new-api:task_1@gateway.example]
    0.0 s  in the folder: []
    ");
}
