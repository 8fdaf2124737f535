//! The sandbox as the upstream.

use std::time::{Duration, UNIX_EPOCH};

use video_gateway::Gateway;
use video_sandbox::Sandbox;

use crate::running::{Running, client};
use crate::wire::{Answer, exchange, get, post};

/// A small clip.
pub(crate) const ORDER: &str = r#"{"model":"sandbox-1","prompt":"a lighthouse","size":"64x64","duration":1,"fps":4}"#;

/// A gateway over a sandbox whose clock stands still.
pub(crate) async fn sandbox() -> Running {
    let sandbox = Sandbox::builder().clock(|| UNIX_EPOCH + Duration::from_secs(1_800_000_000)).build();
    Running::start(Gateway::new(client(sandbox))).await
}

/// Orders, and gives the id.
pub(crate) async fn order(running: &Running, body: &str) -> String {
    let answer = exchange(running.address, &post("", body)).await;
    answer.json()["id"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
}

/// Polls until the clip is rendered.
pub(crate) async fn finish(running: &Running, id: &str) -> Answer {
    loop {
        let answer = exchange(running.address, &get(&format!("GET /v1/video/generations/{id}"), "")).await;
        match answer.json()["status"].as_str() {
            Some("queued" | "processing") => {}
            _ => return answer,
        }
    }
}
