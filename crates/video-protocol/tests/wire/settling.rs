//! Drives a settling over a scripted list on virtual time.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use video_protocol::{Dialect, Input, OpenAi, Settle, Settled, Step};
use video_types::{Generation, Seconds, Size, TaskId};

use crate::driver::Reply;

/// When the intent was written down, in seconds since 1970.
pub(crate) const INTENT: i64 = 1_787_000_000;

pub(crate) fn time(seconds: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds).expect("after 1970"))
}

/// Looks for a cat in fog, a minute after the intent.
pub(crate) fn settle() -> Settle {
    settle_by(Arc::new(OpenAi::default()))
}

pub(crate) fn settle_by(dialect: Arc<dyn Dialect>) -> Settle {
    let wanted = Generation::new("sora-2", "a cat in fog")
        .with_size(Size::new(1280, 720))
        .with_seconds(Seconds::new(5).expect("in range"));
    Settle::new(dialect, wanted, time(INTENT), time(INTENT + 60)).with_origin("gw.example")
}

/// The task that is looked for, created so many seconds after the intent.
pub(crate) fn cat(id: &str, after: i64) -> Value {
    json!({
        "id": id, "object": "video", "model": "sora-2", "prompt": "a cat in fog", "size": "1280x720", "seconds": "5",
        "status": "queued", "created_at": INTENT + after,
    })
}

/// A task that is none of ours.
pub(crate) fn dog(id: &str, after: i64) -> Value {
    with(cat(id, after), "prompt", json!("a dog"))
}

pub(crate) fn with(mut task: Value, member: &str, value: Value) -> Value {
    task[member] = value;
    task
}

pub(crate) fn page(tasks: &[Value], more: bool) -> Reply {
    answer(&json!({"object": "list", "data": tasks, "has_more": more}))
}

pub(crate) fn answer(body: &Value) -> Reply {
    Reply::Answer(http::Response::new(body.to_string().into()))
}

pub(crate) fn nobody(_: &TaskId) -> bool {
    false
}

/// One line for each step: `SECONDS what`.
pub(crate) fn play(
    mut settle: Settle,
    replies: impl IntoIterator<Item = Reply>,
    owned: impl Fn(&TaskId) -> bool,
) -> String {
    let mut replies = replies.into_iter();
    let (mut at, mut input, mut log) = (Duration::ZERO, Input::Start, String::new());
    loop {
        write!(log, "{:>8.3} ", at.as_secs_f64()).expect("writing to text");
        match settle.advance(at, input, &owned) {
            Step::Send { purpose, request } => {
                write!(log, "{purpose:?} {} {}", request.method(), request.uri()).expect("writing to text");
                let Some(reply) = replies.next() else {
                    log.push_str(" (end of the script)");
                    return log;
                };
                writeln!(log, " ← {}", reply.shown()).expect("writing to text");
                input = reply.into_input();
            }
            Step::Wait(delay) => {
                writeln!(log, "wait {:.3}", delay.as_secs_f64()).expect("writing to text");
                at += delay;
                input = Input::Waited;
            }
            Step::Done(settled) => {
                log.push_str(&settled_line(&settled));
                return log;
            }
        }
    }
}

pub(crate) fn settled_line(settled: &Settled) -> String {
    match settled {
        Settled::Found(task) => format!("found {}", task.reference),
        Settled::Absent => "absent".to_owned(),
        Settled::Undecided(why) => format!("undecided: {why}"),
    }
}
