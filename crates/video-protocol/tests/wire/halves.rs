//! The two halves of New API: what one writes, the other reads.

use std::time::Duration;

use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use video_protocol::{Dialect as _, HttpRequest, HttpResponse, NewApi, ServerDialect as _, Task};
use video_types::{Generation, ImageInput, ModelId, Phase, Seconds, Size};

use crate::fixture::named;
use crate::transcript::{asked, polled, submitted};

/// Text with something in it.
fn words() -> impl Strategy<Value = String> {
    any::<String>().prop_filter("not blank", |text| !text.trim().is_empty())
}

fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn generation() -> impl Strategy<Value = Generation> {
    let plain = (words(), words(), prop::collection::vec(words(), 0..4), prop::option::of(words()));
    let numbers = (prop::option::of(1..=Seconds::MAX), any::<Option<u32>>(), any::<Option<i64>>());
    let open = (
        prop::option::of(words()),
        prop::collection::btree_map(any::<String>(), tree(), 0..4),
        prop::collection::btree_map("x_[a-z]{1,8}|user|response_format|[\u{4e00}-\u{4e10}]{1,3}", tree(), 0..4),
    );
    (plain, numbers, open).prop_map(|((model, prompt, images, size), (seconds, fps, seed), (mode, metadata, extra))| {
        let mut generation = Generation::new(model, prompt);
        generation.images = images.into_iter().map(ImageInput::new).collect();
        generation.size = size.map(Size::from);
        generation.seconds = seconds.and_then(Seconds::new);
        generation.fps = fps;
        generation.seed = seed;
        generation.mode = mode;
        generation.metadata = metadata.into_iter().collect();
        generation.extra = extra;
        generation
    })
}

fn received(body: &Value) -> HttpRequest {
    let request = http::Request::post("/v1/video/generations").header("content-type", "application/json");
    request.body(body.to_string().into()).expect("a request")
}

proptest! {
    #[test]
    fn a_submit_that_was_written_is_read_as_the_same_generation(generation in generation()) {
        let request = NewApi.encode_submit(&generation).expect("it can be written");
        prop_assert_eq!(NewApi.decode_submit_request(&request).expect("it can be read"), generation);
    }

    #[test]
    fn members_nobody_knows_survive_a_gateway_and_change_nothing_else(generation in generation(), value in tree()) {
        let request = NewApi.encode_submit(&generation).expect("it can be written");
        let mut body: Value = serde_json::from_slice(request.body()).expect("JSON");
        body["x_unheard_of"] = value.clone();
        let mut read = NewApi.decode_submit_request(&received(&body)).expect("it can be read");
        let sent_on = NewApi.encode_submit(&read).expect("it can be written");
        let sent_on: Value = serde_json::from_slice(sent_on.body()).expect("JSON");
        prop_assert_eq!(&sent_on["x_unheard_of"], &value);
        prop_assert_eq!(sent_on, body);
        read.extra.remove("x_unheard_of");
        prop_assert_eq!(read, generation);
    }
}

/// Every task any fixture describes.
fn tasks() -> Vec<(String, Task)> {
    let submits = named("submit").into_iter().map(|name| (submitted(&name), name));
    let polls = named("poll").into_iter().map(|name| (polled(&name), name));
    submits.chain(polls).filter_map(|(task, name)| Some((name, task.ok()?))).collect()
}

/// What a poll would say of the task, read by a client.
fn seen(task: &Task, response: &HttpResponse) -> Task {
    NewApi.decode_poll(&task.reference, response).expect("a task")
}

/// `member: before → after` for everything that did not come through.
fn changes(before: &Task, after: &Task) -> Vec<String> {
    let members = |task: &Task| {
        [
            ("phase", format!("{:?}", task.phase())),
            ("progress", format!("{:?}", task.progress)),
            ("assets", format!("{:?}", task.assets)),
            ("failure", task.failure.as_ref().map(|why| format!("{} {:?}", why.message, why.code)).unwrap_or_default()),
            ("model", format!("{:?}", task.model)),
            ("created", format!("{:?}", task.created_at)),
            ("finished", format!("{:?}", task.finished_at)),
            ("billing", format!("{:?}", task.billing.as_ref().map(Value::to_string))),
        ]
    };
    let pairs = members(before).into_iter().zip(members(after));
    pairs.filter(|(old, new)| old != new).map(|((name, old), (_, new))| format!("    {name}: {old} → {new}")).collect()
}

#[test]
fn what_a_poll_answer_keeps_of_a_task_and_what_it_cannot_say() {
    let mut text = Vec::new();
    for (name, task) in tasks() {
        let response = NewApi.encode_poll_response(&task);
        let changes = changes(&task, &seen(&task, &response));
        if !changes.is_empty() {
            text.push(name);
            text.extend(changes);
        }
    }
    assert_snapshot!(text.join("\n"));
}

