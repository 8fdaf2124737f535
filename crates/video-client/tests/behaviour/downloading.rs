//! Bytes that do not come whole, and files that cannot be written.

use video_client::Target;
use video_transport::{TransportError, TransportErrorKind};

use crate::answers::{broken, content_refused, cut_video, mp4, page, succeeded, task, video};
use crate::stage::Stage;

#[tokio::test(start_paused = true)]
async fn a_short_body_is_asked_for_again() {
    // Wire facts, fixture 21: the content route of New API stops after 60 s.
    let stage = Stage::new([cut_video(), video()]);
    stage.download(&task(&[])).await;
    assert_eq!(std::fs::read(stage.folder.path().join("cat.mp4")).expect("the file"), mp4());
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
async fn a_body_that_is_always_short_is_never_put_under_the_name() {
    let stage = Stage::new(std::iter::repeat_with(cut_video).take(7));
    stage.download(&task(&[])).await;
    insta::assert_snapshot!(stage.transcript(), @"
     0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
     0.0 s  < 200 OK
     0.4 s  > GET https://gateway.example/v1/videos/task_1/content, key
     0.4 s  < 200 OK
     2.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
     2.0 s  < 200 OK
     4.4 s  > GET https://gateway.example/v1/videos/task_1/content, key
     4.4 s  < 200 OK
     7.1 s  > GET https://gateway.example/v1/videos/task_1/content, key
     7.1 s  < 200 OK
    10.1 s  > GET https://gateway.example/v1/videos/task_1/content, key
    10.1 s  < 200 OK
    16.9 s  > GET https://gateway.example/v1/videos/task_1/content, key
    16.9 s  < 200 OK
    16.9 s  undelivered: the video could not be delivered: the video ended after 2000 of 4148 bytes; nothing was stored, download again <- the video ended after 2000 of 4148 bytes; nothing was stored, download again [Permanent, new-api:task_1@gateway.example]
    16.9 s  in the folder: []
    ");
}

#[tokio::test(start_paused = true)]
async fn a_short_link_is_left_for_the_content_route() {
    let stage = Stage::new([cut_video(), cut_video(), succeeded("https://cdn.example/v.mp4"), video()]);
    stage.download(&task(&["https://cdn.example/v.mp4"])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    0.0 s  > GET https://cdn.example/v.mp4
    0.0 s  < 200 OK
    0.4 s  > GET https://cdn.example/v.mp4
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
async fn a_body_that_breaks_is_asked_for_again() {
    let broken = cut_video().breaking(TransportError::new(TransportErrorKind::Interrupted, "connection reset by peer"));
    let stage = Stage::new([broken, video()]);
    stage.download(&task(&[])).await;
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
async fn a_busy_gateway_is_given_the_time_it_asks_for() {
    let busy = content_refused(503, "busy").header("retry-after", "9");
    let stage = Stage::new([busy, broken(), page(502, "Bad Gateway"), video()]);
    stage.download(&task(&[])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
     0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
     0.0 s  < 503 Service Unavailable
     9.1 s  > GET https://gateway.example/v1/videos/task_1/content, key
     9.1 s  < the connection broke before the answer was whole
    10.6 s  > GET https://gateway.example/v1/videos/task_1/content, key
    10.6 s  < 502 Bad Gateway
    13.1 s  > GET https://gateway.example/v1/videos/task_1/content, key
    13.1 s  < 200 OK
    13.1 s  saved 4148 bytes after 4 attempts
    13.1 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_asks_for_a_day_is_asked_after_five_minutes() {
    let busy = content_refused(503, "busy").header("retry-after", "86400");
    let stage = Stage::new([busy, video()]);
    stage.download(&task(&[])).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
      0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
      0.0 s  < 503 Service Unavailable
    300.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    300.0 s  < 200 OK
    300.0 s  saved 4148 bytes after 2 attempts
    300.0 s  in the folder: ["cat.mp4"]
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_stands_there_is_left_alone_and_nothing_is_asked() {
    let stage = Stage::new([]);
    std::fs::write(stage.folder.path().join("cat.mp4"), "mine").expect("a file");
    let saved = stage.client.download(&task(&[]), stage.target(), &|_| ()).await;
    let words =
        crate::stage::told(&saved.expect_err("in the way")).replace(&stage.folder.path().display().to_string(), "…");
    assert_eq!(stage.transcript(), "");
    insta::assert_snapshot!(words, @"local: trouble on this machine: …/cat.mp4 exists already and was left alone; choose another name or allow overwriting <- …/cat.mp4 exists already and was left alone; choose another name or allow overwriting [Permanent, new-api:task_1@gateway.example]");
}

#[tokio::test(start_paused = true)]
async fn progress_counts_the_bytes_of_every_attempt() {
    let stage = Stage::new([cut_video(), video()]);
    let report = |progress: video_client::Progress| {
        stage.say(format!("attempt {}: {} of {:?}", progress.attempt, progress.received, progress.total));
    };
    let target = Target::writer(tokio::io::sink());
    let saved = stage.client.download(&task(&[]), target, &report).await;
    stage.delivered(&saved);
    insta::assert_snapshot!(stage.transcript(), @"
    0.0 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.0 s  < 200 OK
    0.0 s  attempt 1: 2000 of Some(4148)
    0.4 s  > GET https://gateway.example/v1/videos/task_1/content, key
    0.4 s  < 200 OK
    0.4 s  attempt 2: 2048 of Some(4148)
    0.4 s  attempt 2: 4148 of Some(4148)
    0.4 s  saved 4148 bytes after 2 attempts
    0.4 s  in the folder: []
    ");
}
