//! Why a download left no file, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use http::StatusCode;
use video_transport::TransportError;

use crate::excerpt::one_line;
use crate::{Excerpt, Format, SourceError};

/// Why there is no proved file.
///
/// Prints one line: what happened and what to do next; the cause below it stays in `source()`. Whatever the
/// variant, nothing new stands under the final name; only a [`Disk`](Self::Disk) that fails at the very last step, the
/// sync of the folder, leaves the proved file there and says so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// The server answered with a status that comes with no video.
    #[error("the server answered {status}{}; {}", .excerpt.tail(), advice(*.status))]
    #[non_exhaustive]
    Refused {
        /// The status.
        status: StatusCode,
        /// What its body said.
        excerpt: Excerpt,
    },

    /// The server said 200, and what it sent is not a whole video.
    #[error("the answer is not a video: {why}{}; nothing was stored, download again or show this to the operator", .excerpt.tail())]
    #[non_exhaustive]
    NotVideo {
        /// What is wrong with it.
        why: String,
        /// How the body began; empty if that tells nothing.
        excerpt: Excerpt,
    },

    /// The body ended in good order but too early.
    #[error("the video ended after {received} of {expected} bytes; {}", outlook(*.kept))]
    #[non_exhaustive]
    Truncated {
        /// How many bytes came, with those that were there before.
        received: u64,
        /// How many were announced, or how many the boxes inside need at the least.
        expected: u64,
        /// How many are on the disk for a later download to go on from.
        kept: u64,
    },

    /// The body broke in the middle.
    #[error("the connection broke after {received} bytes; {}", outlook(*.kept))]
    #[non_exhaustive]
    Broken {
        /// How many bytes came, with those that were there before.
        received: u64,
        /// How many are on the disk for a later download to go on from.
        kept: u64,
        /// What the transport said.
        source: TransportError,
    },

    /// The body came too slowly for too long.
    #[error("the video stopped coming after {received} bytes; {}", outlook(*.kept))]
    #[non_exhaustive]
    Stalled {
        /// How many bytes came, with those that were there before.
        received: u64,
        /// How many are on the disk for a later download to go on from.
        kept: u64,
    },

    /// The server was asked for what is missing, and sent what does not continue what is there.
    #[error("the server did not continue the video that was begun: {why}; nothing was stored, download again")]
    #[non_exhaustive]
    Mixed {
        /// What does not fit.
        why: String,
    },

    /// There was no answer at all.
    #[error("the download could not be opened; {}", if .source.is_temporary() { "check the network and download again" } else { "look the task up again" })]
    #[non_exhaustive]
    Unopened {
        /// What the source said.
        source: SourceError,
    },

    /// A whole-looking video of which nothing says where it ends, so it might be cut.
    #[error(
        "the {format} could not be proved whole: the server announced no length and the file holds none; nothing was stored, fetch its link by other means and look at it"
    )]
    #[non_exhaustive]
    Unprovable {
        /// What it is.
        format: Format,
    },

    /// The body is longer than the caller allows.
    #[error("the video is larger than the limit of {limit} bytes{}; nothing was stored, raise the limit", .announced.map(|bytes| format!(" ({bytes} announced)")).unwrap_or_default())]
    #[non_exhaustive]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
        /// How long the server said it is, if it did.
        announced: Option<u64>,
    },

    /// The disk has no room for the video.
    #[error("the video does not fit on the disk: {free} bytes are free{}; free some space, then download again", .needed.map(|bytes| format!(" and {bytes} are needed")).unwrap_or_default())]
    #[non_exhaustive]
    NoSpace {
        /// How many more bytes are to come, if the server said so.
        needed: Option<u64>,
        /// How many there was room for.
        free: u64,
    },

    /// Something stands under the final name, and overwriting was not asked for.
    #[error("{} exists already and was left alone; choose another name or allow overwriting", shown(.path))]
    #[non_exhaustive]
    Exists {
        /// The final name.
        path: PathBuf,
    },

    /// Another download is writing to the same target at this moment.
    #[error("another download to {} is running; wait for it or choose another name", shown(.path))]
    #[non_exhaustive]
    Busy {
        /// The final name.
        path: PathBuf,
    },

    /// No file can be made under this name.
    #[error("{} cannot be written: {why}; choose another name or folder", shown(.path))]
    #[non_exhaustive]
    Target {
        /// The final name.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
        /// What the system said, if it was asked.
        source: Option<io::Error>,
    },

    /// The disk, or the writer, failed while the video was on its way.
    #[error("could not {action}; check free space and permissions, then download again")]
    #[non_exhaustive]
    Disk {
        /// What was being done.
        action: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

impl DownloadError {
    pub(crate) fn not_video(why: impl Into<String>, body: &[u8]) -> Self {
        Self::NotVideo { why: why.into(), excerpt: Excerpt::new(body) }
    }

    /// The same error, with how many bytes a later download can go on from.
    pub(crate) fn keeping(mut self, bytes: u64) -> Self {
        if let Self::Truncated { kept, .. } | Self::Broken { kept, .. } | Self::Stalled { kept, .. } = &mut self {
            *kept = bytes;
        }
        self
    }

    /// For `map_err`: the disk failed while doing `action`.
    pub(crate) fn disk(action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Disk { action, source }
    }
}

fn outlook(kept: u64) -> String {
    match kept {
        0 => "nothing was stored, download again".to_owned(),
        kept => format!("{kept} bytes are kept, download again to go on from there"),
    }
}

/// A path on one line, whatever is in its name.
fn shown(path: &Path) -> String {
    one_line(&path.to_string_lossy())
}

fn advice(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 | 403 => "the link may have expired or the key may not fit: look the task up again",
        404 | 410 => "the file is gone or not there yet: look the task up again",
        300..=399 => "the redirect was not followed: look the task up again",
        200..=299 => "that is not a whole video: download again",
        408 | 425 | 429 => "wait a while and download again",
        500.. => "the server is in trouble: download again later",
        _ => "repeating will not help: show this answer to the operator",
    }
}
