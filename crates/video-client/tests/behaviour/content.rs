//! Where a video is fetched from, in which order, and who gets the key.

use std::fmt::Write as _;

use base64::Engine as _;
use http::{HeaderMap, HeaderValue, header};
use serde_json::json;
use video_client::Outcome;
use video_transport::Answer;

use crate::answers::{accepted, broken, content_refused, mp4, no_connection, page, succeeded, task, video, wrapper};
use crate::stage::{Stage, ended, told};

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
    0.0 s  undelivered: the video could not be delivered: the server is in trouble: Failed to fetch video content (HTTP 502) <- the server is in trouble: Failed to fetch video content (HTTP 502) [Temporary, new-api:task_1@gateway.example]
    ");
}

#[tokio::test(start_paused = true)]
async fn case_23_a_success_without_a_link_with_two_or_with_half_a_one_leaves_the_content_route() {
    let mut text = String::new();
    for links in [
        json!({}),
        json!({"result_url": ""}),
        json!({"result_url": "/files/v.mp4"}),
        json!({"result_url": "v.mp4"}),
        json!({"result_url": "https://cdn.example/a.mp4", "url": "https://cdn.example/b.mp4"}),
    ] {
        let mut done = links.clone();
        (done["task_id"], done["status"]) = (json!("task_1"), json!("SUCCESS"));
        let stage = Stage::new([accepted(), wrapper(&done)]);
        let outcome = stage.accepted().await.finish().await;
        writeln!(text, "{links} {}", ended(&outcome)).expect("text");
        let Outcome::Succeeded(task) = outcome else { panic!("{links}") };
        // Whatever the links are worth, there is a place left that the gateway itself answers for.
        for _ in 0..2 * (task.assets.len() - 1) {
            stage.script.push(page(404, "Not Found"));
        }
        stage.script.push(video());
        assert!(
            stage.client.download(&task, stage.target(), &|_| ()).await.is_ok(),
            "{links}: {}",
            stage.record.text()
        );
    }
    insta::assert_snapshot!(text, @r#"
    {} succeeded: [Content(task_1)]
    {"result_url":""} succeeded: [Content(task_1)]
    {"result_url":"/files/v.mp4"} succeeded: [Content(task_1)]
    {"result_url":"v.mp4"} succeeded: [Content(task_1)]
    {"result_url":"https://cdn.example/a.mp4","url":"https://cdn.example/b.mp4"} succeeded: [Link(https://cdn.example/a.mp4), Link(https://cdn.example/b.mp4), Content(task_1)]
    "#);
}
