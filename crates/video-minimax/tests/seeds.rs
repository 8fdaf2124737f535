//! Requests as the provider documents them, written with the typed metadata.

use video_minimax::{MinimaxMetadata, SubjectReference, SubjectReferenceType};
use video_types::Metadata;

/// The metadata of a request, as it goes over the wire.
fn merged(before: Metadata, typed: &MinimaxMetadata) -> String {
    let mut metadata = before;
    metadata.merge(typed).expect("the metadata is an object");
    serde_json::to_string(&metadata).expect("metadata is JSON")
}

#[test]
fn a_character_to_keep() {
    let typed =
        MinimaxMetadata::default().with_prompt_optimizer(false).with_subject_reference([SubjectReference::default()
            .with_kind(SubjectReferenceType::CHARACTER)
            .with_image(["https://example.com/face.png"])]);
    insta::assert_snapshot!(merged(Metadata::default(), &typed), @r#"{"prompt_optimizer":false,"subject_reference":[{"image":["https://example.com/face.png"],"type":"character"}]}"#);
}
