//! The body of a submit, both directions.

use serde::de::Error as _;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::new_api::{SubmitRequest, unknown_members};
use crate::{Extra, FieldError, Generation, ImageInput, Metadata, ModelId, Size};

/// Body of `POST /v1/videos`.
///
/// Written as the official format has it: `seconds` and `size` as text, one picture under
/// `input_reference`; several pictures under `images`, `metadata`, `fps`, `seed` and `mode` beside it, as New
/// API reads them on this route too. Read leniently, as [`SubmitRequest`] is: `duration`, `image`,
/// `width` and `height` say the same as their official names.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CreateVideo {
    /// Model; required by gateways, `sora-2` by default at OpenAI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelId>,
    /// Prompt; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// The one picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_reference: Option<InputReference>,
    /// Several pictures; not in the official format.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<ImageInput>,
    /// Length in whole seconds, as text: a number is refused by New API (≥ 0.9.15).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<String>,
    /// Size as `1280x720`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
    /// Quality mode; not in the official format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// Provider parameters; not in the official format.
    #[serde(skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
    /// Frames a second; not in the official format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fps: Option<u32>,
    /// Random seed; not in the official format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
    /// Members this version does not know (`user`, `character_ids` and what is yet to come).
    #[serde(flatten)]
    pub extra: Extra,
}

/// The picture of a submit in a JSON body.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "these are the two forms a picture can have here")]
pub enum InputReference {
    /// The text itself, as New API takes it; it refuses an object.
    Text(ImageInput),
    /// `{"image_url": …}`, as OpenAI takes it: a link or a data URI.
    Object(ImageInput),
}

impl InputReference {
    /// The picture, in whichever form.
    pub fn into_image(self) -> ImageInput {
        match self {
            Self::Text(image) | Self::Object(image) => image,
        }
    }
}

impl Serialize for InputReference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(image) => image.serialize(serializer),
            Self::Object(image) => {
                let mut object = serializer.serialize_map(Some(1))?;
                object.serialize_entry("image_url", image)?;
                object.end()
            }
        }
    }
}

impl CreateVideo {
    /// Reads a decoded JSON object, as generously as [`SubmitRequest::read`].
    ///
    /// # Errors
    ///
    /// A field cannot be understood or asks for what one request cannot have; the error names it.
    pub fn read(object: Map<String, Value>) -> Result<Self, FieldError> {
        let in_object = object.get("input_reference").is_some_and(Value::is_object);
        let request = SubmitRequest::read(object)?;
        request.one_video()?;
        let (size, seconds, mut images) = (request.picture_size()?, request.length()?, request.pictures());
        let alone = (images.len() == 1).then(|| images.remove(0));
        Ok(Self {
            model: request.model,
            prompt: request.prompt,
            input_reference: alone.map(if in_object { InputReference::Object } else { InputReference::Text }),
            images,
            seconds: seconds.map(|seconds| seconds.to_string()),
            size,
            mode: request.mode,
            metadata: request.metadata,
            fps: request.fps,
            seed: request.seed,
            extra: request.extra,
        })
    }
}

impl<'de> Deserialize<'de> for CreateVideo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Map::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl From<&Generation> for CreateVideo {
    /// One picture becomes [`InputReference::Text`].
    fn from(generation: &Generation) -> Self {
        let alone = generation.images.len() == 1;
        Self {
            model: Some(generation.model.clone()),
            prompt: Some(generation.prompt.clone()),
            input_reference: generation.images.first().filter(|_| alone).cloned().map(InputReference::Text),
            images: if alone { Vec::new() } else { generation.images.clone() },
            seconds: generation.seconds.map(|seconds| seconds.to_string()),
            size: generation.size.clone(),
            mode: generation.mode.clone(),
            metadata: generation.metadata.clone(),
            fps: generation.fps,
            seed: generation.seed,
            extra: unknown_members(&generation.extra),
        }
    }
}

impl TryFrom<CreateVideo> for Generation {
    type Error = FieldError;

    /// What the request asks for.
    ///
    /// # Errors
    ///
    /// The model or the prompt is missing or blank, or the length is none of 1 to 3600 s.
    fn try_from(video: CreateVideo) -> Result<Self, FieldError> {
        Self::try_from(SubmitRequest {
            model: video.model,
            prompt: video.prompt,
            input_reference: video.input_reference.map(InputReference::into_image),
            images: video.images,
            seconds: video.seconds,
            size: video.size,
            mode: video.mode,
            metadata: video.metadata,
            fps: video.fps,
            seed: video.seed,
            extra: video.extra,
            ..SubmitRequest::default()
        })
    }
}
