//! Base URLs as people write them.

use video_client::Client;

use crate::answers::{accepted, running};
use crate::stage::{KEY, Stage};

#[tokio::test(start_paused = true)]
async fn a_base_url_means_the_same_with_and_without_v1() {
    let mut rows = Vec::new();
    for base in [
        "https://gateway.example",
        "https://gateway.example/",
        "https://gateway.example/v1",
        " https://gateway.example/v1/ ",
        "https://GATEWAY.example",
        "http://127.0.0.1:8787",
        "https://host.example/prefix",
        "https://host.example/prefix/v1/",
    ] {
        let stage = Stage::at(base, [accepted(), running(1)], |builder| builder);
        let job = stage.submit().await.expect("accepted");
        stage.client.show(job.reference()).await.expect("a task");
        let asked: Vec<String> = stage.script.requests().iter().map(|request| request.uri().to_string()).collect();
        let signed = stage.script.requests().iter().all(|request| request.headers().contains_key("authorization"));
        assert!(signed, "{base}");
        rows.push(format!("{base:?}: {}\n  {}\n  {}", job.reference(), asked[0], asked[1]));
    }
    insta::assert_snapshot!(rows.join("\n"), @r#"
    "https://gateway.example": new-api:task_1@gateway.example
      https://gateway.example/v1/video/generations
      https://gateway.example/v1/video/generations/task_1
    "https://gateway.example/": new-api:task_1@gateway.example
      https://gateway.example/v1/video/generations
      https://gateway.example/v1/video/generations/task_1
    "https://gateway.example/v1": new-api:task_1@gateway.example
      https://gateway.example/v1/video/generations
      https://gateway.example/v1/video/generations/task_1
    " https://gateway.example/v1/ ": new-api:task_1@gateway.example
      https://gateway.example/v1/video/generations
      https://gateway.example/v1/video/generations/task_1
    "https://GATEWAY.example": new-api:task_1@gateway.example
      https://GATEWAY.example/v1/video/generations
      https://GATEWAY.example/v1/video/generations/task_1
    "http://127.0.0.1:8787": new-api:task_1@127.0.0.1:8787
      http://127.0.0.1:8787/v1/video/generations
      http://127.0.0.1:8787/v1/video/generations/task_1
    "https://host.example/prefix": new-api:task_1@host.example/prefix
      https://host.example/prefix/v1/video/generations
      https://host.example/prefix/v1/video/generations/task_1
    "https://host.example/prefix/v1/": new-api:task_1@host.example/prefix
      https://host.example/prefix/v1/video/generations
      https://host.example/prefix/v1/video/generations/task_1
    "#);
}

#[test]
fn what_is_no_base_url_or_no_key_is_refused_without_repeating_it() {
    let mut rows = Vec::new();
    for (base, key) in [
        ("gateway.example", KEY),
        ("", KEY),
        ("ftp://gateway.example", KEY),
        ("https://gateway.example?key=sk-planted", KEY),
        ("https://user:sk-planted@gateway.example", KEY),
        ("https://gateway.example", ""),
        ("https://gateway.example", "sk-planted\n1234"),
        ("https://gateway.example", "sk-planted-钥匙"),
    ] {
        let error = Client::builder(base).key(key).build().expect_err("refused").to_string();
        assert!(!error.contains("planted"), "{error}");
        rows.push(error);
    }
    let error = Client::builder("https://gateway.example").build().expect_err("no key");
    rows.push(error.to_string());
    insta::assert_snapshot!(rows.join("\n"), @"
    the request was refused: base URL must begin with https:// or http://, such as https://88api.ai
    the request was refused: base URL must begin with https:// or http://, such as https://88api.ai
    the request was refused: base URL must begin with https:// or http://, such as https://88api.ai
    the request was refused: base URL must not have a query or a fragment; write only scheme, host and path, such as https://88api.ai
    the request was refused: base URL must not hold a user name or password, such as https://88api.ai
    the key was refused: the key is empty
    the key was refused: the key holds a character that cannot be sent; copy it again
    the key was refused: the key holds a character that cannot be sent; copy it again
    the key was refused: the key is empty
    ");
}

#[tokio::test(start_paused = true)]
async fn a_preview_shows_what_would_be_sent_and_sends_nothing() {
    let stage = Stage::new([]);
    let request = stage.client.preview(&crate::stage::generation()).expect("a request");
    let mut headers: Vec<_> = request.headers().iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
    headers.sort();
    let body = String::from_utf8_lossy(request.body()).into_owned();
    assert_eq!(stage.transcript(), "");
    insta::assert_snapshot!(format!("{} {}\n{}\n{body}", request.method(), request.uri(), headers.join("\n")), @r#"
    POST https://gateway.example/v1/video/generations
    authorization: Sensitive
    content-type: "application/json"
    {"model":"kling-v1-6","prompt":"a cat in the sun"}
    "#);
}
