//! Rendered clips in memory, the latest first, within a bound.

use std::collections::VecDeque;
use std::fmt::Write as _;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use video_types::TaskId;

/// Most bytes a sandbox keeps. What leaves is rendered again when somebody asks.
pub(super) const ROOM: usize = 256 << 20;

/// One rendered clip.
#[derive(Debug, Clone)]
pub(super) struct RenderedClip {
    pub(super) bytes: Bytes,
    /// Strong validator: the hash of the bytes, in quotes.
    pub(super) etag: String,
}

impl RenderedClip {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        let mut etag = String::with_capacity(66);
        etag.push('"');
        for byte in Sha256::digest(&bytes) {
            // Writing into a String cannot fail.
            let _ = write!(etag, "{byte:02x}");
        }
        etag.push('"');
        Self { bytes: bytes.into(), etag }
    }
}

/// The clips at hand.
#[derive(Debug)]
pub(super) struct Shelf {
    clips: VecDeque<(TaskId, RenderedClip)>,
    bytes: usize,
    room: usize,
}

impl Shelf {
    /// A shelf for at most so many bytes.
    pub(super) fn new(room: usize) -> Self {
        Self { clips: VecDeque::new(), bytes: 0, room }
    }

    pub(super) fn get(&self, id: &TaskId) -> Option<RenderedClip> {
        self.clips.iter().find(|(known, _)| known == id).map(|(_, clip)| clip.clone())
    }

    /// Takes a clip off, if it is there.
    pub(super) fn take(&mut self, id: &TaskId) {
        self.clips.retain(|(known, _)| known != id);
        self.bytes = self.clips.iter().map(|(_, clip)| clip.bytes.len()).sum();
    }

    /// Puts a clip on the shelf and takes the oldest off while there are too many bytes. The newest stays.
    pub(super) fn put(&mut self, id: TaskId, clip: RenderedClip) {
        self.bytes += clip.bytes.len();
        self.clips.push_front((id, clip));
        while self.bytes > self.room && self.clips.len() > 1 {
            if let Some((_, old)) = self.clips.pop_back() {
                self.bytes -= old.bytes.len();
            }
        }
    }
}
