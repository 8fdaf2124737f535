//! Redirects of content, and which of them carry the key.

use video_client::TaskRef;

use crate::answers::{redirect, succeeded, task, video};
use crate::stage::Stage;

const LINK: &str = "https://cdn.example/v.mp4?sig=old";

#[tokio::test(start_paused = true)]
async fn a_redirect_elsewhere_does_not_carry_the_key() {
    let stage = Stage::new([redirect(302, "https://cdn.example/v.mp4?sig=s"), redirect(307, "/w.mp4"), video()]);
    stage.download(&task(&[])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 302 Found
    0.0 s  > GET https://cdn.example/v.mp4?sig=s
    0.0 s  < 307 Temporary Redirect
    0.0 s  > GET https://cdn.example/w.mp4
    0.0 s  < 200 OK
    0.0 s  saved 4148 bytes after 1 attempts
    0.0 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_redirect_within_the_gateway_carries_the_key_and_back_from_elsewhere_too() {
    let stage = Stage::new([
        redirect(302, "/files/task_1"),
        redirect(302, "https://cdn.example/bounce"),
        redirect(302, "https://gateway.example/files/task_1?again"),
        video(),
    ]);
    stage.download(&task(&[])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 302 Found
    0.0 s  > GET https://gateway.example/files/task_1, key
    0.0 s  < 302 Found
    0.0 s  > GET https://cdn.example/bounce
    0.0 s  < 302 Found
    0.0 s  > GET https://gateway.example/files/task_1?again, key
    0.0 s  < 200 OK
    0.0 s  saved 4148 bytes after 1 attempts
    0.0 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn the_key_goes_to_no_other_scheme_port_or_lookalike() {
    let stage = Stage::new([
        redirect(302, "http://gateway.example/v"),
        redirect(302, "https://gateway.example:8443/v"),
        redirect(302, "https://gateway.example.evil.example/v"),
        redirect(302, "https://sub.gateway.example/v"),
        video(),
    ]);
    stage.download(&task(&[])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 302 Found
    0.0 s  > GET http://gateway.example/v
    0.0 s  < 302 Found
    0.0 s  > GET https://gateway.example:8443/v
    0.0 s  < 302 Found
    0.0 s  > GET https://gateway.example.evil.example/v
    0.0 s  < 302 Found
    0.0 s  > GET https://sub.gateway.example/v
    0.0 s  < 200 OK
    0.0 s  saved 4148 bytes after 1 attempts
    0.0 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_link_that_redirects_in_a_circle_leaves_the_content_route() {
    let around = || redirect(302, LINK);
    let circle = std::iter::repeat_with(around).take(6);
    let stage = Stage::new(circle.chain([succeeded(LINK), video()]));
    stage.download(&task(&[LINK])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://cdn.example/v.mp4?sig=old
    0.0 s  < 302 Found
    0.0 s  > GET https://cdn.example/v.mp4?sig=old
    0.0 s  < 302 Found
    0.0 s  > GET https://cdn.example/v.mp4?sig=old
    0.0 s  < 302 Found
    0.0 s  > GET https://cdn.example/v.mp4?sig=old
    0.0 s  < 302 Found
    0.0 s  > GET https://cdn.example/v.mp4?sig=old
    0.0 s  < 302 Found
    0.0 s  > GET https://cdn.example/v.mp4?sig=old
    0.0 s  < 302 Found
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 200 OK
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 200 OK
    0.0 s  saved 4148 bytes after 1 attempts
    0.0 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_redirects_in_a_circle_does_not_deliver() {
    let around = || redirect(302, "/v1/videos/task_1/content");
    let stage = Stage::new(std::iter::repeat_with(around).take(6).chain([succeeded("")]));
    stage.download(&task(&[])).await;
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 302 Found
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 302 Found
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 302 Found
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 302 Found
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 302 Found
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 302 Found
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 200 OK
    0.0 s  undelivered: the video could not be delivered: the download could not be opened; look the task up again <- the download could not be opened; look the task up again <- the video cannot be asked for <- the answer cannot be understood: redirected more than five times [Permanent, new-api:task_1@gateway.example]
    0.0 s  in the folder: []
    ");
}

#[tokio::test(start_paused = true)]
async fn a_redirect_to_nowhere_does_not_deliver() {
    let stage = Stage::new([redirect(302, "ftp://cdn.example/v.mp4"), succeeded("")]);
    stage.download(&task(&[])).await;
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 302 Found
    0.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    0.0 s  < 200 OK
    0.0 s  undelivered: the video could not be delivered: the download could not be opened; look the task up again <- the download could not be opened; look the task up again <- the video cannot be asked for <- the answer cannot be understood: redirected to nowhere (HTTP 302) [Permanent, new-api:task_1@gateway.example]
    0.0 s  in the folder: []
    ");
}

#[tokio::test(start_paused = true)]
async fn a_content_route_on_localhost_is_this_gateways_own() {
    let stage = Stage::at("https://host.example/prefix/v1", [video()], |builder| builder);
    let mut task = task(&["http://localhost:3000/v1/videos/task_x/content"]);
    task.reference = TaskRef::new("new-api", "task_1");
    stage.download(&task).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://host.example/prefix/v1/videos/task_x/content, key
    0.0 s  < 200 OK
    0.0 s  saved 4148 bytes after 1 attempts
    0.0 s  in the folder: ["cat.mp4"]
    "#);
}
