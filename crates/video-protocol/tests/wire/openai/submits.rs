//! What the client half sends: JSON, and a form where a picture is there as bytes.

use insta::assert_snapshot;
use serde_json::json;
use video_protocol::{Dialect as _, OpenAi};
use video_types::{Generation, ImageInput, Metadata, Seconds, Size};

use super::{PIXEL, shown};

fn cat() -> Generation {
    Generation::new("sora-2", "a cat in the sun")
}

fn full() -> Generation {
    let mut generation = cat()
        .with_size(Size::new(1280, 720))
        .with_seconds(Seconds::new(8).expect("within an hour"))
        .with_fps(24)
        .with_seed(-7)
        .with_mode("pro")
        .with_metadata(Metadata::default().with("negative_prompt", "rain").with("bgm", true));
    generation.extra.insert("user".to_owned(), json!("u-1"));
    generation.extra.insert("character_ids".to_owned(), json!(["char_1"]));
    generation.extra.insert("nothing".to_owned(), json!(null));
    generation
}

fn data_uri(media_type: &str) -> ImageInput {
    ImageInput::new(format!("data:{media_type};base64,{PIXEL}"))
}

#[test]
fn the_seed_documents_example_is_sent_as_it_stands_there() {
    let generation = Generation::new("sora-2", "一个穿着宇航服的宇航员在月球上行走, 高品质, 电影级")
        .with_size(Size::from("1920x1080"))
        .with_seconds(Seconds::new(5).expect("within an hour"));
    assert_snapshot!(shown(&OpenAi::default().encode_submit(&generation)), @r#"
    POST /v1/videos
    content-type: application/json

    {"model":"sora-2","prompt":"一个穿着宇航服的宇航员在月球上行走, 高品质, 电影级","seconds":"5","size":"1920x1080"}
    "#);
}

#[test]
fn everything_the_format_can_say_in_json() {
    assert_snapshot!(shown(&OpenAi::default().encode_submit(&full())), @r#"
    POST /v1/videos
    content-type: application/json

    {"model":"sora-2","prompt":"a cat in the sun","seconds":"8","size":"1280x720","mode":"pro","metadata":{"bgm":true,"negative_prompt":"rain"},"fps":24,"seed":-7,"character_ids":["char_1"],"nothing":null,"user":"u-1"}
    "#);
}

#[test]
fn everything_the_format_can_say_in_a_form() {
    let dialect = OpenAi::default().with_multipart(true);
    let generation = full().with_image(ImageInput::new("https://img.example/猫.png"));
    assert_snapshot!(shown(&dialect.encode_submit(&generation)), @r#"
    POST /v1/videos
    content-type: multipart/form-data; boundary=video-63b6929623438ec0

    --video-63b6929623438ec0
    Content-Disposition: form-data; name="model"

    sora-2
    --video-63b6929623438ec0
    Content-Disposition: form-data; name="prompt"

    a cat in the sun
    --video-63b6929623438ec0
    Content-Disposition: form-data; name="seconds"

    8
    --video-63b6929623438ec0
    Content-Disposition: form-data; name="size"

    1280x720
    --video-63b6929623438ec0
    Content-Disposition: form-data; name="mode"

    pro
    --video-63b6929623438ec0
    Content-Disposition: form-data; name="fps"

    24
    --video-63b6929623438ec0
    Content-Disposition: form-data; name="seed"

    -7
    --video-63b6929623438ec0
    Content-Disposition: form-data; name="metadata"

    {"bgm":true,"negative_prompt":"rain"}
    --video-63b6929623438ec0
    Content-Disposition: form-data; name="character_ids"

    ["char_1"]
    --video-63b6929623438ec0
    Content-Disposition: form-data; name="user"

    u-1
    --video-63b6929623438ec0
    Content-Disposition: form-data; name="input_reference"

    https://img.example/猫.png
    --video-63b6929623438ec0--
    "#);
}

#[test]
fn a_picture_that_is_there_as_bytes_goes_as_a_file_of_its_type() {
    assert_snapshot!(shown(&OpenAi::default().encode_submit(&cat().with_image(data_uri("image/png")))), @r#"
    POST /v1/videos
    content-type: multipart/form-data; boundary=video-614b71834e642cb4

    --video-614b71834e642cb4
    Content-Disposition: form-data; name=\"model\"

    sora-2
    --video-614b71834e642cb4
    Content-Disposition: form-data; name=\"prompt\"

    a cat in the sun
    --video-614b71834e642cb4
    Content-Disposition: form-data; name=\"input_reference\"; filename=\"input_reference.png\"
    Content-Type: image/png

    \x89PNG
    \x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\xdacd`\xf8_\x0f\x00\x02\x87\x01\x80\xebG\xba\x92\x00\x00\x00\x00IEND\xaeB`\x82
    --video-614b71834e642cb4--
    "#);
    // What the bytes look like counts, then what they are called.
    let head = |image: ImageInput| {
        let text = shown(&OpenAi::default().encode_submit(&cat().with_image(image)));
        let lines = text.lines().filter(|line| line.contains("input_reference") || line.starts_with("Content-Type"));
        lines.map(|line| line.chars().take(120).collect::<String>()).collect::<Vec<_>>().join(" | ")
    };
    let rows = [
        head(data_uri("image/jpeg")),
        head(data_uri("IMAGE/PNG;x=1")),
        head(data_uri("application/octet-stream")),
        head(data_uri("")),
        head(ImageInput::new(PIXEL)),
        head(ImageInput::new("data:image/svg+xml,%3Csvg/%3E")),
        head(ImageInput::new("data:application/octet-stream;base64,AAAA")),
        head(ImageInput::new("data:image/p\"ng;base64,AAAA")),
    ];
    assert_snapshot!(rows.join("\n"), @r#"
    Content-Disposition: form-data; name=\"input_reference\"; filename=\"input_reference.png\" | Content-Type: image/png
    Content-Disposition: form-data; name=\"input_reference\"; filename=\"input_reference.png\" | Content-Type: image/png
    Content-Disposition: form-data; name=\"input_reference\"; filename=\"input_reference.png\" | Content-Type: image/png
    Content-Disposition: form-data; name=\"input_reference\"; filename=\"input_reference.png\" | Content-Type: image/png
    Content-Disposition: form-data; name=\"input_reference\"; filename=\"input_reference.png\" | Content-Type: image/png
    Content-Disposition: form-data; name="input_reference"; filename="input_reference.svg" | Content-Type: image/svg+xml
    Content-Disposition: form-data; name="input_reference"; filename="input_reference.bin" | Content-Type: application/octet-stream
    Content-Disposition: form-data; name="input_reference"; filename="input_reference.bin" | Content-Type: application/octet-stream
    "#);
}

#[test]
fn what_is_no_picture_in_bytes_stays_text() {
    let body = |image: &str| shown(&OpenAi::default().encode_submit(&cat().with_image(ImageInput::new(image))));
    let bodies = ["https://img.example/cat.png", "asset-2026", "data:image/png;base64,!", "data:image/png;base64,"];
    let bodies = bodies.map(|image| body(image).lines().last().expect("a body").to_owned());
    assert_snapshot!(bodies.join("\n"), @r#"
    {"model":"sora-2","prompt":"a cat in the sun","input_reference":"https://img.example/cat.png"}
    {"model":"sora-2","prompt":"a cat in the sun","input_reference":"asset-2026"}
    {"model":"sora-2","prompt":"a cat in the sun","input_reference":"data:image/png;base64,!"}
    {"model":"sora-2","prompt":"a cat in the sun","input_reference":"data:image/png;base64,"}
    "#);
}

#[test]
fn settings_choose_the_encoding_and_the_form_of_the_picture() {
    let link = cat().with_image(ImageInput::new("https://img.example/cat.png"));
    let bytes = cat().with_image(ImageInput::new(PIXEL));
    let last = |dialect: OpenAi, generation: &Generation| {
        let text = shown(&dialect.encode_submit(generation));
        let kind = text.lines().find(|line| line.starts_with("content-type")).expect("a type").to_owned();
        let kind = kind.split(';').next().unwrap_or_default().to_owned();
        let tail: Vec<&str> = text.lines().filter(|line| line.contains("reference") || line.contains("img.")).collect();
        format!("{kind}\n    {}", tail.join("\n    ").chars().take(200).collect::<String>())
    };
    let object = OpenAi::default().with_reference_object(true);
    let rows = [
        ("object, link", last(object, &link)),
        ("object, never a form, bytes", last(object.with_multipart(false), &bytes)),
        ("object, always a form, link", last(object.with_multipart(true), &link)),
        ("text, never a form, bytes", last(OpenAi::default().with_multipart(false), &bytes)),
        ("text, always a form, link", last(OpenAi::default().with_multipart(true), &link)),
    ];
    assert_snapshot!(rows.map(|(what, text)| format!("{what}\n    {text}")).join("\n"), @r#"
    object, link
        content-type: application/json
        {"model":"sora-2","prompt":"a cat in the sun","input_reference":{"image_url":"https://img.example/cat.png"}}
    object, never a form, bytes
        content-type: application/json
        {"model":"sora-2","prompt":"a cat in the sun","input_reference":{"image_url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="}}
    object, always a form, link
        content-type: multipart/form-data
        Content-Disposition: form-data; name="input_reference[image_url]"
        https://img.example/cat.png
    text, never a form, bytes
        content-type: application/json
        {"model":"sora-2","prompt":"a cat in the sun","input_reference":"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="}
    text, always a form, link
        content-type: multipart/form-data
        Content-Disposition: form-data; name="input_reference"
        https://img.example/cat.png
    "#);
}

#[test]
fn several_pictures_are_images_in_either_encoding() {
    let generation = cat().with_image(ImageInput::new("https://img.example/a.png")).with_image(data_uri("image/png"));
    assert_snapshot!(shown(&OpenAi::default().encode_submit(&generation)), @r#"
    POST /v1/videos
    content-type: application/json

    {"model":"sora-2","prompt":"a cat in the sun","images":["https://img.example/a.png","data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="]}
    "#);
    let form = shown(&OpenAi::default().with_multipart(true).encode_submit(&generation));
    assert_eq!(form.matches("name=\"images\"").count(), 2);
}

#[test]
fn a_generation_without_model_or_prompt_is_refused_before_anything_is_sent() {
    for (model, prompt) in [(" ", "p"), ("m", "\n")] {
        let error = OpenAi::default().encode_submit(&Generation::new(model, prompt)).expect_err("a refusal");
        assert!(error.proves_no_task(), "{error}");
    }
}
