//! What keeps a file from being a whole video.

use std::io;

/// Why a file is not a whole video.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Flaw {
    /// There are no bytes.
    #[error("it is empty")]
    Empty,
    /// The first bytes are those of no known format.
    #[error("it starts like no known video")]
    Unrecognised,
    /// A box is said to end behind the end of the file: the file is cut, or its bytes are wrong.
    #[error("its box {kind} at byte {at} ends at byte {end}, behind the end of the file at {length}")]
    #[non_exhaustive]
    Cut {
        /// The type of the box.
        kind: String,
        /// Where the box starts.
        at: u64,
        /// Where it should end.
        end: u64,
        /// The length of the file.
        length: u64,
    },
    /// A box has a size that no box can have.
    #[error("its box {kind} at byte {at} has the impossible size {size}")]
    #[non_exhaustive]
    Size {
        /// The type of the box.
        kind: String,
        /// Where the box starts.
        at: u64,
        /// The size it gives itself.
        size: u64,
    },
    /// Behind the last box are some bytes, too few for another one.
    #[error("it has {bytes} bytes behind its last box")]
    #[non_exhaustive]
    Leftover {
        /// How many bytes.
        bytes: u64,
    },
    /// A box that every playable file has is not there.
    #[error("it has no box {kind}")]
    #[non_exhaustive]
    Missing {
        /// The type of the box.
        kind: &'static str,
    },
    /// A box that stands once in every file is there again: two files glued together.
    #[error("its box {kind} is there twice, the second time at byte {at}")]
    #[non_exhaustive]
    Twice {
        /// The type of the box.
        kind: &'static str,
        /// Where the second one starts.
        at: u64,
    },
    /// There are more boxes than any video has.
    #[error("it has more than {limit} boxes")]
    #[non_exhaustive]
    Crowded {
        /// How many are looked at.
        limit: u32,
    },
    /// The file could not be read.
    #[error("it cannot be read")]
    Unreadable(#[source] io::Error),
}
