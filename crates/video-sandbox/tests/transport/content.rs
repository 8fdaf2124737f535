//! The content route: whole, in part, or only its head.

use std::fmt::Write as _;
use std::ops::Range;

use http::Method;
use serde_json::json;

use crate::stage::{Stage, small};

type Headers<'a> = &'a [(&'static str, &'a str)];

#[tokio::test]
async fn parts_are_those_of_the_whole() {
    let mut stage = Stage::new();
    let id = stage.order(&small("fox")).await;
    stage.sandbox.idle().await;
    let whole = stage.content(&id, &[]).await;
    let etag = whole.headers()["etag"].to_str().expect("text").to_owned();
    let whole = whole.into_body();
    let length = whole.len();
    let end = format!("bytes={}-", length - 5);
    let behind = format!("bytes={length}-");
    let parts: [(Headers<'_>, Range<usize>); 9] = [
        (&[("range", "bytes=0-0")], 0..1),
        (&[("range", "bytes=100-199")], 100..200),
        (&[("range", &end)], length - 5..length),
        (&[("range", "bytes=-5")], length - 5..length),
        (&[("range", "bytes=100-199"), ("if-range", &etag)], 100..200),
        (&[("range", "bytes=100-199"), ("if-range", "\"other\"")], 0..length),
        (&[("range", "bytes=0-1,5-9")], 0..length),
        (&[("range", "lines=1-2")], 0..length),
        (&[("range", &behind)], 0..0),
    ];
    for (headers, bytes) in parts {
        let part = stage.content(&id, headers).await;
        assert!(part.body() == &whole[bytes], "{headers:?}");
    }
    let shown = stage.transcript().replace(&etag, "\"sha256\"").replace(&length.to_string(), "LENGTH");
    let shown = shown.replace(&(length - 5).to_string(), "LENGTH-5").replace(&(length - 1).to_string(), "LENGTH-1");
    insta::assert_snapshot!(shown, @r#"
    POST {"duration":1,"fps":4,"model":"sandbox-1","prompt":"fox","size":"64x64"}
      200 OK, openai-poll-after-ms: 200
      {"id":"task_1","task_id":"task_1","object":"video","model":"sandbox-1","status":"queued","progress":0,"created_at":1800000000,"seconds":"1","size":"64x64"}
    GET /v1/videos/task_1/content
      200 OK, content-type: video/mp4, content-length: LENGTH, accept-ranges: bytes, etag: "sha256", LENGTH bytes
    GET /v1/videos/task_1/content, range: bytes=0-0
      206 Partial Content, content-type: video/mp4, content-length: 1, accept-ranges: bytes, etag: "sha256", content-range: bytes 0-0/LENGTH, 1 bytes
    GET /v1/videos/task_1/content, range: bytes=100-199
      206 Partial Content, content-type: video/mp4, content-length: 100, accept-ranges: bytes, etag: "sha256", content-range: bytes 100-199/LENGTH, 100 bytes
    GET /v1/videos/task_1/content, range: bytes=LENGTH-5-
      206 Partial Content, content-type: video/mp4, content-length: 5, accept-ranges: bytes, etag: "sha256", content-range: bytes LENGTH-5-LENGTH-1/LENGTH, 5 bytes
    GET /v1/videos/task_1/content, range: bytes=-5
      206 Partial Content, content-type: video/mp4, content-length: 5, accept-ranges: bytes, etag: "sha256", content-range: bytes LENGTH-5-LENGTH-1/LENGTH, 5 bytes
    GET /v1/videos/task_1/content, range: bytes=100-199, if-range: "sha256"
      206 Partial Content, content-type: video/mp4, content-length: 100, accept-ranges: bytes, etag: "sha256", content-range: bytes 100-199/LENGTH, 100 bytes
    GET /v1/videos/task_1/content, range: bytes=100-199, if-range: "other"
      200 OK, content-type: video/mp4, content-length: LENGTH, accept-ranges: bytes, etag: "sha256", LENGTH bytes
    GET /v1/videos/task_1/content, range: bytes=0-1,5-9
      200 OK, content-type: video/mp4, content-length: LENGTH, accept-ranges: bytes, etag: "sha256", LENGTH bytes
    GET /v1/videos/task_1/content, range: lines=1-2
      200 OK, content-type: video/mp4, content-length: LENGTH, accept-ranges: bytes, etag: "sha256", LENGTH bytes
    GET /v1/videos/task_1/content, range: bytes=LENGTH-
      416 Range Not Satisfiable, content-type: video/mp4, content-length: 0, accept-ranges: bytes, etag: "sha256", content-range: bytes */LENGTH, 0 bytes
    "#);
}

#[tokio::test]
async fn a_head_tells_of_the_whole_and_has_no_body() {
    let mut stage = Stage::new();
    let id = stage.order(&small("fox")).await;
    stage.sandbox.idle().await;
    let whole = stage.content(&id, &[]).await;
    let head = stage.ask(Method::HEAD, &format!("/v1/videos/{id}/content"), &[("range", "bytes=5-9")]).await;
    assert_eq!((head.status(), head.headers()), (whole.status(), whole.headers()));
    assert!(head.body().is_empty());
}

#[tokio::test]
async fn a_strong_validator_is_the_hash_of_the_bytes() {
    use sha2::{Digest as _, Sha256};
    let mut stage = Stage::new();
    let id = stage.order(&small("fox")).await;
    stage.sandbox.idle().await;
    let whole = stage.content(&id, &[]).await;
    let mut etag = "\"".to_owned();
    for byte in Sha256::digest(whole.body()) {
        write!(etag, "{byte:02x}").expect("a string takes all");
    }
    assert_eq!(whole.headers()["etag"], etag + "\"");
}

#[tokio::test]
async fn content_too_early_and_tasks_nobody_knows_are_refused_as_gateways_do() {
    let mut stage = Stage::new();
    let mut order = small("fox");
    order["metadata"] = json!({"sandbox": {"seconds": 60}});
    let id = stage.order(&order).await;
    stage.content(&id, &[("range", "bytes=0-")]).await;
    stage.content("task_0000000000000000000000000000000x", &[]).await;
    stage.poll("task_0000000000000000000000000000000x").await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    POST {"duration":1,"fps":4,"metadata":{"sandbox":{"seconds":60}},"model":"sandbox-1","prompt":"fox","size":"64x64"}
      200 OK, openai-poll-after-ms: 200
      {"id":"task_1","task_id":"task_1","object":"video","model":"sandbox-1","status":"queued","progress":0,"created_at":1800000000,"seconds":"1","size":"64x64"}
    GET /v1/videos/task_1/content, range: bytes=0-
      400 Bad Request, retry-after: 1
      {"code":"task_not_completed","data":null,"error":{"code":"task_not_completed","message":"Task is not completed yet, current status: IN_PROGRESS","param":null,"type":"invalid_request_error"},"message":"Task is not completed yet, current status: IN_PROGRESS"}
    GET /v1/videos/task_0000000000000000000000000000000x/content
      404 Not Found
      {"code":"task_not_exist","data":null,"error":{"code":"task_not_exist","message":"task_not_exist","param":null,"type":"invalid_request_error"},"message":"task_not_exist"}
    GET /v1/video/generations/task_0000000000000000000000000000000x
      400 Bad Request
      {"code":"task_not_exist","data":null,"error":{"code":"task_not_exist","message":"task_not_exist","param":null,"type":"invalid_request_error"},"message":"task_not_exist"}
    "#);
}
