//! `/v1/videos`: lists, cancels, deletes and remixes, over the sandbox and over upstreams that have none.

use serde_json::Value;
use video_gateway::Gateway;
use video_sandbox::Sandbox;

use crate::far_end::{ORDER, finish, order, sandbox};
use crate::running::{Running, client};
use crate::upstream::{Upstream, json};
use crate::wire::{Answer, exchange, get, post};

/// A remix, or an order in the OpenAI format.
pub(crate) fn post_to(path: &str, headers: &str, body: &str) -> String {
    post(headers, body).replace("POST /v1/video/generations", &format!("POST {path}"))
}

async fn ask(running: &Running, line: &str) -> Answer {
    exchange(running.address, &get(line, "")).await
}

#[tokio::test]
async fn a_finished_video_is_listed_remixed_and_deleted() {
    let running = sandbox().await;
    let id = order(&running, ORDER).await;
    finish(&running, &id).await;
    let mut text = vec![ask(&running, "GET /v1/videos?limit=5").await.show()];
    let remix =
        exchange(running.address, &post_to(&format!("/v1/videos/{id}/remix"), "", r#"{"prompt":"at night"}"#)).await;
    let made = remix.json()["id"].as_str().expect("an id").to_owned();
    text.push(remix.show());
    finish(&running, &made).await;
    text.push(ask(&running, &format!("GET /v1/videos/{made}")).await.show());
    text.push(ask(&running, &format!("DELETE /v1/videos/{id}")).await.show());
    text.push(ask(&running, &format!("DELETE /v1/videos/{id}")).await.show());
    text.push(ask(&running, "GET /v1/videos?order=asc").await.show());
    insta::assert_snapshot!(text.join("\n").replace(&made, "<remix>").replace(&id, "<id>"));
}

#[tokio::test]
async fn what_cannot_be_done_with_a_video_is_refused_by_its_reason() {
    let running = sandbox().await;
    let id =
        order(&running, r#"{"model":"m","prompt":"p","size":"64x64","metadata":{"sandbox":{"seconds":9000}}}"#).await;
    let mut text = Vec::new();
    for (line, body) in [
        (format!("DELETE /v1/videos/{id}"), None),
        (format!("/v1/videos/{id}/remix"), Some(r#"{"prompt":"p"}"#)),
        (format!("/v1/videos/{id}/remix"), Some("{}")),
        ("/v1/videos/task_nobody/remix".to_owned(), Some(r#"{"prompt":"p"}"#)),
        (format!("GET /v1/videos/{id}/content?variant=thumbnail"), None),
        ("GET /v1/videos?limit=1000".to_owned(), None),
        ("GET /v1/videos?after=nobody".to_owned(), None),
    ] {
        let answer = match body {
            Some(body) => exchange(running.address, &post_to(&line, "", body)).await,
            None => ask(&running, &line).await,
        };
        // Whether a core has begun with it is chance.
        let mut answer = answer;
        answer.headers.retain(|(name, _)| name != "content-length");
        text.push(format!("{line}\n{}", answer.show().replace("QUEUED", "IN_PROGRESS")));
    }
    insta::assert_snapshot!(text.join("\n").replace(&id, "<id>"));
}

#[tokio::test]
async fn an_upstream_without_these_routes_is_said_to_have_none_and_no_remix_is_in_doubt() {
    let invalid =
        r#"{"error":{"message":"Invalid URL (GET /v1/videos)","type":"invalid_request_error","param":"","code":""}}"#;
    let upstream = Upstream::new(move |_| async move { Ok(json(404, invalid)) });
    let running = Running::start(Gateway::new(client(upstream))).await;
    let mut text = vec![ask(&running, "GET /v1/videos").await.show()];
    text.push(ask(&running, "DELETE /v1/videos/task_1").await.show());
    text.push(exchange(running.address, &post_to("/v1/videos/task_1/remix", "", r#"{"prompt":"p"}"#)).await.show());
    insta::assert_snapshot!(text.join("\n"));
}

#[tokio::test]
async fn a_running_task_is_cancelled_where_the_upstream_can() {
    let running = sandbox().await;
    let id =
        order(&running, r#"{"model":"m","prompt":"p","size":"64x64","metadata":{"sandbox":{"seconds":9000}}}"#).await;
    let ended = order(&running, ORDER).await;
    finish(&running, &ended).await;
    let mut text = Vec::new();
    for path in [format!("/v1/videos/{id}/cancel"), format!("/v1/videos/{ended}/cancel"), "/v1/videos/x/cancel".into()]
    {
        let mut answer = exchange(running.address, &post_to(&path, "", "")).await;
        answer.headers.retain(|(name, _)| name != "content-length");
        text.push(answer.show());
    }
    text.push(ask(&running, &format!("GET /v1/video/generations/{id}")).await.show());
    insta::assert_snapshot!(text.join("\n").replace(&id, "<id>").replace(&ended, "<ended>"));
}

#[tokio::test]
async fn an_upstream_that_cannot_cancel_is_said_to_go_on_and_be_billed() {
    let upstream = Upstream::new(move |request: video_transport::Request| async move {
        Ok(if request.method() == http::Method::POST {
            json(404, r#"{"error":{"message":"Invalid URL (POST /v1/videos/task_1/cancel)","code":""}}"#)
        } else {
            json(200, r#"{"id":"task_1","object":"video","status":"in_progress"}"#)
        })
    });
    let running = Running::start(Gateway::new(client(upstream))).await;
    let answer = exchange(running.address, &post_to("/v1/videos/task_1/cancel", "", "")).await;
    insta::assert_snapshot!(answer.show());
}

#[tokio::test]
async fn a_remix_whose_answer_is_lost_is_unknown() {
    let upstream = Upstream::new(move |_| async move { Err(crate::upstream::broken()) });
    let running = Running::start(Gateway::new(client(upstream))).await;
    let answer = exchange(running.address, &post_to("/v1/videos/task_1/remix", "", r#"{"prompt":"p"}"#)).await;
    insta::assert_snapshot!(answer.show());
}

#[tokio::test]
async fn a_thousand_tasks_are_paged_through_the_gateway_while_new_ones_arrive() {
    let sandbox = Sandbox::new();
    let running = Running::start(Gateway::new(client(sandbox))).await;
    let slow = ORDER.replace('}', r#","metadata":{"sandbox":{"seconds":9000}}}"#);
    let mut made = Vec::new();
    for _ in 0..1000 {
        made.push(order(&running, &slow).await);
    }
    for ascending in [false, true] {
        let (mut seen, mut after): (Vec<String>, _) = (Vec::new(), String::new());
        let mut later = Vec::new();
        loop {
            let direction = if ascending { "asc" } else { "desc" };
            let page = ask(&running, &format!("GET /v1/videos?limit=100&order={direction}{after}")).await.json();
            let ids = page["data"].as_array().expect("videos").iter();
            seen.extend(ids.map(|video| video["id"].as_str().expect("an id").to_owned()));
            if page["has_more"] == Value::Bool(false) {
                break;
            }
            after = format!("&after={}", page["last_id"].as_str().expect("a cursor"));
            if later.len() < 5 {
                later.push(order(&running, &slow).await);
            }
        }
        if ascending {
            made.append(&mut later);
            assert_eq!(seen, made);
        } else {
            seen.reverse();
            assert_eq!(seen, made);
            made.append(&mut later);
        }
    }
}
