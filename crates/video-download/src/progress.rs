//! How far a download has come.

/// One report of a running download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Bytes received in this attempt; it starts again at 0 with each attempt.
    pub received: u64,
    /// Bytes the server announced, if it did.
    pub total: Option<u64>,
}
