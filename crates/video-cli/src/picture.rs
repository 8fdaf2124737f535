//! Pictures on the command line.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use video_protocol::Error;
use video_types::{ImageInput, ImageKind};

use crate::complaint::What;

/// Largest picture file, in bytes. Gateways take requests of 32 to 128 MB.
const LARGEST: u64 = 20 << 20;

/// Characters of a text that are shown where it is no picture.
const SHOWN: usize = 60;

/// A picture, and whether it was read from a file.
pub(crate) struct Picture {
    pub(crate) image: ImageInput,
    pub(crate) is_file: bool,
}

/// A link or data URI as it is; a file as a data URI; else base64 as it is.
pub(crate) fn read(text: &str) -> Result<Picture, Error> {
    let given = Picture { image: ImageInput::new(text), is_file: false };
    if given.image.kind() != ImageKind::Base64 {
        return Ok(given);
    }
    let path = Path::new(text);
    match File::open(path) {
        Ok(file) => Ok(Picture { image: from_file(path, file)?, is_file: true }),
        Err(_) if is_base64_picture(text) => Ok(given),
        Err(cause) => {
            let end = text.char_indices().nth(SHOWN).map(|(end, _)| end);
            let text = end.map_or_else(|| text.to_owned(), |end| format!("{}…", &text[..end]));
            Err(What::NoSuchPicture { text }.because(cause))
        }
    }
}

fn from_file(path: &Path, file: File) -> Result<ImageInput, Error> {
    let path = || path.display().to_string();
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|cause| What::Unreadable { path: path() }.because(cause))?;
    if bytes.len() as u64 > LARGEST {
        return Err(What::PictureTooLarge { path: path() }.into_error());
    }
    let mime = mime(&bytes).ok_or_else(|| What::NotAPicture { path: path() }.into_error())?;
    Ok(ImageInput::new(format!("data:{mime};base64,{}", STANDARD.encode(bytes))))
}

/// The type of a picture by its first bytes; names of files say nothing.
fn mime(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        Some("image/jpeg")
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some("image/webp")
    } else {
        None
    }
}

fn is_base64_picture(text: &str) -> bool {
    STANDARD.decode(text.trim()).is_ok_and(|bytes| mime(&bytes).is_some())
}
