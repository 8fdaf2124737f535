//! What kind of video a file holds, and how far its bytes prove that it is whole.

use std::fmt;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

mod boxes;
mod flaw;

pub use flaw::Flaw;

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Container {
    /// Its format.
    pub format: Format,
    /// The major brand of an MP4 (`isom`, `mp42`, `qt`), without padding.
    pub brand: Option<String>,
    /// How long it plays, in milliseconds, as the movie header of an MP4 says; `None` if it does not say, as in a
    /// fragmented file that was written while it was recorded.
    pub duration_ms: Option<u64>,
    /// Whether the MP4 is fragmented (`moof` boxes), or its index announces that it is (`mvex`).
    pub fragmented: bool,
    /// What was proved.
    pub proof: Proof,
}

/// The formats that are known by their first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// MPEG-4 part 14 and its kin (`ftyp`).
    Mp4,
    /// `QuickTime`: MP4 boxes under the brand `qt`.
    QuickTime,
    /// `WebM` or Matroska (an EBML header).
    WebM,
    /// GIF.
    Gif,
}

/// How far it is proved that a video is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Proof {
    /// All that is there is right, and nothing in it says where it ends: a `WebM`, a GIF, a fragmented MP4 without the
    /// index (`mfra`) that ends a finished one, an MP4 whose frames run "to the end of the file". It may be cut. A
    /// download never accepts this.
    Start,
    /// The same, but as many bytes came as the server announced.
    Length,
    /// Every box is whole, none is missing, and their sizes add up to the length of the file.
    Boxes,
}

impl Format {
    /// Tells the format by the first 12 bytes of a file.
    pub(crate) fn of(start: &[u8]) -> Option<Self> {
        match start {
            [_, _, _, _, b'f', b't', b'y', b'p', b'q', b't', b' ', b' ', ..] => Some(Self::QuickTime),
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some(Self::Mp4),
            [0x1a, 0x45, 0xdf, 0xa3, ..] => Some(Self::WebM),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            _ => None,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mp4 => "MP4",
            Self::QuickTime => "QuickTime",
            Self::WebM => "WebM",
            Self::Gif => "GIF",
        })
    }
}

/// Proves that a file on the disk is a whole video, reading no more than the headers of its boxes.
///
/// Blocking: some seeks and reads of 16 bytes, so a file of any size takes about the same time. What the frames
/// hold is not looked at; a hash tells whether they changed.
///
/// # Example
///
/// ```no_run
/// let container = video_download::inspect("cat.mp4")?;
/// println!("{} of {:?} ms", container.format, container.duration_ms);
/// # Ok::<(), video_download::Flaw>(())
/// ```
pub fn inspect(path: impl AsRef<Path>) -> Result<Container, Flaw> {
    let file = std::fs::File::open(path).map_err(Flaw::Unreadable)?;
    if !file.metadata().map_err(Flaw::Unreadable)?.is_file() {
        return Err(Flaw::Unreadable(std::io::Error::other("not a plain file")));
    }
    Container::read(file)
}

impl Container {
    /// How long the video plays, if that is not about what was asked for: off by more than a second and by more than a
    /// tenth. In milliseconds; `None` also if the file does not say.
    ///
    /// Providers round lengths to what they can make, so this is a warning at the most.
    ///
    /// ```no_run
    /// let container = video_download::inspect("cat.mp4")?;
    /// if let Some(ms) = container.duration_off(5_000) {
    ///     eprintln!("it plays {ms} ms, 5 s were asked for");
    /// }
    /// # Ok::<(), video_download::Flaw>(())
    /// ```
    pub fn duration_off(&self, asked_ms: u64) -> Option<u64> {
        let found = self.duration_ms?;
        let off = found.abs_diff(asked_ms);
        (off > 1000 && off > asked_ms / 10).then_some(found)
    }

    /// Proves that what can be read from `reader`, from its very start to its end, is a whole video.
    ///
    /// Never panics, never reads past the end, and reads at most 32 bytes for each box, whatever the bytes
    /// are. Where the reader stands afterwards is not said.
    pub fn read(mut reader: impl Read + Seek) -> Result<Self, Flaw> {
        let length = reader.seek(SeekFrom::End(0)).map_err(Flaw::Unreadable)?;
        if length == 0 {
            return Err(Flaw::Empty);
        }
        let mut start = [0; 12];
        let start = boxes::peek(&mut reader, 0, length, &mut start)?;
        match Format::of(start).ok_or(Flaw::Unrecognised)? {
            format @ (Format::Mp4 | Format::QuickTime) => boxes::walk(&mut reader, length, format),
            format @ (Format::WebM | Format::Gif) => {
                Ok(Self { format, brand: None, duration_ms: None, fragmented: false, proof: Proof::Start })
            }
        }
    }
}
