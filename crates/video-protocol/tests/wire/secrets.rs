//! A key is taken in any form people paste it in, and cannot be printed.

use std::time::SystemTime;

use insta::assert_snapshot;
use video_protocol::{Asset, Bearer, DataUri, Dialect as _, Error, ErrorKind, Flow, Input, NewApi, TaskRef};
use video_types::Generation;

use crate::endpoint::{KEY, endpoint};

#[test]
fn a_key_is_taken_with_white_space_and_bearer_around_it() {
    let keys = [
        "sk-1",
        " sk-1\n",
        "Bearer sk-1",
        "bearer  sk-1 ",
        "BEARER\tsk-1",
        "Bearersk-1",
        "",
        "  ",
        "Bearer",
        "Bearer ",
        "sk 1",
        "Bearer sk 1",
        "Bearer Bearer sk-1",
        "sk-１",
        "sk-1\u{7}",
        "sk-1\r\nX: y",
    ];
    let rows = keys.map(|key| {
        let taken = Bearer::new(key).map(|signer| {
            let endpoint = video_protocol::Endpoint::new("https://host", signer).expect("a base URL");
            let request = NewApi.encode_poll(&TaskRef::new("new-api", "t")).expect("a request");
            let request = endpoint.prepare(request, SystemTime::UNIX_EPOCH).expect("it can be prepared");
            request.headers()["authorization"].to_str().expect("text").to_owned()
        });
        format!("{key:24?} {}", taken.unwrap_or_else(|error| error.to_string()))
    });
    assert_snapshot!(rows.join("\n"), @r#"
    "sk-1" Bearer sk-1
    " sk-1\n" Bearer sk-1
    "Bearer sk-1" Bearer sk-1
    "bearer  sk-1 " Bearer sk-1
    "BEARER\tsk-1" Bearer sk-1
    "Bearersk-1" Bearer Bearersk-1
    "" the key was refused: the key is empty
    "  " the key was refused: the key is empty
    "Bearer" the key was refused: the key is empty
    "Bearer " the key was refused: the key is empty
    "sk 1" the key was refused: the key holds a character that cannot be sent; copy it again
    "Bearer sk 1" the key was refused: the key holds a character that cannot be sent; copy it again
    "Bearer Bearer sk-1" the key was refused: the key holds a character that cannot be sent; copy it again
    "sk-１" the key was refused: the key holds a character that cannot be sent; copy it again
    "sk-1\u{7}" the key was refused: the key holds a character that cannot be sent; copy it again
    "sk-1\r\nX: y" the key was refused: the key holds a character that cannot be sent; copy it again
    "#);
}

#[test]
fn a_planted_key_is_printed_by_nothing_that_holds_it() {
    let signer = Bearer::new(KEY).expect("a key");
    let endpoint = endpoint("https://88api.ai");
    let generation = Generation::new("m", "p");
    let order = NewApi.encode_submit(&generation).expect("a request");
    let prepared = endpoint.prepare(order, SystemTime::UNIX_EPOCH).expect("it can be prepared");
    assert_eq!(prepared.headers()["authorization"].as_bytes(), format!("Bearer {KEY}").as_bytes(), "the key is there");
    let mut flow = Flow::submit(std::sync::Arc::new(NewApi), generation, "key-1");
    let step = flow.advance(std::time::Duration::ZERO, Input::Start);
    let refused = Bearer::new(&format!("{KEY}\u{7}")).expect_err("it cannot be sent");
    let shown = [
        format!("{signer:?}"),
        format!("{endpoint:?} {} {}", endpoint.origin(), endpoint.base_url()),
        format!("{prepared:?} {:?}", prepared.headers()),
        format!("{flow:?} {step:?}"),
        format!("{refused} {refused:?}"),
    ];
    for text in &shown {
        assert!(!text.contains(KEY) && !text.contains("plantedKEY"), "{text}");
    }
    assert_snapshot!(shown[0..2].join("\n"), @r#"
    Bearer(..)
    Endpoint { scheme: "https", authority: 88api.ai, prefix: "", signer: Bearer(..) } 88api.ai https://88api.ai
    "#);
}

#[test]
fn signatures_of_links_and_whole_videos_are_not_shown() {
    let link = Asset::read("https://cdn.example/v.mp4?sig=secret").expect("a link");
    assert_snapshot!(format!("{link:?}"), @"Link(https://cdn.example/v.mp4?…)");
    assert_snapshot!(format!("{:?}", Asset::Inline(DataUri::new("video/mp4", vec![0; 1000]))), @"DataUri(video/mp4, 1000 bytes)");
    let body = r#"{"task_id":"t","status":"succeeded","url":"https://cdn.example/v.mp4?sig=secret"}"#;
    let task = NewApi.decode_poll(&TaskRef::new("new-api", "t"), &http::Response::new(body.into())).expect("a task");
    assert_snapshot!(format!("{task:?}"), @r#"Task { reference: new-api:t, status: "succeeded", progress: None, assets: [Link(https://cdn.example/v.mp4?…), Content(t)], failure: None, model: None, created_at: None, finished_at: None, billing: None, poll_after: None, .. }"#);
}

#[test]
fn an_error_is_one_line_whatever_the_server_says() {
    let error = Error::new(ErrorKind::Unavailable).with_message("line one\r\n\tline two\u{1b}[31m\u{0}");
    assert_snapshot!(error, @"the server is in trouble: line one line two [31m");
    assert_eq!(error.message(), "line one\r\n\tline two\u{1b}[31m\u{0}");
}
