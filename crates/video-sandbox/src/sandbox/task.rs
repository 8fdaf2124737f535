//! One task of the sandbox: what is known of it and how it is described.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;
use video_protocol::{Asset, Task, TaskRef};
use video_types::{Failure, Generation, Size, TaskId, TaskStatus};

use super::order::{Fail, Order};

/// When the sandbox would like to be asked again: its clips take about a second.
const POLL_AFTER: Duration = Duration::from_millis(200);

/// One task.
#[derive(Debug, Clone)]
pub(super) struct SandboxTask {
    pub(super) id: TaskId,
    /// What was asked for, without its pictures: the order holds them.
    pub(super) asked: Generation,
    pub(super) created_at: SystemTime,
    /// The task this one was made from, if it is a remix.
    pub(super) remixed_from: Option<TaskId>,
    pub(super) order: Order,
    pub(super) stage: Stage,
    /// The sandbox's own least time from creation to the end, for a task that names none.
    pub(super) latency: Option<Duration>,
    /// The latest moment anybody saw it at: for the task, time does not go back.
    seen: SystemTime,
}

/// How far the rendering is.
#[derive(Debug, Clone)]
pub(super) enum Stage {
    /// Waiting for a core.
    Queued,
    /// On a core.
    Rendering {
        /// 0 to 99.
        percent: u8,
    },
    /// Rendered once; the bytes may have left the memory since.
    Rendered {
        /// When.
        at: SystemTime,
    },
    /// The renderer gave up.
    Broken {
        /// Its words.
        why: String,
        /// When.
        at: SystemTime,
    },
    /// Somebody asked for it to be stopped.
    Cancelled {
        /// When.
        at: SystemTime,
    },
}

impl SandboxTask {
    pub(super) fn new(id: TaskId, mut asked: Generation, created_at: SystemTime, order: Order, stage: Stage) -> Self {
        asked.images = Vec::new();
        Self { id, asked, created_at, remixed_from: None, order, stage, latency: None, seen: created_at }
    }

    pub(super) fn with_origin(self, remixed_from: Option<TaskId>) -> Self {
        Self { remixed_from, ..self }
    }

    /// Lets the task take this long, unless it was ordered with a time of its own.
    pub(super) fn with_latency(mut self, latency: Option<Duration>) -> Self {
        self.latency = latency.filter(|_| self.order.steering.seconds.is_none());
        self
    }

    /// The task as a client may see it at `now`, or as somebody has seen it before, if that was later.
    pub(super) fn describe(&mut self, now: SystemTime) -> Task {
        self.seen = self.seen.max(now);
        let now = self.seen;
        let reference = TaskRef::new("new-api", self.id.clone());
        let mut task = Task::new(reference, self.status(now));
        task.model = Some(self.asked.model.clone());
        task.prompt = Some(self.asked.prompt.clone());
        // Official clients require both, so what nobody asked for is said as it is rendered.
        let (width, height) = self.order.clip.size();
        task.size = self.asked.size.clone().or_else(|| Some(Size::new(width, height)));
        task.seconds = Some(self.order.clip.seconds().to_string());
        task.created_at = Some(seconds(self.created_at));
        task.remixed_from.clone_from(&self.remixed_from);
        task.poll_after = Some(POLL_AFTER);
        task.progress = Some(match self.stage {
            Stage::Queued => 0,
            Stage::Rendering { percent } => percent.min(self.elapsed_percent(now)),
            Stage::Rendered { .. } | Stage::Broken { .. } if !self.may_end(now) => self.elapsed_percent(now),
            Stage::Rendered { .. } | Stage::Broken { .. } => 100,
            Stage::Cancelled { at } => self.elapsed_percent(at),
        });
        if task.phase().is_terminal() {
            task.finished_at = Some(seconds(self.ended_at()));
            task.failure = self.failure();
            task.assets = if task.failure.is_none() { vec![Asset::Content(self.id.clone())] } else { Vec::new() };
        }
        task.raw = json!({});
        task
    }

    fn status(&self, now: SystemTime) -> TaskStatus {
        if matches!(self.stage, Stage::Cancelled { .. }) {
            return TaskStatus::from_static("cancelled");
        }
        let ended = matches!(self.stage, Stage::Rendered { .. } | Stage::Broken { .. }) && self.may_end(now);
        match (&self.stage, self.order.steering.fail) {
            (Stage::Broken { .. }, _) if ended => TaskStatus::FAILED,
            (_, Some(Fail::Expired)) if ended => TaskStatus::from_static("expired"),
            (_, Some(_)) if ended => TaskStatus::FAILED,
            _ if ended => TaskStatus::COMPLETED,
            _ => match (&self.order.steering.status, &self.stage) {
                (Some(word), _) => TaskStatus::from(word.clone()),
                (None, Stage::Queued) => TaskStatus::QUEUED,
                (None, _) => TaskStatus::IN_PROGRESS,
            },
        }
    }

    fn failure(&self) -> Option<Failure> {
        let (code, words) = match (&self.stage, self.order.steering.fail) {
            (Stage::Cancelled { .. }, _) => (Some("cancelled"), "cancelled on request"),
            (Stage::Broken { why, .. }, _) => (None, why.as_str()),
            (_, Some(Fail::Failed)) => (Some("sandbox_failed"), "failed as metadata.sandbox asked"),
            (_, Some(Fail::Filtered)) => (Some("moderation_blocked"), "filtered as metadata.sandbox asked"),
            (_, Some(Fail::Expired)) => (Some("expired"), "expired as metadata.sandbox asked"),
            (_, None) => return None,
        };
        Some(Failure::new(code.map(str::to_owned), words))
    }

    fn earliest_end(&self) -> SystemTime {
        self.created_at.checked_add(self.least_time()).unwrap_or(self.created_at)
    }

    fn least_time(&self) -> Duration {
        let own = self.order.steering.seconds.map(Duration::from_secs_f64);
        own.or(self.latency).unwrap_or_default()
    }

    /// How much of the least time is over, 0 to 99; 99 without one.
    fn elapsed_percent(&self, now: SystemTime) -> u8 {
        let elapsed = now.duration_since(self.created_at).unwrap_or_default();
        let percent = (elapsed.as_millis() * 100).checked_div(self.least_time().as_millis()).unwrap_or(99);
        u8::try_from(percent.min(99)).unwrap_or(99)
    }

    /// A job that nobody steers ends when it is rendered, whatever a clock that was set back says.
    fn may_end(&self, now: SystemTime) -> bool {
        self.least_time().is_zero() || now >= self.earliest_end()
    }

    fn ended_at(&self) -> SystemTime {
        match self.stage {
            Stage::Rendered { at } | Stage::Broken { at, .. } => at.max(self.earliest_end()),
            Stage::Cancelled { at } => at,
            Stage::Queued | Stage::Rendering { .. } => self.earliest_end(),
        }
    }
}

/// Seconds since 1970.
pub(super) fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
