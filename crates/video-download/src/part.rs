//! The unfinished file: nobody else writes to it, and it goes away unless it is kept under its final name, or kept to be
//! continued.

mod early_sync;
mod left_over;

use std::ffi::{OsStr, OsString};
use std::fs::{File, TryLockError};
use std::io::{self, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256 as Hasher};

use crate::disk::Disk;
use crate::record;
use crate::target::{NAME_BYTES, folder_of};
use crate::version::Version;
use crate::{DownloadError, Resume, Sha256};
use early_sync::EarlySync;
use left_over::{LeftOver, take_up};

/// How often to begin again when other downloads of the same target come and go meanwhile.
const CLAIM_ROUNDS: u32 = 8;

/// An unfinished file, for one download alone.
///
/// Dropped, it removes its names while the open file still holds the lock, so nobody else's file can be removed by
/// mistake. One whose bytes can be continued stays, with its record.
#[derive(Debug)]
pub(crate) struct Part {
    names: Option<Names>,
    pub(crate) file: File,
    hasher: Hasher,
    bytes: u64,
    version: Option<Version>,
    /// How many of the bytes an earlier download left.
    taken_over: u64,
    /// The record beside the file, as far as its last line.
    record: Option<(File, u64)>,
    early: EarlySync,
    folder: PathBuf,
    disk: Arc<dyn Disk>,
}

/// Where the unfinished file and its record stand, absolute.
#[derive(Debug, Clone)]
struct Names {
    part: PathBuf,
    record: PathBuf,
}

impl Part {
    /// Claims `<name>.part` beside the final name, with what an earlier download left in it.
    ///
    /// The lock is the system's, so it ends with the process: a file without one was left by a process that ended. What
    /// its record does not prove is removed. Never writes through a link.
    pub(crate) fn claim(path: &Path, disk: Arc<dyn Disk>) -> Result<Self, DownloadError> {
        let busy = || DownloadError::Busy { path: path.to_owned() };
        let names = names_of(path)?;
        let folder = folder_of(&names.part).to_owned();
        for _ in 0..CLAIM_ROUNDS {
            let file = match disk.create(&names.part) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match take_up(path, &names, &*disk)? {
                    Some(left) => return Ok(Self::continued(left, names, folder, disk)),
                    None => continue,
                },
                Err(error) => return Err(DownloadError::disk("make the unfinished file")(error)),
            };
            match file.try_lock() {
                // Somebody took the new file for a left-over one before it was locked, and will remove it.
                Err(TryLockError::WouldBlock) => return Err(busy()),
                // No locks on this file system: making the file anew is all the protection there is.
                Ok(()) | Err(TryLockError::Error(_)) => {}
            }
            if is_named(&file, &names.part).map_err(DownloadError::disk("look at the unfinished file"))? {
                return Ok(Self::empty(file, Some(names), folder, disk));
            }
        }
        Err(busy())
    }

    /// Makes an unfinished file without a name.
    pub(crate) fn unnamed(folder: &Path, disk: Arc<dyn Disk>) -> Result<Self, DownloadError> {
        let file = tempfile::tempfile_in(folder).map_err(DownloadError::disk("make a temporary file"))?;
        Ok(Self::empty(file, None, folder.to_owned(), disk))
    }

    fn empty(file: File, names: Option<Names>, folder: PathBuf, disk: Arc<dyn Disk>) -> Self {
        Self {
            names,
            file,
            hasher: Hasher::new(),
            bytes: 0,
            version: None,
            taken_over: 0,
            record: None,
            early: EarlySync::default(),
            folder,
            disk,
        }
    }

    fn continued(left: LeftOver, names: Names, folder: PathBuf, disk: Arc<dyn Disk>) -> Self {
        let LeftOver { file, record, version, bytes, hasher } = left;
        let (version, record) = (Some(version), Some((record, bytes)));
        let mut part = Self::empty(file, Some(names), folder, disk);
        (part.hasher, part.bytes, part.taken_over) = (hasher, bytes, bytes);
        (part.version, part.record) = (version, record);
        part
    }

    /// How many bytes there are.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How many of them an earlier download left.
    pub(crate) fn taken_over(&self) -> u64 {
        self.taken_over
    }

    /// The hash of all the bytes.
    pub(crate) fn sha256(&self) -> Sha256 {
        Sha256::from_bytes(self.hasher.clone().finalize().into())
    }

    /// The version the bytes belong to, if they can be continued.
    pub(crate) fn version(&self) -> Option<&Version> {
        self.version.as_ref()
    }

    /// How many bytes a later download could go on from.
    pub(crate) fn kept(&self) -> u64 {
        if self.version.is_some() && self.record.is_some() { self.bytes } else { 0 }
    }

    /// What to ask for, if anything is there to be continued.
    pub(crate) fn resume(&self) -> Option<Resume> {
        let version = self.version.as_ref().filter(|_| self.bytes > 0)?;
        Some(Resume { offset: self.bytes, if_range: version.validator.header()?, place: version.place })
    }

    /// Begins anew, with bytes of this version; what was there is forgotten.
    pub(crate) fn restart(&mut self, version: Option<Version>) -> io::Result<()> {
        self.forget();
        self.disk.set_length(&self.file, 0)?;
        self.file.rewind()?;
        self.record = version.as_ref().and_then(|version| self.begin_record(version));
        self.version = version;
        Ok(())
    }

    /// Goes on behind the last byte.
    pub(crate) fn go_on(&mut self) -> io::Result<()> {
        self.disk.set_length(&self.file, self.bytes)?;
        self.file.seek(SeekFrom::Start(self.bytes)).map(|_| ())
    }

    /// Says of the bytes that they are worth nothing.
    pub(crate) fn forget(&mut self) {
        (self.hasher, self.bytes, self.version, self.taken_over) = (Hasher::new(), 0, None, 0);
        if self.record.take().is_some()
            && let Some(names) = &self.names
        {
            // If it stays, its hashes do not fit, and it proves nothing.
            let _ = self.disk.remove(&names.record);
        }
    }

    /// The hash of the bytes, to be carried on.
    pub(crate) fn hasher(&self) -> &Hasher {
        &self.hasher
    }

    /// Appends bytes; `hasher` has seen everything up to their end.
    pub(crate) fn append(&mut self, bytes: &[u8], hasher: Hasher) -> io::Result<()> {
        self.disk.write(&mut self.file, bytes)?;
        self.hasher = hasher;
        self.bytes += bytes.len() as u64;
        if self.record.as_ref().is_some_and(|(_, marked)| self.bytes - marked >= record::step(self.bytes)) {
            self.mark();
        }
        // an unnamed file ends with its process, so it need not outlive a power cut
        if self.names.is_some() { self.early.wrote(bytes.len() as u64, &self.file, &self.disk) } else { Ok(()) }
    }

    /// Notes in the record how far the file is right. A record that cannot be written is given up, not the download.
    pub(crate) fn mark(&mut self) {
        let (line, bytes) = (record::mark(self.bytes, self.sha256()), self.bytes);
        if let Some((file, marked)) = &mut self.record
            && bytes > *marked
        {
            *marked = bytes;
            if self.disk.write(file, line.as_bytes()).is_err() {
                self.record = None;
            }
        }
    }

    fn begin_record(&self, version: &Version) -> Option<(File, u64)> {
        let names = self.names.as_ref()?;
        match self.disk.remove(&names.record) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return None,
            _ => {}
        }
        let mut file = self.disk.create(&names.record).ok()?;
        self.disk.write(&mut file, record::head(version).as_bytes()).ok()?;
        Some((file, 0))
    }

    /// How many more bytes fit on the disk; `None` where nobody can tell.
    pub(crate) fn free_space(&self) -> Option<u64> {
        self.disk.free_space(&self.folder).ok()
    }

    /// Whether every byte that was announced is there.
    pub(crate) fn is_complete(&self) -> bool {
        self.version.as_ref().is_some_and(|version| version.total == Some(self.bytes)) && self.bytes > 0
    }

    /// Syncs the file, gives it its final name, and syncs the folder.
    pub(crate) fn keep(mut self, path: &Path, overwrite: bool) -> Result<(), DownloadError> {
        let synced = self.early.finish().and_then(|()| self.disk.sync(&self.file));
        synced.map_err(DownloadError::disk("sync the finished file"))?;
        let Some(names) = &self.names else { return Ok(()) };
        let renamed = self.disk.rename(&names.part, path, overwrite);
        if let Err(error) = renamed {
            return Err(match error.kind() {
                io::ErrorKind::AlreadyExists => {
                    self.forget();
                    DownloadError::Exists { path: path.to_owned() }
                }
                _ => DownloadError::Disk { action: "give the finished file its name", source: error },
            });
        }
        let record = names.record.clone();
        self.names = None;
        if self.record.take().is_some() {
            let _ = self.disk.remove(&record);
        }
        self.disk
            .sync_folder(folder_of(path))
            .map_err(DownloadError::disk("sync the folder, though the finished file stands in it"))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let Some(names) = self.names.take() else { return };
        if self.kept() > 0 {
            return self.mark();
        }
        let _ = self.disk.remove(&names.part);
        if self.record.is_some() {
            let _ = self.disk.remove(&names.record);
        }
    }
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

