//! One task, independent of the wire format.

use std::fmt;
use std::time::Duration;

use serde_json::Value;
use video_types::{Failure, ModelId, Phase, Size, TaskId, TaskStatus};

use crate::classify::failure_kind;
use crate::{Asset, ErrorKind, TaskRef};

/// One task as the server last described it.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Task {
    /// How to ask again, from any process.
    pub reference: TaskRef,
    /// Status as the server spelled it.
    pub status: TaskStatus,
    /// Progress in percent, 0 to 100, if reported. Never decides anything.
    pub progress: Option<u8>,
    /// Places the finished video can be fetched from, the best first. Empty until it has succeeded.
    pub assets: Vec<Asset>,
    /// Why there is no video, if it failed.
    pub failure: Option<Failure>,
    /// Model, if the server named it.
    pub model: Option<ModelId>,
    /// Creation, in seconds since 1970, if reported.
    pub created_at: Option<i64>,
    /// End, in seconds since 1970; only filled once the task has ended.
    pub finished_at: Option<i64>,
    /// The prompt, if repeated.
    pub prompt: Option<String>,
    /// Picture size as spelled, if repeated.
    pub size: Option<Size>,
    /// Length in seconds as spelled, if repeated: results may say `5.1`.
    pub seconds: Option<String>,
    /// The task this one was made from, if it is a remix.
    pub remixed_from: Option<TaskId>,
    /// What the gateway said of the bill, as sent: a quota or price factors. Never computed.
    pub billing: Option<Value>,
    /// What is known against the order, if a gateway of ours looked: a list that goes into the answer to the submit as
    /// `findings`, an extension of both formats. Not read from answers.
    pub findings: Option<Value>,
    /// When the server would like to be asked again, if it said so.
    pub poll_after: Option<Duration>,
    /// The whole answer, for those who need more than this.
    pub raw: Value,
}

impl Task {
    /// A task of which only the status is known.
    pub fn new(reference: TaskRef, status: TaskStatus) -> Self {
        Self {
            reference,
            status,
            progress: None,
            assets: Vec::new(),
            failure: None,
            model: None,
            created_at: None,
            finished_at: None,
            prompt: None,
            size: None,
            seconds: None,
            remixed_from: None,
            billing: None,
            findings: None,
            poll_after: None,
            raw: Value::Null,
        }
    }

    /// Where in its life the task is.
    pub fn phase(&self) -> Phase {
        self.status.phase()
    }

    /// Why there will be no video: failed, filtered, expired or cancelled; `None` while it runs and when it succeeded.
    pub fn end_without_video(&self) -> Option<ErrorKind> {
        let phase = self.phase();
        let ended = phase.is_terminal() && phase != Phase::Succeeded;
        ended.then(|| failure_kind(phase, self.failure.as_ref()))
    }
}

/// Leaves [`raw`](Task::raw) out, which may hold signed links and megabytes, and the words of the prompt.
impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Task");
        debug
            .field("reference", &format_args!("{}", self.reference))
            .field("status", &self.status)
            .field("progress", &self.progress)
            .field("assets", &self.assets)
            .field("failure", &self.failure)
            .field("model", &self.model)
            .field("created_at", &self.created_at)
            .field("finished_at", &self.finished_at);
        // What few answers repeat is shown only if it is there.
        if let Some(prompt) = &self.prompt {
            debug.field("prompt", &format_args!("{} bytes", prompt.len()));
        }
        if let Some(size) = &self.size {
            debug.field("size", size);
        }
        if let Some(seconds) = &self.seconds {
            debug.field("seconds", seconds);
        }
        if let Some(origin) = &self.remixed_from {
            debug.field("remixed_from", origin);
        }
        debug.field("billing", &self.billing).field("poll_after", &self.poll_after).finish_non_exhaustive()
    }
}
