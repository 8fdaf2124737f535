//! Tasks on disk: found again by another sandbox, rendered again, never lost by half.

use std::path::Path;

use serde_json::{Value, json};
use video_sandbox::Sandbox;

use crate::stage::{Stage, generation, get, ordered, picture, send, small, told, video};

fn sandbox(folder: &Path) -> Sandbox {
    Sandbox::builder().folder(folder).build()
}

async fn status(sandbox: &Sandbox, id: &str) -> String {
    let answer = send(sandbox, get(&format!("http://sandbox/v1/video/generations/{id}"))).await;
    let answer: Value = serde_json::from_slice(answer.body()).expect("JSON");
    let word = answer["data"]["status"].as_str().or(answer["code"].as_str());
    word.expect("a status or a code").to_owned()
}

fn files(folder: &Path) -> Vec<String> {
    let there = std::fs::read_dir(folder).expect("the folder");
    let mut names: Vec<String> =
        there.map(|file| file.expect("a file").file_name().into_string().expect("text")).collect();
    names.sort();
    names
}

#[tokio::test]
async fn another_sandbox_finds_a_finished_task_and_renders_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = sandbox(folder.path());
    let id = ordered(&first, &small("fox")).await;
    first.idle().await;
    let before = video(&first, &id).await;
    drop(first);
    let second = sandbox(folder.path());
    assert_eq!(status(&second, &id).await, "SUCCESS");
    let after = video(&second, &id).await;
    assert_eq!(before.headers()["etag"], after.headers()["etag"]);
    assert_eq!(before.body(), after.body());
    assert_eq!(files(folder.path()), [format!("{id}.json")]);
}

#[tokio::test]
async fn a_task_that_was_left_in_the_middle_is_taken_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut stage = Stage::with(|builder| builder.folder(folder.path()));
    stage.hands.shut();
    let id = stage.order(&small("fox")).await;
    let second = sandbox(folder.path());
    assert_ne!(status(&second, &id).await, "SUCCESS");
    second.idle().await;
    assert_eq!(status(&second, &id).await, "SUCCESS");
    video(&second, &id).await;
    stage.hands.open();
    stage.sandbox.idle().await;
    assert_eq!(status(&stage.sandbox, &id).await, "SUCCESS");
    assert_eq!(files(folder.path()), [format!("{id}.json")]);
}

