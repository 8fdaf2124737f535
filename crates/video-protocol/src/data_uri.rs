//! Results that are the video itself.

use std::fmt;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use percent_encoding::percent_decode_str;

/// Padding may be missing and stray bits may be set: encoders differ.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A decoded `data:` URI.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DataUri {
    /// The type it names, in lower case and without parameters; `text/plain` if it names none.
    pub mime: String,
    /// The decoded bytes.
    pub bytes: Bytes,
}

impl DataUri {
    /// A `data:` URI made of its parts.
    pub fn new(mime: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self { mime: mime.into(), bytes: bytes.into() }
    }

    /// Decodes a `data:` URI, base64 or percent-encoded; `None` if it is neither.
    ///
    /// White space inside base64 and missing padding are forgiven.
    pub fn parse(text: &str) -> Option<Self> {
        let head = text.get(..5)?;
        let (info, data) = text[5..].split_once(',')?;
        if !head.eq_ignore_ascii_case("data:") {
            return None;
        }
        let mut parts = info.split(';').map(str::trim);
        let mime = parts.next().filter(|mime| !mime.is_empty()).unwrap_or("text/plain").to_ascii_lowercase();
        let bytes = if parts.any(|part| part.eq_ignore_ascii_case("base64")) {
            decode_base64(data)?
        } else {
            percent_decode_str(data).collect()
        };
        Some(Self { mime, bytes: bytes.into() })
    }

    /// The text of this URI, in base64.
    pub fn to_text(&self) -> String {
        format!("data:{};base64,{}", self.mime, LENIENT.encode(&self.bytes))
    }
}

/// Decodes base64 text leniently; `None` if it is none.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    if text.contains(|c: char| c.is_ascii_whitespace()) {
        let text: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        LENIENT.decode(text).ok()
    } else {
        LENIENT.decode(text).ok()
    }
}

impl fmt::Debug for DataUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataUri({}, {} bytes)", self.mime, self.bytes.len())
    }
}
