//! List, cancel, delete and remix: over the wire, in memory and over a folder.

use std::collections::BTreeSet;
use std::path::Path;

use http::Method;
use serde_json::{Value, json};
use video_client::{Client, ListOrder, ListQuery};
use video_sandbox::Sandbox;

use crate::stage::{Stage, generation, get, ordered, picture, send, small, told, video};

fn over(sandbox: &Sandbox) -> Client {
    Client::builder("http://sandbox").key("sk-any").transport(sandbox.clone()).build().expect("a client")
}

async fn remixed(sandbox: &Sandbox, id: &str, body: &Value) -> Value {
    let request = http::Request::post(format!("http://sandbox/v1/videos/{id}/remix"));
    let request = request.header("content-type", "application/json").body(body.to_string().into());
    let answer = send(sandbox, request.expect("a request")).await;
    serde_json::from_slice(answer.body()).expect("JSON")
}

#[tokio::test]
async fn a_list_shows_whole_videos_the_newest_first_and_goes_on_behind_its_last() {
    let mut stage = Stage::new();
    for prompt in ["fox", "dog", "owl"] {
        stage.order(&small(prompt)).await;
        stage.hands.turn(1000);
    }
    stage.sandbox.idle().await;
    let first = stage.get("/v1/videos?limit=2").await;
    let first: Value = serde_json::from_slice(first.body()).expect("JSON");
    stage.get(&format!("/v1/videos?limit=2&after={}", first["last_id"].as_str().expect("an id"))).await;
    stage.get("/v1/videos?limit=1&order=asc").await;
    stage.get("/v1/videos?limit=0").await;
    insta::assert_snapshot!(stage.transcript());
}

#[tokio::test]
async fn a_list_that_cannot_be_given_says_why() {
    let mut stage = Stage::new();
    for query in ["limit=101", "limit=-1", "limit=many", "order=up", "after=video_1", "after=task_nobody"] {
        stage.get(&format!("/v1/videos?{query}")).await;
    }
    stage.get("/v1/videos").await;
    insta::assert_snapshot!(stage.transcript());
}

#[tokio::test]
async fn only_what_has_ended_is_deleted_and_then_nobody_knows_it() {
    let mut stage = Stage::new();
    stage.hands.shut();
    let id = stage.order(&small("fox")).await;
    stage.ask(Method::DELETE, &format!("/v1/videos/{id}"), &[]).await;
    stage.hands.open();
    stage.sandbox.idle().await;
    stage.ask(Method::DELETE, &format!("/v1/videos/{id}"), &[]).await;
    stage.ask(Method::DELETE, &format!("/v1/videos/{id}"), &[]).await;
    stage.get(&format!("/v1/videos/{id}")).await;
    stage.content(&id, &[]).await;
    stage.get("/v1/videos").await;
    insta::assert_snapshot!(stage.transcript());
}

#[tokio::test]
async fn a_task_that_waits_for_a_core_or_is_on_one_can_be_cancelled() {
    let mut stage = Stage::new();
    stage.hands.shut();
    let id = stage.order(&small("fox")).await;
    stage.ask(Method::POST, &format!("/v1/videos/{id}/cancel"), &[]).await;
    stage.get(&format!("/v1/videos/{id}")).await;
    stage.get(&format!("/v1/video/generations/{id}")).await;
    // Once more is no mistake.
    stage.ask(Method::POST, &format!("/v1/videos/{id}/cancel"), &[]).await;
    stage.hands.open();
    stage.sandbox.idle().await;
    stage.content(&id, &[]).await;
    stage.ask(Method::POST, "/v1/videos/task_nobody/cancel", &[]).await;
    stage.ask(Method::DELETE, &format!("/v1/videos/{id}"), &[]).await;
    insta::assert_snapshot!(stage.transcript());
}

#[tokio::test]
async fn a_task_that_has_ended_is_cancelled_too_late() {
    let mut stage = Stage::new();
    let id = stage.order(&small("fox")).await;
    stage.sandbox.idle().await;
    stage.ask(Method::POST, &format!("/v1/videos/{id}/cancel"), &[]).await;
    assert_eq!(video(&stage.sandbox, &id).await.status(), 200);
    insta::assert_snapshot!(stage.transcript());
}

