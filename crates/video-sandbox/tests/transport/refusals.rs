//! Orders that cannot be rendered: refused before anything is accepted, under the name of their field.

use serde_json::{Value, json};
use video_types::{Generation, ImageInput, Seconds, Size};

use crate::stage::{Stage, generation, small, told};

type Change = fn(&mut Generation);

#[tokio::test]
async fn what_cannot_be_rendered_is_refused_with_proof_that_no_task_exists() {
    let folder = tempfile::tempdir().expect("a folder");
    let stage = Stage::with(|builder| builder.folder(folder.path()));
    let client = stage.client();
    let orders: [(&str, Change); 9] = [
        ("size", |order| order.size = Some(Size::new(10, 10))),
        ("size", |order| order.size = Some(Size::from("huge"))),
        ("size", |order| order.size = Some(Size::new(8000, 8000))),
        ("seconds", |order| order.seconds = Seconds::new(3600)),
        ("fps", |order| order.fps = Some(500)),
        ("fps", |order| order.fps = Some(0)),
        ("image", |order| order.images = vec![ImageInput::new("data:image/png;base64,AAAA")]),
        ("image", |order| order.images = vec![ImageInput::new("cat.png")]),
        ("image", |order| order.images = vec![ImageInput::new("http://")]),
    ];
    let mut rows = Vec::new();
    for (field, change) in orders {
        let mut order = generation("fox");
        change(&mut order);
        let error = client.submit(order).await.expect_err("refused");
        assert!(error.proves_no_task() && error.message().contains(field), "{error:?}");
        rows.push(told(&error));
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 0);
    insta::assert_snapshot!(rows.join("\n"), @r#"
    invalid: the request was refused: size: 10x10 pixels: ask for 64 to 4096 a side and at most 3840x2160 in all (HTTP 400, invalid_size), no task: true, Permanent
    invalid: the request was refused: size "huge" is not understood: write it as 1280x720 or 720p (HTTP 400, invalid_size), no task: true, Permanent
    invalid: the request was refused: size: 8000x8000 pixels: ask for 64 to 4096 a side and at most 3840x2160 in all (HTTP 400, invalid_size), no task: true, Permanent
    invalid: the request was refused: seconds: 3600 seconds: ask for 0.1 to 60 (HTTP 400, invalid_seconds), no task: true, Permanent
    invalid: the request was refused: fps: 500 frames a second: ask for 1 to 60 (HTTP 400, invalid_request), no task: true, Permanent
    invalid: the request was refused: fps: 0 frames a second: ask for 1 to 60 (HTTP 400, invalid_request), no task: true, Permanent
    invalid: the request was refused: image: the first-frame picture cannot be read: send a whole PNG, JPEG or WebP file (HTTP 400, invalid_request), no task: true, Permanent
    invalid: the request was refused: image is neither a link nor a data URI nor base64 of a PNG, JPEG or WebP file (HTTP 400, invalid_request), no task: true, Permanent
    invalid: the request was refused: image is neither a link nor a data URI nor base64 of a PNG, JPEG or WebP file (HTTP 400, invalid_request), no task: true, Permanent
    "#);
}

#[tokio::test]
async fn the_body_of_a_refusal_names_the_field() {
    let mut stage = Stage::new();
    let with = |field: &str, value: Value| {
        let mut order = small("fox");
        order[field] = value;
        order
    };
    for order in [
        with("size", json!("10x10")),
        with("fps", json!(500)),
        with("duration", json!(61)),
        with("image", json!("AAAA")),
        with("model", json!(" ")),
        with("prompt", json!("")),
        with("n", json!(2)),
        json!([1, 2]),
    ] {
        assert_eq!(stage.post(&order).await.status(), 400);
    }
    insta::assert_snapshot!(stage.transcript(), @r#"
    POST {"duration":1,"fps":4,"model":"sandbox-1","prompt":"fox","size":"10x10"}
      400 Bad Request
      {"code":"invalid_size","data":null,"error":{"code":"invalid_size","message":"size: 10x10 pixels: ask for 64 to 4096 a side and at most 3840x2160 in all","param":"size","type":"invalid_request_error"},"message":"size: 10x10 pixels: ask for 64 to 4096 a side and at most 3840x2160 in all"}
    POST {"duration":1,"fps":500,"model":"sandbox-1","prompt":"fox","size":"64x64"}
      400 Bad Request
      {"code":"invalid_request","data":null,"error":{"code":"invalid_request","message":"fps: 500 frames a second: ask for 1 to 60","param":"fps","type":"invalid_request_error"},"message":"fps: 500 frames a second: ask for 1 to 60"}
    POST {"duration":61,"fps":4,"model":"sandbox-1","prompt":"fox","size":"64x64"}
      400 Bad Request
      {"code":"invalid_seconds","data":null,"error":{"code":"invalid_seconds","message":"seconds: 61 seconds: ask for 0.1 to 60","param":"seconds","type":"invalid_request_error"},"message":"seconds: 61 seconds: ask for 0.1 to 60"}
    POST {"duration":1,"fps":4,"image":"AAAA","model":"sandbox-1","prompt":"fox","size":"64x64"}
      400 Bad Request
      {"code":"invalid_request","data":null,"error":{"code":"invalid_request","message":"image: the first-frame picture cannot be read: send a whole PNG, JPEG or WebP file","param":"image","type":"invalid_request_error"},"message":"image: the first-frame picture cannot be read: send a whole PNG, JPEG or WebP file"}
    POST {"duration":1,"fps":4,"model":" ","prompt":"fox","size":"64x64"}
      400 Bad Request
      {"code":"missing_model","data":null,"error":{"code":"missing_model","message":"model is required","param":"model","type":"invalid_request_error"},"message":"model is required"}
    POST {"duration":1,"fps":4,"model":"sandbox-1","prompt":"","size":"64x64"}
      400 Bad Request
      {"code":"invalid_request","data":null,"error":{"code":"invalid_request","message":"prompt is required","param":"prompt","type":"invalid_request_error"},"message":"prompt is required"}
    POST {"duration":1,"fps":4,"model":"sandbox-1","n":2,"prompt":"fox","size":"64x64"}
      400 Bad Request
      {"code":"invalid_request","data":null,"error":{"code":"invalid_request","message":"n must be 1: send one request for each video","param":"n","type":"invalid_request_error"},"message":"n must be 1: send one request for each video"}
    POST [1,2]
      400 Bad Request
      {"code":"invalid_request","data":null,"error":{"code":"invalid_request","message":"the body must be a JSON object","param":null,"type":"invalid_request_error"},"message":"the body must be a JSON object"}
    "#);
}
