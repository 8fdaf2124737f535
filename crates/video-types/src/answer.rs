//! What the body of an answer is: a task, nothing yet, or a refusal.

use serde::Serialize;
use serde_json::Value;

use crate::fields::{text, words};
use crate::{Problem, Report, TaskId};

/// How deep wrappers are opened.
const DEEPEST: usize = 8;

/// What the body of an answer with a success status is.
///
/// Gateways wrap (`{"code":"success","data":…}`), chain wrappers, and report errors inside HTTP 200;
/// this reads them all. The HTTP status is not seen here: a status of 400 or more is a
/// [`Problem`] whatever the body says.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub enum Answer {
    /// A task.
    Task(Box<Report>),
    /// A wrapper with nothing in it, or JSON that says nothing of a task: ask again.
    Empty,
    /// A refusal inside a success status.
    Problem(Problem),
}

impl Answer {
    /// Reads a JSON body.
    ///
    /// # Errors
    ///
    /// The body is not JSON.
    pub fn parse(body: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(Self::read(&serde_json::from_slice(body)?))
    }

    /// Reads a decoded body.
    pub fn read(body: &Value) -> Self {
        if refuses(body) {
            return Self::Problem(Problem::read(body));
        }
        let mut task = body;
        for _ in 0..DEEPEST {
            match unwrap(task) {
                Some(inner) if refuses(inner) => return Self::Problem(Problem::read(inner)),
                Some(inner @ Value::Object(_)) => task = inner,
                Some(id) => {
                    let alone = |id| Report { task_id: Some(TaskId::from(id)), ..Report::default() };
                    return text(id).map_or(Self::Empty, |id| Self::Task(Box::new(alone(id))));
                }
                None => break,
            }
        }
        let report = Report::read(task, body);
        if report.says_nothing() { Self::Empty } else { Self::Task(Box::new(report)) }
    }
}

/// What a wrapper holds, or `None` if this is the task itself.
fn unwrap(body: &Value) -> Option<&Value> {
    let data = body.get("data")?;
    let marked = match body.get("code") {
        Some(Value::String(code)) => code == "success",
        // 10000 is Jimeng's own success, which v0.9.6 passes on unconverted.
        Some(Value::Number(code)) => matches!(code.as_i64(), Some(0 | 200 | 10_000)),
        _ => false,
    };
    (marked || !describes_task(body) || speaks_of_the_call(body, data)).then_some(data)
}

/// `{"status":"success","data":{…}}`: the status of the call, around a task with an id and a status of its own.
fn speaks_of_the_call(body: &Value, data: &Value) -> bool {
    let has_id = |of: &Value| ["task_id", "id"].into_iter().any(|key| of.get(key).and_then(text).is_some());
    !has_id(body) && has_id(data) && describes_task(data)
}

fn describes_task(body: &Value) -> bool {
    ["status", "task_status", "state"]
        .into_iter()
        .any(|key| body.get(key).is_some_and(|status| words(status).is_some()))
}

/// Whether a body is a refusal although the HTTP status may say success.
fn refuses(body: &Value) -> bool {
    let nothing_inside = body.get("data").is_none_or(holds_nothing);
    let error = body.get("error").is_some_and(|error| match error {
        Value::String(words) => !words.trim().is_empty(),
        Value::Object(members) => members.values().any(|member| words(member).is_some()),
        _ => false,
    });
    let code = match body.get("code") {
        Some(Value::String(code)) => !code.is_empty() && code != "success",
        Some(Value::Number(code)) => !matches!(code.as_i64(), Some(0 | 200 | 10_000)),
        _ => false,
    };
    let native = body.pointer("/base_resp/status_code").and_then(Value::as_i64).is_some_and(|code| code != 0);
    let denied = body.get("success") == Some(&Value::Bool(false));
    denied || (!describes_task(body) && (native || (error && nothing_inside) || (code && nothing_inside)))
}

fn holds_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
