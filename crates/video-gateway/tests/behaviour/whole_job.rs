//! A job from its order to its bytes, with nothing but HTTP.

use crate::far_end::{ORDER, finish, order, sandbox};
use crate::log::Log;
use crate::wire::{Wire, exchange, get, post};

#[tokio::test]
async fn a_job_is_ordered_polled_and_fetched() {
    let (log, _guard) = Log::listen();
    let running = sandbox().await;
    let submit = exchange(running.address, &post("", ORDER)).await;
    let id = submit.json()["id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("task_"), "{id}");
    let poll = finish(&running, &id).await;
    let content = exchange(running.address, &get(&format!("GET /v1/videos/{id}/content"), "")).await;
    assert_eq!(content.body.len().to_string(), content.header("content-length").unwrap());
    assert_eq!(&content.body[4..8], b"ftyp");
    let (size, etag) = (content.body.len().to_string(), content.header("etag").unwrap().to_owned());
    let mut head = content.clone();
    head.body.clear();
    running.ended().await;
    let text = format!("{}\n{}\n{}", submit.show(), poll.show(), head.show());
    insta::assert_snapshot!(text.replace(&id, "<id>").replace(&size, "<size>").replace(&etag, "<etag>"));

    // However often it was polled, and however far it was then.
    let shown = log.show();
    let mut lines: Vec<&str> = shown
        .lines()
        .map(|line| if line.contains("poll") { line.split(" bytes=").next().unwrap_or(line) } else { line })
        .collect();
    lines.dedup();
    insta::assert_snapshot!("a_job_in_the_log", lines.join("\n").replace(&id, "<id>").replace(&size, "<size>"));
}

#[tokio::test]
async fn a_clip_that_fails_says_so_everywhere() {
    let running = sandbox().await;
    let id = order(
        &running,
        r#"{"model":"m","prompt":"p","size":"64x64","duration":1,"fps":4,"metadata":{"sandbox":{"fail":"filtered"}}}"#,
    )
    .await;
    let poll = finish(&running, &id).await;
    let content = exchange(running.address, &get(&format!("GET /v1/videos/{id}/content"), "")).await;
    insta::assert_snapshot!(format!("{}\n{}", poll.show(), content.show()).replace(&id, "<id>"));
}

#[tokio::test]
async fn an_answer_tells_its_id_under_the_name_openais_clients_read_too() {
    let running = sandbox().await;
    for line in ["GET /v1/videos/task_none", "GET /nowhere"] {
        let answer = exchange(running.address, &get(line, "")).await;
        assert!(answer.header("x-request-id").is_some_and(|id| id.len() == 32), "{answer:?}");
        assert_eq!(answer.header("x-request-id"), answer.header("x-oneapi-request-id"));
    }
}

#[tokio::test]
async fn a_variant_that_there_is_not_is_refused_and_the_video_is_not_sent_for_it() {
    let running = sandbox().await;
    let id = order(&running, r#"{"model":"m","prompt":"p","size":"64x64","seconds":"1","fps":4}"#).await;
    finish(&running, &id).await;
    let ask = |query: &str| get(&format!("GET /v1/videos/{id}/content{query}"), "");
    let refused = exchange(running.address, &ask("?variant=thumbnail")).await;
    let video = exchange(running.address, &ask("?variant=video")).await;
    assert_eq!(&video.body[4..8], b"ftyp");
    insta::assert_snapshot!(refused.show());
}

#[tokio::test]
async fn unknown_ids_are_400_on_a_poll_and_404_on_content() {
    let running = sandbox().await;
    let mut text = Vec::new();
    for line in ["GET /v1/video/generations/task_none", "GET /v1/videos/task_none/content", "HEAD /v1/videos/x/content"]
    {
        text.push(format!("{line}\n{}\n", exchange(running.address, &get(line, "")).await.show()));
    }
    insta::assert_snapshot!(text.concat());
}

#[tokio::test]
async fn content_that_is_asked_for_too_early_says_so_in_the_exact_words() {
    let running = sandbox().await;
    let id =
        order(&running, r#"{"model":"m","prompt":"p","size":"64x64","metadata":{"sandbox":{"seconds":86400}}}"#).await;
    let answer = exchange(running.address, &get(&format!("GET /v1/videos/{id}/content"), "")).await;
    assert_eq!(answer.status, 400);
    let answer = answer.json();
    let words = answer["error"]["message"].as_str().expect("words");
    // Whether a core has begun with it is chance.
    let words = words.strip_prefix("Task is not completed yet, current status: ");
    assert!(matches!(words, Some("QUEUED" | "IN_PROGRESS")), "{answer}");
}

#[tokio::test]
async fn paths_and_methods_nobody_offers_are_404_in_new_apis_words() {
    let running = sandbox().await;
    let mut text = Vec::new();
    let lines = [
        "PUT /v1/videos",
        "POST /v1/video/generations/task_1",
        "GET /v1/videos/task_1/remix",
        "GET /v1/videos/task_1/cancel",
        "PUT /v1/video/generations",
        "GET /v1/video/generations",
        "GET /v1/video/generations/",
        "GET /v1/videos//content",
        "GET /",
        "GET /v1/v1/videos?key=sk-secret",
    ];
    for line in lines {
        let answer = exchange(running.address, &get(line, "")).await;
        text.push(format!("{line}\n{} {}\n", answer.status, String::from_utf8_lossy(&answer.body)));
    }
    insta::assert_snapshot!(text.concat());
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let running = sandbox().await;
    let id = order(&running, ORDER).await;
    finish(&running, &id).await;
    for path in [format!("/v1/video/generations/{id}"), format!("/v1/videos/{id}/content")] {
        // One connection, so that bytes of a body would be taken for the next answer.
        let mut wire = Wire::connect(running.address).await;
        wire.write(get(&format!("HEAD {path}"), "")).await;
        let head = wire.answer(true).await.unwrap();
        wire.write(get(&format!("GET {path}"), "Connection: close\r\n")).await;
        let whole = wire.answer(false).await.unwrap();
        let lines = |answer: &crate::wire::Answer| {
            let mut lines = answer.headers.clone();
            let own = ["date", "x-oneapi-request-id", "x-request-id", "connection"];
            lines.retain(|(name, _)| !own.contains(&name.as_str()));
            lines
        };
        assert_eq!((head.status, lines(&head)), (whole.status, lines(&whole)), "{path}");
        assert_eq!(whole.header("content-length").unwrap(), whole.body.len().to_string());
        assert!(wire.rest().await.is_empty());
    }
}

#[tokio::test]
async fn a_thousand_polls_go_over_one_connection() {
    let running = sandbox().await;
    let id = order(&running, ORDER).await;
    finish(&running, &id).await;
    let mut wire = Wire::connect(running.address).await;
    let request = get(&format!("GET /v1/video/generations/{id}"), "Content-Length: 2\r\n") + "{}";
    for _ in 0..1000 {
        wire.write(&request).await;
        let answer = wire.answer(false).await.expect("the same connection");
        assert_eq!(answer.json()["data"]["status"], "SUCCESS");
    }
}

#[tokio::test]
async fn an_id_with_line_breaks_does_no_harm() {
    let (log, _guard) = Log::listen();
    let running = sandbox().await;
    let mut text = Vec::new();
    for line in ["GET /v1/videos/a%0d%0aSet-Cookie:%20x=1/content", "GET /v1/video/generations/%1b%5b31m%00%0aINFO"] {
        text.push(format!("{line}\n{}\n", exchange(running.address, &get(line, "")).await.show()));
    }
    running.ended().await;
    insta::assert_snapshot!(text.concat() + &log.show());
}
