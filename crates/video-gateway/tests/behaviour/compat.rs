//! Clients that contradict each other, and whom the gateway serves.

use std::collections::BTreeSet;

use serde_json::Value;
use video_gateway::{Compat, Gateway};

use crate::running::{Running, client};
use crate::upstream::{Upstream, answer};
use crate::wire::{Answer, exchange, get, without_passes};

/// What the gateway says of a finished task, in both formats.
async fn said(gateway: impl FnOnce(Gateway) -> Gateway) -> [Value; 2] {
    let upstream = Upstream::finished(|_| answer(200, &[], "video"));
    let running = Running::start(gateway(Gateway::new(client(upstream)))).await;
    // Passes differ from gateway to gateway.
    let read =
        |answer: Answer| serde_json::from_str(&without_passes(&answer.json().to_string())).expect("JSON as before");
    let openai = read(exchange(running.address, &get("GET /v1/videos/task_1", "")).await);
    let new_api = read(exchange(running.address, &get("GET /v1/video/generations/task_1", "")).await);
    running.ended().await;
    [openai, new_api]
}

#[tokio::test]
async fn for_readers_of_the_pages_a_success_at_v1_videos_is_succeeded_and_nothing_else_differs() {
    let [official, wrapper] = said(|gateway| gateway).await;
    let [docs, same_wrapper] = said(|gateway| gateway.with_compat(Compat::Docs)).await;
    assert_eq!(wrapper, same_wrapper);
    assert_eq!(said(|gateway| gateway.with_compat(Compat::Official)).await[0], official);
    let names: BTreeSet<&String> =
        [&official, &docs].into_iter().filter_map(Value::as_object).flat_map(|o| o.keys()).collect();
    let rows: Vec<String> = names
        .into_iter()
        .filter(|name| official.get(name) != docs.get(name))
        .map(|name| format!("{name}: {} | {}", show(official.get(name)), show(docs.get(name))))
        .collect();
    insta::assert_snapshot!(rows.join("\n"), @r#"
    status: "completed" | "succeeded"
    url: absent | "http://127.0.0.1:8787/v1/videos/task_1/content?access=<pass>"
    "#);
}

fn show(member: Option<&Value>) -> String {
    member.map_or_else(|| "absent".to_owned(), Value::to_string)
}

#[tokio::test]
async fn the_status_page_names_the_gateway_and_whom_it_serves() {
    let mut rows = Vec::new();
    for compat in [Compat::Official, Compat::Docs] {
        let upstream = Upstream::finished(|_| answer(200, &[], "video"));
        let running = Running::start(Gateway::new(client(upstream)).with_compat(compat)).await;
        rows.push(exchange(running.address, &get("GET /api/status", "")).await.json().to_string());
        running.ended().await;
    }
    let shown = rows.join("\n").replace(env!("CARGO_PKG_VERSION"), "VERSION");
    insta::assert_snapshot!(shown, @r#"
    {"data":{"compat":"official","honours_idempotency_keys":false,"system_name":"video-gateway","version":"VERSION"},"message":"","success":true}
    {"data":{"compat":"docs","honours_idempotency_keys":false,"system_name":"video-gateway","version":"VERSION"},"message":"","success":true}
    "#);
}
