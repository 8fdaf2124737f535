//! What a download does to the disk, call by call, so that a test can let any one of the calls fail.

use std::fmt::Debug;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use tempfile::TempPath;

/// The system calls that change something. Looking and reading are not among them.
pub(crate) trait Disk: Debug + Send + Sync {
    /// Makes a file that was not there.
    fn create(&self, path: &Path) -> io::Result<File> {
        OpenOptions::new().read(true).write(true).create_new(true).open(path)
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    fn set_length(&self, file: &File, bytes: u64) -> io::Result<()> {
        file.set_len(bytes)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    /// Syncs the bytes of a file that is still being written.
    fn sync_data(&self, file: &File) -> io::Result<()> {
        file.sync_data()
    }

    /// Gives a file another name in the same folder; without `overwrite` only if nothing has that name.
    fn rename(&self, from: &Path, to: &Path, overwrite: bool) -> io::Result<()> {
        if overwrite {
            return std::fs::rename(from, to);
        }
        // The one portable way not to replace. A rename that fails gives the name back; it is not to be removed.
        TempPath::try_from_path(from)?.persist_noclobber(to).map_err(|failed| match failed.path.keep() {
            Ok(_) => failed.error,
            Err(error) => error.error,
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    /// Makes a rename in this folder survive a power cut.
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        if cfg!(not(unix)) {
            return Ok(());
        }
        match File::open(folder)?.sync_all() {
            // some network and user-space file systems do not know this for folders
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
            result => result,
        }
    }

    /// How many bytes this user may still write there.
    fn free_space(&self, folder: &Path) -> io::Result<u64> {
        fs4::available_space(folder)
    }
}

/// The disk of this machine.
#[derive(Debug)]
pub(crate) struct SystemDisk;

impl Disk for SystemDisk {}
