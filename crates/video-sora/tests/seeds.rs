//! The tutorials' Sora example has no metadata, and the type adds none.

use video_sora::SoraMetadata;
use video_types::Metadata;

/// The metadata of a request, as it goes over the wire.
fn merged(before: Metadata, typed: &SoraMetadata) -> String {
    let mut metadata = before;
    metadata.merge(typed).expect("the metadata is an object");
    serde_json::to_string(&metadata).expect("metadata is JSON")
}

#[test]
fn nothing_is_added() {
    let typed = SoraMetadata::default();
    insta::assert_snapshot!(merged(Metadata::default(), &typed), @r#"{}"#);
}

#[test]
fn what_stands_there_stays() {
    let typed = SoraMetadata::default();
    insta::assert_snapshot!(merged(Metadata::default().with("style", "anime"), &typed), @r#"{"style":"anime"}"#);
}
