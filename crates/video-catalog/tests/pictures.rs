//! Pictures in a request: the form they get, and what is said of their type, bytes and pixels.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use video_catalog::{PictureFacts, Target, fit_pictures, report};
use video_types::{Generation, ImageInput, Metadata, Size};

/// The head of a PNG of this size, and zeros up to a length.
fn png(width: u32, height: u32, length: usize) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0]);
    bytes.resize(length.max(bytes.len()), 0);
    bytes
}

fn jpeg(preview: usize, width: u16, height: u16) -> Vec<u8> {
    let mut bytes = b"\xff\xd8".to_vec();
    for _ in 0..preview.div_ceil(60_000) {
        bytes.extend(b"\xff\xe1\xea\x62");
        bytes.resize(bytes.len() + 60_000, 0);
    }
    bytes.extend(b"\xff\xc0\x00\x11\x08");
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.extend([3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
    bytes
}

fn uri(kind: &str, bytes: &[u8]) -> ImageInput {
    ImageInput::new(format!("data:image/{kind};base64,{}", STANDARD.encode(bytes)))
}

fn shown(image: &str) -> String {
    match image.char_indices().nth(24) {
        Some((end, _)) => format!("{}…", &image[..end]),
        None => image.to_owned(),
    }
}

#[test]
fn every_provider_gets_a_picture_in_the_form_it_takes() {
    let models = ["kling-v1", "jimeng_vgfm_i2v_l20", "viduq1", "sora-2", "doubao-seedance-1-0-pro-250528"];
    let more =
        ["MiniMax-Hailuo-02", "wan2.5-i2v-preview", "veo-3.0-generate-001", "kling-of-tomorrow", "somebodys-own"];
    let inline = uri("png", &png(640, 360, 100));
    let bare = ImageInput::new(STANDARD.encode(png(640, 360, 100)));
    let mut told = String::new();
    for model in models.into_iter().chain(more) {
        for image in [&inline, &bare, &ImageInput::new("https://example.com/a.png")] {
            let fitted = fit_pictures(Generation::new(model, "a cat").with_image(image.clone()));
            let images: Vec<_> = fitted.images.iter().map(|image| shown(image.as_str())).collect();
            let metadata: Vec<_> = fitted
                .metadata
                .iter()
                .map(|(key, value)| format!(" metadata.{key}={}", shown(value.as_str().unwrap_or("?"))))
                .collect();
            writeln!(told, "{model}: {} -> {}{}", shown(image.as_str()), images.join(", "), metadata.concat()).unwrap();
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_key_that_is_given_already_is_left_alone() {
    let key = Metadata::default().with("first_frame_image", "https://example.com/first.png");
    let generation = Generation::new("MiniMax-Hailuo-02", "a cat")
        .with_image(ImageInput::new("https://example.com/other.png"))
        .with_metadata(key);
    assert_eq!(fit_pictures(generation.clone()), generation);
}

#[test]
fn what_the_provider_refuses_of_a_picture_is_said_before_it_is_sent() {
    let cases = [
        ("kling-v1", "png", png(640, 360, 100)),
        ("kling-v1", "png", png(200, 360, 100)),
        ("kling-v1", "png", png(3000, 300, 100)),
        ("kling-v1", "png", png(640, 360, (10 << 20) + 1)),
        ("kling-v1", "webp", b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\x7f\x82\x59\0\0\0\0\0\0\0\0\0".to_vec()),
        ("jimeng_vgfm_i2v_l20", "jpeg", jpeg(0, 5000, 4000)),
        ("MiniMax-Hailuo-02", "png", png(100, 100, 100)),
        ("doubao-seedance-1-0-pro-250528", "png", png(7000, 6500, 100)),
        ("viduq1", "png", png(100, 1000, 100)),
        ("sora-2", "png", png(640, 360, 100)),
        ("somebodys-own", "png", png(640, 360, 100)),
    ];
    let mut told = String::new();
    for (model, kind, bytes) in cases {
        let target = if model == "sora-2" { Target::Videos } else { Target::Generations };
        let mut generation = Generation::new(model, "a cat").with_image(uri(kind, &bytes));
        generation.size = Some(Size::new(1280, 720));
        writeln!(told, "{model}, {kind}, {} bytes", bytes.len()).unwrap();
        let about = |path: &str| path.starts_with("images") || path.contains("image");
        let report = report(&fit_pictures(generation), target);
        for finding in report.findings.iter().filter(|finding| about(&finding.path)) {
            writeln!(told, "  {finding}\n  {}", finding.line(video_catalog::Language::Chinese)).unwrap();
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_picture_for_a_channel_that_wants_a_file_is_warned_of_where_no_file_can_be_sent() {
    let generation = Generation::new("sora-2", "a cat").with_image(uri("png", &png(1280, 720, 100)));
    let warned = |target| report(&generation, target).findings.iter().any(|finding| finding.code == "image-form");
    assert_eq!([warned(Target::Videos), warned(Target::Generations)], [false, true]);
}

#[test]
fn pixels_are_found_behind_a_preview_and_never_panic() {
    let facts = |image: &ImageInput| PictureFacts::of(image);
    let behind = facts(&uri("jpeg", &jpeg(120_000, 1920, 1080))).unwrap();
    assert_eq!((behind.format, behind.pixels), (Some("jpeg"), Some((1920, 1080))));
    let length = |length| facts(&uri("png", &png(2, 2, length))).unwrap().bytes;
    assert_eq!([33, 34, 35, 36].map(length), [33, 34, 35, 36]);
    for text in ["", "=", "====", "a", "data:", "data:image/png;base64,", "data:,x", "不是图片", "\n\n"] {
        assert_eq!(facts(&ImageInput::new(text)).and_then(|facts| facts.pixels), None, "{text}");
    }
    let whole = jpeg(0, 640, 360);
    for end in 0..whole.len() {
        let _ = facts(&uri("jpeg", &whole[..end]));
    }
}

#[test]
fn text_gets_the_type_the_catalogue_knows() {
    let cases = [
        ("kling-v1", "cfg_scale", "0.5"),
        ("kling-v1", "CFG_Scale", "1"),
        ("kling-v1", "cfg_scale", "much"),
        ("kling-v1", "duration", "5"),
        ("kling-v1", "camera_control", r#"{"type":"simple"}"#),
        ("kling-v1", "camera_control.type", "simple"),
        ("kling-v1", "camera_control.config.zoom", "3"),
        ("viduq1", "seed", "0"),
        ("viduq1", "bgm", "true"),
        ("viduq1", "bgm", "yes"),
        ("jimeng_vgfm_i2v_l20", "image_urls", "https://a.example/1.png, https://a.example/2.png"),
        ("jimeng_vgfm_i2v_l20", "image_urls", r#"["https://a.example/1.png"]"#),
        ("wan2.7-t2v", "parameters.seed", "7"),
        ("wan2.7-t2v", "seed", "7"),
        ("somebodys-own", "seed", "7"),
        ("veo-3.0-generate-001", "generateAudio", "false"),
    ];
    let rows =
        cases.map(|(model, key, text)| format!("{model} {key}={text} -> {}\n", video_catalog::typed(model, key, text)));
    insta::assert_snapshot!(rows.concat());
    assert_eq!(video_catalog::typed("kling-v1", "", ""), Value::from(""));
}

proptest::proptest! {
    #[test]
    fn no_picture_and_no_parameter_makes_it_panic(model in "[a-zA-Z0-9_.-]{0,12}", key in "\\PC{0,24}", text in "\\PC{0,64}") {
        for image in [text.clone(), format!("data:image/png;base64,{text}"), format!("/9j/{key}"), format!("iVBORw0KGgo{key}")] {
            let generation = Generation::new(model.as_str(), "p").with_image(ImageInput::new(image));
            let fitted = fit_pictures(generation);
            let _ = report(&fitted, Target::Generations);
        }
        for model in ["kling-v1", "wan2.7-t2v", "veo-3.0-generate-001", &model] {
            let _ = video_catalog::typed(model, &key, &text);
        }
    }
}
