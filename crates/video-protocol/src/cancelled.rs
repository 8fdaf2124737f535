//! What became of the wish that a server stop a task.

use std::fmt;

use crate::{Error, ErrorKind, Task};

/// What became of the wish that a server stop a task, as far as a look at the task afterwards bears it out.
///
/// The answer to the request alone proves nothing: servers say yes and go on.
#[derive(Debug)]
#[non_exhaustive]
pub enum Cancelled {
    /// The task was seen cancelled, or is gone. Whether what it did until then is billed, the server decides.
    Confirmed,
    /// The server took the request, and the task was not seen ended yet: it may still succeed and be billed.
    Asked,
    /// The server cannot stop this task, or does not want to: it goes on and is billed. The error is its answer.
    Unsupported(Box<Error>),
    /// It had ended otherwise before it could be stopped; a task that succeeded can be downloaded.
    TooLate(Box<Task>),
}

impl Cancelled {
    /// Judges the answer to the request by what a look at the task showed after it.
    ///
    /// # Errors
    ///
    /// Nobody knows whether the server took the request (no answer, a server in trouble), or it refused the caller and
    /// not the request: the task goes on as far as anybody knows.
    pub fn judge(answer: Result<(), Error>, seen: Result<Task, Error>) -> Result<Self, Error> {
        match (answer, seen) {
            (_, Ok(task)) if task.end_without_video() == Some(ErrorKind::TaskCancelled) => Ok(Self::Confirmed),
            (_, Ok(task)) if task.phase().is_terminal() => Ok(Self::TooLate(Box::new(task))),
            (Ok(()), Err(error)) if error.kind() == ErrorKind::NotFound => Ok(Self::Confirmed),
            (Ok(()), _) => Ok(Self::Asked),
            // Nothing can be said of a task the server does not know.
            (Err(_), Err(seen)) if seen.kind() == ErrorKind::NotFound => Err(seen),
            // That the task was seen says what "not found" was about: the route.
            (Err(error), Ok(_)) if declines(error.kind()) || error.kind() == ErrorKind::NotFound => {
                Ok(Self::Unsupported(Box::new(error)))
            }
            (Err(error), Err(_)) if declines(error.kind()) => Ok(Self::Unsupported(Box::new(error))),
            (Err(error), _) => Err(error),
        }
    }

    /// `confirmed`, `asked`, `unsupported` or `too late`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Asked => "asked",
            Self::Unsupported(_) => "unsupported",
            Self::TooLate(_) => "too late",
        }
    }

    /// Whether the task goes on as far as anybody knows, and is billed if it succeeds.
    pub const fn goes_on(&self) -> bool {
        matches!(self, Self::Asked | Self::Unsupported(_))
    }
}

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether an error says that what was asked for is not done here, and not that something went wrong.
const fn declines(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Misconfigured
            | ErrorKind::InvalidRequest
            | ErrorKind::NotReady
            | ErrorKind::TaskFailed
            | ErrorKind::TaskExpired
            | ErrorKind::TaskCancelled
    )
}
