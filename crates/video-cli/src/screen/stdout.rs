//! Data for whoever reads stdout, and whether anybody does.

use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};

/// What goes to stdout, and whether anybody reads it.
#[derive(Debug, Default)]
pub(super) struct Stdout(Mutex<Heard>);

#[derive(Debug, Default)]
enum Heard {
    #[default]
    Yes,
    /// The pipe was closed: somebody has seen enough.
    Enough,
    /// The disk it goes to, or whatever it is, took no more.
    Lost(io::Error),
}

impl Stdout {
    /// One line. A closed pipe is nobody listening, and no error; a full disk is one.
    pub(super) fn print(&self, line: &str) {
        let mut out = io::stdout().lock();
        if let Err(error) = writeln!(out, "{line}").and_then(|()| out.flush()) {
            let heard = if error.kind() == io::ErrorKind::BrokenPipe { Heard::Enough } else { Heard::Lost(error) };
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = heard;
        }
    }

    /// Whether anybody reads it.
    pub(super) fn is_listened_to(&self) -> bool {
        matches!(*self.0.lock().unwrap_or_else(PoisonError::into_inner), Heard::Yes)
    }

    /// Why data was lost on its way, if it was; to be asked once.
    pub(super) fn lost(&self) -> Option<io::Error> {
        match std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            Heard::Lost(error) => Some(error),
            Heard::Yes | Heard::Enough => None,
        }
    }
}
