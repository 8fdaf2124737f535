//! The typed wire structs: a body read and written again is the same body.

use std::fmt::Write as _;

use insta::assert_snapshot;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use video_types::new_api::{LiveReport, SubmitRequest, TaskReport, Wrapper};
use video_types::openai::Video;

use crate::fixture;

/// Reads a fixture as `T`, writes it, and lists what is different: `path: before → after`.
fn differences<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(names: &[&str]) -> String {
    let mut text = String::new();
    for name in names {
        let before = fixture::json(name);
        let value: T = serde_json::from_value(before.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let after = serde_json::to_value(&value).expect("text keys");
        let again: T = serde_json::from_value(after.clone()).expect("what was written can be read");
        assert_eq!(again, value, "{name} read again");
        assert_eq!(serde_json::to_value(&again).expect("text keys"), after, "{name} written again");
        text.push_str(name);
        text.push('\n');
        compare("", Some(&before), Some(&after), &mut text);
    }
    text
}

fn compare(path: &str, before: Option<&Value>, after: Option<&Value>, text: &mut String) {
    let shown = |value: Option<&Value>| value.map_or_else(|| "(absent)".to_owned(), Value::to_string);
    match (before, after) {
        (Some(Value::Object(left)), Some(Value::Object(right))) => {
            let mut keys: Vec<&String> = left.keys().chain(right.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                compare(&format!("{path}/{key}"), left.get(key), right.get(key), text);
            }
        }
        (left, right) if left == right => {}
        (left, right) => writeln!(text, "    {path}: {} → {}", shown(left), shown(right)).expect("writing to text"),
    }
}

#[test]
fn wrapped_tasks_of_every_version_are_written_as_they_were_read() {
    assert_snapshot!(differences::<Wrapper<TaskReport>>(&[
        "wrapper-0-10-kling-success.json",
        "wrapper-0-10-sora-success.json",
        "wrapper-0-11-kling-success.json",
        "wrapper-0-11-kling-failure.json",
        "wrapper-0-11-not-start.json",
        "wrapper-0-11-timed-out.json",
        "wrapper-0-11-vidu-moderated.json",
        "wrapper-0-11-ali-moderated.json",
        "wrapper-0-11-jimeng-refused.json",
        "wrapper-0-11-hailuo-without-reason.json",
        "wrapper-0-11-chained.json",
        "wrapper-empty.json",
        "wrapper-unknown-members.json",
    ]), @"
    wrapper-0-10-kling-success.json
    wrapper-0-10-sora-success.json
    wrapper-0-11-kling-success.json
    wrapper-0-11-kling-failure.json
    wrapper-0-11-not-start.json
    wrapper-0-11-timed-out.json
    wrapper-0-11-vidu-moderated.json
    wrapper-0-11-ali-moderated.json
    wrapper-0-11-jimeng-refused.json
    wrapper-0-11-hailuo-without-reason.json
    wrapper-0-11-chained.json
    wrapper-empty.json
    wrapper-unknown-members.json
    ");
}

#[test]
fn live_tasks_are_written_as_they_were_read() {
    assert_snapshot!(differences::<Wrapper<LiveReport>>(&[
        "live-processing.json",
        "live-succeeded-content-route.json",
        "live-succeeded-data-uri.json",
        "live-failed-words-in-url.json",
    ]), @"
    live-processing.json
    live-succeeded-content-route.json
    live-succeeded-data-uri.json
    live-failed-words-in-url.json
    ");
}

#[test]
fn videos_are_written_strictly_and_otherwise_as_they_were_read() {
    assert_snapshot!(differences::<Video>(&[
        "video-0-11-submitted.json",
        "video-0-11-sora-submitted.json",
        "video-kling-finished.json",
        "video-0-9-meta-data.json",
        "video-without-link.json",
        "video-vidu-failed.json",
        "video-kling-failed-with-number.json",
        "video-hailuo-words-as-link.json",
        "video-sora-passed-on.json",
        "rc25-video-submitted.json",
        "rc25-generation-submitted.json",
        "rc25-video-failed.json",
        "lookalike-modelsell.json",
    ]), @r#"
    video-0-11-submitted.json
    video-0-11-sora-submitted.json
    video-kling-finished.json
        /completed_at: 1772150540456 → 1772150540
        /created_at: 1772150400123 → 1772150400
    video-0-9-meta-data.json
        /meta_data: {"url":"https://v1.klingcdn.example/out.mp4"} → (absent)
        /metadata: (absent) → {"url":"https://v1.klingcdn.example/out.mp4"}
    video-without-link.json
    video-vidu-failed.json
    video-kling-failed-with-number.json
        /created_at: 1772150400123 → 1772150400
        /error/code: 1301 → "1301"
    video-hailuo-words-as-link.json
    video-sora-passed-on.json
        /completed_at: null → (absent)
        /error: null → (absent)
        /progress: "42%" → 42
        /seconds: 4 → "4"
    rc25-video-submitted.json
    rc25-generation-submitted.json
    rc25-video-failed.json
    lookalike-modelsell.json
    "#);
}

#[test]
fn requests_are_written_canonically() {
    assert_snapshot!(differences::<SubmitRequest>(&[
        "request-minimal.json",
        "request-full.json",
        "request-generous.json",
        "request-seed.json",
    ]), @r#"
    request-minimal.json
    request-full.json
    request-generous.json
        /Model_Name: "wan2.5-i2v-preview" → (absent)
        /PROMPT: "a cat" → (absent)
        /WIDTH: "1280" → (absent)
        /duration: "5.0" → 5
        /fps: 24.0 → 24
        /image: null → (absent)
        /images: "" → (absent)
        /input_reference: {"image_url":"https://img.example/c.png"} → "https://img.example/c.png"
        /metadata: "{\"seed\":1}" → {"seed":1}
        /model: (absent) → "wan2.5-i2v-preview"
        /prompt: (absent) → "a cat"
        /seconds: 6 → "6"
        /width: (absent) → 1280
    request-seed.json
    "#);
}
