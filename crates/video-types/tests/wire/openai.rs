//! The bodies of the OpenAI format: creating, describing, listing and deleting a video.

use std::fmt::Write as _;

use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Value, json};
use video_types::openai::{CreateVideo, DeletedVideo, InputReference, Video, VideoList};
use video_types::{Answer, Generation, ImageInput, Metadata, Seconds, Size};

use crate::fixture;
use crate::transcript::table;

/// What a body asks for, written as this format writes it, or why it is refused.
fn asked(body: Value) -> String {
    let video: Result<CreateVideo, _> = serde_json::from_value(body);
    let generation = video.map_err(|error| error.to_string());
    match generation.and_then(|video| Generation::try_from(video).map_err(|error| error.to_string())) {
        Ok(generation) => serde_json::to_string(&CreateVideo::from(&generation)).expect("text keys"),
        Err(refusal) => format!("refused: {refusal}"),
    }
}

#[test]
fn the_bodies_of_the_seed_documents_and_of_the_official_clients_are_taken() {
    let bodies = [
        json!({"model": "sora-2", "prompt": "一个穿着宇航服的宇航员在月球上行走, 高品质, 电影级", "seconds": "5", "size": "1920x1080"}),
        json!({"model": "kling-v1", "prompt": "一只可爱的小狗在花园里玩耍", "duration": 5}),
        json!({"model": "sora-2", "prompt": "a cat", "seconds": "8", "size": "1280x720", "input_reference": {"image_url": "https://img.example/a.png"}}),
        json!({"model": "sora-2", "prompt": "a cat", "seconds": 8, "character_ids": ["char_1"]}),
        json!({"model": "m", "prompt": "p", "images": ["https://img.example/a.png", "https://img.example/b.png"], "metadata": "{\"seed\":1}", "fps": "24", "seed": 7, "mode": "pro"}),
        json!({"model_name": "m", "Prompt": "p", "width": 1280, "height": 720, "duration": "5.0", "image": "data:image/png;base64,AAAA"}),
    ];
    assert_snapshot!(table(bodies.map(asked)), @r#"
    {"model":"sora-2","prompt":"一个穿着宇航服的宇航员在月球上行走, 高品质, 电影级","seconds":"5","size":"1920x1080"}
    {"model":"kling-v1","prompt":"一只可爱的小狗在花园里玩耍","seconds":"5"}
    {"model":"sora-2","prompt":"a cat","input_reference":"https://img.example/a.png","seconds":"8","size":"1280x720"}
    {"model":"sora-2","prompt":"a cat","seconds":"8","character_ids":["char_1"]}
    {"model":"m","prompt":"p","images":["https://img.example/a.png","https://img.example/b.png"],"mode":"pro","metadata":{"seed":1},"fps":24,"seed":7}
    {"model":"m","prompt":"p","input_reference":"data:image/png;base64,AAAA","seconds":"5","size":"1280x720"}
    "#);
}

#[test]
fn what_one_request_cannot_have_is_refused_by_name() {
    let bodies = [
        json!({"prompt": "p"}),
        json!({"model": "m", "prompt": " "}),
        json!({"model": "m", "prompt": "p", "input_reference": {"file_id": "file_1"}}),
        json!({"model": "m", "prompt": "p", "input_reference": {"file_id": "file_1", "image_url": "https://img.example/a.png"}}),
        json!({"model": "m", "prompt": "p", "input_reference": {}}),
        json!({"model": "m", "prompt": "p", "input_reference": ""}),
        json!({"model": "m", "prompt": "p", "n": 2}),
        json!({"model": "m", "prompt": "p", "width": 1280}),
        json!({"model": "m", "prompt": "p", "seconds": "3601"}),
        json!({"model": "m", "prompt": "p", "seconds": "eight"}),
    ];
    assert_snapshot!(table(bodies.map(asked)), @r#"
    refused: model is required
    refused: prompt is required
    refused: input_reference.file_id cannot be looked up here: send the picture itself, as a link, a data URI or a file part
    {"model":"m","prompt":"p","input_reference":"https://img.example/a.png"}
    refused: input_reference must be text or an object with image_url
    {"model":"m","prompt":"p"}
    refused: n must be 1: send one request for each video
    refused: height must be given together with width
    refused: seconds must be between 1 and 3600
    refused: seconds must be a whole number of seconds
    "#);
}

#[test]
fn one_picture_is_the_reference_and_several_are_images() {
    let written = |generation: &Generation| serde_json::to_string(&CreateVideo::from(generation)).expect("text keys");
    let generation = Generation::new("sora-2", "a cat")
        .with_image(ImageInput::new("https://img.example/a.png"))
        .with_size(Size::new(1280, 720))
        .with_seconds(Seconds::new(8).expect("within an hour"))
        .with_metadata(Metadata::default().with("seed", 1));
    assert_snapshot!(written(&generation), @r#"{"model":"sora-2","prompt":"a cat","input_reference":"https://img.example/a.png","seconds":"8","size":"1280x720","metadata":{"seed":1}}"#);
    assert_snapshot!(written(&generation.clone().with_image(ImageInput::new("b"))), @r#"{"model":"sora-2","prompt":"a cat","images":["https://img.example/a.png","b"],"seconds":"8","size":"1280x720","metadata":{"seed":1}}"#);
    let mut video = CreateVideo::from(&generation);
    video.input_reference = video.input_reference.map(|picture| InputReference::Object(picture.into_image()));
    let body = serde_json::to_value(&video).expect("text keys");
    assert_snapshot!(body["input_reference"], @r#"{"image_url":"https://img.example/a.png"}"#);
    assert_eq!(serde_json::from_value::<CreateVideo>(body).expect("what was written"), video);
}

#[test]
fn a_video_is_written_with_every_member_the_official_clients_require() {
    let mut text = String::new();
    for name in ["video-official.json", "video-0-11-submitted.json", "video-vidu-failed.json"] {
        let video: Video = serde_json::from_value(fixture::json(name)).expect("a video");
        writeln!(text, "{name}\n    {}", video.to_body()).expect("writing to text");
    }
    writeln!(text, "of nothing\n    {}", Video::default().to_body()).expect("writing to text");
    assert_snapshot!(text, @r#"
    video-official.json
        {"completed_at":1772150540,"created_at":1772150400,"error":null,"expires_at":1772236940,"id":"video_68e7f1","model":"sora-2","object":"video","progress":100,"prompt":"A cat plays the piano in the rain","remixed_from_video_id":"video_57a0c3","seconds":"8","size":"1280x720","status":"completed"}
    video-0-11-submitted.json
        {"completed_at":null,"created_at":1772150400,"error":null,"expires_at":null,"id":"task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U","model":"kling-v1-6","object":"video","progress":0,"prompt":null,"remixed_from_video_id":null,"seconds":"","size":"","status":"queued","task_id":"task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U"}
    video-vidu-failed.json
        {"completed_at":1772150500,"created_at":1772150400,"error":{"code":"CreditInsufficient","message":"CreditInsufficient"},"expires_at":null,"id":"task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U","model":"","object":"video","progress":100,"prompt":null,"remixed_from_video_id":null,"seconds":"","size":"","status":"failed"}
    of nothing
        {"completed_at":null,"created_at":0,"error":null,"expires_at":null,"id":"","model":"","object":"video","progress":0,"prompt":null,"remixed_from_video_id":null,"seconds":"","size":"","status":"queued"}
    "#);
    let official = fixture::json("video-official.json");
    assert_eq!(serde_json::from_value::<Video>(official.clone()).expect("a video").to_body(), official);
}

#[test]
fn an_answer_tells_the_prompt_and_where_a_remix_comes_from() {
    let Answer::Task(report) = Answer::read(&fixture::json("video-official.json")) else { panic!("a task") };
    assert_eq!(report.prompt.as_deref(), Some("A cat plays the piano in the rain"));
    assert_eq!(report.remixed_from, Some("video_57a0c3".into()));
    let wrapped = json!({"code": "success", "data": {"task_id": "t", "properties": {"input": "a cat"}}});
    let Answer::Task(report) = Answer::read(&wrapped) else { panic!("a task") };
    assert_eq!(report.prompt.as_deref(), Some("a cat"));
}

#[test]
fn pages_are_read_with_members_missing_and_written_with_all_of_them() {
    let mut text = String::new();
    for name in ["list-official.json", "list-documented.json", "list-odd.json"] {
        let list: VideoList = serde_json::from_value(fixture::json(name)).expect("lenient");
        let written = serde_json::to_value(&list).expect("text keys");
        assert_eq!(serde_json::from_value::<VideoList>(written.clone()).expect("what was written"), list, "{name}");
        writeln!(text, "{name}\n    {written}").expect("writing to text");
    }
    let empty = serde_json::to_string(&VideoList::new(Vec::new(), false)).expect("text keys");
    writeln!(text, "empty\n    {empty}").expect("writing to text");
    assert_snapshot!(text, @r#"
    list-official.json
        {"data":[{"created_at":1772150500,"id":"video_2","model":"sora-2","object":"video","progress":42,"prompt":"a cat","seconds":"4","size":"720x1280","status":"in_progress"},{"completed_at":1772150410,"created_at":1772150400,"error":{"code":"moderation_blocked","message":"refused"},"id":"video_1","model":"sora-2-pro","object":"video","progress":0,"prompt":"a dog","seconds":"12","size":"1280x720","status":"failed"}],"first_id":"video_2","has_more":true,"last_id":"video_1","object":"list"}
    list-documented.json
        {"data":[{"created_at":1712697600,"id":"video_123","model":"sora-2","object":"video","quality":"standard","seconds":"8","size":"1024x1792","status":"completed"}],"first_id":null,"last_id":null,"object":"list"}
    list-odd.json
        {"data":[{"id":"7","status":"HATCHING"}],"first_id":"7","has_more":"yes","last_id":null,"object":"list","total":1}
    empty
        {"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false}
    "#);
}

#[test]
fn a_deleted_video_is_named() {
    let deleted: DeletedVideo = serde_json::from_value(fixture::json("deleted-official.json")).expect("lenient");
    assert_eq!(deleted, DeletedVideo::new("video_68e7f1"));
    let odd = json!({"id": 7, "deleted": "yes", "x": 1});
    let odd: DeletedVideo = serde_json::from_value(odd).expect("lenient");
    assert_snapshot!(serde_json::to_string(&odd).expect("text keys"), @r#"{"id":"7","deleted":"yes","x":1}"#);
}

/// Members this format has, and two it has not, with values of any kind.
fn member() -> impl Strategy<Value = (String, Value)> {
    const NAMES: &[&str] = &[
        "model",
        "prompt",
        "input_reference",
        "image",
        "images",
        "seconds",
        "duration",
        "size",
        "width",
        "height",
        "mode",
        "metadata",
        "fps",
        "seed",
        "n",
        "user",
        "id",
        "object",
        "status",
        "progress",
        "created_at",
        "data",
        "first_id",
        "last_id",
        "has_more",
        "deleted",
        "error",
        "expires_at",
        "remixed_from_video_id",
    ];
    let value = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(json!("5")),
        Just(json!({"image_url": "https://img.example/a.png"})),
        Just(json!({"file_id": 1})),
        Just(json!([{"id": "video_1"}, 1])),
        Just(json!(["a", "b"])),
    ];
    (prop::sample::select(NAMES).prop_map(str::to_owned), value)
}

proptest! {
    #[test]
    fn any_object_is_a_page_and_a_deletion_and_nothing_unknown_is_lost(
        members in prop::collection::btree_map(any::<String>(), any::<bool>(), 0..4),
        known in prop::collection::vec(member(), 0..6),
    ) {
        let mut body = json!({});
        for (name, value) in members {
            body[format!("x{name}")] = value.into();
        }
        let unknown = body.clone();
        for (name, value) in known {
            body[name] = value;
        }
        let list: VideoList = serde_json::from_value(body.clone()).expect("lenient");
        let deleted: DeletedVideo = serde_json::from_value(body.clone()).expect("lenient");
        let video: Video = serde_json::from_value(body.clone()).expect("lenient");
        for written in [serde_json::to_value(&list), serde_json::to_value(&deleted), Ok(video.to_body())] {
            let written = written.expect("text keys");
            for (name, value) in unknown.as_object().expect("an object") {
                prop_assert_eq!(written.get(name), Some(value));
            }
        }
        // What a body asks for is asked for again by what is written of it.
        if let Ok(create) = serde_json::from_value::<CreateVideo>(body)
            && let Ok(generation) = Generation::try_from(create)
        {
            let written = serde_json::to_value(CreateVideo::from(&generation)).expect("text keys");
            let again: CreateVideo = serde_json::from_value(written).expect("what was written");
            prop_assert_eq!(Generation::try_from(again).expect("the same"), generation);
        }
    }
}
