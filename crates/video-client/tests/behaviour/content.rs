//! Where a video is fetched from, in which order, and who gets the key.

use base64::Engine as _;
use http::{HeaderMap, HeaderValue, header};
use video_client::{Task, TaskRef};
use video_protocol::Asset;
use video_transport::Answer;
use video_types::TaskStatus;

use crate::answers::{broken, content_refused, failed, mp4, no_connection, page, refused, succeeded, task, video};
use crate::stage::{Stage, told};

const LINK: &str = "https://cdn.example/v.mp4?sig=old";
const FRESH: &str = "https://cdn.example/v.mp4?sig=new";

#[tokio::test(start_paused = true)]
async fn the_link_is_asked_first_and_without_the_key() {
    let stage = Stage::new([video()]);
    stage.download(&task(&[LINK])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://cdn.example/v.mp4?sig=old
    0.0 s  < 200 OK
    0.0 s  saved 4148 bytes after 1 attempts
    0.0 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn without_a_link_the_content_route_is_asked_with_the_key() {
    let stage = Stage::new([video()]);
    stage.download(&task(&[])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 200 OK
    0.0 s  saved 4148 bytes after 1 attempts
    0.0 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn an_expired_link_is_replaced_by_a_fresh_one() {
    let stage = Stage::new([page(403, "AccessDenied"), succeeded(FRESH), video()]);
    stage.download(&task(&[LINK])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://cdn.example/v.mp4?sig=old
    0.0 s  < 403 Forbidden
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 200 OK
    0.0 s  > GET https://cdn.example/v.mp4?sig=new
    0.0 s  < 200 OK
    0.0 s  saved 4148 bytes after 2 attempts
    0.0 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn an_expired_link_without_a_fresh_one_leaves_the_content_route() {
    let stage = Stage::new([page(403, "AccessDenied"), succeeded(LINK), video()]);
    stage.download(&task(&[LINK])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://cdn.example/v.mp4?sig=old
    0.0 s  < 403 Forbidden
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 200 OK
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 200 OK
    0.0 s  saved 4148 bytes after 2 attempts
    0.0 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_cannot_be_looked_up_leaves_the_content_route() {
    let stage = Stage::new([page(410, "Gone"), page(502, "Bad Gateway"), video()]);
    stage.download(&task(&[LINK])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://cdn.example/v.mp4?sig=old
    0.0 s  < 410 Gone
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 502 Bad Gateway
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 200 OK
    0.0 s  saved 4148 bytes after 2 attempts
    0.0 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_task_is_looked_up_once_more_and_not_at_every_refusal() {
    let other = "https://other.example/v.mp4?sig=s";
    let stage = Stage::new([
        page(403, "AccessDenied"),
        succeeded(FRESH),
        page(403, "AccessDenied"),
        page(404, "Not Found"),
        video(),
    ]);
    stage.download(&task(&[LINK, other])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://cdn.example/v.mp4?sig=old
    0.0 s  < 403 Forbidden
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 200 OK
    0.0 s  > GET https://cdn.example/v.mp4?sig=new
    0.0 s  < 403 Forbidden
    0.0 s  > GET https://other.example/v.mp4?sig=s
    0.0 s  < 404 Not Found
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 200 OK
    0.0 s  saved 4148 bytes after 4 attempts
    0.0 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_refuses_with_400_leaves_the_content_route() {
    // Google's and Amazon's stores say so of a token that has expired (seen 2026-11).
    let expired =
        Answer::status(400).header("content-type", "application/xml").body("<Error><Code>ExpiredToken</Code></Error>");
    let stage = Stage::new([expired, succeeded(LINK), video()]);
    stage.download(&task(&[LINK])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://cdn.example/v.mp4?sig=old
    0.0 s  < 400 Bad Request
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 200 OK
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 200 OK
    0.0 s  saved 4148 bytes after 1 attempts
    0.0 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_link_that_is_no_address_leaves_the_content_route() {
    let stage = Stage::new([succeeded("https://not a host/v.mp4"), video()]);
    stage.download(&task(&["https://not a host/v.mp4"])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 200 OK
    0.4 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.4 s  < 200 OK
    0.4 s  saved 4148 bytes after 2 attempts
    0.4 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_page_in_place_of_a_video_is_asked_again_once_then_the_next_place() {
    let stage = Stage::new([page(200, "Please wait"), page(200, "Please wait"), succeeded(LINK), video()]);
    stage.download(&task(&[LINK])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://cdn.example/v.mp4?sig=old
    0.0 s  < 200 OK
    0.4 s  > GET https://cdn.example/v.mp4?sig=old
    0.4 s  < 200 OK
    0.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.4 s  < 200 OK
    1.2 s  > GET https://gateway.example/v1/videos/task_1/content, key
    1.2 s  < 200 OK
    1.2 s  saved 4148 bytes after 3 attempts
    1.2 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_cannot_be_reached_is_left_after_two_attempts() {
    let stage = Stage::new([no_connection(), broken(), succeeded(LINK), video()]);
    stage.download(&task(&[LINK])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://cdn.example/v.mp4?sig=old
    0.0 s  < could not connect to the server
    0.4 s  > GET https://cdn.example/v.mp4?sig=old
    0.4 s  < the connection broke before the answer was whole
    0.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.4 s  < 200 OK
    1.2 s  > GET https://gateway.example/v1/videos/task_1/content, key
    1.2 s  < 200 OK
    1.2 s  saved 4148 bytes after 3 attempts
    1.2 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_content_yet_is_waited_for() {
    let stage = Stage::new([Answer::status(202), Answer::status(202), Answer::status(202), video()]);
    stage.download(&task(&[])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 202 Accepted
    0.4 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.4 s  < 202 Accepted
    2.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    2.0 s  < 202 Accepted
    4.4 s  > GET https://gateway.example/v1/videos/task_1/content, key
    4.4 s  < 200 OK
    4.4 s  saved 4148 bytes after 4 attempts
    4.4 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_video_inside_the_answer_needs_no_request() {
    let inline = format!("data:video/mp4;base64,{}", base64::engine::general_purpose::STANDARD.encode(mp4()));
    let stage = Stage::new([]);
    stage.download(&task(&[&inline])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  saved 4148 bytes after 1 attempts
    0.0 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn what_is_inside_the_answer_and_no_video_leaves_the_content_route() {
    let stage = Stage::new([succeeded(""), video()]);
    stage.download(&task(&["data:text/html;base64,PGh0bWw+"])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.4 s  < 200 OK
    1.2 s  > GET https://gateway.example/v1/videos/task_1/content, key
    1.2 s  < 200 OK
    1.2 s  saved 4148 bytes after 3 attempts
    1.2 s  in the folder: ["cat.mp4"]
    "#);
}

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
    let stage = Stage::new(std::iter::repeat_with(early).take(5));
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
    7.1 s  running: the task has not ended yet: not ready (HTTP 409) <- the download could not be opened; check the network and download again <- no answer from the server <- the task has not ended yet: not ready (HTTP 409, artifact_not_ready) [Temporary, new-api:task_1@gateway.example]
    7.1 s  in the folder: []
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
    let stage = Stage::new(std::iter::repeat_with(early).take(5));
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
    7.1 s  undelivered: the video could not be delivered: the download could not be opened; check the network and download again <- the download could not be opened; check the network and download again <- no answer from the server <- the task has not ended yet: not ready (HTTP 409, artifact_not_ready) [Permanent, new-api:task_1@gateway.example]
    7.1 s  in the folder: []
    ");
}

#[tokio::test(start_paused = true)]
async fn no_place_is_left_untried_however_many_there_are() {
    let links = [LINK, FRESH, "https://a.example/v.mp4", "https://b.example/v.mp4", "https://c.example/v.mp4"];
    let trouble = || page(502, "Bad Gateway");
    let answers = [trouble(), trouble(), succeeded(LINK)].into_iter().chain(std::iter::repeat_with(trouble).take(8));
    let stage = Stage::new(answers.chain([video()]));
    stage.download(&task(&links)).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://cdn.example/v.mp4?sig=old
    0.0 s  < 502 Bad Gateway
    0.4 s  > GET https://cdn.example/v.mp4?sig=old
    0.4 s  < 502 Bad Gateway
    0.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.4 s  < 200 OK
    1.2 s  > GET https://cdn.example/v.mp4?sig=new
    1.2 s  < 502 Bad Gateway
    1.8 s  > GET https://cdn.example/v.mp4?sig=new
    1.8 s  < 502 Bad Gateway
    2.2 s  > GET https://a.example/v.mp4
    2.2 s  < 502 Bad Gateway
    2.5 s  > GET https://a.example/v.mp4
    2.5 s  < 502 Bad Gateway
    3.4 s  > GET https://b.example/v.mp4
    3.4 s  < 502 Bad Gateway
    3.7 s  > GET https://b.example/v.mp4
    3.7 s  < 502 Bad Gateway
    4.0 s  > GET https://c.example/v.mp4
    4.0 s  < 502 Bad Gateway
    4.6 s  > GET https://c.example/v.mp4
    4.6 s  < 502 Bad Gateway
    5.3 s  > GET https://gateway.example/v1/videos/task_1/content, key
    5.3 s  < 200 OK
    5.3 s  saved 4148 bytes after 11 attempts
    5.3 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn every_place_has_its_two_attempts() {
    let trouble = || page(502, "Bad Gateway");
    let stage = Stage::new([trouble(), trouble(), succeeded(LINK), trouble(), video()]);
    stage.download(&task(&[LINK, FRESH])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://cdn.example/v.mp4?sig=old
    0.0 s  < 502 Bad Gateway
    0.4 s  > GET https://cdn.example/v.mp4?sig=old
    0.4 s  < 502 Bad Gateway
    0.4 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.4 s  < 200 OK
    1.2 s  > GET https://cdn.example/v.mp4?sig=new
    1.2 s  < 502 Bad Gateway
    1.8 s  > GET https://cdn.example/v.mp4?sig=new
    1.8 s  < 200 OK
    1.8 s  saved 4148 bytes after 4 attempts
    1.8 s  in the folder: ["cat.mp4"]
    "#);
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
async fn a_range_is_passed_on_to_the_place_that_answers() {
    let part = Answer::status(206).header("content-range", "bytes 5-9/10").body("56789");
    let stage = Stage::new([page(403, "AccessDenied"), succeeded(LINK), part]);
    let mut range = HeaderMap::new();
    range.insert(header::RANGE, HeaderValue::from_static("bytes=5-"));
    range.insert(header::IF_RANGE, HeaderValue::from_static("\"v1\""));
    let response = stage.client.open_content(&task(&[LINK]), &range).await.expect("content");
    stage.say(format!("{} {:?}", response.status(), response.headers()));
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://cdn.example/v.mp4?sig=old, range bytes=5-, if-range "v1"
    0.0 s  < 403 Forbidden
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 200 OK
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key, range bytes=5-, if-range "v1"
    0.0 s  < 206 Partial Content
    0.0 s  206 Partial Content {"content-range": "bytes 5-9/10"}
    "#);
}

#[tokio::test(start_paused = true)]
async fn content_that_no_place_has_is_refused_with_the_last_words() {
    let stage =
        Stage::new([page(403, "AccessDenied"), succeeded(LINK), content_refused(502, "Failed to fetch video content")]);
    let error = stage.client.open_content(&task(&[LINK]), &HeaderMap::new()).await.expect_err("no content");
    stage.say(told(&error));
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > GET https://cdn.example/v.mp4?sig=old
    0.0 s  < 403 Forbidden
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 200 OK
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 502 Bad Gateway
    0.0 s  undelivered: the video could not be delivered: the server is in trouble: Failed to fetch video content (HTTP 502) (HTTP 502) <- the server is in trouble: Failed to fetch video content (HTTP 502) [Temporary, new-api:task_1@gateway.example]
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
