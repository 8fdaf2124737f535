//! What an answer means, as text.

use video_protocol::{Class, Dialect as _, Error, NewApi, Task, TaskRef};
use video_types::Generation;

use crate::fixture;

/// The task all polls of these tests ask about.
pub(crate) fn asked() -> TaskRef {
    TaskRef::new("new-api", "task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U").with_origin("gw.example")
}

pub(crate) fn submitted(name: &str) -> Result<Task, Error> {
    NewApi.decode_submit(&Generation::new("kling-v1-6", "a cat"), &fixture::answer(name))
}

pub(crate) fn polled(name: &str) -> Result<Task, Error> {
    NewApi.decode_poll(&asked(), &fixture::answer(name))
}

/// The whole of a task, or the one line of an error.
pub(crate) fn told(decoded: &Result<Task, Error>) -> String {
    match decoded {
        Ok(task) => task_lines(task).join("\n"),
        Err(error) => error_line(error),
    }
}

/// One block for each name: the name, then what `decode` makes of it, indented.
pub(crate) fn blocks(names: &[String], decode: fn(&str) -> Result<Task, Error>) -> String {
    let block = |name: &String| format!("{name}\n    {}", told(&decode(name)).replace('\n', "\n    "));
    names.iter().map(block).collect::<Vec<_>>().join("\n")
}

/// One line for each name: the name, then the error.
pub(crate) fn lines(names: &[String], decode: impl Fn(&str) -> Error) -> String {
    names.iter().map(|name| format!("{name}  {}", error_line(&decode(name)))).collect::<Vec<_>>().join("\n")
}

pub(crate) fn task_lines(task: &Task) -> Vec<String> {
    let mut lines =
        vec![format!("task     {}", task.reference), format!("status   {} ({:?})", task.status, task.phase())];
    let mut line = |name: &str, value: Option<String>| lines.extend(value.map(|value| format!("{name:9}{value}")));
    line("progress", task.progress.map(|percent| format!("{percent} %")));
    for asset in &task.assets {
        line("asset", Some(format!("{asset:?}")));
    }
    let code = |code: Option<&str>| code.unwrap_or("-").to_owned();
    let failure = task.failure.as_ref();
    line("failure", failure.map(|failure| format!("{} [{}]", failure.message, code(failure.code.as_deref()))));
    line("model", task.model.as_ref().map(ToString::to_string));
    line("created", task.created_at.map(|time| time.to_string()));
    line("finished", task.finished_at.map(|time| time.to_string()));
    line("billing", task.billing.as_ref().map(ToString::to_string));
    lines
}

/// `Kind, class, proof → verdict; retry: words (HTTP …)`.
pub(crate) fn error_line(error: &Error) -> String {
    let class = match error.class() {
        Class::Permanent => "permanent",
        Class::Temporary => "temporary",
    };
    let proof = match error.task() {
        Some(_) => "about a task",
        None if error.proves_no_task() => "no task",
        None => "open",
    };
    let retry = error.retry_after().map_or_else(String::new, |delay| format!(", after {delay:?}"));
    format!("{:?}, {class}, {proof} → {}{retry}: {error}", error.kind(), error.verdict())
}
