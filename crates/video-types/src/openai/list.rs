//! The answer to a list, both directions.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::Video;
use crate::fields::Fields;
use crate::{Extra, TaskId};

/// One page of videos, as `GET /v1/videos` answers.
///
/// Read leniently: what is no object in `data` is left out, and the members the official examples leave out may be
/// missing. Written strictly: `first_id` and `last_id` are `null` for an empty page.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct VideoList {
    /// Always `list`.
    pub object: String,
    /// The videos, in the order asked for.
    pub data: Vec<Video>,
    /// Id of the first video of the page.
    pub first_id: Option<TaskId>,
    /// Id of the last video of the page: the cursor of the next one.
    pub last_id: Option<TaskId>,
    /// Whether more videos come after the last; absent if the server did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_more: Option<bool>,
    /// Members this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl VideoList {
    /// A page of these videos.
    pub fn new(data: Vec<Video>, has_more: bool) -> Self {
        Self {
            object: "list".to_owned(),
            first_id: data.first().and_then(|video| video.id.clone()),
            last_id: data.last().and_then(|video| video.id.clone()),
            data,
            has_more: Some(has_more),
            extra: Extra::new(),
        }
    }
}

impl<'de> Deserialize<'de> for VideoList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Fields::new(Map::deserialize(deserializer)?);
        let videos = |value: &Value| {
            let videos = value.as_array()?.iter().filter(|video| video.is_object());
            videos.map(|video| Video::deserialize(video).ok()).collect::<Option<Vec<_>>>()
        };
        Ok(Self {
            object: fields.take_text("object").unwrap_or_else(|| "list".to_owned()),
            data: fields.take("data", videos).unwrap_or_default(),
            first_id: fields.take_text("first_id").map(TaskId::from),
            last_id: fields.take_text("last_id").map(TaskId::from),
            has_more: fields.take("has_more", Value::as_bool),
            extra: fields.rest(),
        })
    }
}
