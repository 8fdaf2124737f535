//! Requests as the provider documents them, written with the typed metadata.

use video_types::Metadata;
use video_wan::{Input, Parameters, WanMetadata};

/// The metadata of a request, as it goes over the wire.
fn merged(before: Metadata, typed: &WanMetadata) -> String {
    let mut metadata = before;
    metadata.merge(typed).expect("the metadata is an object");
    serde_json::to_string(&metadata).expect("metadata is JSON")
}

#[test]
fn keys_stand_in_their_level() {
    let typed = WanMetadata::default()
        .with_input(Input::default().with_negative_prompt("blur").with_audio_url("https://example.com/a.mp3"))
        .with_parameters(Parameters::default().with_seed(7).with_prompt_extend(false).with_watermark(false));
    insta::assert_snapshot!(merged(Metadata::default(), &typed), @r#"{"input":{"audio_url":"https://example.com/a.mp3","negative_prompt":"blur"},"parameters":{"prompt_extend":false,"seed":7,"watermark":false}}"#);
}

#[test]
fn a_level_is_replaced_as_a_whole() {
    let typed = WanMetadata::default().with_input(Input::default().with_negative_prompt("blur"));
    insta::assert_snapshot!(merged(Metadata::default().with("input", serde_json::json!({"template": "flying"})).with("parameters", serde_json::json!({"audio": true})), &typed), @r#"{"input":{"negative_prompt":"blur"},"parameters":{"audio":true}}"#);
}
