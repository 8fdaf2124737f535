//! Data for whoever reads stdout, and whether anybody does.

use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};

/// What goes to stdout, and the first error it met there.
#[derive(Debug, Default)]
pub(super) struct Stdout(Mutex<Option<io::Error>>);

impl Stdout {
    /// One line. A reader that left does not stop a job: the rest is dropped, and the exit code says so.
    pub(super) fn print(&self, line: &str) {
        let mut out = io::stdout().lock();
        if let Err(error) = writeln!(out, "{line}").and_then(|()| out.flush()) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    }

    /// Whether anybody reads it.
    pub(super) fn is_listened_to(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// For a list: a reader who left has seen enough, and nothing of it is lost.
    pub(super) fn may_end_early(&self) {
        let mut error = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if error.as_ref().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            *error = None;
        }
    }

    /// What kept data from being written, if anything did; to be asked once.
    pub(super) fn unwritten(&self) -> Option<io::Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
