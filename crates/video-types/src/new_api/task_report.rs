//! The answers to a poll, both directions.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::fields::Fields;
use crate::{Extra, TaskId, TaskStatus};

/// The wrapper `{"code":"success","message":"","data":…}` around an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Wrapper<T> {
    /// `success`, or the code of an error.
    pub code: String,
    /// Words of an error; empty on success.
    #[serde(default, deserialize_with = "text_or_null")]
    pub message: String,
    /// What is wrapped; `null` when there is nothing (yet).
    pub data: Option<T>,
    /// Members this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

fn text_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl<T> Wrapper<T> {
    /// Wraps a success.
    pub fn success(data: T) -> Self {
        Self { code: "success".to_owned(), message: String::new(), data: Some(data), extra: Extra::new() }
    }
}

/// One task as `GET /v1/video/generations/{id}` describes it inside the wrapper (New API ≥ 0.11;
/// older versions lack the members marked so).
///
/// Read leniently: a member of an unexpected type is kept in [`extra`](Self::extra).
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TaskReport {
    /// Database row, not the task id (≥ 0.11).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Row made, seconds since 1970 (≥ 0.11).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<i64>,
    /// Row changed, seconds since 1970 (≥ 0.11).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<i64>,
    /// The task's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_id: Option<TaskId>,
    /// Number of the channel type as text, such as `50` for Kling (≥ 0.11).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// User (≥ 0.11).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i64>,
    /// Price group (≥ 0.11).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Channel (≥ 0.11).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<i64>,
    /// What was charged; 500 000 is 1 USD by default (≥ 0.11).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota: Option<i64>,
    /// `generate`, `textGenerate`, `firstTailGenerate`, `referenceGenerate`, `remixGenerate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// `NOT_START`, `SUBMITTED`, `QUEUED`, `IN_PROGRESS`, `SUCCESS`, `FAILURE`, `UNKNOWN`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<TaskStatus>,
    /// Why it failed. Up to 0.10 the link of a success stands here.
    pub fail_reason: String,
    /// Link of a success (≥ 0.11). On a failure it repeats the reason there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_url: Option<String>,
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submit_time: Option<i64>,
    /// Seconds since 1970; 0 before the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<i64>,
    /// Seconds since 1970; 0 before the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish_time: Option<i64>,
    /// `0%` to `100%`; also `100%` for a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<String>,
    /// Names of the model (≥ 0.11).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<TaskProperties>,
    /// Name of the user; normally absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The provider's own last answer.
    pub data: Option<Value>,
    /// Members this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Names of the model of a task.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskProperties {
    /// Input text; empty for videos.
    #[serde(default)]
    pub input: String,
    /// The provider's name of the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upstream_model_name: Option<String>,
    /// The name the client asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin_model_name: Option<String>,
    /// Members this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl TaskProperties {
    /// The name the client asked for.
    #[must_use]
    pub fn with_origin_model_name(mut self, name: impl Into<String>) -> Self {
        self.origin_model_name = Some(name.into());
        self
    }
}

impl<'de> Deserialize<'de> for TaskReport {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Fields::new(Map::deserialize(deserializer)?);
        Ok(Self {
            id: fields.take_whole("id"),
            created_at: fields.take_time("created_at"),
            updated_at: fields.take_time("updated_at"),
            task_id: fields.take_text("task_id").map(TaskId::from),
            platform: fields.take_text("platform"),
            user_id: fields.take_whole("user_id"),
            group: fields.take_text("group"),
            channel_id: fields.take_whole("channel_id"),
            quota: fields.take_whole("quota"),
            action: fields.take_text("action"),
            status: fields.take_text("status").map(TaskStatus::from),
            fail_reason: fields.take_any_text("fail_reason"),
            result_url: fields.take_text("result_url"),
            submit_time: fields.take_time("submit_time"),
            start_time: fields.take_time("start_time"),
            finish_time: fields.take_time("finish_time"),
            progress: fields.take_text("progress"),
            properties: fields.take("properties", |value| serde_json::from_value(value.clone()).ok()),
            username: fields.take_text("username"),
            data: fields.take("data", |value| Some(value.clone()).filter(|value| !value.is_null())),
            extra: fields.rest(),
        })
    }
}

/// One task as the Gemini and Vertex channels describe it inside the wrapper: they ask the provider live.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LiveReport {
    /// The task's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_id: Option<TaskId>,
    /// `queued`, `processing`, `succeeded`, `failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<TaskStatus>,
    /// Link or, up to 0.9.14, a `data:` URI of the whole video. May hold the reason of a failure.
    pub url: String,
    /// `mp4` or a MIME type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Members this version does not know (`error` and `metadata` are always `null`).
    #[serde(flatten)]
    pub extra: Extra,
}

impl<'de> Deserialize<'de> for LiveReport {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Fields::new(Map::deserialize(deserializer)?);
        Ok(Self {
            task_id: fields.take_text("task_id").map(TaskId::from),
            status: fields.take_text("status").map(TaskStatus::from),
            url: fields.take_any_text("url"),
            format: fields.take_text("format"),
            extra: fields.rest(),
        })
    }
}
