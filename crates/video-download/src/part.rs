//! The unfinished file: nobody else writes to it, and it goes away unless it is kept under its final name.

use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::TempPath;

use crate::DownloadError;
use crate::excerpt::one_line;
use crate::target::{NAME_BYTES, folder_of};

/// How often to begin again when other downloads of the same target come and go meanwhile.
const CLAIM_ROUNDS: u32 = 8;

/// An unfinished file, for one download alone.
///
/// The order of the fields matters: dropped, the name goes first, while the open file still holds the lock. So
/// nobody else's file can be removed by mistake.
#[derive(Debug)]
pub(crate) struct Part {
    name: Option<TempPath>,
    pub(crate) file: File,
}

impl Part {
    /// Claims `<name>.part` beside the final name.
    ///
    /// The lock is the system's, so it ends with the process: a file without one was left by a process that died,
    /// and is replaced. An existing file is never written to, only removed, and never through a link.
    pub(crate) fn claim(path: &Path) -> Result<Self, DownloadError> {
        let busy = || DownloadError::Busy { path: path.to_owned() };
        let name = part_path(path)?;
        for _ in 0..CLAIM_ROUNDS {
            let file = match OpenOptions::new().read(true).write(true).create_new(true).open(&name) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    remove_left_over(path, &name)?;
                    continue;
                }
                Err(error) => return Err(DownloadError::disk("make the unfinished file")(error)),
            };
            match file.try_lock() {
                // Somebody took the new file for a left-over one before it was locked, and will remove it.
                Err(TryLockError::WouldBlock) => return Err(busy()),
                // No locks on this file system: making the file anew is all the protection there is.
                Ok(()) | Err(TryLockError::Error(_)) => {}
            }
            if is_named(&file, &name).map_err(DownloadError::disk("look at the unfinished file"))? {
                let name = TempPath::try_from_path(&name).map_err(DownloadError::disk("find the current folder"))?;
                return Ok(Self { name: Some(name), file });
            }
        }
        Err(busy())
    }

    /// Makes an unfinished file without a name.
    pub(crate) fn unnamed(folder: &Path) -> Result<Self, DownloadError> {
        let file = tempfile::tempfile_in(folder).map_err(DownloadError::disk("make a temporary file"))?;
        Ok(Self { name: None, file })
    }

    /// Forgets what was written.
    pub(crate) fn clear(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()
    }

    /// Syncs the file, gives it its final name, and syncs the folder.
    pub(crate) fn keep(mut self, path: &Path, overwrite: bool) -> Result<(), DownloadError> {
        self.file.sync_all().map_err(DownloadError::disk("sync the finished file"))?;
        let Some(name) = self.name.take() else { return Ok(()) };
        let renamed = if overwrite { name.persist(path) } else { name.persist_noclobber(path) };
        // A failed rename brings the name back with its error, and dropping that removes the file.
        renamed.map_err(|failed| match failed.error.kind() {
            io::ErrorKind::AlreadyExists => DownloadError::Exists { path: path.to_owned() },
            _ => DownloadError::Disk { action: "give the finished file its name", source: failed.error },
        })?;
        sync_folder(folder_of(path))
            .map_err(DownloadError::disk("sync the folder, though the finished file stands in it"))
    }
}

/// Removes an unfinished file that no living process holds.
fn remove_left_over(path: &Path, name: &Path) -> Result<(), DownloadError> {
    let in_the_way = |source| DownloadError::Target {
        path: path.to_owned(),
        why: format!("{} is in the way and cannot be taken over", one_line(&name.to_string_lossy())),
        source,
    };
    match std::fs::symlink_metadata(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(in_the_way(Some(error))),
        Ok(there) if !there.is_file() => return Err(in_the_way(None)),
        Ok(_) => {}
    }
    let file = match OpenOptions::new().read(true).write(true).open(name) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(in_the_way(Some(error))),
    };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(DownloadError::Busy { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => return Err(in_the_way(Some(error))),
    }
    // Between opening and locking, its owner may have finished and another may have begun.
    if is_named(&file, name).map_err(|error| in_the_way(Some(error)))? {
        std::fs::remove_file(name).map_err(|error| in_the_way(Some(error)))?;
    }
    Ok(())
}

/// Whether the open file is the one that stands under this name now.
#[cfg(unix)]
fn is_named(file: &File, name: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let open = file.metadata()?;
    match std::fs::symlink_metadata(name) {
        Ok(there) => Ok(there.dev() == open.dev() && there.ino() == open.ino()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Elsewhere an open file cannot be removed or replaced by another process.
#[cfg(not(unix))]
fn is_named(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

/// Makes a rename in this folder survive a power cut.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    match File::open(folder)?.sync_all() {
        // some network and user-space file systems do not know this for folders
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        result => result,
    }
}

/// Where the unfinished file of a target stands: `<name>.part`, absolute.
///
/// A name too long for five more bytes is replaced by its hash.
fn part_path(path: &Path) -> Result<PathBuf, DownloadError> {
    let place = std::path::absolute(path).map_err(DownloadError::disk("find the current folder"))?;
    let name = place.file_name().unwrap_or_default();
    Ok(place.with_file_name(part_name(name)))
}

fn part_name(name: &OsStr) -> OsString {
    const SUFFIX: &str = ".part";
    if name.len() + SUFFIX.len() <= NAME_BYTES {
        let mut part = name.to_owned();
        part.push(SUFFIX);
        return part;
    }
    let hash = crate::Sha256::from_bytes(Sha256::digest(name.as_encoded_bytes()).into());
    format!("{hash}{SUFFIX}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unfinished_file_is_named_after_its_target_as_far_as_names_go() {
        let long = "n".repeat(250);
        let longer = "n".repeat(251);
        assert_eq!(part_name(OsStr::new("cat.mp4")), "cat.mp4.part");
        assert_eq!(part_name(OsStr::new(&long)), format!("{long}.part").as_str());
        assert_eq!(
            part_name(OsStr::new(&longer)),
            "64091ef053a17b180bb576ea653b32b3bb0d873da4e18489475f1df637bfe5fa.part"
        );
    }
}
