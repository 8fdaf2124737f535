//! Reading a submit: what is forgiven, what is refused, and what is passed on.

use insta::assert_snapshot;
use serde_json::{Value, json};
use video_types::new_api::SubmitRequest;
use video_types::{Generation, ImageInput, Seconds, Size};

use crate::fixture;
use crate::transcript::table;

/// What a request asks for, or why it is refused.
fn asked(body: Value) -> String {
    let request: Result<SubmitRequest, _> = serde_json::from_value(body);
    let generation = request.map_err(|error| error.to_string());
    match generation.and_then(|request| Generation::try_from(request).map_err(|error| error.to_string())) {
        Ok(generation) => serde_json::to_string(&SubmitRequest::from(&generation)).expect("text keys"),
        Err(refusal) => format!("refused: {refusal}"),
    }
}

/// The least request with one member set: `input → what is sent on`.
fn with_member(name: &str, inputs: &[Value]) -> String {
    table(inputs.iter().map(|input| {
        let mut body = json!({"model": "m", "prompt": "p"});
        body[name] = input.clone();
        let rest = asked(body).replace(r#""model":"m","prompt":"p","#, "").replace(r#""model":"m","prompt":"p""#, "");
        format!("{:22} {rest}", input.to_string())
    }))
}

#[test]
fn the_fixtures_ask_for_this() {
    let names = ["request-minimal.json", "request-full.json", "request-generous.json", "request-seed.json"];
    let rows = names.into_iter().map(|name| format!("{name}\n    {}", asked(fixture::json(name))));
    assert_snapshot!(table(rows), @r#"
    request-minimal.json
        {"model":"kling-v1-6","prompt":"a lighthouse in fog"}
    request-full.json
        {"model":"viduq1","prompt":"neon city","images":["https://img.example/a.png","https://img.example/b.png"],"size":"1080p","duration":5,"seconds":"5","mode":"std","metadata":{"bgm":true,"movement_amplitude":"small"}}
    request-generous.json
        {"model":"wan2.5-i2v-preview","prompt":"a cat","image":"https://img.example/c.png","size":"1280x720","duration":5,"seconds":"5","metadata":{"seed":1},"fps":24,"response_format":"url","user":"u-1"}
    request-seed.json
        {"model":"kling-v1","prompt":"a cat","size":"1920x1080","duration":5,"seconds":"5","metadata":{"negative_prompt":"","quality_level":"","style":""},"fps":30,"seed":20231234,"response_format":"url","user":"user-1234"}
    "#);
}

#[test]
fn a_length_is_a_number_or_digits_and_zero_is_the_default() {
    let inputs = [
        json!(5),
        json!("5"),
        json!(5.0),
        json!("5.0"),
        json!(0),
        json!(""),
        json!(null),
        json!(5.5),
        json!("5s"),
        json!(true),
        json!(-1),
        json!(3601),
        json!(1e12),
        json!([5]),
    ];
    assert_snapshot!(with_member("duration", &inputs), @r#"
    5                      {"duration":5,"seconds":"5"}
    "5"                    {"duration":5,"seconds":"5"}
    5.0                    {"duration":5,"seconds":"5"}
    "5.0"                  {"duration":5,"seconds":"5"}
    0                      {}
    ""                     {}
    null                   {}
    5.5                    refused: duration must be a whole number
    "5s"                   refused: duration must be a whole number
    true                   refused: duration must be a whole number
    -1                     refused: duration must be between 1 and 3600
    3601                   refused: seconds must be between 1 and 3600
    1000000000000.0        refused: duration must be between 1 and 3600
    [5]                    refused: duration must be a whole number
    "#);
    assert_snapshot!(with_member("seconds", &inputs), @r#"
    5                      {"duration":5,"seconds":"5"}
    "5"                    {"duration":5,"seconds":"5"}
    5.0                    {"duration":5,"seconds":"5"}
    "5.0"                  {"duration":5,"seconds":"5"}
    0                      {}
    ""                     {}
    null                   {}
    5.5                    refused: seconds must be a whole number of seconds
    "5s"                   refused: seconds must be a whole number of seconds
    true                   refused: seconds must be a whole number of seconds
    -1                     refused: seconds must be between 1 and 3600
    3601                   refused: seconds must be between 1 and 3600
    1000000000000.0        refused: seconds must be between 1 and 3600
    [5]                    refused: seconds must be a whole number of seconds
    "#);
}

#[test]
fn duration_comes_before_seconds_unless_it_is_zero() {
    let both = |duration: i32, seconds: &str| {
        asked(json!({"model": "m", "prompt": "p", "duration": duration, "seconds": seconds}))
    };
    assert_snapshot!(both(5, "10"), @r#"{"model":"m","prompt":"p","duration":5,"seconds":"5"}"#);
    assert_snapshot!(both(0, "10"), @r#"{"model":"m","prompt":"p","duration":10,"seconds":"10"}"#);
}

#[test]
fn pictures_are_text_or_a_list_of_text() {
    assert_snapshot!(with_member("images", &[json!("a"), json!(["a"]), json!(["a", "b"]), json!([]), json!(""), json!([1]), json!({})]), @r#"
    "a"                    {"image":"a"}
    ["a"]                  {"image":"a"}
    ["a","b"]              {"images":["a","b"]}
    []                     {}
    ""                     {}
    [1]                    refused: images must be a list of text
    {}                     refused: images must be a list of text
    "#);
    assert_snapshot!(with_member("image", &[json!("a"), json!(" "), json!(null), json!({"url": "a"}), json!(["a"])]), @r#"
    "a"                    {"image":"a"}
    " "                    {}
    null                   {}
    {"url":"a"}            refused: image must be text
    ["a"]                  refused: image must be text
    "#);
    assert_snapshot!(with_member("input_reference", &[json!("a"), json!({"image_url": "a"}), json!({"url": "a"}), json!({"id": 1}), json!(1)]), @r#"
    "a"                    {"image":"a"}
    {"image_url":"a"}      {"image":"a"}
    {"url":"a"}            {"image":"a"}
    {"id":1}               refused: input_reference must be text or an object with image_url
    1                      refused: input_reference must be text or an object with image_url
    "#);
}

#[test]
fn metadata_is_an_object_or_text_that_holds_one() {
    let inputs = [
        json!({"a": 1}),
        json!("{\"a\":1}"),
        json!(""),
        json!({}),
        json!(null),
        json!("a"),
        json!("[1]"),
        json!([1]),
        json!(1),
    ];
    assert_snapshot!(with_member("metadata", &inputs), @r#"
    {"a":1}                {"metadata":{"a":1}}
    "{\"a\":1}"            {"metadata":{"a":1}}
    ""                     {}
    {}                     {}
    null                   {}
    "a"                    refused: metadata must be an object, or text that holds one
    "[1]"                  refused: metadata must be an object, or text that holds one
    [1]                    refused: metadata must be an object, or text that holds one
    1                      refused: metadata must be an object, or text that holds one
    "#);
}

#[test]
fn a_size_is_text_or_two_numbers() {
    let sized = |rest: Value| {
        let mut body = json!({"model": "m", "prompt": "p"});
        body.as_object_mut().expect("an object").extend(rest.as_object().expect("an object").clone());
        asked(body)
    };
    assert_snapshot!(sized(json!({"width": 1280, "height": "720"})), @r#"{"model":"m","prompt":"p","size":"1280x720"}"#);
    assert_snapshot!(sized(json!({"width": 1280, "height": 720, "size": "1080p"})), @r#"{"model":"m","prompt":"p","size":"1080p"}"#);
    assert_snapshot!(sized(json!({"width": 1280})), @"refused: height must be given together with width");
    assert_snapshot!(sized(json!({"height": 720, "width": 0})), @"refused: width must be given together with height");
    assert_snapshot!(sized(json!({"height": 0, "width": 0})), @r#"{"model":"m","prompt":"p"}"#);
    assert_snapshot!(sized(json!({"size": 720})), @"refused: size must be text");
}

#[test]
fn model_and_prompt_are_required_and_text() {
    assert_snapshot!(asked(json!({"prompt": "p"})), @"refused: model is required");
    assert_snapshot!(asked(json!({"model": " ", "prompt": "p"})), @"refused: model is required");
    assert_snapshot!(asked(json!({"model": "m"})), @"refused: prompt is required");
    assert_snapshot!(asked(json!({"model": "m", "prompt": " \n"})), @"refused: prompt is required");
    assert_snapshot!(asked(json!({"model": 1, "prompt": "p"})), @"refused: model must be text");
    assert_snapshot!(asked(json!({"model": "m", "prompt": ["p"]})), @"refused: prompt must be text");
    assert_snapshot!(asked(json!([])), @"refused: invalid type: sequence, expected a map");
    assert_snapshot!(asked(json!("model")), @r#"refused: invalid type: string "model", expected a map"#);
}

#[test]
fn more_than_one_video_is_refused() {
    assert_snapshot!(with_member("n", &[json!(1), json!("1"), json!(0), json!(2), json!(-1)]), @r#"
    1                      {}
    "1"                    {}
    0                      {}
    2                      refused: n must be 1: send one request for each video
    -1                     refused: n must be between 0 and 4294967295
    "#);
}

#[test]
fn keys_match_in_any_case_and_the_exact_one_wins() {
    assert_snapshot!(asked(json!({"MODEL": "m", "Prompt": "p"})), @r#"{"model":"m","prompt":"p"}"#);
    assert_snapshot!(asked(json!({"PROMPT": "first", "Prompt": "second", "prompt": "exact", "model": "m"})), @r#"{"model":"m","prompt":"exact"}"#);
    assert_snapshot!(asked(json!({"Model": null, "model_name": "n", "prompt": "p"})), @r#"{"model":"n","prompt":"p"}"#);
}

#[test]
fn unknown_members_are_sent_on_and_known_ones_are_not_sent_twice() {
    assert_snapshot!(asked(json!({"model": "m", "prompt": "p", "user": "u", "style": {"a": [1, null]}})), @r#"{"model":"m","prompt":"p","style":{"a":[1,null]},"user":"u"}"#);
    let mut generation = Generation::new("m", "p");
    generation.extra.insert("user".to_owned(), json!("u"));
    generation.extra.insert("Prompt".to_owned(), json!("another"));
    generation.extra.insert("n".to_owned(), json!(4));
    assert_snapshot!(serde_json::to_string(&SubmitRequest::from(&generation)).expect("text keys"), @r#"{"model":"m","prompt":"p","user":"u"}"#);
}

#[test]
fn one_picture_goes_under_image_and_several_under_images() {
    let generation = Generation::new("m", "p")
        .with_image(ImageInput::new("https://img.example/a.png"))
        .with_size(Size::new(1280, 720))
        .with_seconds(Seconds::new(5).expect("within an hour"))
        .with_fps(24)
        .with_seed(-7)
        .with_mode("pro");
    assert_snapshot!(serde_json::to_string(&SubmitRequest::from(&generation)).expect("text keys"), @r#"{"model":"m","prompt":"p","image":"https://img.example/a.png","size":"1280x720","duration":5,"seconds":"5","mode":"pro","fps":24,"seed":-7}"#);
    let generation = Generation::new("m", "p").with_image(ImageInput::new("a")).with_image(ImageInput::new("b"));
    assert_snapshot!(serde_json::to_string(&SubmitRequest::from(&generation)).expect("text keys"), @r#"{"model":"m","prompt":"p","images":["a","b"]}"#);
}

#[test]
fn a_picture_in_text_form_is_never_shown_whole() {
    let shown = |text: &str| format!("{:?}", ImageInput::new(text));
    assert_snapshot!(shown("https://img.example/a.png"), @r#""https://img.example/a.png""#);
    assert_snapshot!(shown("data:image/png;base64,AAAA"), @"DataUri(26 bytes)");
    assert_snapshot!(shown("iVBORw0KGgo"), @"Base64(11 bytes)");
}
