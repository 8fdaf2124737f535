//! What each channel makes of a request that has everything, by route; the table of New API's source, as we read it.

use video_catalog::{Target, report};
use video_types::{Generation, ImageInput, Metadata, Seconds, Size};

/// The way of every field but model and prompt, one a line.
fn ways(model: &str, target: Target, images: &[&str]) -> String {
    let mut generation = Generation::new(model, "a cat");
    generation.images = images.iter().copied().map(ImageInput::new).collect();
    generation.size = Some(Size::new(1280, 720));
    generation.seconds = Seconds::new(10);
    generation.mode = Some("pro".to_owned());
    (generation.fps, generation.seed) = (Some(24), Some(7));
    generation.metadata = Metadata::default().with("callback_url", "https://example.com/hook").with("nobody_knows", 1);
    let report = report(&generation, target);
    let fields = report.fields.iter().filter(|field| !["model", "prompt"].contains(&field.path.as_str()));
    let lines = fields.map(|field| format!("{}: {}\n", field.path, field.fate));
    format!("to {}\n{}", report.endpoint.unwrap_or("nowhere"), lines.collect::<String>())
}

const LINK: &[&str] = &["https://example.com/a.png"];
const DATA: &[&str] = &["data:image/png;base64,aGk="];
const TWO: &[&str] = &["https://example.com/a.png", "https://example.com/b.png"];

