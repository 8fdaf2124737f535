//! The life of a job as a value: submit once, poll, end.

mod polling;
mod step;
mod submitting;
mod trouble;
mod wanted;

use std::sync::Arc;
use std::time::Duration;

use video_types::{Generation, Phase, TaskStatus};

pub use step::{Input, Lost, Outcome, Purpose, Sent, Step};
pub use trouble::Trouble;

use crate::chance::Chance;
use crate::classify::failure_kind;
use crate::{Dialect, Error, ErrorKind, HttpResponse, PollSchedule, RetryPolicy, Signal, Task, TaskRef};
use wanted::Wanted;

/// Submit once, then poll until the task ends.
///
/// A value that performs no I/O and reads no clock. Feed it what happened with [`advance`](Self::advance)
/// and do what it says:
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use video_protocol::{Flow, Input, NewApi, Outcome, Step};
/// use video_types::Generation;
///
/// let answers = [
///     r#"{"id":"task_1","task_id":"task_1","status":"queued"}"#,
///     r#"{"code":"success","data":{"task_id":"task_1","status":"SUCCESS","result_url":"https://cdn.example/v.mp4"}}"#,
/// ];
/// let mut answers = answers.into_iter();
/// let mut flow = Flow::submit(Arc::new(NewApi), Generation::new("kling-v1", "a cat"), "key-1");
/// let (mut at, mut input) = (Duration::ZERO, Input::Start);
/// let task = loop {
///     input = match flow.advance(at, input) {
///         Step::Send { .. } => Input::Response(http::Response::new(answers.next().unwrap().into())),
///         Step::Wait(delay) => { at += delay; Input::Waited }
///         Step::Done(Outcome::Succeeded(task)) => break task,
///         Step::Done(other) => panic!("{other:?}"),
///     };
/// };
/// assert_eq!(task.assets.len(), 2);
/// ```
#[derive(Debug)]
pub struct Flow {
    dialect: Arc<dyn Dialect>,
    schedule: PollSchedule,
    retry: RetryPolicy,
    deadline: Option<Duration>,
    origin: Option<String>,
    chance: Chance,
    goal: Goal,
    task: Option<Task>,
    /// Failures in a row of the request at hand.
    streak: u32,
    /// Those of them, at the end, that repeating does not help.
    refusals: u32,
    /// Answers in a row that did not know the task, and when the first came.
    missing: Option<(u32, Duration)>,
    observations: u32,
    honours_keys: bool,
    /// Whether a submit went out of which nobody knows what became.
    in_doubt: bool,
    signal: Option<Signal>,
    trouble: Option<Trouble>,
}

#[derive(Debug)]
enum Goal {
    Submit { wanted: Wanted, key: String, order: Order },
    Poll(TaskRef),
}

/// How far the one submit has come. Kept so that no sequence of inputs, not even a wrong one, sends it twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// May be sent.
    Due,
    /// Sent, and not yet answered.
    Sent,
    /// Not to be sent any more.
    Over,
}

impl Flow {
    /// Begins with a new generation.
    ///
    /// `key` is the idempotency key: made once per job, the same on every repetition.
    pub fn submit(dialect: Arc<dyn Dialect>, generation: Generation, key: impl Into<String>) -> Self {
        let wanted = Wanted::New(Box::new(generation));
        Self::new(dialect, Goal::Submit { wanted, key: key.into(), order: Order::Due })
    }

    /// Begins with a new video made from the finished one of `task` and another prompt.
    ///
    /// It spends money, so it is sent once and repeated under the same rules as [`submit`](Self::submit).
    pub fn remix(dialect: Arc<dyn Dialect>, task: TaskRef, prompt: impl Into<String>, key: impl Into<String>) -> Self {
        let origin = task.origin.clone();
        let wanted = Wanted::Remix { of: task, prompt: prompt.into() };
        Self { origin, ..Self::new(dialect, Goal::Submit { wanted, key: key.into(), order: Order::Due }) }
    }

    /// Takes up a task that was accepted earlier.
    pub fn resume(dialect: Arc<dyn Dialect>, task: TaskRef) -> Self {
        Self { origin: task.origin.clone(), ..Self::new(dialect, Goal::Poll(task)) }
    }

    fn new(dialect: Arc<dyn Dialect>, goal: Goal) -> Self {
        Self {
            dialect,
            schedule: PollSchedule::default(),
            retry: RetryPolicy::default(),
            deadline: None,
            origin: None,
            chance: Chance::new(0),
            goal,
            task: None,
            streak: 0,
            refusals: 0,
            missing: None,
            observations: 0,
            honours_keys: false,
            in_doubt: false,
            signal: None,
            trouble: None,
        }
    }

    /// Replaces the poll schedule.
    #[must_use]
    pub fn with_schedule(mut self, schedule: PollSchedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// Replaces the retry policy.
    #[must_use]
    pub fn with_retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// Ends with [`Outcome::Running`] once this long has passed since the beginning; no limit by default.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Option<Duration>) -> Self {
        self.deadline = deadline;
        self
    }

    /// Pins the handles this flow gives out to one gateway.
    #[must_use]
    pub fn with_origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// Seeds the jitter: the same seed and inputs give the same steps.
    #[must_use]
    pub fn with_chance(mut self, seed: u64) -> Self {
        self.chance = Chance::new(seed);
        self
    }

    /// States that the server honours idempotency keys, so that a submit without a usable answer may be
    /// repeated under its key. A server that echoes the key states it itself.
    #[must_use]
    pub fn with_honoured_keys(mut self, honoured: bool) -> Self {
        self.honours_keys = honoured;
        self
    }

