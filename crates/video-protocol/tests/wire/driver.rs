//! Drives a flow over scripted replies on virtual time.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use video_protocol::{Dialect, Flow, HttpResponse, Input, Lost, NewApi, Outcome, Purpose, Sent, Step, TaskRef};
use video_types::Generation;

use crate::fixture;

/// What comes back for one request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Answer(HttpResponse),
    Lost(Sent),
    /// The request itself cannot be sent.
    LostForGood,
}

impl Reply {
    /// The answer of a fixture.
    pub(crate) fn fixture(name: &str) -> Self {
        Self::Answer(fixture::answer(name))
    }

    pub(crate) fn status(status: u16, body: &'static str) -> Self {
        Self::Answer(http::Response::builder().status(status).body(body.into()).expect("an answer"))
    }

    /// A task in the wrapper, with this status word.
    pub(crate) fn task(status: &str) -> Self {
        let body = format!(r#"{{"code":"success","message":"","data":{{"task_id":"task_1","status":"{status}"}}}}"#);
        Self::Answer(http::Response::new(body.into()))
    }

    pub(crate) fn accepted() -> Self {
        Self::status(200, r#"{"id":"task_1","task_id":"task_1","object":"video","status":"queued"}"#)
    }

    pub(crate) fn with_header(self, name: &'static str, value: &str) -> Self {
        let Self::Answer(mut response) = self else { return self };
        response.headers_mut().insert(name, value.parse().expect("a header"));
        Self::Answer(response)
    }

    pub(crate) fn into_input(self) -> Input {
        match self {
            Self::Answer(response) => Input::Response(response),
            Self::Lost(sent) => Input::Lost(Lost::new(sent, "connection reset by peer")),
            Self::LostForGood => Input::Lost(Lost::new(Sent::No, "no such scheme").for_good()),
        }
    }

    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Answer(response) => response.status().as_u16().to_string(),
            Self::Lost(Sent::No) => "lost before it was sent".to_owned(),
            Self::LostForGood => "cannot be sent".to_owned(),
            Self::Lost(Sent::Maybe) => "lost, maybe sent".to_owned(),
        }
    }
}

pub(crate) fn submit() -> Flow {
    Flow::submit(dialect(), Generation::new("kling-v1-6", "a cat"), "key-1").with_origin("gw.example")
}

pub(crate) fn resume() -> Flow {
    Flow::resume(dialect(), TaskRef::new("new-api", "task_1").with_origin("gw.example"))
}

fn dialect() -> Arc<dyn Dialect> {
    Arc::new(NewApi)
}

/// One line for each step: `SECONDS what`.
pub(crate) fn play(flow: Flow, replies: impl IntoIterator<Item = Reply>) -> String {
    play_on(flow, replies).0
}

/// The lines, and the flow as it was at the end.
pub(crate) fn play_on(mut flow: Flow, replies: impl IntoIterator<Item = Reply>) -> (String, Flow) {
    let mut replies = replies.into_iter();
    let (mut at, mut input, mut log) = (Duration::ZERO, Input::Start, String::new());
    loop {
        let step = flow.advance(at, input);
        let line = step_line(&step);
        write!(log, "{:>8.3} {line}", at.as_secs_f64()).expect("writing to text");
        match step {
            Step::Send { .. } => {
                let Some(reply) = replies.next() else {
                    log.push_str(" (end of the script)");
                    return (log, flow);
                };
                writeln!(log, " ← {}", reply.shown()).expect("writing to text");
                input = reply.into_input();
            }
            Step::Wait(delay) => {
                log.push('\n');
                at += delay;
                input = Input::Waited;
            }
            Step::Done(_) => return (log, flow),
        }
    }
}

pub(crate) fn step_line(step: &Step) -> String {
    match step {
        Step::Send { purpose: Purpose::Submit, request } => {
            let key = request.headers().get("idempotency-key").and_then(|key| key.to_str().ok());
            format!("{} {} [{}]", request.method(), request.uri(), key.unwrap_or("no key"))
        }
        Step::Send { request, .. } => format!("{} {}", request.method(), request.uri()),
        Step::Wait(delay) => format!("wait {:.3}", delay.as_secs_f64()),
        Step::Done(outcome) => outcome_line(outcome),
    }
}

fn outcome_line(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Succeeded(task) => format!("succeeded {} {:?}", task.reference, task.assets),
        Outcome::Running { task, trouble: None } => format!("running {task}"),
        Outcome::Running { task, trouble: Some(trouble) } => format!("running {task}, though {trouble}"),
        Outcome::Ended(error) => {
            let task = error.task().map_or_else(|| "no task".to_owned(), ToString::to_string);
            let proof = if error.proves_no_task() { ", nothing was ordered" } else { "" };
            format!("{} ({task}{proof}): {error}", error.verdict())
        }
        other => format!("{other:?}"),
    }
}
