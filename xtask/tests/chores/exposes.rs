//! `cargo xtask check layers`: whose types a crate may show.

use insta::assert_snapshot;

use crate::house::{House, listing};

fn layers(house: &House) -> String {
    house.xtask(&["check", "layers"])
}

/// A listing of the upper crate with these items.
fn with_listing(items: &[&str]) -> House {
    let house = House::in_order();
    house.replace(
        "Cargo.toml",
        "uses = [\"video-types\", \"bytes\"]",
        "uses = [\"video-types\", \"bytes\"], exposes = [\"bytes\"]",
    );
    house.plant("api/video-client.txt", listing("video-client", items));
    house
}

#[test]
fn a_foreign_type_outside_the_row_is_found_once_a_crate_wherever_it_stands() {
    let house = with_listing(&[
        "pub use video_client::Uri = http::Uri",
        "#[non_exhaustive] pub struct video_client::Client<T: serde_core::ser::Serialize, U>",
        "impl<'de> serde_core::de::Deserialize<'de> for video_client::Client<u8, u8>",
        "pub fn video_client::get(<T as core::iter::Iterator>::Item, u32, &[bytes::bytes::Bytes; u32::MAX]) -> Self::Output",
    ]);
    assert_snapshot!(layers(&house), @r#"
    api/video-client.txt:3: video-client must not show types of http, but does in `pub use video_client::Uri = http::Uri`
        take or give a type of our own, or add "http" to the `exposes` of video-client in Cargo.toml and say why in the commit
    api/video-client.txt:4: video-client must not show types of serde_core, but does in `#[non_exhaustive] pub struct video_client::Client<T: serde_core::ser::Serialize, U>` and 1 more
        take or give a type of our own, or add "serde_core" to the `exposes` of video-client in Cargo.toml and say why in the commit
    check layers: 2 findings, 0 notices
    exit 1
    "#);
}

#[test]
fn a_foreign_crate_that_is_shown_no_more_is_found() {
    assert_snapshot!(layers(&with_listing(&["pub fn video_client::bytes()"])), @r#"
    Cargo.toml:8: video-client may show types of bytes, but shows none
        drop "bytes" from its `exposes`
    check layers: 1 finding, 0 notices
    exit 1
    "#);
}
