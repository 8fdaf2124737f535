//! What happens to a job.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use video_download::Sha256;
use video_journal::{JobId, Millis, State};
use video_protocol::{ErrorKind, TaskProgress, TaskRef, Verdict};
use video_types::TaskStatus;

use super::Estimate;

/// Which job it is: the same for all its events.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subject {
    /// Its id in the journal, if it is in one.
    pub job: Option<JobId>,
    /// What its file is called, in the words of the caller.
    pub name: Option<String>,
    /// The model that was ordered; empty for a task that is taken up by its handle alone.
    pub model: String,
    /// Host, port and path prefix of the gateway.
    pub gateway: String,
    /// Unlike that of any other stream of the same [`Events`](super::Events).
    pub stream: u64,
}

/// One thing that happened to one job.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct JobEvent {
    /// Which job.
    pub subject: Arc<Subject>,
    /// Which event of the job it is, from 1 without a gap; where a [`Subscription`](super::Subscription) has one, events were passed
    /// over.
    pub sequence: u64,
    /// When it happened, by the wall clock.
    pub at: Millis,
    /// How long after the work on the job began in this process.
    pub elapsed: Duration,
    /// The handle of its task, once it has one.
    pub task: Option<Arc<TaskRef>>,
    /// What happened.
    pub kind: JobEventKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum JobEventKind {
    /// The order is made, and noted if there is a journal. Nothing was sent.
    Ordered,
    /// A job that was there already is taken up.
    TakenUp {
        /// How it stood; `None` without a journal.
        state: Option<State>,
    },
    /// The order goes out.
    Sent {
        /// The how many-th time by this process, from 1.
        attempt: u32,
    },
    /// The gateway has accepted it: [`JobEvent::task`] is its handle.
    Accepted,
    /// The gateway described the task.
    Seen(Seen),
    /// Something went wrong, and the work goes on.
    Trouble(Difficulty),
    /// Nobody knows what became of the order, so its task is looked for in the gateway's list.
    Settling {
        /// When the list is asked again; `None` for at once.
        again_in: Option<Duration>,
    },
    /// There is a video.
    Succeeded {
        /// How long it waited in a queue, if it was seen to.
        queued: Option<Duration>,
        /// How long it took from then on; `None` for a task whose beginning was not seen.
        generated: Option<Duration>,
    },
    /// The file is on its way.
    Downloading {
        /// Bytes so far, those included that were there before.
        received: u64,
        /// Bytes of the whole, if known.
        total: Option<u64>,
    },
    /// The proved file is in place.
    Saved(Stored),
    /// The work on the job is over.
    Ended(Ending),
}

/// The task as the gateway described it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seen {
    /// Status as the server spelled it.
    pub status: TaskStatus,
    /// How far it is.
    pub progress: TaskProgress,
    /// How long it will take, if the journal has seen enough like it.
    pub estimate: Option<Estimate>,
}

/// What went wrong on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difficulty {
    /// What was tried.
    pub activity: Activity,
    /// What went wrong.
    pub kind: ErrorKind,
    /// In words; may be empty.
    pub message: String,
    /// Status of the answer, if there was one.
    pub status: Option<u16>,
    /// The how many-th time in a row, from 1.
    pub in_a_row: u32,
    /// When it is tried again.
    pub again_in: Duration,
}

/// A proved file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stored {
    /// Where, as the caller named it; `None` if it went to a writer.
    pub path: Option<PathBuf>,
    /// Its length in bytes.
    pub bytes: u64,
    /// The hash of its bytes.
    pub sha256: Sha256,
    /// How many of its bytes an earlier download had left.
    pub taken_over: u64,
    /// How long the download took, its waiting for a turn left out.
    pub took: Duration,
}

/// How the work on a job ended. It may be taken up again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ending {
    /// How it stands.
    pub verdict: Verdict,
    /// What went wrong, if something did.
    pub error: Option<ErrorKind>,
    /// The same in words; may be empty.
    pub message: String,
}

/// What is done for a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Activity {
    /// It is ordered.
    Submit,
    /// It is asked how the task is.
    Poll,
    /// Its task is looked for.
    Settle,
    /// Its video is fetched.
    Download,
}

impl Activity {
    /// One word, in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Poll => "poll",
            Self::Settle => "settle",
            Self::Download => "download",
        }
    }
}

/// One request and its answer, or one download: facts for counting, no part of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exchange {
    /// Which job it was for.
    pub subject: Arc<Subject>,
    /// What it was for.
    pub activity: Activity,
    /// From the sending to the end of the answer.
    pub took: Duration,
    /// Status of the answer; `None` without one. A download that ended with a proved file has 200.
    pub status: Option<u16>,
    /// Bytes of the answer's body.
    pub received: u64,
}

impl JobEvent {
    /// Whether a later one of the same kind makes it worthless.
    pub fn is_progress(&self) -> bool {
        matches!(self.kind, JobEventKind::Seen(_) | JobEventKind::Downloading { .. })
    }

    /// Whether it is the end of the work on its job.
    pub fn is_end(&self) -> bool {
        matches!(self.kind, JobEventKind::Ended(_))
    }
}

impl JobEventKind {
    /// One word, in lower case.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::TakenUp { .. } => "taken-up",
            Self::Sent { .. } => "sent",
            Self::Accepted => "accepted",
            Self::Seen(_) => "status",
            Self::Trouble(_) => "trouble",
            Self::Settling { .. } => "settling",
            Self::Succeeded { .. } => "succeeded",
            Self::Downloading { .. } => "downloading",
            Self::Saved(_) => "saved",
            Self::Ended(_) => "ended",
        }
    }
}
