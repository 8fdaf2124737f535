//! Where a download is to end, and whether it can.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use tokio::io::AsyncWrite;

use crate::DownloadError;
use crate::disk::Disk;
use crate::names::unfit_for_windows;

/// The longest file name the usual file systems take, in bytes.
pub(crate) const NAME_BYTES: usize = 255;

/// Where a download is to end: a file, or a writer such as the standard output.
#[derive(Debug)]
pub struct Target {
    pub(crate) place: Place,
}

pub(crate) enum Place {
    File { path: PathBuf, overwrite: bool, folders: bool },
    Writer { writer: Box<dyn AsyncWrite + Send + Unpin>, spool: PathBuf },
}

impl Target {
    /// A file. Its folder must exist, unless it is [to be made](Self::with_folders); whatever stands under its name is left alone, a symbolic link too, unless
    /// [overwriting](Self::with_overwrite) is allowed.
    ///
    /// While the download runs, its bytes are in `<name>.part` in the same folder, under a lock.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { place: Place::File { path: path.into(), overwrite: false, folders: false } }
    }

    /// A writer, which gets the bytes once they are proved, and no byte before that.
    ///
    /// Until then they are in an unnamed file in the system's temporary folder; see
    /// [`with_spool`](Self::with_spool). A writer that fails half-way has got half a video.
    pub fn writer(writer: impl AsyncWrite + Send + Unpin + 'static) -> Self {
        Self { place: Place::Writer { writer: Box::new(writer), spool: std::env::temp_dir() } }
    }

    /// Whether a file or symbolic link of the same name is replaced, once the new one is proved; no by default.
    ///
    /// A link is replaced itself and never written through. Folders and devices are never replaced. Without effect
    /// on a writer.
    #[must_use]
    pub fn with_overwrite(mut self, allowed: bool) -> Self {
        if let Place::File { overwrite, .. } = &mut self.place {
            *overwrite = allowed;
        }
        self
    }

    /// Whether folders of the path that do not exist are made when the download begins; no by default.
    ///
    /// They stay when it fails. Without effect on a writer.
    #[must_use]
    pub fn with_folders(mut self, made: bool) -> Self {
        if let Place::File { folders, .. } = &mut self.place {
            *folders = made;
        }
        self
    }

    /// The folder for the bytes of a writer that are not proved yet; without effect on a file.
    ///
    /// For systems whose temporary folder is memory.
    #[must_use]
    pub fn with_spool(mut self, folder: impl Into<PathBuf>) -> Self {
        if let Place::Writer { spool, .. } = &mut self.place {
            *spool = folder.into();
        }
        self
    }

    /// The path of a file target as it was given; `None` for a writer.
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::File { path, .. } => Some(path),
            Place::Writer { .. } => None,
        }
    }

    /// Whether a download could end here as things are now: to be asked before a job is paid for.
    ///
    /// The name is fit for a file and at most 255 bytes long, nothing stands in the way, the folder exists and can
    /// be written to; of one that is to be made that goes for the folder it will stand in. Leaves nothing behind. Blocking, for a few system calls. What happens on the disk afterwards
    /// it cannot know: a download checks again.
    pub fn check(&self) -> Result<(), DownloadError> {
        match &self.place {
            Place::File { path, overwrite, folders } => check_file(path, *overwrite, *folders),
            Place::Writer { spool, .. } => probe(spool).map_err(|error| target_error(spool, error)),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, overwrite, folders } => {
                let mut shown = f.debug_struct("File");
                shown.field("path", path).field("overwrite", overwrite).field("folders", folders).finish()
            }
            Self::Writer { spool, .. } => f.debug_struct("Writer").field("spool", spool).finish_non_exhaustive(),
        }
    }
}

fn check_file(path: &Path, overwrite: bool, folders: bool) -> Result<(), DownloadError> {
    let unfit = |why: &str| DownloadError::Target { path: path.to_owned(), why: why.to_owned(), source: None };
    check_name(path).map_err(unfit)?;
    let folder = folder_of(path);
    match std::fs::metadata(folder) {
        Ok(folder) if folder.is_dir() => {}
        Ok(_) => return Err(unfit("its folder is a file")),
        Err(error) if folders && error.kind() == io::ErrorKind::NotFound => {
            // nothing stands in a folder that is not there
            let missing = missing_folders(folder).map_err(|error| target_error(path, error))?;
            let above = missing.last().map_or(folder, |highest| folder_of(highest));
            return probe(above).map_err(|error| target_error(path, error));
        }
        Err(error) => return Err(target_error(path, error)),
    }
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(target_error(path, error)),
        Ok(there) if there.is_dir() => return Err(unfit("it is a folder")),
        Ok(there) if !there.is_file() && !there.is_symlink() => return Err(unfit("it is no plain file")),
        Ok(_) if !overwrite => return Err(DownloadError::Exists { path: path.to_owned() }),
        Ok(_) => {}
    }
    probe(folder).map_err(|error| target_error(path, error))
}

/// What can be told from the path alone.
fn check_name(path: &Path) -> Result<(), &'static str> {
    let bytes = path.as_os_str().as_encoded_bytes();
    if bytes.contains(&0) {
        return Err("its name has a NUL byte in it");
    }
    match path.file_name() {
        Some(_) if bytes.last().is_some_and(|last| std::path::is_separator(char::from(*last))) => {
            Err("it names a folder")
        }
        Some(name) if name.len() > NAME_BYTES => Err("its name is longer than 255 bytes"),
        Some(name) if cfg!(windows) => unfit_for_windows(&name.to_string_lossy()).map_or(Ok(()), Err),
        Some(_) => Ok(()),
        None => Err("it names no file"),
    }
}

/// The folder a file stands in; the current one for a bare name.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder.as_os_str() != OsStr::new("") => folder,
        _ => Path::new("."),
    }
}

/// The folders on the way to this one, and itself, that do not exist; the lowest first.
fn missing_folders(folder: &Path) -> io::Result<Vec<&Path>> {
    let mut missing = Vec::new();
    for folder in folder.ancestors().filter(|folder| *folder != Path::new("")) {
        match std::fs::metadata(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => missing.push(folder),
            // whatever stands there is for the system to judge
            Ok(_) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(missing)
}

/// Makes the folder of a file, and makes it last.
pub(crate) fn make_folders(path: &Path, disk: &dyn Disk) -> Result<(), DownloadError> {
    let making = || {
        let missing = missing_folders(folder_of(path))?;
        for folder in missing.iter().rev() {
            match disk.create_folder(folder) {
                // another download was first
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => made.and_then(|()| disk.sync_folder(folder_of(folder)))?,
            }
        }
        Ok(())
    };
    making().map_err(|error| target_error(path, error))
}

/// Makes an unnamed file in the folder and drops it: the one question that knows permissions, read-only mounts,
/// quotas and full disks alike.
fn probe(folder: &Path) -> io::Result<()> {
    tempfile::tempfile_in(folder).map(drop)
}

fn target_error(path: &Path, error: io::Error) -> DownloadError {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "its folder does not exist",
        io::ErrorKind::PermissionDenied => "its folder is not writable for you",
        io::ErrorKind::ReadOnlyFilesystem => "its file system is read-only",
        io::ErrorKind::StorageFull => "the disk is full",
        io::ErrorKind::QuotaExceeded => "your disk quota is used up",
        io::ErrorKind::NotADirectory => "its folder is a file",
        io::ErrorKind::InvalidFilename => "the name of its folder is too long",
        _ => "the system refused",
    };
    DownloadError::Target { path: path.to_owned(), why: why.to_owned(), source: Some(error) }
}
