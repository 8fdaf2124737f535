//! What a provider takes of a picture, and what can be seen of a picture that is in a request.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use imagesize::ImageType;
use video_types::{ImageInput, ImageKind};

use crate::Confidence;

/// Padding may be missing and stray bits may be set: a beginning is cut anywhere.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Characters of base64 that are looked at first: enough for every PNG and WebP.
const FEW: usize = 4 << 10;
/// Characters that are looked at if those were too few: a JPEG may begin with a preview of itself.
const MANY: usize = 512 << 10;

/// What a provider takes of a picture. Absent limits are not known, so not checked.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PictureLimits {
    /// Types of files, such as `png`; empty if not known.
    pub formats: &'static [&'static str],
    /// Largest file, in bytes.
    pub max_bytes: Option<u64>,
    /// Shortest side, in pixels.
    pub min_side: Option<u32>,
    /// Longest side, in pixels.
    pub max_side: Option<u32>,
    /// Least width divided by height.
    pub min_ratio: Option<f64>,
    /// Greatest width divided by height.
    pub max_ratio: Option<f64>,
    /// Whether the first frame must have the size of the clip.
    pub same_size: bool,
    /// Whether these limits are sourced well enough to refuse a request.
    pub firm: bool,
    /// How well they are known.
    pub confidence: Confidence,
    /// Ids of their sources.
    pub sources: &'static [&'static str],
}

/// What can be seen of a picture without decoding it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PictureFacts {
    /// The type of the file by its first bytes, such as `png`; `None` if they are no picture's.
    pub format: Option<&'static str>,
    /// Size of the file in bytes. White space within the base64 counts as if it were part of it.
    pub bytes: u64,
    /// Width and height in pixels, where they stand near the beginning of the file.
    pub pixels: Option<(u32, u32)>,
}

impl PictureFacts {
    /// Looks at a picture that is in a request; `None` for a link, and for a `data:` URI that is not base64.
    ///
    /// At most the first 384 KiB are decoded, however large the picture is.
    ///
    /// ```
    /// use video_catalog::PictureFacts;
    /// use video_types::ImageInput;
    ///
    /// let facts = PictureFacts::of(&ImageInput::new("data:image/gif;base64,R0lGODlhAgABAAAAACwAAAAAAgABAAA="));
    /// assert_eq!(facts.and_then(|facts| facts.pixels), Some((2, 1)));
    /// ```
    pub fn of(image: &ImageInput) -> Option<Self> {
        let text = match image.kind() {
            ImageKind::Link => return None,
            ImageKind::DataUri => base64_of(image.as_str())?,
            ImageKind::Base64 => image.as_str(),
        };
        let few = beginning(text, FEW);
        let format = format(&few);
        let is_jpeg = format == Some("jpeg");
        let pixels = pixels(&few).or_else(|| is_jpeg.then(|| pixels(&beginning(text, MANY)))?);
        let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
        let bytes = u64::try_from((text.len() - padding) / 4 * 3 + (text.len() - padding) % 4 * 3 / 4);
        Some(Self { format, bytes: bytes.unwrap_or(u64::MAX), pixels })
    }

    /// The type as requests name it, such as `image/png`; of what is no picture, `application/octet-stream`.
    pub fn media_type(&self) -> &'static str {
        match self.format {
            Some("png") => "image/png",
            Some("jpeg") => "image/jpeg",
            Some("webp") => "image/webp",
            Some("gif") => "image/gif",
            Some("bmp") => "image/bmp",
            Some("tiff") => "image/tiff",
            Some("heif") => "image/heic",
            _ => "application/octet-stream",
        }
    }
}

/// What stands behind the comma of a `data:` URI in base64.
pub(crate) fn base64_of(uri: &str) -> Option<&str> {
    let (head, data) = uri.split_once(',')?;
    let is_base64 = head.split(';').skip(1).any(|part| part.trim().eq_ignore_ascii_case("base64"));
    is_base64.then_some(data)
}

/// The first bytes of what base64 stands for; fewer if it is no base64.
fn beginning(text: &str, characters: usize) -> Vec<u8> {
    let letters = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    let head: Vec<u8> = letters.take(characters).collect();
    LENIENT.decode(head).unwrap_or_default()
}

fn format(bytes: &[u8]) -> Option<&'static str> {
    Some(match imagesize::image_type(bytes).ok()? {
        ImageType::Png => "png",
        ImageType::Jpeg => "jpeg",
        ImageType::Webp => "webp",
        ImageType::Gif => "gif",
        ImageType::Bmp => "bmp",
        ImageType::Tiff => "tiff",
        ImageType::Heif(_) => "heif",
        _ => return None,
    })
}

fn pixels(bytes: &[u8]) -> Option<(u32, u32)> {
    let size = imagesize::blob_size(bytes).ok()?;
    let pixels = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
    (pixels.0 > 0 && pixels.1 > 0).then_some(pixels)
}
