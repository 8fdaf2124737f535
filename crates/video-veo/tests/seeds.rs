//! Requests as the provider documents them, written with the typed metadata.

use video_types::Metadata;
use video_veo::{AspectRatio, PersonGeneration, VeoMetadata};

/// The metadata of a request, as it goes over the wire.
fn merged(before: Metadata, typed: &VeoMetadata) -> String {
    let mut metadata = before;
    metadata.merge(typed).expect("the metadata is an object");
    serde_json::to_string(&metadata).expect("metadata is JSON")
}

#[test]
fn keys_are_in_camel_case() {
    let typed = VeoMetadata::default()
        .with_aspect_ratio(AspectRatio::R9_16)
        .with_duration_seconds(8)
        .with_person_generation(PersonGeneration::ALLOW_ADULT)
        .with_generate_audio(true);
    insta::assert_snapshot!(merged(Metadata::default(), &typed), @r#"{"aspectRatio":"9:16","durationSeconds":8,"generateAudio":true,"personGeneration":"allow_adult"}"#);
}
