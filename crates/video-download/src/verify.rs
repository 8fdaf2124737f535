//! A file on the disk, proved again: its boxes and its hash.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256 as Hasher};

use crate::writer::BUFFER_BYTES;
use crate::{Container, Flaw, Sha256, inspect};

/// What a look at a whole file has found.
#[derive(Debug)]
#[non_exhaustive]
pub struct Verified {
    /// Its length in bytes.
    pub bytes: u64,
    /// The hash of its bytes.
    pub sha256: Sha256,
    /// What its boxes say: what it is and how far it is proved whole, or what is wrong with it.
    pub container: Result<Container, Flaw>,
}

/// Reads a whole file: its hash and its boxes.
///
/// Blocking, in constant memory, as long as the disk takes.
///
/// # Errors
///
/// It cannot be read, or is no plain file. A file that is no video is no error: see [`Verified::container`].
pub fn verify(path: impl AsRef<Path>) -> io::Result<Verified> {
    let path = path.as_ref();
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a plain file"));
    }
    let (mut file, mut hasher, mut bytes) = (File::open(path)?, Hasher::new(), 0);
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => {
                hasher.update(&buffer[..read]);
                bytes += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Verified { bytes, sha256: Sha256::from_bytes(hasher.finalize().into()), container: inspect(path) })
}
