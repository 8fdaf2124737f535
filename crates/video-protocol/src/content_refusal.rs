//! Why a task has no content to send, cannot be remixed, stopped or forgotten.

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

    /// The refusal of a delete, if this task has not ended: a delete is no cancel. The words are those of
    /// [`content_refusal`](Self::content_refusal), the status is 400 too.
    ///
    /// `None` once it has ended, whichever way.
    pub fn delete_refusal(&self) -> Option<Error> {
        if self.phase().is_terminal() { None } else { self.content_refusal() }
    }

    /// The refusal of a cancel, if this task has ended otherwise: 409 with the code `video_not_cancellable`. Who asks
    /// again for a task that was cancelled already is not refused.
    ///
    /// `None` while it runs, too.
    pub fn cancel_refusal(&self) -> Option<Error> {
        let cancelled = self.end_without_video() == Some(ErrorKind::TaskCancelled);
        if cancelled || !self.phase().is_terminal() {
            return None;
        }
        let words = format!("Task has already ended, current status: {}", self.status);
        let error = Error::invalid(words).with_status(StatusCode::CONFLICT).with_code("video_not_cancellable");
        Some(error.with_task(self.reference.clone()))
    }

    /// The refusal of a remix, if this task has no video to start from: 400 in the words of
    /// [`content_refusal`](Self::content_refusal). It proves that nothing was ordered.
    ///
    /// `None` once it has succeeded.
    pub fn remix_refusal(&self) -> Option<Error> {
        let refusal = self.content_refusal()?;
        let error = Error::invalid(refusal.message()).with_status(StatusCode::BAD_REQUEST);
        Some(error.with_code("video_not_completed"))
    }
}