#[test]
fn kling() {
    insta::assert_snapshot!(ways("kling-v1", Target::Generations, LINK), @r#"
    to i2v
    images: maps to image = a link
    size: maps to aspect_ratio = 16:9
    seconds: maps to duration = 10
    mode: sends mode
    fps: ignored
    seed: ignored
    metadata.callback_url: sends callback_url
    metadata.nobody_knows: ignored
    "#);
    insta::assert_snapshot!(ways("kling-v1", Target::Generations, TWO), @r#"
    to t2v
    size: maps to aspect_ratio = 16:9
    seconds: maps to duration = 10
    mode: sends mode
    images: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: sends callback_url
    metadata.nobody_knows: ignored
    "#);
    insta::assert_snapshot!(ways("kling-v1", Target::Videos, DATA), @r#"
    to t2v
    size: maps to aspect_ratio = 16:9
    mode: sends mode
    images: ignored
    seconds: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: sends callback_url
    metadata.nobody_knows: ignored
    "#);
}

#[test]
fn jimeng() {
    insta::assert_snapshot!(ways("jimeng_vgfm_t2v_l20", Target::Generations, LINK), @r#"
    to submit
    images: maps to image_urls = a link
    seconds: maps to frames = 241
    size: ignored
    mode: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: ignored
    metadata.nobody_knows: ignored
    "#);
    insta::assert_snapshot!(ways("jimeng_vgfm_t2v_l20", Target::Generations, TWO), @r#"
    to submit
    images: maps to image_urls = a link, a link
    seconds: maps to frames = 241
    size: ignored
    mode: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: ignored
    metadata.nobody_knows: ignored
    "#);
    insta::assert_snapshot!(ways("jimeng_vgfm_t2v_l20", Target::Videos, DATA), @r#"
    to submit
    images: maps to binary_data_base64 = a data URI
    size: ignored
    seconds: ignored
    mode: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: ignored
    metadata.nobody_knows: ignored
    "#);
}

#[test]
fn vidu() {
    insta::assert_snapshot!(ways("viduq1", Target::Generations, LINK), @r#"
    to i2v
    images: maps to images = a link
    size: sends resolution
    seconds: sends duration
    mode: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: sends callback_url
    metadata.nobody_knows: ignored
    "#);
    insta::assert_snapshot!(ways("viduq1", Target::Generations, TWO), @r#"
    to start-end
    images: maps to images = a link, a link
    size: sends resolution
    seconds: sends duration
    mode: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: sends callback_url
    metadata.nobody_knows: ignored
    "#);
    insta::assert_snapshot!(ways("viduq1", Target::Videos, DATA), @r#"
    to t2v
    size: sends resolution
    images: ignored
    seconds: ignored
    mode: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: sends callback_url
    metadata.nobody_knows: ignored
    "#);
}

#[test]
fn sora() {
    insta::assert_snapshot!(ways("sora-2", Target::Generations, LINK), @r#"
    to create
    images: maps to image = a link
    size: sends size
    seconds: sends duration
    seconds: maps to seconds = 10
    mode: sends mode
    fps: sends fps
    seed: sends seed
    metadata: sends metadata
    "#);
    insta::assert_snapshot!(ways("sora-2", Target::Generations, TWO), @r#"
    to create
    images: maps to images = a link, a link
    size: sends size
    seconds: sends duration
    seconds: maps to seconds = 10
    mode: sends mode
    fps: sends fps
    seed: sends seed
    metadata: sends metadata
    "#);
    insta::assert_snapshot!(ways("sora-2", Target::Videos, DATA), @r#"
    to create
    images: maps to input_reference = a data URI
    size: sends size
    seconds: maps to seconds = 10
    mode: sends mode
    fps: sends fps
    seed: sends seed
    metadata: sends metadata
    "#);
}

#[test]
fn seedance() {
    insta::assert_snapshot!(ways("doubao-seedance-1-0-pro-250528", Target::Generations, LINK), @r#"
    to create
    images: maps to content = a link
    seconds: sends duration
    size: ignored
    mode: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: sends callback_url
    metadata.nobody_knows: ignored
    "#);
    insta::assert_snapshot!(ways("doubao-seedance-1-0-pro-250528", Target::Generations, TWO), @r#"
    to create
    images: maps to content = a link, a link
    seconds: sends duration
    size: ignored
    mode: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: sends callback_url
    metadata.nobody_knows: ignored
    "#);
    insta::assert_snapshot!(ways("doubao-seedance-1-0-pro-250528", Target::Videos, DATA), @r#"
    to create
    seconds: sends duration
    images: ignored
    size: ignored
    mode: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: sends callback_url
    metadata.nobody_knows: ignored
    "#);
}

#[test]
fn minimax() {
    insta::assert_snapshot!(ways("MiniMax-Hailuo-02", Target::Generations, LINK), @r#"
    to create
    size: maps to resolution = 720P
    seconds: sends duration
    images: ignored
    mode: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: sends callback_url
    metadata.nobody_knows: ignored
    "#);
    insta::assert_snapshot!(ways("MiniMax-Hailuo-02", Target::Generations, TWO), @r#"
    to create
    size: maps to resolution = 720P
    seconds: sends duration
    images: ignored
    mode: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: sends callback_url
    metadata.nobody_knows: ignored
    "#);
    insta::assert_snapshot!(ways("MiniMax-Hailuo-02", Target::Videos, DATA), @r#"
    to create
    size: maps to resolution = 720P
    images: ignored
    seconds: ignored
    mode: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: sends callback_url
    metadata.nobody_knows: ignored
    "#);
}

#[test]
fn wan() {
    insta::assert_snapshot!(ways("wan2.5-i2v-preview", Target::Generations, LINK), @r#"
    to create
    images: maps to img_url = a link
    size: maps to resolution = 1280X720P
    seconds: sends duration
    mode: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: ignored
    metadata.nobody_knows: ignored
    "#);
    insta::assert_snapshot!(ways("wan2.5-i2v-preview", Target::Generations, TWO), @r#"
    to create
    images: maps to img_url = a link
    size: maps to resolution = 1280X720P
    seconds: sends duration
    mode: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: ignored
    metadata.nobody_knows: ignored
    "#);
    insta::assert_snapshot!(ways("wan2.5-i2v-preview", Target::Videos, DATA), @r#"
    to create
    size: maps to resolution = 1280X720P
    seconds: sends duration
    images: ignored
    mode: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: ignored
    metadata.nobody_knows: ignored
    "#);
}

#[test]
fn veo() {
    insta::assert_snapshot!(ways("veo-3.0-generate-001", Target::Generations, LINK), @r#"
    to create
    size: maps to resolution = 720p
    size: maps to aspectRatio = 16:9
    seconds: sends durationSeconds
    images: ignored
    mode: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: ignored
    metadata.nobody_knows: ignored
    "#);
    insta::assert_snapshot!(ways("veo-3.0-generate-001", Target::Generations, TWO), @r#"
    to create
    size: maps to resolution = 720p
    size: maps to aspectRatio = 16:9
    seconds: sends durationSeconds
    images: ignored
    mode: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: ignored
    metadata.nobody_knows: ignored
    "#);
    insta::assert_snapshot!(ways("veo-3.0-generate-001", Target::Videos, DATA), @r#"
    to create
    images: maps to image = a data URI
    size: maps to resolution = 720p
    size: maps to aspectRatio = 16:9
    seconds: ignored
    mode: ignored
    fps: ignored
    seed: ignored
    metadata.callback_url: ignored
    metadata.nobody_knows: ignored
    "#);
}
