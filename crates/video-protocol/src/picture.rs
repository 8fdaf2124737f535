//! Pictures of a request: their bytes, their type, and their name as a file.

use video_types::{ImageInput, ImageKind};

use crate::DataUri;
use crate::data_uri::decode_base64;

/// Beginnings of picture files: offset, bytes, type.
const BEGINNINGS: &[(usize, &[u8], &str)] = &[
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (8, b"WEBP", "image/webp"),
    (0, b"GIF8", "image/gif"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
];

/// The type of a picture by its first bytes.
pub(crate) fn sniff(bytes: &[u8]) -> Option<&'static str> {
    let begins = |at: usize, with: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(with));
    BEGINNINGS.iter().find(|(at, with, _)| begins(*at, with)).map(|(_, _, media_type)| *media_type)
}

/// A picture of these bytes: of the type they look like, else of the type they were sent under.
///
/// A type fit for a header and a `data:` URI always; `application/octet-stream`, which servers refuse, only if nothing
/// better is known.
pub(crate) fn picture(sent_as: &str, bytes: impl Into<bytes::Bytes>) -> DataUri {
    let bytes = bytes.into();
    let bare = sent_as.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let media_type = match sniff(&bytes) {
        Some(sniffed) => sniffed.to_owned(),
        None if is_media_type(&bare) => bare,
        None => "application/octet-stream".to_owned(),
    };
    DataUri::new(media_type, bytes)
}

/// The picture in a request, if it is there as bytes: a `data:` URI, or base64 of something that looks like a picture.
pub(crate) fn bytes_of(image: &ImageInput) -> Option<DataUri> {
    match image.kind() {
        ImageKind::Link => None,
        ImageKind::DataUri => {
            let data = DataUri::parse(image.as_str()).filter(|data| !data.bytes.is_empty())?;
            Some(picture(&data.mime, data.bytes))
        }
        // Text that is neither may be a provider's own name for a picture.
        ImageKind::Base64 => {
            let bytes = decode_base64(image.as_str())?;
            sniff(&bytes).map(|media_type| DataUri::new(media_type, bytes))
        }
    }
}

/// What a file of this type is called.
pub(crate) fn file_name(media_type: &str) -> String {
    let extension = match media_type {
        "image/jpeg" | "image/jpg" => "jpg",
        "application/octet-stream" => "bin",
        "image/svg+xml" => "svg",
        other => other.split_once('/').map_or("bin", |(_, extension)| extension),
    };
    format!("input_reference.{extension}")
}

/// `kind/name` of nothing but token characters.
fn is_media_type(text: &str) -> bool {
    let token = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte))
    };
    text.split_once('/').is_some_and(|(kind, name)| token(kind) && token(name))
}
