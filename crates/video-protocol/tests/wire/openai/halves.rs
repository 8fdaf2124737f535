//! The two halves of the OpenAI format: what one writes, the other reads.

use std::time::Duration;

use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Value, json};
use video_protocol::{Asset, DataUri, Dialect as _, HttpResponse, OpenAi, ServerDialect as _, Task, TaskRef};
use video_types::{Failure, Generation, ImageInput, Phase, Seconds, Size, TaskStatus};

use super::posted;
use crate::fixture::named;
use crate::transcript::{polled, submitted};

/// Text with something in it.
fn words() -> impl Strategy<Value = String> {
    any::<String>().prop_filter("not blank", |text| !text.trim().is_empty())
}

fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
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

/// Pictures as they come back: links, text of providers, and `data:` URIs as we write them.
fn picture() -> impl Strategy<Value = String> {
    let bytes =
        prop::collection::vec(any::<u8>(), 0..40).prop_map(|rest| [b"RIFF\0\0\0\0WEBP".as_slice(), &rest].concat());
    prop_oneof![
        "https://img\\.example/[a-z]{1,8}\\.png",
        "asset-[a-z]{1,8}\u{732b}",
        bytes.prop_map(|bytes| DataUri::new("image/webp", bytes).to_text()),
    ]
}

fn generation(extra: impl Strategy<Value = Value>) -> impl Strategy<Value = Generation> {
    let plain = (words(), words(), prop::collection::vec(picture(), 0..4), prop::option::of(words()));
    let numbers = (prop::option::of(1..=Seconds::MAX), any::<Option<u32>>(), any::<Option<i64>>());
    let open = (
        prop::option::of(words()),
        prop::collection::btree_map(any::<String>(), tree(), 0..4),
        prop::collection::btree_map("x_[a-z]{1,8}|user|response_format|[\u{4e00}-\u{4e10}]{1,3}", extra, 0..4),
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

fn dialect() -> impl Strategy<Value = OpenAi> {
    any::<bool>().prop_map(|object| OpenAi::default().with_reference_object(object))
}

/// A task with everything in it, as far as the format can say it.
fn a_task() -> impl Strategy<Value = Task> {
    let words = prop::sample::select(vec!["queued", "in_progress", "completed", "failed"]);
    let text = || prop::option::of("[a-z0-9.x]{1,8}");
    let time = || prop::option::of(1..4_000_000_000_i64);
    (
        words,
        0..=100_u8,
        (text(), text(), text(), prop::option::of(words_of_prompt())),
        (time(), time()),
        any::<bool>(),
        prop::option::of(1..100_000u64),
    )
        .prop_map(|(word, progress, (model, size, seconds, prompt), (created, finished), direct, poll_after)| {
            let mut task = Task::new(TaskRef::new("openai", "video_1"), TaskStatus::from(word));
            let phase = task.phase();
            task.progress = Some(if phase == Phase::Succeeded { 100 } else { progress });
            if phase == Phase::Succeeded {
                let direct = direct.then(|| Asset::Link("https://cdn.example/v.mp4".to_owned()));
                task.assets = direct.into_iter().chain([Asset::Content("video_1".into())]).collect();
            }
            task.failure = (phase == Phase::Failed).then(|| Failure::new(model.clone(), "why not"));
            (task.model, task.size, task.seconds) = (model.map(Into::into), size.map(Into::into), seconds);
            (task.prompt, task.created_at) = (prompt, created);
            task.finished_at = finished.filter(|_| phase.is_terminal());
            task.poll_after = poll_after.map(Duration::from_millis).filter(|_| !phase.is_terminal());
            task
        })
}

fn words_of_prompt() -> impl Strategy<Value = String> {
    "[a-z\u{732b}]{1,4}( [a-z\"\\\\]{1,4}){0,3}"
}

/// A task without the body it was read from.
fn bare(mut task: Task) -> Task {
    task.raw = Value::Null;
    task
}

proptest! {
    #[test]
    fn a_submit_in_json_is_read_as_the_same_generation(generation in generation(tree()), dialect in dialect()) {
        let request = dialect.with_multipart(false).encode_submit(&generation).expect("it can be written");
        prop_assert_eq!(OpenAi::default().decode_submit_request(&request).expect("it can be read"), generation);
    }

    #[test]
    fn a_submit_in_a_form_is_read_as_the_same_generation(generation in generation(any::<String>().prop_map(Value::from)), dialect in dialect()) {
        let request = dialect.with_multipart(true).encode_submit(&generation).expect("it can be written");
        prop_assert_eq!(OpenAi::default().decode_submit_request(&request).expect("it can be read"), generation.clone());
        let again = dialect.with_multipart(true).encode_submit(&generation).expect("it can be written");
        prop_assert_eq!(again.body(), request.body());
    }

    #[test]
    fn a_submit_is_read_the_same_whichever_encoding_is_chosen_for_it(generation in generation(any::<String>().prop_map(Value::from)), dialect in dialect()) {
        let request = dialect.encode_submit(&generation).expect("it can be written");
        prop_assert_eq!(OpenAi::default().decode_submit_request(&request).expect("it can be read"), generation);
    }

    #[test]
    fn members_nobody_knows_survive_a_gateway_and_change_nothing_else(generation in generation(tree()), value in tree()) {
        let dialect = OpenAi::default().with_multipart(false);
        let request = dialect.encode_submit(&generation).expect("it can be written");
        let mut body: Value = serde_json::from_slice(request.body()).expect("JSON");
        body["x_unheard_of"] = value.clone();
        let mut read = dialect.decode_submit_request(&posted("/v1/videos", "application/json", body.to_string())).expect("it can be read");
        let sent_on: Value = serde_json::from_slice(dialect.encode_submit(&read).expect("it can be written").body()).expect("JSON");
        prop_assert_eq!(sent_on, body);
        read.extra.remove("x_unheard_of");
        prop_assert_eq!(read, generation);
    }

    #[test]
    fn parts_nobody_knows_survive_a_gateway_and_change_nothing_else(generation in generation(any::<String>().prop_map(Value::from)), value: String) {
        let dialect = OpenAi::default().with_multipart(true);
        let mut more = generation.clone();
        more.extra.insert("x_unheard_of".to_owned(), value.into());
        let sent = dialect.encode_submit(&more).expect("it can be written");
        let read = dialect.decode_submit_request(&sent).expect("it can be read");
        let sent_on = dialect.encode_submit(&read).expect("it can be written");
        prop_assert_eq!(read, more);
        prop_assert_eq!(sent_on.body(), sent.body());
    }

    #[test]
    fn a_task_is_read_as_it_was_written(task in a_task(), documented: bool) {
        let server = OpenAi::default().with_documented_words(documented);
        let mut read = bare(OpenAi::default().decode_poll(&task.reference, &server.encode_poll_response(&task)).expect("a task"));
        if documented && task.phase() == Phase::Succeeded {
            prop_assert_eq!(read.status.as_str(), "succeeded");
            read.status = task.status.clone();
        }
        prop_assert_eq!(read, task);
    }

    #[test]
    fn members_nobody_knows_in_an_answer_change_nothing(task in a_task(), value in tree()) {
        let response = OpenAi::default().encode_poll_response(&task);
        let mut body: Value = serde_json::from_slice(response.body()).expect("JSON");
        body["x_new"] = value.clone();
        body["metadata"]["x_new"] = value;
        let more = response.clone().map(|_| body.to_string().into());
        let read = |response: &HttpResponse| bare(OpenAi::default().decode_poll(&task.reference, response).expect("a task"));
        prop_assert_eq!(read(&more), read(&response));
    }
}

/// Every task any fixture describes.
fn tasks() -> Vec<(String, Task)> {
    let submits = named("submit").into_iter().map(|name| (submitted(&name), name));
    let polls = named("poll").into_iter().map(|name| (polled(&name), name));
    submits.chain(polls).filter_map(|(task, name)| Some((name, task.ok()?))).collect()
}

fn seen(task: &Task, response: &HttpResponse) -> Task {
    OpenAi::default().decode_poll(&task.reference, response).expect("a task")
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
            ("seconds", format!("{:?}", task.seconds)),
            ("size", format!("{:?}", task.size)),
            ("prompt", format!("{:?}", task.prompt)),
            ("billing", format!("{:?}", task.billing.as_ref().map(Value::to_string))),
        ]
    };
    let pairs = members(before).into_iter().zip(members(after));
    pairs.filter(|(old, new)| old != new).map(|((name, old), (_, new))| format!("    {name}: {old} → {new}")).collect()
}