/// Where the unfinished file of a target stands: `<name>.part`, its record beside it, absolute.
///
/// A name too long for the ending is replaced by its hash.
fn names_of(path: &Path) -> Result<Names, DownloadError> {
    let place = std::path::absolute(path).map_err(DownloadError::disk("find the current folder"))?;
    let part = part_name(place.file_name().unwrap_or_default());
    let mut record = part.clone();
    record.push(RECORD);
    Ok(Names { part: place.with_file_name(part), record: place.with_file_name(record) })
}

const PART: &str = ".part";
const RECORD: &str = ".resume";

fn part_name(name: &OsStr) -> OsString {
    if name.len() + PART.len() + RECORD.len() <= NAME_BYTES {
        let mut part = name.to_owned();
        part.push(PART);
        return part;
    }
    let hash = Sha256::from_bytes(Hasher::digest(name.as_encoded_bytes()).into());
    format!("{hash}{PART}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unfinished_file_is_named_after_its_target_as_far_as_names_go() {
        let long = "n".repeat(243);
        let longer = "n".repeat(251);
        assert_eq!(part_name(OsStr::new("cat.mp4")), "cat.mp4.part");
        assert_eq!(part_name(OsStr::new(&long)), format!("{long}.part").as_str());
        assert_eq!(part_name(OsStr::new(&"n".repeat(244))).len(), 69);
        assert_eq!(
            part_name(OsStr::new(&longer)),
            "64091ef053a17b180bb576ea653b32b3bb0d873da4e18489475f1df637bfe5fa.part"
        );
    }
}
