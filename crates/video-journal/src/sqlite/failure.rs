//! What SQLite's errors mean for somebody with a journal.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Error, ErrorCode};

use crate::JournalError;

/// What SQLite found, in its words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Failure(pub(super) String);

pub(super) fn journal_error(path: &Path, error: Error) -> JournalError {
    let path = path.to_owned();
    if let Error::FromSqlConversionFailure(..) | Error::IntegralValueOutOfRange(..) | Error::InvalidColumnType(..) =
        error
    {
        return JournalError::Unreadable { what: error.to_string() };
    }
    let code = error.sqlite_error_code();
    let source: Option<crate::error::Cause> = Some(Arc::new(error));
    match code {
        Some(ErrorCode::DiskFull) => JournalError::Full { path, source },
        // "Unknown" is SQLite's plain error: here, a table or a column that is not there.
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown) => {
            JournalError::Damaged { path, source }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed) => {
            JournalError::Locked { path, source }
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            JournalError::File { path, what: "it cannot be written; see the rights of the file and its folder", source }
        }
        Some(ErrorCode::CannotOpen) => {
            JournalError::File { path, what: "it cannot be opened; see the rights of the file and its folder", source }
        }
        Some(ErrorCode::SystemIoFailure) => {
            JournalError::File { path, what: "the disk failed or gave no room; see the log of the system", source }
        }
        _ => JournalError::File { path, what: "the database refused", source },
    }
}

/// Whether the file failed, not what was asked of it: then nothing of the group can be trusted to be written.
pub(super) fn is_of_the_place(error: &JournalError) -> bool {
    matches!(
        error,
        JournalError::File { .. }
            | JournalError::Full { .. }
            | JournalError::Locked { .. }
            | JournalError::Damaged { .. }
    )
}