    /// States that an earlier submit of this order went out under this key and nobody knows what became of it, as a
    /// journal may say after a crash: then a refusal of the next one proves nothing of it.
    #[must_use]
    pub fn with_earlier_doubt(mut self, in_doubt: bool) -> Self {
        self.in_doubt = in_doubt;
        self
    }

    /// The task as last described.
    pub fn task(&self) -> Option<&Task> {
        self.task.as_ref()
    }

    /// How often the server has described the task.
    pub fn observations(&self) -> u32 {
        self.observations
    }

    /// Whether the server honours idempotency keys: it was [stated](Self::with_honoured_keys), or an answer to the
    /// submit echoed the key.
    pub fn honours_keys(&self) -> bool {
        self.honours_keys
    }

    /// Whether a submit went out of which nobody knows what became: `false` while it is certain that no task exists, and
    /// once one is known.
    pub fn in_doubt(&self) -> bool {
        self.in_doubt && self.task.is_none()
    }

    /// What went wrong with the last request, if the flow goes on all the same; `None` once the task was described again.
    pub fn trouble(&self) -> Option<&Trouble> {
        self.trouble.as_ref()
    }

    /// The status word, if nobody knows it: worth one warning, never an end.
    pub fn unknown_status(&self) -> Option<&TaskStatus> {
        self.task.as_ref().map(|task| &task.status).filter(|status| status.phase() == Phase::Unknown)
    }

    /// What the last input said of the server, for what the jobs of a key share; `None` if it said nothing.
    pub fn signal(&self) -> Option<Signal> {
        self.signal
    }

    /// Takes one input, `at` after the flow began, and says what comes next.
    ///
    /// A submit that is under way or has failed is never sent by an input out of turn: "waited" instead of an
    /// answer counts as a request that was lost after it may have been sent.
    pub fn advance(&mut self, at: Duration, input: Input) -> Step {
        self.signal = None;
        match input {
            Input::Start | Input::Waited => self.send(at),
            Input::Response(response) => self.read(at, &response),
            Input::Lost(lost) => self.lost(at, lost),
        }
    }

    fn read(&mut self, at: Duration, response: &HttpResponse) -> Step {
        let decoded = match &self.goal {
            Goal::Submit { wanted, key, .. } => {
                let echoed = response.headers().get("idempotency-key").and_then(|echo| echo.to_str().ok());
                self.honours_keys |= echoed == Some(key.as_str());
                wanted.decode(self.dialect.as_ref(), response)
            }
            Goal::Poll(task) => self.dialect.decode_poll(task, response),
        };
        self.signal = Signal::of(decoded.as_ref());
        match decoded {
            Ok(task) => self.observe(at, task),
            Err(error) => match self.goal {
                Goal::Submit { .. } => self.submit_failed(at, error),
                Goal::Poll(_) => self.poll_failed(at, error),
            },
        }
    }

    fn observe(&mut self, at: Duration, mut task: Task) -> Step {
        self.streak = 0;
        self.refusals = 0;
        self.missing = None;
        self.trouble = None;
        self.observations += 1;
        if task.reference.origin.is_none() {
            task.reference.origin.clone_from(&self.origin);
        }
        if let Some(before) = &self.task {
            task.billing = task.billing.or_else(|| before.billing.clone());
            task.model = task.model.or_else(|| before.model.clone());
            task.prompt = task.prompt.or_else(|| before.prompt.clone());
            task.size = task.size.or_else(|| before.size.clone());
            task.seconds = task.seconds.or_else(|| before.seconds.clone());
            task.remixed_from = task.remixed_from.or_else(|| before.remixed_from.clone());
        }
        self.goal = Goal::Poll(task.reference.clone());
        self.task = Some(task.clone());
        match task.phase() {
            Phase::Succeeded => Step::Done(Outcome::Succeeded(Box::new(task))),
            phase @ (Phase::Failed | Phase::Cancelled | Phase::Expired) => {
                let kind = failure_kind(phase, task.failure.as_ref());
                let failure = task.failure.unwrap_or_default();
                let error = Error::new(kind).with_message(failure.message).with_task(task.reference);
                Step::Done(Outcome::Ended(match failure.code {
                    Some(code) => error.with_code(code),
                    None => error,
                }))
            }
            Phase::Pending | Phase::Running | Phase::Unknown => {
                let delay = self.schedule.delay(at, self.observations, task.poll_after);
                self.wait(at, delay)
            }
        }
    }

    /// Waits, but not past the deadline: the last look happens at it.
    fn wait(&self, at: Duration, delay: Duration) -> Step {
        match self.deadline {
            Some(deadline) if at >= deadline => self.deadline_reached(None),
            Some(deadline) => Step::Wait(delay.min(deadline.saturating_sub(at))),
            None => Step::Wait(delay),
        }
    }

    fn deadline_reached(&self, cause: Option<Error>) -> Step {
        Step::Done(match &self.goal {
            Goal::Poll(task) => Outcome::Running { task: task.clone(), trouble: cause },
            Goal::Submit { .. } => {
                let error = Error::new(ErrorKind::DeadlineExceeded);
                let error = match cause {
                    Some(cause) => error.with_message(cause.to_string()).with_source(cause),
                    None => error,
                };
                Outcome::Ended(if self.in_doubt { submitting::unknown(error) } else { error.with_proof_of_no_task() })
            }
        })
    }
}
