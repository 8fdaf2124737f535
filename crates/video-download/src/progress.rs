//! How far a download has come.

/// One report of a running download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Bytes there are. An attempt that goes on where an earlier one stopped begins with what is there, any other at 0.
    pub received: u64,
    /// Bytes the whole video has, if the server announced it.
    pub total: Option<u64>,
}
