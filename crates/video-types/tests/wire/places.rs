//! Where ids, links, refusals and nothing at all can stand in an answer.

use insta::assert_snapshot;
use serde_json::{Value, json};
use video_types::Answer;

use crate::transcript::{answer_text, table};

/// `body → what it says`, on one line.
fn said(bodies: impl IntoIterator<Item = Value>) -> String {
    table(bodies.into_iter().map(|body| {
        let says = answer_text(&Answer::read(&body)).split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{body}\n    {says}")
    }))
}

#[test]
fn an_id_is_text_before_it_is_a_number() {
    let bodies = [
        json!({"id": "a", "task_id": "b"}),
        json!({"id": 4711, "task_id": "b"}),
        json!({"id": 4711, "task_id": 12}),
        json!({"id": 4711}),
        json!({"code": "success", "data": {"id": 4711, "task_id": "b"}}),
        json!({"code": "success", "data": {"task_id": 12}}),
        json!({"code": "success", "data": {"id": "c"}}),
        json!({"code": 0, "task_id": "b", "request_id": "r", "data": {"task_id": "inner"}}),
        json!({"output": {"task_id": "d"}}),
        json!({"code": "success", "data": "e"}),
        json!({"code": "success", "data": 5}),
    ];
    assert_snapshot!(said(bodies), @r#"
    {"id":"a","task_id":"b"}
        task a
    {"id":4711,"task_id":"b"}
        task b
    {"id":4711,"task_id":12}
        task 12
    {"id":4711}
        task 4711
    {"code":"success","data":{"id":4711,"task_id":"b"}}
        task b
    {"code":"success","data":{"task_id":12}}
        task 12
    {"code":"success","data":{"id":"c"}}
        task c
    {"code":0,"data":{"task_id":"inner"},"request_id":"r","task_id":"b"}
        task b
    {"output":{"task_id":"d"}}
        task d
    {"code":"success","data":"e"}
        task e
    {"code":"success","data":5}
        task 5
    "#);
}

#[test]
fn a_link_is_found_in_every_place_gateways_and_providers_use() {
    let link = "https://cdn.example/v.mp4";
    let places = [
        json!({"result_url": link}),
        json!({"url": link}),
        json!({"video_url": link}),
        json!({"content_url": link}),
        json!({"metadata": {"url": link}}),
        json!({"meta_data": {"url": link}}),
        json!({"metadata": {"video_url": link}}),
        json!({"output": link}),
        json!({"output": [link]}),
        json!({"output": [{"url": link}]}),
        json!({"output": [{"video_url": link}]}),
        json!({"output": {"video_url": link}}),
        json!({"output": {"url": link}}),
        json!({"task_result": {"videos": [{"url": link}]}}),
        json!({"videos": [{"url": link}]}),
        json!({"content": {"video_url": link}}),
        json!({"creations": [{"url": link}]}),
        json!({"data": {"video_url": link}}),
        json!({"data": {"data": {"task_result": {"videos": [{"url": link}]}}}}),
        json!({"fail_reason": link}),
        json!({"artifacts": [{"type": "video", "content_url": link}]}),
        json!({"legacy_content_url": link}),
    ];
    for mut body in places {
        body["task_id"] = "t".into();
        body["status"] = "succeeded".into();
        let Answer::Task(report) = Answer::read(&body) else { panic!("{body}") };
        assert_eq!(report.links, [link], "{body}");
    }
}

#[test]
fn what_is_no_link_is_no_link_in_any_place() {
    let body =
        json!({"task_id": "t", "status": "succeeded", "url": "", "result_url": "done", "output": [{"url": 5}, "x"]});
    assert_snapshot!(said([body]), @r#"
    {"output":[{"url":5},"x"],"result_url":"done","status":"succeeded","task_id":"t","url":""}
        task t status succeeded (Succeeded)
    "#);
}

#[test]
fn a_failed_task_has_no_link_and_no_good_news_for_a_reason() {
    let bodies = [
        json!({"task_id": "t", "status": "failed", "url": "https://cdn.example/half.mp4"}),
        json!({"code": 200, "message": "success", "data": {"task_id": "t", "status": "failed"}}),
        json!({"code": 0, "message": "SUCCEED", "data": {"task_id": "t", "task_status": "failed"}}),
        json!({"code": "success", "message": "no GPU left", "data": {"task_id": "t", "status": "failed"}}),
        json!({"task_id": "t", "status": "Fail", "base_resp": {"status_code": 0, "status_msg": "success"}}),
    ];
    assert_snapshot!(said(bodies), @r#"
    {"status":"failed","task_id":"t","url":"https://cdn.example/half.mp4"}
        task t status failed (Failed) failure [-]
    {"code":200,"data":{"status":"failed","task_id":"t"},"message":"success"}
        task t status failed (Failed) failure [-]
    {"code":0,"data":{"task_id":"t","task_status":"failed"},"message":"SUCCEED"}
        task t status failed (Failed) failure [-]
    {"code":"success","data":{"status":"failed","task_id":"t"},"message":"no GPU left"}
        task t status failed (Failed) failure no GPU left [-]
    {"base_resp":{"status_code":0,"status_msg":"success"},"status":"Fail","task_id":"t"}
        task t status Fail (Failed) failure [-]
    "#);
}

#[test]
fn a_refusal_under_a_success_status_is_told_from_a_task() {
    let bodies = [
        json!({"error": {"message": "no"}}),
        json!({"error": {"message": "no"}, "data": null}),
        json!({"error": "no"}),
        json!({"error": {}}),
        json!({"error": ""}),
        json!({"code": "invalid_request", "message": "no"}),
        json!({"code": 1001, "msg": "no", "data": ""}),
        json!({"code": 1001, "msg": "no", "data": []}),
        json!({"code": 0, "message": "fine"}),
        json!({"success": false, "message": "no"}),
        json!({"success": false, "message": "no", "status": "queued", "task_id": "t"}),
        json!({"base_resp": {"status_code": 1008, "status_msg": "no"}}),
        json!({"base_resp": {"status_code": 0, "status_msg": "success"}, "task_id": "t"}),
        json!({"code": "success", "data": {"error": {"message": "no"}}}),
        json!({"task_id": "t", "status": "queued", "error": {"message": "a warning"}}),
        json!({"task_id": "t", "status": "failed", "code": "oops", "error": {"message": "no"}}),
    ];
    assert_snapshot!(said(bodies), @r#"
    {"error":{"message":"no"}}
        problem None no
    {"data":null,"error":{"message":"no"}}
        problem None no
    {"error":"no"}
        problem None no
    {"error":{}}
        empty
    {"error":""}
        empty
    {"code":"invalid_request","message":"no"}
        problem Some("invalid_request") no
    {"code":1001,"data":"","msg":"no"}
        problem Some("1001") no
    {"code":1001,"data":[],"msg":"no"}
        problem Some("1001") no
    {"code":0,"message":"fine"}
        empty
    {"message":"no","success":false}
        problem None no
    {"message":"no","status":"queued","success":false,"task_id":"t"}
        problem None no
    {"base_resp":{"status_code":1008,"status_msg":"no"}}
        problem Some("1008") no
    {"base_resp":{"status_code":0,"status_msg":"success"},"task_id":"t"}
        task t
    {"code":"success","data":{"error":{"message":"no"}}}
        problem None no
    {"error":{"message":"a warning"},"status":"queued","task_id":"t"}
        task t status queued (Pending)
    {"code":"oops","error":{"message":"no"},"status":"failed","task_id":"t"}
        task t status failed (Failed) failure no [oops]
    "#);
}

#[test]
fn an_answer_that_says_nothing_of_a_task_is_empty() {
    let bodies = [
        json!({}),
        json!([]),
        json!(null),
        json!("ok"),
        json!(true),
        json!(5),
        json!({"message": "pong"}),
        json!({"code": "success"}),
        json!({"data": null}),
        json!({"data": ""}),
        json!({"data": {}}),
        json!({"data": []}),
        json!({"data": true}),
        json!({"data": {"data": {"data": null}}}),
    ];
    for body in bodies {
        assert_eq!(Answer::read(&body), Answer::Empty, "{body}");
    }
}
