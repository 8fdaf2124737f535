//! What of a video its content route sends.

use crate::open_text::open_text;

open_text! {
    /// What of a video is fetched: the query `variant` of the content route.
    ContentVariant
}

impl ContentVariant {
    /// The video itself; what is sent if nothing is asked for.
    pub const VIDEO: Self = Self::from_static("video");
    /// One still picture, as WebP.
    pub const THUMBNAIL: Self = Self::from_static("thumbnail");
    /// Many stills in one picture.
    pub const SPRITESHEET: Self = Self::from_static("spritesheet");
}

impl Default for ContentVariant {
    fn default() -> Self {
        Self::VIDEO
    }
}
