//! Size, length and input pictures of a clip.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::open_text::open_text;

open_text! {
    /// Size of the picture, as the gateway wants it spelled: `1280x720`, `1280*720` or a word such as `1080p`.
    Size
}

impl Size {
    /// Width and height in pixels, spelled `WIDTHxHEIGHT`.
    pub fn new(width: u32, height: u32) -> Self {
        Self::from(format!("{width}x{height}"))
    }

    /// Width and height in pixels, or `None` for a word such as `1080p`.
    ///
    /// `x`, `X`, `*` and `×` separate; neither number may be 0.
    ///
    /// ```
    /// # use video_types::Size;
    /// assert_eq!(Size::from("1920*1080").pixels(), Some((1920, 1080)));
    /// assert_eq!(Size::from("1080p").pixels(), None);
    /// ```
    pub fn pixels(&self) -> Option<(u32, u32)> {
        let (width, height) = self.as_str().split_once(['x', 'X', '*', '×'])?;
        let side = |text: &str| text.trim().parse::<u32>().ok().filter(|side| *side > 0);
        Some((side(width)?, side(height)?))
    }
}

/// Length of a clip in whole seconds, 1 to 3600.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Seconds(u32);

impl Seconds {
    /// Longest clip the format can ask for (New API ≥ v1.0.0-rc.18 refuses more).
    pub const MAX: u32 = 3600;

    /// A length in seconds, or `None` outside 1 to 3600.
    pub const fn new(seconds: u32) -> Option<Self> {
        if seconds >= 1 && seconds <= Self::MAX { Some(Self(seconds)) } else { None }
    }

    /// The number of seconds.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Seconds {
    type Error = &'static str;

    fn try_from(seconds: u32) -> Result<Self, Self::Error> {
        Self::new(seconds).ok_or("seconds must be between 1 and 3600")
    }
}

impl From<Seconds> for u32 {
    fn from(seconds: Seconds) -> Self {
        seconds.0
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A picture that goes into a request: a link, a data URI or raw base64.
///
/// Kept exactly as given. A file on disk is not one: whoever reads the file makes a data URI of it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ImageInput(String);

impl ImageInput {
    /// Wraps the text that goes over the wire.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text that goes over the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What kind of text this is, judged by its beginning.
    pub fn kind(&self) -> ImageKind {
        let begins = |prefix: &str| self.0.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
        if begins("http://") || begins("https://") {
            ImageKind::Link
        } else if begins("data:") {
            ImageKind::DataUri
        } else {
            ImageKind::Base64
        }
    }
}

/// Shows kind and length, never the picture: a data URI can be megabytes.
impl fmt::Debug for ImageInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            ImageKind::Link => fmt::Debug::fmt(&self.0, f),
            kind => write!(f, "{kind:?}({} bytes)", self.0.len()),
        }
    }
}

/// How a picture is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the wire knows these three and no more")]
pub enum ImageKind {
    /// `http://…` or `https://…`.
    Link,
    /// `data:image/png;base64,…`.
    DataUri,
    /// Base64 without a prefix.
    Base64,
}
