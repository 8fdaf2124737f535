//! Jobs from their order to their video.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::num::NonZeroUsize;

use serde_json::{Value, json};
use video_client::{Outcome, Target};

use crate::stage::{Stage, generation, ordered, picture, post, small, video};

fn with(mut order: Value, field: &str, value: impl Into<Value>) -> Value {
    order[field] = value.into();
    order
}

#[tokio::test(start_paused = true)]
async fn a_job_is_ordered_rendered_and_saved_by_the_ordinary_client() {
    let stage = Stage::new();
    let client = stage.client();
    let folder = tempfile::tempdir().expect("a folder");
    let job = client.submit(generation("a red fox")).await.expect("accepted");
    assert!(job.reference().to_string().starts_with("new-api:task_"), "{}", job.reference());
    stage.sandbox.idle().await;
    let Outcome::Succeeded(task) = job.finish().await else { panic!("a video") };
    let path = folder.path().join("fox.mp4");
    let saved = client.download(&task, Target::file(&path), &|_| ()).await.expect("saved");
    assert_eq!(std::fs::metadata(path).expect("the file").len(), saved.bytes);
    insta::assert_snapshot!(format!("{:?}, {} attempts, assets {}", saved.container, saved.attempts, task.assets.len()), @r#"Container { format: Mp4, brand: Some("isom"), duration_ms: Some(1000), fragmented: false, proof: Boxes }, 1 attempts, assets 1"#);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_polls_sees_the_end_without_being_told() {
    let stage = Stage::new();
    let job = stage.client().submit(generation("a red fox")).await.expect("accepted");
    assert!(matches!(job.finish().await, Outcome::Succeeded(_)));
}

#[tokio::test]
async fn an_order_and_its_answers_read_like_a_gateways() {
    let mut stage = Stage::new();
    let id = stage.order(&small("a red fox")).await;
    stage.sandbox.idle().await;
    stage.hands.turn(2000);
    stage.poll(&id).await;
    stage.get("/v1/models").await;
    stage.ask(http::Method::DELETE, &format!("/v1/videos/{id}/content"), &[]).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    POST {"duration":1,"fps":4,"model":"sandbox-1","prompt":"a red fox","size":"64x64"}
      200 OK, openai-poll-after-ms: 200
      {"id":"task_1","task_id":"task_1","object":"video","model":"sandbox-1","status":"queued","progress":0,"created_at":1800000000,"seconds":"1","size":"64x64"}
    GET /v1/video/generations/task_1
      200 OK
      {"code":"success","message":"","data":{"created_at":1800000000,"updated_at":1800000000,"task_id":"task_1","status":"SUCCESS","fail_reason":"","result_url":"/v1/videos/task_1/content","submit_time":1800000000,"start_time":1800000000,"finish_time":1800000000,"progress":"100%","properties":{"input":"a red fox","origin_model_name":"sandbox-1"},"data":null,"seconds":"1","size":"64x64"},"status":"succeeded","task_id":"task_1","url":"/v1/videos/task_1/content"}
    GET /v1/models
      404 Not Found
      {"code":"","data":null,"error":{"code":"","message":"Invalid URL (GET /v1/models)","param":null,"type":"invalid_request_error"},"message":"Invalid URL (GET /v1/models)"}
    DELETE /v1/videos/task_1/content
      404 Not Found
      {"code":"","data":null,"error":{"code":"","message":"Invalid URL (DELETE /v1/videos/task_1/content)","param":null,"type":"invalid_request_error"},"message":"Invalid URL (DELETE /v1/videos/task_1/content)"}
    "#);
}

#[tokio::test]
async fn the_same_request_twice_is_two_tasks_with_the_same_bytes() {
    let stage = Stage::new();
    let ids = [ordered(&stage.sandbox, &small("fox")).await, ordered(&stage.sandbox, &small("fox")).await];
    stage.sandbox.idle().await;
    assert_ne!(ids[0], ids[1]);
    let [first, second] = [video(&stage.sandbox, &ids[0]).await, video(&stage.sandbox, &ids[1]).await];
    assert_eq!(first.headers()["etag"], second.headers()["etag"]);
    assert_eq!(first.body(), second.body());
}

#[tokio::test]
async fn another_seed_prompt_or_fps_gives_another_video_and_a_seed_may_stand_in_the_metadata() {
    let stage = Stage::new();
    let orders = [
        small("fox"),
        with(small("fox"), "seed", 7),
        with(small("fox"), "metadata", json!({"seed": 7})),
        with(small("fox"), "seed", -7),
        small("dog"),
        with(small("fox"), "fps", 5),
    ];
    let mut ids = Vec::new();
    for order in &orders {
        ids.push(ordered(&stage.sandbox, order).await);
    }
    stage.sandbox.idle().await;
    let mut videos = Vec::new();
    for id in &ids {
        videos.push(video(&stage.sandbox, id).await.into_body());
    }
    assert_eq!(videos[1], videos[2]);
    videos.remove(2);
    videos.sort();
    videos.dedup();
    assert_eq!(videos.len(), 5);
}

#[tokio::test]
async fn a_picture_is_taken_as_text_or_as_a_data_uri() {
    let stage = Stage::new();
    let order = |image: String| with(small("fox"), "image", image);
    let orders = [
        order(picture()),
        order(format!("data:image/png;base64,{}", picture())),
        with(small("fox"), "images", vec![picture()]),
        with(small("fox"), "input_reference", picture()),
        small("fox"),
    ];
    let mut videos = Vec::new();
    for order in &orders {
        let id = ordered(&stage.sandbox, order).await;
        stage.sandbox.idle().await;
        videos.push(video(&stage.sandbox, &id).await.into_body());
    }
    assert!(videos[..4].iter().all(|video| *video == videos[0]));
    assert_ne!(videos[0], videos[4]);
}

#[tokio::test]
async fn a_linked_picture_is_never_fetched() {
    let stage = Stage::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a setting");
    let link = format!("http://{}/cat.png", listener.local_addr().expect("an address"));
    let linked = ordered(&stage.sandbox, &with(small("fox"), "image", link)).await;
    let plain = ordered(&stage.sandbox, &small("fox")).await;
    stage.sandbox.idle().await;
    let [linked, plain] = [video(&stage.sandbox, &linked).await, video(&stage.sandbox, &plain).await];
    assert_ne!(linked.body(), plain.body(), "a placeholder is drawn");
    assert_eq!(listener.accept().expect_err("nobody called").kind(), ErrorKind::WouldBlock);
}

#[tokio::test]
async fn what_finds_no_core_is_queued_until_one_is_free() {
    let mut stage = Stage::with(|builder| builder.renders_at_once(NonZeroUsize::MIN));
    stage.hands.shut();
    let mut ids = Vec::new();
    for prompt in ["one", "two", "three"] {
        ids.push(ordered(&stage.sandbox, &small(prompt)).await);
    }
    // The first is rendered before long, and cannot end before the gate is opened.
    while stage_of(&stage, &ids[0]).await != "IN_PROGRESS 99%" {
        tokio::task::yield_now().await;
    }
    for id in &ids {
        let status = stage_of(&stage, id).await;
        stage.say(&status);
    }
    stage.hands.open();
    stage.sandbox.idle().await;
    for id in &ids {
        let status = stage_of(&stage, id).await;
        stage.say(&status);
    }
    insta::assert_snapshot!(stage.transcript(), @"
    IN_PROGRESS 99%
    QUEUED 0%
    QUEUED 0%
    SUCCESS 100%
    SUCCESS 100%
    SUCCESS 100%
    ");
}

async fn stage_of(stage: &Stage, id: &str) -> String {
    let request = crate::stage::get(&format!("http://sandbox/v1/video/generations/{id}"));
    let answer: Value = serde_json::from_slice(crate::stage::send(&stage.sandbox, request).await.body()).expect("JSON");
    let text = |field: &str| answer["data"][field].as_str().expect("text").to_owned();
    format!("{} {}", text("status"), text("progress"))
}

#[tokio::test]
async fn progress_never_goes_back() {
    let stage = Stage::new();
    let order = json!({"model": "sandbox-1", "prompt": "fox", "size": "320x180", "duration": 2, "fps": 24});
    let id = ordered(&stage.sandbox, &order).await;
    let task = format!("new-api:{id}").parse().expect("a handle");
    let client = stage.client();
    let mut seen = Vec::new();
    loop {
        let task = client.show(&task).await.expect("a task");
        seen.push(task.progress.expect("progress"));
        if task.phase().is_terminal() {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert!(seen.is_sorted(), "{seen:?}");
    assert_eq!(seen.last(), Some(&100));
}

#[tokio::test]
async fn many_orders_at_once_all_end() {
    let stage = Stage::new();
    let mut ids = Vec::new();
    for number in 0..40 {
        ids.push(ordered(&stage.sandbox, &small(&format!("fox {number}"))).await);
    }
    stage.sandbox.idle().await;
    for id in &ids {
        video(&stage.sandbox, id).await;
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 40);
}

#[tokio::test]
async fn a_picture_that_breaks_while_it_is_drawn_fails_its_task_alone() {
    let mut stage = Stage::new();
    // The header of a picture, and nothing of its pixels.
    let cut = &picture()[..64];
    let id = stage.order(&with(small("fox"), "image", cut)).await;
    stage.sandbox.idle().await;
    stage.poll(&id).await;
    stage.content(&id, &[]).await;
    assert_eq!(post(&stage.sandbox, &small("fox")).await.status(), 200);
    insta::assert_snapshot!(stage.transcript(), @r#"
    POST {"duration":1,"fps":4,"image":"iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAGUlEQVR4AQEOAPH/","model":"sandbox-1","prompt":"fox","size":"64x64"}
      200 OK, openai-poll-after-ms: 200
      {"id":"task_1","task_id":"task_1","object":"video","model":"sandbox-1","status":"queued","progress":0,"created_at":1800000000,"seconds":"1","size":"64x64"}
    GET /v1/video/generations/task_1
      200 OK
      {"code":"success","message":"","data":{"created_at":1800000000,"updated_at":1800000000,"task_id":"task_1","status":"FAILURE","fail_reason":"the first-frame picture cannot be read: send a whole PNG, JPEG or WebP file","submit_time":1800000000,"start_time":1800000000,"finish_time":1800000000,"progress":"100%","properties":{"input":"fox","origin_model_name":"sandbox-1"},"data":null,"seconds":"1","size":"64x64"},"error":{"code":null,"message":"the first-frame picture cannot be read: send a whole PNG, JPEG or WebP file"},"status":"failed","task_id":"task_1"}
    GET /v1/videos/task_1/content
      400 Bad Request
      {"code":"video_generation_failed","data":null,"error":{"code":"video_generation_failed","message":"Task is not completed yet, current status: FAILURE","param":null,"type":"invalid_request_error"},"message":"Task is not completed yet, current status: FAILURE"}
    "#);
}
