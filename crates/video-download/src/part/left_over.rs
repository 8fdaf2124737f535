//! What an earlier process left: taken up if it is proved and ours, else removed.

use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use sha2::Sha256 as Hasher;

use super::{Names, is_named};
use crate::DownloadError;
use crate::disk::Disk;
use crate::excerpt::one_line;
use crate::record::{self, Record};
use crate::version::Version;

/// An unfinished file that can be continued.
pub(super) struct LeftOver {
    pub(super) file: File,
    /// Written up to its last right line.
    pub(super) record: File,
    pub(super) version: Version,
    pub(super) bytes: u64,
    pub(super) hasher: Hasher,
}

/// Takes up an unfinished file that no living process holds, or removes it and gives `None`.
pub(super) fn take_up(path: &Path, names: &Names, disk: &dyn Disk) -> Result<Option<LeftOver>, DownloadError> {
    let in_the_way = |source| DownloadError::Target {
        path: path.to_owned(),
        why: format!("{} is in the way and cannot be taken over", one_line(&names.part.to_string_lossy())),
        source,
    };
    match std::fs::symlink_metadata(&names.part) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(in_the_way(Some(error))),
        Ok(there) if !there.is_file() => return Err(in_the_way(None)),
        Ok(_) => {}
    }
    let file = match OpenOptions::new().read(true).write(true).open(&names.part) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(in_the_way(Some(error))),
    };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(DownloadError::Busy { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => return Err(in_the_way(Some(error))),
    }
    // Between opening and locking, its owner may have finished and another may have begun.
    if !is_named(&file, &names.part).map_err(|error| in_the_way(Some(error)))? {
        return Ok(None);
    }
    if let Ok(Some((record, version, bytes, hasher))) = proved(&file, names, disk) {
        return Ok(Some(LeftOver { file, record, version, bytes, hasher }));
    }
    disk.remove(&names.part).map_err(|error| in_the_way(Some(error)))?;
    // a record without its file proves nothing
    let _ = disk.remove(&names.record);
    Ok(None)
}

/// The record of a file, with what it proves; `None` if that is nothing, or if one of the two is not ours.
fn proved(file: &File, names: &Names, disk: &dyn Disk) -> io::Result<Option<(File, Version, u64, Hasher)>> {
    let folder = names.part.parent().unwrap_or(Path::new("."));
    if !std::fs::symlink_metadata(&names.record)?.is_file() {
        return Ok(None);
    }
    let mut beside = OpenOptions::new().read(true).write(true).open(&names.record)?;
    let ours = tempfile::tempfile_in(folder)?.metadata()?;
    if !is_named(&beside, &names.record)? || !is_like(&file.metadata()?, &ours) || !is_like(&beside.metadata()?, &ours)
    {
        return Ok(None);
    }
    let mut text = String::new();
    (&beside).take(record::LONGEST).read_to_string(&mut text)?;
    let Some(record) = Record::read(&text) else { return Ok(None) };
    let mut start = file;
    start.rewind()?;
    let (bytes, hasher) = record.prove(start)?;
    if bytes == 0 {
        return Ok(None);
    }
    disk.set_length(file, bytes)?;
    // behind the last right line there may be half a one
    let right = record.length_up_to(bytes);
    disk.set_length(&beside, right)?;
    beside.seek(SeekFrom::Start(right))?;
    Ok(Some((beside, record.version, bytes, hasher)))
}

/// Whether a file belongs to whom our new files belong, and has no second name through which it is somebody else's.
#[cfg(unix)]
fn is_like(file: &Metadata, ours: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.uid() == ours.uid() && file.nlink() == 1
}

#[cfg(not(unix))]
fn is_like(_: &Metadata, _: &Metadata) -> bool {
    true
}
