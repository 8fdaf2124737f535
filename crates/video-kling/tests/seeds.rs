//! The examples of the gateways' tutorials, written with the typed metadata.

use video_kling::{CameraControl, CameraControlConfig, CameraControlType, KlingMetadata, Mode};
use video_types::Metadata;

/// The metadata of a request, as it goes over the wire.
fn merged(before: Metadata, typed: &KlingMetadata) -> String {
    let mut metadata = before;
    metadata.merge(typed).expect("the metadata is an object");
    serde_json::to_string(&metadata).expect("metadata is JSON")
}

#[test]
fn a_seed_nobody_reads_stays_beside_what_is_typed() {
    let typed = KlingMetadata::default().with_negative_prompt("模糊, 低质量");
    insta::assert_snapshot!(merged(Metadata::default().with("seed", 20_231_234), &typed), @r#"{"negative_prompt":"模糊, 低质量","seed":20231234}"#);
}

#[test]
fn text_to_video_with_a_scale() {
    let typed = KlingMetadata::default().with_negative_prompt("模糊, 扭曲").with_cfg_scale(0.8);
    insta::assert_snapshot!(merged(Metadata::default().with("seed", 12345), &typed), @r#"{"cfg_scale":0.8,"negative_prompt":"模糊, 扭曲","seed":12345}"#);
}

#[test]
fn image_to_video_with_camera_control() {
    let typed = KlingMetadata::default().with_negative_prompt("快速动作").with_camera_control(
        CameraControl::default()
            .with_kind(CameraControlType::SIMPLE)
            .with_config(CameraControlConfig::default().with_horizontal(1).with_vertical(0).with_zoom(0.5)),
    );
    insta::assert_snapshot!(merged(Metadata::default().with("seed", 54321), &typed), @r#"{"camera_control":{"config":{"horizontal":1.0,"vertical":0.0,"zoom":0.5},"type":"simple"},"negative_prompt":"快速动作","seed":54321}"#);
}

#[test]
fn first_and_last_frame() {
    let typed =
        KlingMetadata::default().with_negative_prompt("模糊").with_image_tail("https://h1.inkwai.com/1fa0ac67.png");
    insta::assert_snapshot!(merged(Metadata::default().with("seed", 20_231_234), &typed), @r#"{"image_tail":"https://h1.inkwai.com/1fa0ac67.png","negative_prompt":"模糊","seed":20231234}"#);
}

#[test]
fn what_tomorrow_brings_survives_a_view() {
    let text = r#"{"camera_control":{"config":{"pan":1,"yaw":2},"ease":"in","type":"orbit"},"cfg_scale":1,"mode":"8k","new":null}"#;
    let metadata: Metadata = serde_json::from_str(text).expect("an object");
    let typed: KlingMetadata = metadata.view().expect("what is known has its types");
    assert_eq!(typed.mode, Some(Mode::from("8k")));
    assert_eq!(merged(metadata, &typed), text);
}

#[test]
fn a_number_where_text_belongs_is_an_error_that_names_the_provider() {
    let metadata = Metadata::default().with("duration", 5);
    let error = metadata.view::<KlingMetadata>().expect_err("the gateway refuses it too");
    insta::assert_snapshot!(error, @r#"metadata does not have the form kling expects"#);
}