#[tokio::test]
async fn a_task_cancelled_by_another_process_is_cancelled_here_too_and_in_the_next_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let sandbox = |path: &Path| Sandbox::builder().folder(path).build();
    let (first, second) = (sandbox(folder.path()), sandbox(folder.path()));
    let mut wish = small("fox");
    wish["metadata"] = json!({"sandbox": {"seconds": 3600}});
    let id = ordered(&first, &wish).await;
    let task = format!("new-api:{id}").parse().expect("a handle");
    let cancelled = over(&second).cancel(&task).await.expect("an answer");
    let mut told = vec![format!("{cancelled}")];
    for sandbox in [&first, &second, &sandbox(folder.path())] {
        let seen = over(sandbox).show(&task).await.expect("a task");
        told.push(format!("{} {:?} {:?}", seen.status, seen.end_without_video(), seen.progress));
    }
    insta::assert_snapshot!(told.join("\n"), @"
    confirmed
    FAILURE Some(TaskCancelled) Some(100)
    FAILURE Some(TaskCancelled) Some(100)
    FAILURE Some(TaskCancelled) Some(100)
    ");
    over(&first).delete(&task).await.expect("gone");
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 0);
}

#[tokio::test]
async fn what_failed_is_deleted_too() {
    let stage = Stage::new();
    let mut wish = small("fox");
    wish["metadata"] = json!({"sandbox": {"fail": "failed"}});
    let id = ordered(&stage.sandbox, &wish).await;
    stage.sandbox.idle().await;
    let client = stage.client();
    let task = format!("new-api:{id}").parse().expect("a handle");
    client.delete(&task).await.expect("gone");
    insta::assert_snapshot!(told(&client.delete(&task).await.expect_err("unknown")), @"lost: the server does not know this task: task_not_exist (HTTP 404, task_not_exist), no task: false, Permanent");
}

#[tokio::test]
async fn a_remix_keeps_everything_but_the_prompt() {
    let stage = Stage::new();
    let mut wish = small("fox");
    wish["image"] = json!(picture());
    wish["seed"] = json!(7);
    stage.hands.shut();
    let id = ordered(&stage.sandbox, &wish).await;
    let early = remixed(&stage.sandbox, &id, &json!({"prompt": "too early"})).await;
    stage.hands.open();
    stage.sandbox.idle().await;
    let blank = remixed(&stage.sandbox, &id, &json!({"prompt": " "})).await;
    let unknown = remixed(&stage.sandbox, "task_nobody", &json!({"prompt": "owl"})).await;
    insta::assert_snapshot!(format!("{early}\n{blank}\n{unknown}").replace(&id, "task_1").replace("QUEUED", "IN_PROGRESS"), @r#"
    {"code":"video_not_completed","data":null,"error":{"code":"video_not_completed","message":"Task is not completed yet, current status: IN_PROGRESS","param":null,"type":"invalid_request_error"},"message":"Task is not completed yet, current status: IN_PROGRESS"}
    {"code":"invalid_request","data":null,"error":{"code":"invalid_request","message":"prompt is required","param":"prompt","type":"invalid_request_error"},"message":"prompt is required"}
    {"code":"task_not_exist","data":null,"error":{"code":"task_not_exist","message":"task_not_exist","param":null,"type":"invalid_request_error"},"message":"task_not_exist"}
    "#);

    let remix = remixed(&stage.sandbox, &id, &json!({"prompt": "owl"})).await;
    assert_eq!(remix["remixed_from_video_id"], json!(id));
    stage.sandbox.idle().await;
    let remix = video(&stage.sandbox, remix["id"].as_str().expect("an id")).await;
    wish["prompt"] = json!("owl");
    let direct = ordered(&stage.sandbox, &wish).await;
    stage.sandbox.idle().await;
    assert_eq!(remix.body(), video(&stage.sandbox, &direct).await.body(), "the same as if it had been ordered so");
}

#[tokio::test]
async fn another_process_lists_remixes_and_deletes_what_this_one_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let sandbox = |path: &Path| Sandbox::builder().folder(path).build();
    let first = sandbox(folder.path());
    let mut wish = small("fox");
    wish["image"] = json!(picture());
    let id = ordered(&first, &wish).await;
    first.idle().await;
    let second = sandbox(folder.path());
    let remix = remixed(&second, &id, &json!({"prompt": "owl"})).await;
    second.idle().await;
    let (first, second) = (over(&first), over(&second));
    let ids = |page: video_client::TaskPage| -> Vec<(String, Option<String>)> {
        let said = |task: &video_client::Task| {
            (task.reference.id.to_string(), task.remixed_from.as_ref().map(ToString::to_string))
        };
        page.tasks.iter().map(said).collect()
    };
    let both = ids(first.list(&ListQuery::default()).await.expect("a page"));
    assert_eq!(both, ids(second.list(&ListQuery::default()).await.expect("a page")));
    assert_eq!(both, [(remix["id"].as_str().expect("an id").to_owned(), Some(id.clone())), (id.clone(), None)]);
    let task = format!("new-api:{id}").parse().expect("a handle");
    second.delete(&task).await.expect("gone");
    assert_eq!(ids(first.list(&ListQuery::default()).await.expect("a page")).len(), 1);
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 1);
}