#[tokio::test]
async fn a_record_holds_the_request_and_its_times_for_the_owners_eyes_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("not/yet/there");
    let mut stage = Stage::with(|builder| builder.folder(&place));
    let id = stage.order(&small("fox")).await;
    stage.hands.turn(5000);
    stage.sandbox.idle().await;
    let path = place.join(format!("{id}.json"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).expect("a record").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let record: Value = serde_json::from_slice(&std::fs::read(&path).expect("a record")).expect("JSON");
    assert!(record["finished_at"].as_i64() >= record["created_at"].as_i64());
    let mut record = record;
    record["finished_at"] = json!("a time");
    insta::assert_snapshot!(record, @r#"{"created_at":1800000000,"finished_at":"a time","request":{"duration":1,"fps":4,"model":"sandbox-1","prompt":"fox","seconds":"1","size":"64x64"},"schema":"video.sandbox-task/1"}"#);
}

#[tokio::test]
async fn a_damaged_record_is_named_and_its_task_ends_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let sandbox = sandbox(folder.path());
    let id = "task_0000000000000000000000000000000x";
    let request = small("fox");
    let mut rows = Vec::new();
    for record in [
        String::new(),
        r#"{"schema":"video.sandbox-task/1","created_at":1"#.to_owned(),
        "[]".to_owned(),
        json!({"schema": "video.sandbox-task/2", "created_at": 1, "request": request}).to_string(),
        json!({"schema": "video.sandbox-task/1", "created_at": 1, "request": {"model": "m"}}).to_string(),
        json!({"schema": "video.sandbox-task/1", "created_at": 1, "request": {"model": "m", "prompt": "p", "size": "1x1"}}).to_string(),
    ] {
        std::fs::write(folder.path().join(format!("{id}.json")), record).expect("a record");
        let poll = send(&sandbox, get(&format!("http://sandbox/v1/video/generations/{id}"))).await;
        let content = send(&sandbox, get(&format!("http://sandbox/v1/videos/{id}/content"))).await;
        assert_eq!((poll.status(), poll.body()), (content.status(), content.body()));
        let answer: Value = serde_json::from_slice(poll.body()).expect("JSON");
        rows.push(format!("{} {}", poll.status(), answer["message"].as_str().expect("words")));
    }
    insta::assert_snapshot!(rows.join("\n"), @r#"
    501 Not Implemented the sandbox cannot read its record task_0000000000000000000000000000000x.json: it is damaged: EOF while parsing a value at line 1 column 0
    501 Not Implemented the sandbox cannot read its record task_0000000000000000000000000000000x.json: it is damaged: EOF while parsing an object at line 1 column 47
    501 Not Implemented the sandbox cannot read its record task_0000000000000000000000000000000x.json: it is damaged: invalid length 0, expected struct Record with 6 elements at line 1 column 2
    501 Not Implemented the sandbox cannot read its record task_0000000000000000000000000000000x.json: it is damaged: its schema is "video.sandbox-task/2", this version reads video.sandbox-task/1
    501 Not Implemented the sandbox cannot read its record task_0000000000000000000000000000000x.json: it is damaged: prompt is required
    501 Not Implemented the sandbox cannot read its record task_0000000000000000000000000000000x.json: it is damaged: the request was refused: size: 1x1 pixels: ask for 64 to 4096 a side and at most 3840x2160 in all (invalid_size)
    "#);
}

#[tokio::test]
async fn times_out_of_range_are_no_reason_to_panic() {
    let folder = tempfile::tempdir().expect("a folder");
    let sandbox = sandbox(folder.path());
    for (number, time) in [i64::MIN, -1, 0, i64::MAX].into_iter().enumerate() {
        let id = format!("task_{number:032}");
        let record =
            json!({"schema": "video.sandbox-task/1", "created_at": time, "finished_at": time, "request": small("fox")});
        std::fs::write(folder.path().join(format!("{id}.json")), record.to_string()).expect("a record");
        assert_eq!(status(&sandbox, &id).await, "SUCCESS");
    }
}

#[tokio::test]
async fn ids_that_are_not_the_sandboxes_own_never_become_paths() {
    let folder = tempfile::tempdir().expect("a folder");
    let inside = folder.path().join("inside");
    std::fs::create_dir(&inside).expect("a folder");
    // What a path would find, if an id became one: a sound record outside the folder, and one with a short name.
    let record = json!({"schema": "video.sandbox-task/1", "created_at": 1, "finished_at": 2, "request": small("fox")});
    for path in [folder.path().join("x.json"), inside.join("task_x.json"), inside.join("x.json"), inside.join(".json")]
    {
        std::fs::write(path, record.to_string()).expect("a record");
    }
    let before = files(&inside);
    let sandbox = sandbox(&inside);
    let mut rows = Vec::new();
    for id in [
        "..%2Fx",
        "..%2f..%2fx",
        "task_x",
        "x",
        "%2e%2e%2fx",
        "task_..%2F..%2F..%2F..%2F..%2F..%2F..%2F..%2Fxx",
        "task_%00000000000000000000000000000000",
        "task_000000000000000000000000000000%C3%A9",
    ] {
        rows.push(format!("{id}: {}", status(&sandbox, id).await));
    }
    assert_eq!(files(&inside), before);
    insta::assert_snapshot!(rows.join("\n"), @"
    ..%2Fx: task_not_exist
    ..%2f..%2fx: task_not_exist
    task_x: task_not_exist
    x: task_not_exist
    %2e%2e%2fx: task_not_exist
    task_..%2F..%2F..%2F..%2F..%2F..%2F..%2F..%2Fxx: task_not_exist
    task_%00000000000000000000000000000000: task_not_exist
    task_000000000000000000000000000000%C3%A9: task_not_exist
    ");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_refuses_before_anything_is_accepted() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a file");
    std::fs::write(&file, "in the way").expect("a file");
    let stage = Stage::with(|builder| builder.folder(file.join("tasks")));
    let error = stage.client().submit(generation("fox")).await.expect_err("refused");
    stage.sandbox.idle().await;
    assert_eq!(files(folder.path()), ["a file"]);
    insta::assert_snapshot!(told(&error), @"unsent: the gateway is not set up for this: the sandbox cannot write its folder, so nothing was accepted: Not a directory (os error 20) (HTTP 501, not_implemented), no task: true, Permanent");
}

#[tokio::test]
async fn a_task_that_could_not_be_rendered_is_no_success_for_another_sandbox() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut order = small("fox");
    // The header of a picture without its pixels.
    order["image"] = json!(&picture()[..64]);
    let first = sandbox(folder.path());
    let id = ordered(&first, &order).await;
    first.idle().await;
    assert_eq!(status(&first, &id).await, "FAILURE");
    let second = sandbox(folder.path());
    assert_ne!(status(&second, &id).await, "SUCCESS");
    second.idle().await;
    assert_eq!(status(&second, &id).await, "FAILURE");
}
