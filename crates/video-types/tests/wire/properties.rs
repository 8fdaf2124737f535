//! What holds for every body there can be.

use proptest::prelude::*;
use serde_json::{Map, Value};
use video_types::new_api::{LiveReport, SubmitRequest, TaskReport, Wrapper};
use video_types::openai::Video;
use video_types::{Answer, Generation, Phase, Problem, Size, is_link};

use crate::fixture;

/// Keys that mean something to a reader, so that random trees reach every branch.
const KEYS: &[&str] = &[
    "id",
    "task_id",
    "status",
    "task_status",
    "state",
    "data",
    "code",
    "message",
    "error",
    "success",
    "output",
    "url",
    "result_url",
    "fail_reason",
    "metadata",
    "meta_data",
    "progress",
    "videos",
    "task_result",
    "creations",
    "content",
    "created_at",
    "finish_time",
    "submit_time",
    "properties",
    "base_resp",
    "status_code",
    "quota",
    "artifacts",
    "type",
    "content_url",
    "model",
    "prompt",
    "images",
    "image",
    "seconds",
    "duration",
    "size",
    "width",
    "height",
    "n",
    "x_new",
];

/// Texts that mean something.
const TEXTS: &[&str] = &[
    "",
    " ",
    "success",
    "SUCCESS",
    "failed",
    "expired",
    "hatching",
    "30%",
    "5",
    "1e400",
    "-0",
    "https://cdn.example/v.mp4",
    "/v1/videos/t/content",
    "data:video/mp4;base64,AA==",
    "data:",
    "invalid_request",
    "{\"message\":\"inner\"}",
    "<title>",
    "x (request id: 1)",
    "(request id: )",
    "视频",
    "video",
];

fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..=100_i64).prop_map(Value::from),
        prop::sample::select(TEXTS).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let key = prop_oneof![4 => prop::sample::select(KEYS).prop_map(str::to_owned), 1 => any::<String>()];
    leaf.prop_recursive(6, 48, 6, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            4 => prop::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// The same body with a member nobody knows in every object that has members.
fn with_unknown_members(body: &Value, value: &Value) -> Value {
    match body {
        Value::Object(members) if !members.is_empty() => {
            let mut members: Map<_, _> =
                members.iter().map(|(key, member)| (key.clone(), with_unknown_members(member, value))).collect();
            members.insert("x_unheard_of".to_owned(), value.clone());
            Value::Object(members)
        }
        Value::Array(items) => items.iter().map(|item| with_unknown_members(item, value)).collect(),
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn no_bytes_break_a_reader(bytes: Vec<u8>) {
        let _ = Answer::parse(&bytes);
        let _ = Problem::parse(&bytes);
        let _ = Size::from(String::from_utf8_lossy(&bytes)).pixels();
    }

    #[test]
    fn what_a_reader_says_of_any_json_is_consistent(body in tree()) {
        let _ = Problem::read(&body);
        if let Answer::Task(report) = Answer::read(&body) {
            prop_assert!(report.links.iter().all(|link| is_link(link)));
            prop_assert!(report.progress.is_none_or(|percent| percent <= 100));
            let ended_badly = matches!(report.phase(), Phase::Failed | Phase::Cancelled | Phase::Expired);
            prop_assert_eq!(report.failure.is_some(), ended_badly);
            prop_assert!(!ended_badly || report.links.is_empty());
        }
    }

    #[test]
    fn typed_readers_take_any_object_and_lose_nothing_they_do_not_know(body in tree()) {
        prop_assume!(body.is_object());
        let video: Video = serde_json::from_value(body.clone()).expect("lenient");
        let report: TaskReport = serde_json::from_value(body.clone()).expect("lenient");
        let live: LiveReport = serde_json::from_value(body.clone()).expect("lenient");
        for written in [serde_json::to_value(&video), serde_json::to_value(&report), serde_json::to_value(&live)] {
            let written = written.expect("text keys");
            prop_assert_eq!(written.get("x_new"), body.get("x_new"));
        }
        // A member that is written twice shows in the text and not in the value.
        let lengths = |text: serde_json::Result<String>, value: serde_json::Result<Value>| {
            (text.expect("text keys").len(), value.expect("text keys").to_string().len())
        };
        for (text, value) in [
            lengths(serde_json::to_string(&video), serde_json::to_value(&video)),
            lengths(serde_json::to_string(&report), serde_json::to_value(&report)),
            lengths(serde_json::to_string(&live), serde_json::to_value(&live)),
        ] {
            prop_assert_eq!(text, value);
        }
        let video_again: Video = serde_json::from_value(serde_json::to_value(&video).expect("text keys")).expect("lenient");
        prop_assert_eq!(video_again, video);
        let again: TaskReport = serde_json::from_value(serde_json::to_value(&report).expect("text keys")).expect("lenient");
        prop_assert_eq!(again, report);
    }

    #[test]
    fn a_request_that_was_read_is_written_to_what_reads_the_same(body in tree()) {
        let Value::Object(object) = body else { return Ok(()) };
        let Ok(request) = SubmitRequest::read(object) else { return Ok(()) };
        let Ok(generation) = Generation::try_from(request) else { return Ok(()) };
        let written = serde_json::to_value(SubmitRequest::from(&generation)).expect("text keys");
        let request: SubmitRequest = serde_json::from_value(written).expect("what we write can be read");
        prop_assert_eq!(Generation::try_from(request).expect("and asks for the same"), generation);
    }

    #[test]
    fn members_nobody_knows_change_no_answer(value in tree()) {
        for name in fixture::answers() {
            let body = fixture::json(&name);
            let more = with_unknown_members(&body, &value);
            prop_assert_eq!(Answer::read(&more), Answer::read(&body), "{}", name);
            prop_assert_eq!(Problem::read(&more), Problem::read(&body), "{}", name);
        }
    }
}

#[test]
fn members_nobody_knows_survive_in_every_typed_body() {
    let value = serde_json::json!({"deep": [1, 2.5, null, "x"]});
    let kept = |written: Value| written.to_string().matches("x_unheard_of").count();
    for name in fixture::names() {
        let more = || with_unknown_members(&fixture::json(&name), &value);
        let written = match name.split('-').next() {
            Some("wrapper") => {
                serde_json::to_value(serde_json::from_value::<Wrapper<TaskReport>>(more()).expect("one"))
            }
            Some("live") => serde_json::to_value(serde_json::from_value::<Wrapper<LiveReport>>(more()).expect("one")),
            Some("video") => serde_json::to_value(serde_json::from_value::<Video>(more()).expect("one")),
            Some("request") => serde_json::to_value(serde_json::from_value::<SubmitRequest>(more()).expect("one")),
            _ => continue,
        };
        let lost = kept(more()) - kept(written.expect("text keys"));
        // Text and an object with a link stand for the same picture; the object's other members go.
        assert_eq!(lost, usize::from(name == "request-generous.json"), "{name}");
    }
}

#[test]
fn a_hundred_kilobytes_of_nesting_are_an_error_and_no_overflow() {
    for (open, close) in [("[", "]"), (r#"{"data":"#, "}"), (r#"{"error":"#, "}")] {
        let body = format!("{}1{}", open.repeat(100_000 / open.len()), close.repeat(100_000 / open.len()));
        assert!(Answer::parse(body.as_bytes()).is_err(), "{open}");
        assert!(!Problem::parse(body.as_bytes()).is_json, "{open}");
        assert!(serde_json::from_str::<SubmitRequest>(&body).is_err(), "{open}");
    }
    let metadata = serde_json::json!({"model": "m", "prompt": "p", "metadata": "[".repeat(100_000)});
    assert!(serde_json::from_value::<SubmitRequest>(metadata).is_err());
}
