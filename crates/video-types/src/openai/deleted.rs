//! The answer to a delete, both directions.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::fields::Fields;
use crate::{Extra, TaskId};

/// Answer of `DELETE /v1/videos/{id}`.
///
/// Read leniently: members of an unexpected type are kept in [`extra`](Self::extra).
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct DeletedVideo {
    /// The task's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<TaskId>,
    /// Always `video.deleted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// Whether it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted: Option<bool>,
    /// Members this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl DeletedVideo {
    /// The answer that says that it is gone.
    pub fn new(id: impl Into<TaskId>) -> Self {
        Self { id: Some(id.into()), object: Some("video.deleted".to_owned()), deleted: Some(true), extra: Extra::new() }
    }
}

impl<'de> Deserialize<'de> for DeletedVideo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Fields::new(Map::deserialize(deserializer)?);
        Ok(Self {
            id: fields.take_text("id").map(TaskId::from),
            object: fields.take_text("object"),
            deleted: fields.take("deleted", Value::as_bool),
            extra: fields.rest(),
        })
    }
}
