//! What a finished download leaves behind.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::Container;

/// A proved video, synced to the disk under its final name or delivered to the writer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Saved {
    /// Where it is, as the caller named it; `None` if it went to a writer.
    pub path: Option<PathBuf>,
    /// Its length in bytes.
    pub bytes: u64,
    /// The hash of its bytes.
    pub sha256: Sha256,
    /// What it is, and how far that is proved.
    pub container: Container,
    /// How many attempts it took, from 1.
    pub attempts: u32,
    /// How many of its bytes were there before this download began, left by an earlier one.
    pub taken_over: u64,
}

/// A SHA-256 hash; it prints as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// Takes the 32 bytes of a hash.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes of the hash.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Reads 64 hexadecimal digits, in either case.
impl FromStr for Sha256 {
    type Err = ParseSha256Error;

    fn from_str(text: &str) -> Result<Self, ParseSha256Error> {
        let digits = text.as_bytes();
        let mut bytes = [0; 32];
        if digits.len() != 64 {
            return Err(ParseSha256Error);
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |at: usize| char::from(pair[at]).to_digit(16).ok_or(ParseSha256Error);
            *byte = u8::try_from(digit(0)? << 4 | digit(1)?).map_err(|_| ParseSha256Error)?;
        }
        Ok(Self(bytes))
    }
}

/// A text that is no SHA-256 hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 hash has 64 hexadecimal digits")]
#[non_exhaustive]
pub struct ParseSha256Error;

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}