#[test]
fn a_poll_answer_that_was_read_is_written_to_the_same_bytes() {
    for (name, task) in tasks() {
        let first = NewApi.encode_poll_response(&task);
        let again = NewApi.encode_poll_response(&seen(&task, &first));
        assert_eq!(again.body(), first.body(), "{name}");
        assert_eq!(again.headers(), first.headers(), "{name}");
    }
}

#[test]
fn members_nobody_knows_in_a_poll_answer_change_nothing() {
    for (name, task) in tasks() {
        let response = NewApi.encode_poll_response(&task);
        let mut more: Value = serde_json::from_slice(response.body()).expect("JSON");
        more["x_new"] = json!({"status": "failed"});
        more["data"]["x_new"] = json!([1, null]);
        let (plain, more) = (seen(&task, &response), seen(&task, &response.map(|_| more.to_string().into())));
        assert_eq!(changes(&plain, &more), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn a_submit_answer_keeps_the_id_the_phase_and_why_it_failed() {
    let generation = Generation::new("m", "p");
    for (name, task) in tasks() {
        let response = NewApi.encode_submit_response(&task);
        let read = NewApi.decode_submit(&generation, &response).expect("a task");
        assert_eq!(read.reference.id, task.reference.id, "{name}");
        assert_eq!((&read.model, read.created_at), (&task.model, task.created_at), "{name}");
        let why = |task: &Task| task.failure.as_ref().map(|failure| failure.message.clone());
        assert_eq!(why(&read), why(&task), "{name}");
        let expected = match task.phase() {
            Phase::Unknown => Phase::Running,
            Phase::Cancelled | Phase::Expired => Phase::Failed,
            // Without a link a success is looked at once more.
            Phase::Succeeded => Phase::Pending,
            phase => phase,
        };
        assert_eq!(read.status.phase(), expected, "{name}");
    }
}

#[test]
fn a_hint_when_to_ask_again_comes_through_until_the_end() {
    let mut task = polled("poll-0-11-queued").expect("a task");
    task.poll_after = Some(Duration::from_millis(1500));
    assert_eq!(seen(&task, &NewApi.encode_poll_response(&task)).poll_after, task.poll_after);
    let mut task = polled("poll-0-11-success").expect("a task");
    task.poll_after = Some(Duration::from_millis(1500));
    assert_eq!(seen(&task, &NewApi.encode_poll_response(&task)).poll_after, None);
}

#[test]
fn the_answers_are_as_new_api_writes_them_and_readable_for_the_documentation() {
    let mut task = polled("poll-0-11-success").expect("a task");
    task.model = Some(ModelId::from("kling-v1-6"));
    let text = |response: HttpResponse| {
        let value: Map<String, Value> = serde_json::from_slice(response.body()).expect("JSON");
        format!(
            "{} {:?}\n{}",
            response.status(),
            response.headers(),
            serde_json::to_string_pretty(&value).expect("text keys")
        )
    };
    assert_snapshot!(text(NewApi.encode_submit_response(&task)), @r#"
    200 OK {"content-type": "application/json; charset=utf-8"}
    {
      "created_at": 1772150400,
      "id": "task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U",
      "model": "kling-v1-6",
      "object": "video",
      "progress": 100,
      "status": "completed",
      "task_id": "task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U"
    }
    "#);
    assert_snapshot!(text(NewApi.encode_poll_response(&task)), @r#"
    200 OK {"content-type": "application/json; charset=utf-8"}
    {
      "code": "success",
      "data": {
        "created_at": 1772150400,
        "data": null,
        "fail_reason": "",
        "finish_time": 1772150540,
        "progress": "100%",
        "properties": {
          "input": "",
          "origin_model_name": "kling-v1-6"
        },
        "quota": 175000,
        "result_url": "https://v1.klingcdn.example/out.mp4",
        "start_time": 1772150400,
        "status": "SUCCESS",
        "submit_time": 1772150400,
        "task_id": "task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U",
        "updated_at": 1772150540
      },
      "message": "",
      "status": "succeeded",
      "task_id": "task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U",
      "url": "https://v1.klingcdn.example/out.mp4"
    }
    "#);
    let failed = polled("poll-0-11-failure").expect("a task");
    assert_snapshot!(text(NewApi.encode_poll_response(&failed)), @r#"
    200 OK {"content-type": "application/json; charset=utf-8"}
    {
      "code": "success",
      "data": {
        "created_at": 1772150400,
        "data": null,
        "fail_reason": "insufficient balance of the account",
        "finish_time": 1772150540,
        "progress": "100%",
        "properties": {
          "input": "",
          "origin_model_name": "kling-v1-6"
        },
        "quota": 175000,
        "start_time": 1772150400,
        "status": "FAILURE",
        "submit_time": 1772150400,
        "task_id": "task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U",
        "updated_at": 1772150540
      },
      "error": {
        "code": null,
        "message": "insufficient balance of the account"
      },
      "message": "",
      "status": "failed",
      "task_id": "task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U"
    }
    "#);
    assert_eq!(asked().id, task.reference.id);
}