/// Reads every page; after each, `between` may do what it likes.
async fn walk(client: &Client, order: ListOrder, mut between: impl AsyncFnMut(usize)) -> Vec<String> {
    let mut query = ListQuery::default().with_limit(37).with_order(order);
    let mut seen = Vec::new();
    loop {
        let page = client.list(&query).await.expect("a page");
        seen.extend(page.tasks.iter().map(|task| task.reference.id.to_string()));
        if !page.has_more {
            return seen;
        }
        query.after = page.last_id;
        between(seen.len()).await;
    }
}

#[tokio::test]
async fn a_thousand_tasks_are_listed_without_a_gap_or_a_double_while_new_ones_arrive() {
    let folder = tempfile::tempdir().expect("a folder");
    for keep in [None, Some(folder.path())] {
        // The clock stands still: order does not hang on it.
        let stage = Stage::with(|builder| match keep {
            Some(folder) => builder.folder(folder),
            None => builder,
        });
        // Nothing is rendered meanwhile: the first clip waits at the gate.
        stage.hands.shut();
        let client = stage.client();
        let order = async || client.submit(generation("fox")).await.expect("accepted").reference().id.to_string();
        let mut made = Vec::new();
        for _ in 0..1000 {
            made.push(order().await);
        }
        let mut later = Vec::new();
        let newest_first = walk(&client, ListOrder::Descending, async |_| later.push(order().await)).await;
        let backwards: Vec<String> = made.iter().rev().cloned().collect();
        assert_eq!(newest_first, backwards, "the newest first: those that came later are not behind the cursor");

        made.append(&mut later);
        let oldest_first = walk(&client, ListOrder::Ascending, async |seen| {
            if seen < 900 {
                later.push(order().await);
            }
        })
        .await;
        made.append(&mut later);
        assert_eq!(oldest_first, made, "the oldest first: those that came later are at the end");
        let once: BTreeSet<&String> = oldest_first.iter().collect();
        assert_eq!(once.len(), oldest_first.len());
        stage.hands.open();
    }
}

#[tokio::test]
async fn a_list_goes_on_behind_a_task_that_was_deleted_meanwhile() {
    let stage = Stage::new();
    let client = stage.client();
    for prompt in ["a", "b", "c", "d", "e"] {
        client.submit(generation(prompt)).await.expect("accepted");
    }
    stage.sandbox.idle().await;
    let mut query = ListQuery::default().with_limit(2);
    let mut deleted = 0;
    loop {
        let page = client.list(&query).await.expect("a page");
        for task in &page.tasks {
            client.delete(&task.reference).await.expect("gone");
            deleted += 1;
        }
        if !page.has_more {
            break;
        }
        query.after = page.last_id;
    }
    assert_eq!(deleted, 5);
    assert_eq!(
        send(&stage.sandbox, get("http://sandbox/v1/videos")).await.body(),
        &json!({"data": [], "first_id": null, "has_more": false, "last_id": null, "object": "list"}).to_string()
    );
}
