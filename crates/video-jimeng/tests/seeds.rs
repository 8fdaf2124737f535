//! The examples of the gateways' tutorials, written with the typed metadata.

use video_jimeng::{AspectRatio, JimengMetadata, models};
use video_types::Metadata;

/// The metadata of a request, as it goes over the wire.
fn merged(before: Metadata, typed: &JimengMetadata) -> String {
    let mut metadata = before;
    metadata.merge(typed).expect("the metadata is an object");
    serde_json::to_string(&metadata).expect("metadata is JSON")
}

#[test]
fn text_to_video_with_a_duration_nobody_reads() {
    let typed =
        JimengMetadata::default().with_req_key(models::JIMENG_VGFM_T2V_L20).with_aspect_ratio(AspectRatio::R16_9);
    insta::assert_snapshot!(merged(Metadata::default().with("duration", 5), &typed), @r#"{"aspect_ratio":"16:9","duration":5,"req_key":"jimeng_vgfm_t2v_l20"}"#);
}

#[test]
fn image_to_video() {
    let typed = JimengMetadata::default()
        .with_req_key(models::JIMENG_VGFM_I2V_L20)
        .with_image_urls(["https://example.com/landscape.jpg"])
        .with_aspect_ratio(AspectRatio::R16_9);
    insta::assert_snapshot!(merged(Metadata::default(), &typed), @r#"{"aspect_ratio":"16:9","image_urls":["https://example.com/landscape.jpg"],"req_key":"jimeng_vgfm_i2v_l20"}"#);
}
