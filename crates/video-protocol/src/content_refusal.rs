//! Why a task has no content to send.

use http::StatusCode;
use video_types::Phase;

use crate::{Error, ErrorKind, Task};

impl Task {
    /// The refusal of a content request, if this task has no video: 400 in New API's own words, which clients look for.
    ///
    /// `None` once it has succeeded.
    pub fn content_refusal(&self) -> Option<Error> {
        let (kind, word) = match self.phase() {
            Phase::Succeeded => return None,
            Phase::Pending => (ErrorKind::NotReady, "QUEUED"),
            Phase::Running | Phase::Unknown => (ErrorKind::NotReady, "IN_PROGRESS"),
            Phase::Failed => (ErrorKind::TaskFailed, "FAILURE"),
            Phase::Cancelled => (ErrorKind::TaskCancelled, "FAILURE"),
            Phase::Expired => (ErrorKind::TaskExpired, "FAILURE"),
        };
        let error = Error::new(kind)
            .with_message(format!("Task is not completed yet, current status: {word}"))
            .with_status(StatusCode::BAD_REQUEST)
            .with_task(self.reference.clone());
        Some(if kind == ErrorKind::NotReady { error.temporary(self.poll_after) } else { error })
    }
}
