//! One task as an answer describes it, whatever the shape of the answer.

use serde::Serialize;
use serde_json::Value;

use crate::fields::{Fields, text, words};
use crate::links::links;
use crate::problem::Problem;
use crate::{ModelId, Phase, TaskId, TaskStatus};

/// What an answer says of one task.
///
/// Read by name from any of the known shapes; what is missing is `None`, nothing is invented.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The task's id. A number becomes its decimal text.
    pub task_id: Option<TaskId>,
    /// Status as spelled.
    pub status: Option<TaskStatus>,
    /// Progress in percent, 0 to 100. New API also says 100 for a failure: it never decides anything.
    pub progress: Option<u8>,
    /// Links to the video, the most trustworthy first. Only meaningful once the task has succeeded.
    pub links: Vec<String>,
    /// Why there is no video, if the answer says so.
    pub failure: Option<Failure>,
    /// Model, if named.
    pub model: Option<ModelId>,
    /// Creation, in seconds since 1970.
    pub created_at: Option<i64>,
    /// End, in seconds since 1970. New API also fills it while the task runs.
    pub finished_at: Option<i64>,
    /// Length in seconds as spelled: requests hold whole numbers, results may say `5.1`.
    pub seconds: Option<String>,
    /// Size as spelled.
    pub size: Option<String>,
    /// The prompt, if repeated.
    pub prompt: Option<String>,
    /// The task this one was made from, if it is a remix.
    pub remixed_from: Option<TaskId>,
    /// What was charged, in the gateway's own unit (New API: 500 000 = 1 USD by default).
    pub quota: Option<i64>,
}

/// Why a task has no video.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Failure {
    /// The server's code, if it gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The server's words; may be empty.
    pub message: String,
}

impl Failure {
    /// A failure in the server's words.
    pub fn new(code: Option<String>, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl Report {
    /// Where in its life the task is; [`Phase::Pending`] when no status was given.
    pub fn phase(&self) -> Phase {
        self.status.as_ref().map_or(Phase::Pending, TaskStatus::phase)
    }

    /// Whether no member tells of a task.
    pub(crate) fn says_nothing(&self) -> bool {
        self.task_id.is_none() && self.status.is_none() && self.progress.is_none() && self.links.is_empty()
    }

    /// Reads the object that describes the task. `outer` is the whole answer, where ids and errors may stand too.
    pub(crate) fn read(task: &Value, outer: &Value) -> Self {
        let Value::Object(object) = task else { return Self::default() };
        let mut fields = Fields::new(object.clone());
        let status = ["status", "task_status", "state"].into_iter().find_map(|key| fields.take_text(key));
        let nested =
            || ["/data/task_status", "/output/task_status"].into_iter().find_map(|at| task.pointer(at).and_then(text));
        let status = status.or_else(nested).map(TaskStatus::from);
        let mut report = Self {
            task_id: task_id(outer).or_else(|| task_id(task)).map(TaskId::from),
            status,
            progress: fields.take("progress", crate::fields::percent),
            links: links(task),
            failure: None,
            model: fields
                .take_text("model")
                .or_else(|| task.pointer("/properties/origin_model_name").and_then(text))
                .map(ModelId::from),
            created_at: ["submit_time", "created_at"].into_iter().find_map(|key| positive_time(&mut fields, key)),
            finished_at: ["finish_time", "completed_at", "finished_at"]
                .into_iter()
                .find_map(|key| positive_time(&mut fields, key)),
            // New API's wrapper has them only inside, in the answer of a provider that speaks the OpenAI format.
            seconds: fields.take_text("seconds").or_else(|| task.pointer("/data/seconds").and_then(text)),
            size: fields.take_text("size").or_else(|| task.pointer("/data/size").and_then(text)),
            prompt: fields.take_text("prompt").or_else(|| task.pointer("/properties/input").and_then(text)),
            remixed_from: fields.take_text("remixed_from_video_id").map(TaskId::from),
            quota: fields.take_whole("quota"),
        };
        for link in links(outer) {
            if !report.links.contains(&link) {
                report.links.push(link);
            }
        }
        if matches!(report.phase(), Phase::Failed | Phase::Cancelled | Phase::Expired) {
            report.links.clear();
            report.failure = Some(failure(task, outer));
        }
        report
    }
}

/// Whether words say that the call went well, as wrappers do around a task that failed.
fn good_news(words: &str) -> bool {
    words.eq_ignore_ascii_case("ok") || TaskStatus::from(words).phase() == Phase::Succeeded
}

fn positive_time(fields: &mut Fields, key: &str) -> Option<i64> {
    fields.take_time(key).filter(|time| *time > 0)
}

/// The id, by the order of the wire facts (10.3 rule 5): text before numbers, since a number under
/// `id` is the gateway's database row.
fn task_id(answer: &Value) -> Option<String> {
    let string = |place: &str| {
        answer.pointer(place).and_then(Value::as_str).filter(|id| !id.trim().is_empty()).map(str::to_owned)
    };
    let number = |place: &str| answer.pointer(place).filter(|id| id.is_number()).and_then(text);
    string("/id")
        .or_else(|| string("/task_id"))
        .or_else(|| number("/task_id"))
        .or_else(|| string("/data/task_id"))
        .or_else(|| number("/data/task_id"))
        .or_else(|| string("/data/id"))
        .or_else(|| string("/output/task_id"))
        .or_else(|| string("/data"))
        .or_else(|| number("/data"))
        .or_else(|| number("/id"))
}

/// Why a task failed: the gateway's words and code, else the provider's inside it, else those around it.
fn failure(task: &Value, outer: &Value) -> Failure {
    // New API repeats the reason where the link would be (≥ 0.11; Hailuo and Google tasks have it only there).
    const WORDS: &[&str] = &[
        "/task_status_msg",
        "/result_url",
        "/url",
        "/metadata/url",
        "/meta_data/url",
        "/err_code",
        "/data/base_resp/status_msg",
    ];
    const CODES: &[&str] =
        &["/err_code", "/data/error/code", "/data/err_code", "/data/output/code", "/data/base_resp/status_code"];
    let usable = |text: &String| !text.is_empty() && !crate::is_link(text) && !good_news(text);
    let at = |of: &Value, place: &str| of.pointer(place).and_then(words).filter(usable);
    let message = at(task, "/fail_reason")
        .or_else(|| Some(Problem::read(task).message).filter(usable))
        .or_else(|| WORDS.iter().find_map(|place| at(task, place)))
        .or_else(|| Some(Problem::read(outer).message).filter(usable));
    // The provider's own number; as text it is the `success` of a chained gateway.
    let number = || task.pointer("/data/code").filter(|code| code.is_number()).and_then(words);
    let code = at(task, "/error/code")
        .or_else(|| at(outer, "/error/code"))
        .or_else(|| CODES.iter().find_map(|place| at(task, place).filter(|code| code != "0")))
        .or_else(|| at(task, "/code").or_else(number).filter(|code| !matches!(code.as_str(), "0" | "200" | "10000")));
    Failure { code, message: message.unwrap_or_default() }
}
