//! The video object, both directions.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::fields::{Fields, percent};
use crate::{Extra, Metadata, ModelId, TaskId, TaskStatus};

/// One video task as an OpenAI-compatible answer describes it.
///
/// Read leniently: a member of an unexpected type is kept in [`extra`](Self::extra), times in
/// milliseconds become seconds, and `meta_data` (New API v0.9.8-patch.1 to v0.9.14-patch.1) reads as
/// `metadata`. Written strictly: progress a number, `seconds` text, times in seconds.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Video {
    /// The task's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<TaskId>,
    /// The same id again, for clients of older versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_id: Option<TaskId>,
    /// Always `video`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// Model; may be empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelId>,
    /// `queued`, `in_progress`, `completed`, `failed`; New API also says `unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<TaskStatus>,
    /// Percent, 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<u8>,
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<i64>,
    /// Seconds since 1970; New API also fills it while the task runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<i64>,
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// Length as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<String>,
    /// Size as `1280x720`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// The prompt it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// The video this one was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remixed_from_video_id: Option<TaskId>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<VideoError>,
    /// `url` once there is one.
    #[serde(skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
    /// Members this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Why a video failed.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct VideoError {
    /// Words; may be empty.
    pub message: String,
    /// Code; may be empty. A number, as providers send it, becomes its decimal text.
    pub code: String,
    /// Members this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl<'de> Deserialize<'de> for VideoError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Fields::new(Map::deserialize(deserializer)?);
        Ok(Self { message: fields.take_any_text("message"), code: fields.take_any_text("code"), extra: fields.rest() })
    }
}

impl Video {
    /// The body with every member the official clients require.
    ///
    /// What is not known is `null` where the format allows it, else empty text, 0 or `queued`.
    pub fn to_body(&self) -> Value {
        let Ok(Value::Object(mut members)) = serde_json::to_value(self) else { return Value::Object(Map::new()) };
        let required = [
            ("id", Value::from("")),
            ("object", Value::from("video")),
            ("model", Value::from("")),
            ("status", Value::from("queued")),
            ("progress", Value::from(0)),
            ("created_at", Value::from(0)),
            ("completed_at", Value::Null),
            ("expires_at", Value::Null),
            ("prompt", Value::Null),
            ("size", Value::from("")),
            ("seconds", Value::from("")),
            ("remixed_from_video_id", Value::Null),
            ("error", Value::Null),
        ];
        for (member, nothing) in required {
            members.entry(member).or_insert(nothing);
        }
        Value::Object(members)
    }
}

/// An error that says something: look-alikes put `{}` into tasks that are well.
fn said(error: &Value) -> Option<VideoError> {
    let members = error.as_object().filter(|members| !members.is_empty())?;
    VideoError::deserialize(members).ok()
}

impl<'de> Deserialize<'de> for Video {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Fields::new(Map::deserialize(deserializer)?);
        let read_metadata = |value: &Value| serde_json::from_value::<Metadata>(value.clone()).ok();
        let metadata = match fields.take("metadata", read_metadata) {
            None if fields.still_holds("metadata") => None,
            None => fields.take("meta_data", read_metadata),
            // Empty metadata is not written again, so it must read as if it were absent.
            Some(empty) if empty.is_empty() => fields.take("meta_data", read_metadata).or(Some(empty)),
            metadata => metadata,
        };
        Ok(Self {
            id: fields.take_text("id").map(TaskId::from),
            task_id: fields.take_text("task_id").map(TaskId::from),
            object: fields.take_text("object"),
            model: fields.take("model", |value| value.as_str().map(|model| ModelId::from(model.to_owned()))),
            status: fields.take_text("status").map(TaskStatus::from),
            progress: fields.take("progress", percent),
            created_at: fields.take_time("created_at"),
            completed_at: fields.take_time("completed_at"),
            expires_at: fields.take_time("expires_at"),
            seconds: fields.take_text("seconds"),
            size: fields.take_text("size"),
            prompt: fields.take_text("prompt"),
            remixed_from_video_id: fields.take_text("remixed_from_video_id").map(TaskId::from),
            error: fields.take("error", said),
            metadata: metadata.unwrap_or_default(),
            extra: fields.rest(),
        })
    }
}
