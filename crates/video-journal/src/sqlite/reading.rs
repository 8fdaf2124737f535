//! Reading: beside a writer, or alone and without a trace.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rusqlite::{Connection, OpenFlags};

use super::failure::journal_error;
use super::open::{STATEMENTS, look};
use super::{rows, schema};
use crate::JournalError;

/// How long one who only looks waits for a process that holds the file.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often one tries to find a file that nobody opens meanwhile.
const ATTEMPTS: usize = 5;

/// A connection that reads.
pub(super) struct Reader {
    connection: Connection,
    /// How the file was when it was taken for one that nobody writes; `None` if it is shared with those who write.
    ///
    /// Such a connection takes no lock and makes no files, and would not notice if the file changed under it.
    still: Option<Stamp>,
}

/// What changes when a process opens or writes the file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    /// `None` if somebody has the file open: only then has it a log. It also stays behind when a process is killed.
    fn of(path: &Path) -> Option<Self> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let file = fs::metadata(path).ok()?;
        (!Path::new(&log).exists()).then(|| Self { bytes: file.len(), modified: file.modified().ok() })
    }
}

impl Reader {
    /// A connection beside that of a writer of this process.
    pub(super) fn shared(connection: Connection) -> Self {
        Self { connection, still: None }
    }

    /// A connection of its own, to be read only, and the version of the file.
    pub(super) fn open(path: &Path) -> Result<(Self, i64), JournalError> {
        look(path)?;
        let reader = Self::connect(path)?;
        // Not what the first bytes say: a newer version may still stand in the log.
        let found = reader.version().map_err(|error| journal_error(path, error))?;
        if found > schema::VERSION {
            return Err(JournalError::Newer { path: path.to_owned(), found, known: schema::VERSION });
        }
        Ok((reader, found))
    }

    fn version(&self) -> rusqlite::Result<i64> {
        schema::version(&self.connection)
    }

    fn connect(path: &Path) -> Result<Self, JournalError> {
        for _ in 0..ATTEMPTS {
            let Some((stamp, address)) = Stamp::of(path).zip(address(path)) else { break };
            let made = connection(Path::new(&address), OpenFlags::SQLITE_OPEN_URI);
            if Stamp::of(path).as_ref() == Some(&stamp) {
                let connection = made.map_err(|error| journal_error(path, error))?;
                return Ok(Self { connection, still: Some(stamp) });
            }
        }
        let made = connection(path, OpenFlags::empty());
        made.map(Self::shared).map_err(|error| journal_error(path, error))
    }

    /// Puts a question, and puts it again if the file was written meanwhile by somebody this connection cannot see.
    pub(super) fn ask<T>(
        &mut self,
        path: &Path,
        question: impl Fn(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, JournalError> {
        while let Some(stamp) = &self.still {
            if Stamp::of(path).as_ref() == Some(stamp) {
                let answer = question(&self.connection);
                if Stamp::of(path).as_ref() == Some(stamp) {
                    return answer.map_err(|error| journal_error(path, error));
                }
            }
            *self = Self::connect(path)?;
        }
        question(&self.connection).map_err(|error| journal_error(path, error))
    }
}

/// A connection that may only read, and sees a file of the newest version.
fn connection(place: &Path, more: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(place, flags | more)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    let found = schema::version(&connection)?;
    // A newer one is refused by whoever asked for this.
    if found <= schema::VERSION {
        schema::look_through(&connection, found)?;
        rows::probe(&connection)?;
    }
    Ok(connection)
}

/// The file as one that does not change, in SQLite's way to say so; `None` where its path cannot be said like this.
fn address(path: &Path) -> Option<String> {
    if cfg!(windows) {
        return None;
    }
    let path = std::path::absolute(path).ok()?;
    let mut address = "file://".to_owned();
    for byte in path.to_str()?.bytes() {
        let is_plain = byte.is_ascii_alphanumeric() || b"/.-_~".contains(&byte);
        address += &if is_plain { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    }
    Some(address + "?immutable=1")
}

/// What somebody is told who writes to what was opened to be read only.
pub(super) fn refused(path: &Path) -> JournalError {
    JournalError::File { path: path.to_owned(), what: "it was opened to be read only", source: None }
}