#[test]
fn what_an_answer_keeps_of_a_task_and_what_it_cannot_say() {
    let mut text = Vec::new();
    for (name, task) in tasks() {
        let response = OpenAi::default().encode_poll_response(&task);
        let changes = changes(&task, &seen(&task, &response));
        if !changes.is_empty() {
            text.push(name);
            text.extend(changes);
        }
    }
    assert_snapshot!(text.join("\n"));
}

#[test]
fn an_answer_that_was_read_is_written_to_the_same_bytes() {
    for (name, task) in tasks() {
        let first = OpenAi::default().encode_poll_response(&task);
        let again = OpenAi::default().encode_poll_response(&seen(&task, &first));
        assert_eq!(again.body(), first.body(), "{name}");
        assert_eq!(again.headers(), first.headers(), "{name}");
    }
}

#[test]
fn the_answer_to_a_submit_is_accepted_under_its_id() {
    let generation = Generation::new("m", "p");
    for (name, task) in tasks() {
        let read = OpenAi::default()
            .decode_submit(&generation, &OpenAi::default().encode_submit_response(&task))
            .expect("a task");
        assert_eq!(read.reference.id, task.reference.id, "{name}");
        assert_eq!((&read.model, read.created_at), (&task.model, task.created_at), "{name}");
    }
    let read =
        OpenAi::default().decode_submit(&generation, &http::Response::new(json!({"id": "video_1"}).to_string().into()));
    assert_eq!(read.expect("a task").reference.to_string(), "openai:video_1");
}
