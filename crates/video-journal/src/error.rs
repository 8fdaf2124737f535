//! Why the journal did not do what it was asked.

use std::error::Error as StdError;
use std::path::PathBuf;
use std::sync::Arc;

use video_protocol::{Error, ErrorKind, TaskRef};

use crate::{JobId, Millis, Owner, State};

/// A cause that several callers may get, since they were written together.
pub(crate) type Cause = Arc<dyn StdError + Send + Sync>;

/// Why the journal did not do what it was asked. Whatever it is, nothing was written.
///
/// The text is one line without the causes; those are in `source()`.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// Nobody noted such a job.
    #[error("the journal knows no job {job}; see `video list`")]
    UnknownJob {
        /// The job.
        job: JobId,
    },
    /// Somebody else works on the job.
    #[error("{owner} works on job {job}; wait for it, or stop it and try again a minute later")]
    Claimed {
        /// The job.
        job: JobId,
        /// Who works on it.
        owner: Owner,
        /// When the claim ends unless it is renewed.
        until: Millis,
    },
    /// The caller's claim on the job is over, and sending takes one.
    #[error("the claim on job {job} is over; claim it again and see how it stands before sending")]
    ClaimOver {
        /// The job.
        job: JobId,
    },
    /// This cannot follow on how the job stands.
    #[error("job {job} is {state}, so it cannot be noted as {event}; look at it again")]
    NotAllowed {
        /// The job.
        job: JobId,
        /// How it stands.
        state: State,
        /// What was to be noted.
        event: &'static str,
    },
    /// Something may have been sent already, and this would send it elsewhere.
    #[error("job {job} went to {origin} under another key or format; repeat it there, or settle it first")]
    SentElsewhere {
        /// The job.
        job: JobId,
        /// Where it went.
        origin: String,
    },
    /// Another order came under this idempotency key.
    #[error("the idempotency key belongs to another order, job {job}; use a new key for a new order")]
    KeyTaken {
        /// The job it belongs to.
        job: JobId,
    },
    /// Another job has this id.
    #[error("there is a job {job} already; use a new id for a new job")]
    JobTaken {
        /// The job.
        job: JobId,
    },
    /// The task belongs to another job.
    #[error("task {task} belongs to job {job} already; a task has one job")]
    TaskTaken {
        /// The task.
        task: Box<TaskRef>,
        /// The job it belongs to.
        job: JobId,
    },
    /// The job has another task.
    #[error("job {job} has task {has}, and now also {task}: both may be billed, keep both handles")]
    SecondTask {
        /// The job.
        job: JobId,
        /// The task it has.
        has: Box<TaskRef>,
        /// The other one.
        task: Box<TaskRef>,
    },
    /// The task lives at another gateway than the job went to.
    #[error("task {task} does not live at {origin}, where job {job} went")]
    TaskElsewhere {
        /// The task.
        task: Box<TaskRef>,
        /// The job.
        job: JobId,
        /// Where the job went.
        origin: String,
    },
    /// A new order took the place of this one already.
    #[error("job {job} was ordered again already, as {by}")]
    AlreadyReordered {
        /// The job.
        job: JobId,
        /// The new one.
        by: JobId,
    },
    /// The file or its folder cannot be used.
    #[error("the journal {path} cannot be used: {what}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        what: &'static str,
        /// What the system said.
        source: Option<Cause>,
    },
    /// The file is something else; it was left as it is.
    #[error("{path} is no journal; give another path", path = path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file is of a newer version; it was left as it is.
    #[error("the journal {path} has version {found}, this program knows {known}: use a newer one", path = path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// The file is damaged; it was left as it is.
    #[error("the journal {path} is damaged: copy it and the files beside it, then try `sqlite3 {path} .recover`", path = path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the database said.
        source: Option<Cause>,
    },
    /// The disk is full.
    #[error("the disk is full, so the journal {path} cannot be written: make room", path = path.display())]
    Full {
        /// The file.
        path: PathBuf,
        /// What the database said.
        source: Option<Cause>,
    },
    /// Another process held the file for too long.
    #[error("the journal {path} is held by another process: try again, or see who has it open", path = path.display())]
    Locked {
        /// The file.
        path: PathBuf,
        /// What the database said.
        source: Option<Cause>,
    },
    /// A record cannot be read: it was written by another program, or by hand.
    #[error("a record in the journal cannot be read: {what}")]
    Unreadable {
        /// What is wrong with it.
        what: String,
    },
    /// The journal was closed while this waited.
    #[error("the journal was closed before this was written")]
    Closed,
}

impl JournalError {
    /// What it is in the words of the protocol.
    ///
    /// What the journal refuses and what the disk refuses are both [`ErrorKind::Local`]: nothing was sent because of
    /// it, and no change of the request helps.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownJob { .. } | Self::KeyTaken { .. } | Self::JobTaken { .. } => ErrorKind::InvalidRequest,
            _ => ErrorKind::Local,
        }
    }

    /// The task the error is about, if it names one that may be billed.
    pub fn task(&self) -> Option<&TaskRef> {
        match self {
            Self::TaskTaken { task, .. } | Self::SecondTask { task, .. } | Self::TaskElsewhere { task, .. } => {
                Some(task)
            }
            _ => None,
        }
    }
}

/// Proves nothing of what the server did: the caller knows whether it sent something before.
impl From<JournalError> for Error {
    fn from(error: JournalError) -> Self {
        let known = Self::new(error.kind()).with_message(error.to_string());
        let known = match error.task() {
            Some(task) => known.with_task(task.clone()),
            None => known,
        };
        known.with_source(error)
    }
}
