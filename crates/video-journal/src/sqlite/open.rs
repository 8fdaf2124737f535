//! Opening a journal: look first, touch later.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tempfile::NamedTempFile;

use super::failure::journal_error;
use super::rows;
use super::schema::{APPLICATION, MIGRATIONS, VERSION, migrate};
use crate::JournalError;

/// How long one process waits for another that writes.
const PATIENCE: Duration = Duration::from_secs(15);
/// What the log beside the file is cut to once it has been taken over, in bytes.
const LARGEST_LOG: u32 = 64 * 1024 * 1024;
/// Statements that stay prepared.
pub(super) const STATEMENTS: usize = 64;

/// A connection that writes and one that reads.
pub(super) fn open(path: &Path) -> Result<(Connection, Connection), JournalError> {
    match look(path) {
        Err(JournalError::File { what: NOT_THERE, .. }) => {
            create(path)?;
            look(path)?;
        }
        seen => {
            seen?;
        }
    }
    keep_private(path)?;
    let mut writer = connect(path)?;
    let failed = |error| journal_error(path, error);
    migrate(&mut writer, path, MIGRATIONS)?;
    let mode: String = writer.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(failed)?;
    if mode != "wal" {
        return Err(file(path, "its file system is not fit for it: SQLite cannot keep a log there", None));
    }
    writer.pragma_update(None, "journal_size_limit", LARGEST_LOG).map_err(failed)?;
    // Where a plain flush does not reach the disk (macOS); elsewhere it changes nothing.
    writer.pragma_update(None, "fullfsync", true).map_err(failed)?;
    let reader = connect(path)?;
    reader.pragma_update(None, "query_only", true).map_err(failed)?;
    rows::probe(&reader).map_err(failed)?;
    Ok((writer, reader))
}

const NOT_THERE: &str = "it is not there";

fn connect(path: &Path) -> Result<Connection, JournalError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| journal_error(path, error))?;
    connection.busy_timeout(PATIENCE).map_err(|error| journal_error(path, error))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Reads the first bytes, by hand, and says which version it is: even opening a file with SQLite may change what lies
/// beside it.
pub(super) fn look(path: &Path) -> Result<i64, JournalError> {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(100).read_to_end(&mut head));
    if let Err(error) = read {
        let what = match error.kind() {
            ErrorKind::NotFound => NOT_THERE,
            ErrorKind::IsADirectory => "it is a folder; give the path of a file",
            ErrorKind::PermissionDenied => "it may not be read; see the rights of the file and its folder",
            _ => "it cannot be read",
        };
        return Err(file(path, what, Some(error)));
    }
    if head.is_empty() {
        return Err(file(path, "it is an empty file; remove it, and a journal is made there", None));
    }
    let number =
        |at: usize| head.get(at..at + 4).map(|bytes| bytes.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)));
    match (head.starts_with(b"SQLite format 3\0"), number(60), number(68)) {
        (true, Some(version), Some(APPLICATION)) => {
            let (known, found) = (VERSION, i64::from(version));
            if found > known { Err(JournalError::Newer { path: path.to_owned(), found, known }) } else { Ok(found) }
        }
        _ => Err(JournalError::Foreign { path: path.to_owned() }),
    }
}

/// Makes an empty journal beside the place and moves it there whole, unless somebody else was first.
fn create(path: &Path) -> Result<(), JournalError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let cannot = |error: io::Error| {
        let what = match error.kind() {
            ErrorKind::NotFound => "its folder is not there; make it first",
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                "it cannot be made; see the rights of its folder"
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                return JournalError::Full { path: path.to_owned(), source: Some(Arc::new(error)) };
            }
            _ => "it cannot be made",
        };
        file(path, what, Some(error))
    };
    // Such a file is for its user alone from the first moment, whatever the umask.
    let made = NamedTempFile::with_prefix_in(".video-journal-", folder).map_err(cannot)?;
    let failed = |error| journal_error(path, error);
    let mut connection = connect(made.path()).map_err(|error| renamed(error, path))?;
    // Nobody else knows this file, so it needs no log of its own while it is made.
    connection.execute_batch("PRAGMA journal_mode = MEMORY").map_err(failed)?;
    migrate(&mut connection, path, MIGRATIONS)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).map_err(failed)?;
    connection.close().map_err(|(_, error)| failed(error))?;
    made.as_file().sync_all().map_err(cannot)?;
    match made.persist_noclobber(path) {
        Ok(_) => sync(folder).map_err(cannot),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(cannot(error.error)),
    }
}

/// Makes the name of a new file durable, where folders can be opened.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// The same about the path the caller knows.
fn renamed(error: JournalError, path: &Path) -> JournalError {
    match error {
        JournalError::File { what, source, .. } => JournalError::File { path: path.to_owned(), what, source },
        other => other,
    }
}

/// A journal that was copied may have become readable for others, and the files beside it are made as it is.
fn keep_private(path: &Path) -> Result<(), JournalError> {
    #[cfg(unix)]
    for ending in ["", "-wal", "-shm"] {
        use std::os::unix::fs::PermissionsExt as _;

        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        let rights = match fs::metadata(&name) {
            Ok(found) => found.permissions(),
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(file(path, "it cannot be read", Some(error))),
        };
        if rights.mode() & 0o077 != 0 {
            fs::set_permissions(&name, fs::Permissions::from_mode(0o600))
                .map_err(|error| file(path, "others may read it, and that cannot be changed", Some(error)))?;
        }
    }
    Ok(())
}

fn file(path: &Path, what: &'static str, source: Option<io::Error>) -> JournalError {
    let source = source.map(|error| -> crate::error::Cause { Arc::new(error) });
    JournalError::File { path: path.to_owned(), what, source }
}
