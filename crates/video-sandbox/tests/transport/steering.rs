//! `metadata.sandbox`: one job made slow, failing, or odd.

use serde_json::{Value, json};
use video_client::Outcome;
use video_types::Metadata;

use crate::stage::{Stage, generation, small, told};

fn steered(wish: &Value) -> Value {
    let mut order = small("fox");
    order["metadata"] = json!({"sandbox": wish});
    order
}

#[tokio::test]
async fn seconds_keep_a_job_running_so_long() {
    let mut stage = Stage::new();
    let id = stage.order(&steered(&json!({"seconds": 3}))).await;
    stage.sandbox.idle().await;
    stage.hands.turn(2999);
    stage.poll(&id).await;
    stage.content(&id, &[]).await;
    stage.hands.turn(1);
    stage.poll(&id).await;
    insta::assert_snapshot!(stage.transcript(), @r#"
    POST {"duration":1,"fps":4,"metadata":{"sandbox":{"seconds":3}},"model":"sandbox-1","prompt":"fox","size":"64x64"}
      200 OK, openai-poll-after-ms: 200
      {"id":"task_1","task_id":"task_1","object":"video","model":"sandbox-1","status":"queued","progress":0,"created_at":1800000000,"seconds":"1","size":"64x64"}
    GET /v1/video/generations/task_1
      200 OK, openai-poll-after-ms: 200
      {"code":"success","message":"","data":{"created_at":1800000000,"updated_at":1800000000,"task_id":"task_1","status":"IN_PROGRESS","fail_reason":"","submit_time":1800000000,"start_time":1800000000,"finish_time":0,"progress":"99%","properties":{"input":"fox","origin_model_name":"sandbox-1"},"data":null,"seconds":"1","size":"64x64"},"status":"processing","task_id":"task_1"}
    GET /v1/videos/task_1/content
      400 Bad Request, retry-after: 1
      {"code":"task_not_completed","data":null,"error":{"code":"task_not_completed","message":"Task is not completed yet, current status: IN_PROGRESS","param":null,"type":"invalid_request_error"},"message":"Task is not completed yet, current status: IN_PROGRESS"}
    GET /v1/video/generations/task_1
      200 OK
      {"code":"success","message":"","data":{"created_at":1800000000,"updated_at":1800000003,"task_id":"task_1","status":"SUCCESS","fail_reason":"","result_url":"/v1/videos/task_1/content","submit_time":1800000000,"start_time":1800000000,"finish_time":1800000003,"progress":"100%","properties":{"input":"fox","origin_model_name":"sandbox-1"},"data":null,"seconds":"1","size":"64x64"},"status":"succeeded","task_id":"task_1","url":"/v1/videos/task_1/content"}
    "#);
}

#[tokio::test]
async fn every_way_to_fail_has_its_words() {
    let mut stage = Stage::new();
    let client = stage.client();
    for fail in ["failed", "filtered", "expired"] {
        let id = stage.order(&steered(&json!({"fail": fail}))).await;
        stage.sandbox.idle().await;
        stage.poll(&id).await;
        stage.content(&id, &[]).await;
        let job = client.resume(format!("new-api:{id}").parse().expect("a handle")).expect("ours");
        let Outcome::Ended(error) = job.finish().await else { panic!("an end") };
        stage.say(&format!("the client: {}", told(&error)));
    }
    insta::assert_snapshot!(stage.transcript(), @r#"
    POST {"duration":1,"fps":4,"metadata":{"sandbox":{"fail":"failed"}},"model":"sandbox-1","prompt":"fox","size":"64x64"}
      200 OK, openai-poll-after-ms: 200
      {"id":"task_1","task_id":"task_1","object":"video","model":"sandbox-1","status":"queued","progress":0,"created_at":1800000000,"seconds":"1","size":"64x64"}
    GET /v1/video/generations/task_1
      200 OK
      {"code":"success","message":"","data":{"created_at":1800000000,"updated_at":1800000000,"task_id":"task_1","status":"FAILURE","fail_reason":"failed as metadata.sandbox asked","submit_time":1800000000,"start_time":1800000000,"finish_time":1800000000,"progress":"100%","properties":{"input":"fox","origin_model_name":"sandbox-1"},"data":null,"seconds":"1","size":"64x64"},"error":{"code":"sandbox_failed","message":"failed as metadata.sandbox asked"},"status":"failed","task_id":"task_1"}
    GET /v1/videos/task_1/content
      400 Bad Request
      {"code":"video_generation_failed","data":null,"error":{"code":"video_generation_failed","message":"Task is not completed yet, current status: FAILURE","param":null,"type":"invalid_request_error"},"message":"Task is not completed yet, current status: FAILURE"}
    the client: failed: the generation failed: failed as metadata.sandbox asked (sandbox_failed), no task: false, Permanent
    POST {"duration":1,"fps":4,"metadata":{"sandbox":{"fail":"filtered"}},"model":"sandbox-1","prompt":"fox","size":"64x64"}
      200 OK, openai-poll-after-ms: 200
      {"id":"task_2","task_id":"task_2","object":"video","model":"sandbox-1","status":"queued","progress":0,"created_at":1800000000,"seconds":"1","size":"64x64"}
    GET /v1/video/generations/task_2
      200 OK
      {"code":"success","message":"","data":{"created_at":1800000000,"updated_at":1800000000,"task_id":"task_2","status":"FAILURE","fail_reason":"filtered as metadata.sandbox asked","submit_time":1800000000,"start_time":1800000000,"finish_time":1800000000,"progress":"100%","properties":{"input":"fox","origin_model_name":"sandbox-1"},"data":null,"seconds":"1","size":"64x64"},"error":{"code":"moderation_blocked","message":"filtered as metadata.sandbox asked"},"status":"failed","task_id":"task_2"}
    GET /v1/videos/task_2/content
      400 Bad Request
      {"code":"video_generation_failed","data":null,"error":{"code":"video_generation_failed","message":"Task is not completed yet, current status: FAILURE","param":null,"type":"invalid_request_error"},"message":"Task is not completed yet, current status: FAILURE"}
    the client: filtered: refused by moderation: filtered as metadata.sandbox asked (moderation_blocked), no task: false, Permanent
    POST {"duration":1,"fps":4,"metadata":{"sandbox":{"fail":"expired"}},"model":"sandbox-1","prompt":"fox","size":"64x64"}
      200 OK, openai-poll-after-ms: 200
      {"id":"task_3","task_id":"task_3","object":"video","model":"sandbox-1","status":"queued","progress":0,"created_at":1800000000,"seconds":"1","size":"64x64"}
    GET /v1/video/generations/task_3
      200 OK
      {"code":"success","message":"","data":{"created_at":1800000000,"updated_at":1800000000,"task_id":"task_3","status":"FAILURE","fail_reason":"expired as metadata.sandbox asked","submit_time":1800000000,"start_time":1800000000,"finish_time":1800000000,"progress":"100%","properties":{"input":"fox","origin_model_name":"sandbox-1"},"data":null,"seconds":"1","size":"64x64"},"error":{"code":"expired","message":"expired as metadata.sandbox asked"},"status":"failed","task_id":"task_3"}
    GET /v1/videos/task_3/content
      400 Bad Request
      {"code":"task_expired","data":null,"error":{"code":"task_expired","message":"Task is not completed yet, current status: FAILURE","param":null,"type":"invalid_request_error"},"message":"Task is not completed yet, current status: FAILURE"}
    the client: expired: the provider gave the task up: expired as metadata.sandbox asked (expired), no task: false, Permanent
    "#);
}

#[tokio::test]
async fn a_failure_may_take_its_time() {
    let mut stage = Stage::new();
    let id = stage.order(&steered(&json!({"seconds": 0.5, "fail": "failed"}))).await;
    stage.sandbox.idle().await;
    assert_eq!(stage.poll(&id).await["data"]["status"], "IN_PROGRESS");
    stage.hands.turn(500);
    assert_eq!(stage.poll(&id).await["data"]["status"], "FAILURE");
}

#[tokio::test(start_paused = true)]
async fn a_word_nobody_knows_is_waited_out_by_the_client() {
    let stage = Stage::new();
    let wish = Metadata::default().with("sandbox", json!({"seconds": 1, "status": "hatching"}));
    let order = generation("fox").with_metadata(wish);
    let mut job = stage.client().submit(order).await.expect("accepted");
    stage.sandbox.idle().await;
    let mut seen = Vec::new();
    while let Some(task) = job.update().await {
        let status = task.status.clone();
        seen.push(format!("{status}, unknown: {:?}", job.unknown_status()));
        stage.hands.turn(500);
    }
    assert!(matches!(job.finish().await, Outcome::Succeeded(_)));
    insta::assert_snapshot!(seen.join("\n"), @r#"
    hatching, unknown: Some("hatching")
    hatching, unknown: Some("hatching")
    SUCCESS, unknown: None
    "#);
}

#[tokio::test]
async fn a_clock_that_is_set_back_undoes_no_end() {
    let mut stage = Stage::new();
    let id = stage.order(&small("fox")).await;
    stage.sandbox.idle().await;
    stage.hands.turn(-3_600_000);
    assert_eq!(stage.poll(&id).await["data"]["status"], "SUCCESS");
    assert_eq!(stage.content(&id, &[]).await.status(), 200);
}

#[tokio::test]
async fn a_wish_that_is_not_understood_is_refused_and_nothing_is_ordered() {
    let mut stage = Stage::new();
    for wish in [
        json!("slow"),
        json!({"seconds": "soon"}),
        json!({"seconds": 1e9}),
        json!({"fail": "maybe"}),
        json!({"status": 5}),
        json!({"status": "completed"}),
    ] {
        assert_eq!(stage.post(&steered(&wish)).await.status(), 400);
    }
    insta::assert_snapshot!(stage.transcript(), @r#"
    POST {"duration":1,"fps":4,"metadata":{"sandbox":"slow"},"model":"sandbox-1","prompt":"fox","size":"64x64"}
      400 Bad Request
      {"code":"invalid_request","data":null,"error":{"code":"invalid_request","message":"metadata.sandbox must be an object such as {\"seconds\": 3}","param":null,"type":"invalid_request_error"},"message":"metadata.sandbox must be an object such as {\"seconds\": 3}"}
    POST {"duration":1,"fps":4,"metadata":{"sandbox":{"seconds":"soon"}},"model":"sandbox-1","prompt":"fox","size":"64x64"}
      400 Bad Request
      {"code":"invalid_request","data":null,"error":{"code":"invalid_request","message":"metadata.sandbox.seconds must be a number from 0 to 86400","param":null,"type":"invalid_request_error"},"message":"metadata.sandbox.seconds must be a number from 0 to 86400"}
    POST {"duration":1,"fps":4,"metadata":{"sandbox":{"seconds":1000000000.0}},"model":"sandbox-1","prompt":"fox","size":"64x64"}
      400 Bad Request
      {"code":"invalid_request","data":null,"error":{"code":"invalid_request","message":"metadata.sandbox.seconds must be a number from 0 to 86400","param":null,"type":"invalid_request_error"},"message":"metadata.sandbox.seconds must be a number from 0 to 86400"}
    POST {"duration":1,"fps":4,"metadata":{"sandbox":{"fail":"maybe"}},"model":"sandbox-1","prompt":"fox","size":"64x64"}
      400 Bad Request
      {"code":"invalid_request","data":null,"error":{"code":"invalid_request","message":"metadata.sandbox.fail must be failed, filtered or expired","param":null,"type":"invalid_request_error"},"message":"metadata.sandbox.fail must be failed, filtered or expired"}
    POST {"duration":1,"fps":4,"metadata":{"sandbox":{"status":5}},"model":"sandbox-1","prompt":"fox","size":"64x64"}
      400 Bad Request
      {"code":"invalid_request","data":null,"error":{"code":"invalid_request","message":"metadata.sandbox.status must be text","param":null,"type":"invalid_request_error"},"message":"metadata.sandbox.status must be text"}
    POST {"duration":1,"fps":4,"metadata":{"sandbox":{"status":"completed"}},"model":"sandbox-1","prompt":"fox","size":"64x64"}
      400 Bad Request
      {"code":"invalid_request","data":null,"error":{"code":"invalid_request","message":"metadata.sandbox.status must not be a word for an end; fail makes the task end","param":null,"type":"invalid_request_error"},"message":"metadata.sandbox.status must not be a word for an end; fail makes the task end"}
    "#);
}
