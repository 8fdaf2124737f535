//! Whether a saved file still is what it was.

use std::fs::File;
use std::io::Read as _;

use sha2::{Digest as _, Sha256};
use video_journal::{RequestHash, SavedFile};

/// How much is read at once, in bytes.
const PIECE: usize = 128 << 10;

/// Whether the file is where it was saved, of the same length and with the same bytes.
///
/// A file of another length is not read. Otherwise all of it is, since bits rot and editors keep lengths; what cannot
/// be read is not intact. Blocking.
pub fn is_intact(saved: &SavedFile) -> bool {
    let Ok(mut file) = File::open(&saved.path) else { return false };
    if !file.metadata().is_ok_and(|found| found.is_file() && found.len() == saved.bytes) {
        return false;
    }
    let (mut hash, mut piece) = (Sha256::new(), vec![0; PIECE]);
    loop {
        match file.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => hash.update(&piece[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return false,
        }
    }
    RequestHash::from_bytes(hash.finalize().into()).to_string().eq_ignore_ascii_case(&saved.sha256)
}
