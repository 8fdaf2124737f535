//! The examples of the gateways' tutorials, written with the typed metadata.

use video_types::Metadata;
use video_vidu::{MovementAmplitude, Resolution, ViduMetadata};

/// The metadata of a request, as it goes over the wire.
fn merged(before: Metadata, typed: &ViduMetadata) -> String {
    let mut metadata = before;
    metadata.merge(typed).expect("the metadata is an object");
    serde_json::to_string(&metadata).expect("metadata is JSON")
}

#[test]
fn text_to_video() {
    let typed = ViduMetadata::default()
        .with_resolution(Resolution::P1080)
        .with_movement_amplitude(MovementAmplitude::MEDIUM)
        .with_bgm(true)
        .with_seed(0)
        .with_callback_url("https://your-callback-url.com/webhook");
    insta::assert_snapshot!(merged(Metadata::default(), &typed), @r#"{"bgm":true,"callback_url":"https://your-callback-url.com/webhook","movement_amplitude":"medium","resolution":"1080p","seed":0}"#);
}

#[test]
fn image_to_video() {
    let typed = ViduMetadata::default()
        .with_duration(5)
        .with_seed(0)
        .with_resolution(Resolution::P1080)
        .with_movement_amplitude(MovementAmplitude::AUTO)
        .with_bgm(false)
        .with_payload("")
        .with_callback_url("https://your-callback-url.com/webhook");
    insta::assert_snapshot!(merged(Metadata::default(), &typed), @r#"{"bgm":false,"callback_url":"https://your-callback-url.com/webhook","duration":5,"movement_amplitude":"auto","payload":"","resolution":"1080p","seed":0}"#);
}
