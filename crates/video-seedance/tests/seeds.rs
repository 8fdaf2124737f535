//! Requests as the provider documents them, written with the typed metadata.

use video_seedance::{Content, ContentImageUrl, ContentRole, ContentType, Ratio, SeedanceMetadata};
use video_types::Metadata;

/// The metadata of a request, as it goes over the wire.
fn merged(before: Metadata, typed: &SeedanceMetadata) -> String {
    let mut metadata = before;
    metadata.merge(typed).expect("the metadata is an object");
    serde_json::to_string(&metadata).expect("metadata is JSON")
}

#[test]
fn a_first_and_a_last_frame_with_their_roles() {
    let typed = SeedanceMetadata::default().with_ratio(Ratio::ADAPTIVE).with_resolution("1080p").with_content([
        Content::default()
            .with_kind(ContentType::IMAGE_URL)
            .with_role(ContentRole::FIRST_FRAME)
            .with_image_url(ContentImageUrl::default().with_url("https://example.com/a.png")),
        Content::default()
            .with_kind(ContentType::IMAGE_URL)
            .with_role(ContentRole::LAST_FRAME)
            .with_image_url(ContentImageUrl::default().with_url("https://example.com/b.png")),
    ]);
    insta::assert_snapshot!(merged(Metadata::default(), &typed), @r#"{"content":[{"image_url":{"url":"https://example.com/a.png"},"role":"first_frame","type":"image_url"},{"image_url":{"url":"https://example.com/b.png"},"role":"last_frame","type":"image_url"}],"ratio":"adaptive","resolution":"1080p"}"#);
}
