//! The body of a submit, both directions.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::fields::{FieldError, Fields};
use crate::{Extra, Generation, ImageInput, Metadata, ModelId, Seconds, Size};

/// Body of `POST /v1/video/generations`.
///
/// Written canonically: `duration` an integer and `seconds` the same number as text, because some
/// channels read one and some the other; one picture under `image`, several under `images`.
/// Read leniently, as a superset of what any version takes: keys in any letter case, numbers as text,
/// integral floats, `metadata` as text, `model_name`, `width` and `height`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SubmitRequest {
    /// Model; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelId>,
    /// Prompt; required by the gateway for every channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// One picture: link, data URI or base64, by channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageInput>,
    /// Several pictures. If given, `image` is not appended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<ImageInput>,
    /// One picture for Sora and Ali channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_reference: Option<ImageInput>,
    /// `1280x720`, `1280*720` (Ali) or a word for some channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
    /// Seconds, as an integer: a float is read as 0 by the gateway (≥ 0.12.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<u32>,
    /// Seconds, as text: a number is refused by the gateway (≥ 0.9.15).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<String>,
    /// Quality mode; only Kling reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// Provider parameters.
    #[serde(skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
    /// Documented, never read by the gateway; honoured by ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fps: Option<u32>,
    /// Documented, never read by the gateway; honoured by ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
    /// Documented, never read by the gateway; ours takes it for `size` together with `height`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// See [`width`](Self::width).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Documented, never read by the gateway; ours refuses more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<u32>,
    /// Members this version does not know (`user`, `response_format` and what is yet to come).
    #[serde(flatten)]
    pub extra: Extra,
}

impl SubmitRequest {
    /// Reads a decoded JSON object.
    ///
    /// # Errors
    ///
    /// A field has a type that cannot be understood; the error names it.
    pub fn read(object: Map<String, Value>) -> Result<Self, FieldError> {
        let mut fields = Fields::new(object);
        let model = fields.need_text("model")?;
        let model_name = fields.need_text("model_name")?;
        Ok(Self {
            model: present(model).or(present(model_name)).map(ModelId::from),
            prompt: fields.need_text("prompt")?,
            image: present(fields.need_text("image")?).map(ImageInput::new),
            images: fields.need("images", "must be a list of text", image_list)?.unwrap_or_default(),
            input_reference: fields
                .need("input_reference", "must be text or an object with image_url", reference)?
                .transpose()?
                .flatten(),
            size: present(fields.need_text("size")?).map(Size::from),
            duration: fields.need_whole("duration")?.map(length).transpose()?,
            seconds: fields.need_number("seconds", "must be a whole number of seconds")?.map(|s| s.to_string()),
            mode: present(fields.need_text("mode")?),
            metadata: fields
                .need("metadata", "must be an object, or text that holds one", object_or_text)?
                .unwrap_or_default(),
            fps: small(fields.need_whole("fps")?, "fps")?,
            seed: fields.need_whole("seed")?,
            width: small(fields.need_whole("width")?, "width")?,
            height: small(fields.need_whole("height")?, "height")?,
            n: small(fields.need_whole("n")?, "n")?,
            extra: fields.rest(),
        })
    }

    /// Whether one video is asked for, which is all one request can have.
    pub(crate) fn one_video(&self) -> Result<(), FieldError> {
        if self.n.is_some_and(|n| n > 1) {
            return Err(FieldError::new("n", "must be 1: send one request for each video"));
        }
        Ok(())
    }

    /// The size, from whichever member says it.
    pub(crate) fn picture_size(&self) -> Result<Option<Size>, FieldError> {
        let pixels = |length: Option<u32>| length.filter(|length| *length > 0);
        match (&self.size, pixels(self.width), pixels(self.height)) {
            (Some(size), _, _) => Ok(Some(size.clone())),
            (None, Some(width), Some(height)) => Ok(Some(Size::new(width, height))),
            (None, Some(_), None) => Err(FieldError::new("height", "must be given together with width")),
            (None, None, Some(_)) => Err(FieldError::new("width", "must be given together with height")),
            (None, None, None) => Ok(None),
        }
    }

    /// The length, from whichever member says it; 0 means the default.
    pub(crate) fn length(&self) -> Result<Option<Seconds>, FieldError> {
        let seconds = match self.duration.filter(|seconds| *seconds > 0) {
            Some(seconds) => Some(i64::from(seconds)),
            None => self.seconds.as_deref().and_then(|seconds| seconds.parse().ok()),
        };
        match seconds {
            None | Some(0) => Ok(None),
            Some(seconds) => {
                let seconds = u32::try_from(seconds).ok().and_then(Seconds::new);
                seconds.map(Some).ok_or(FieldError::new("seconds", "must be between 1 and 3600"))
            }
        }
    }

    /// The pictures, from whichever member holds them.
    pub(crate) fn pictures(&self) -> Vec<ImageInput> {
        if self.images.is_empty() {
            self.image.as_ref().or(self.input_reference.as_ref()).into_iter().cloned().collect()
        } else {
            self.images.clone()
        }
    }
}

impl<'de> Deserialize<'de> for SubmitRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Map::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl From<&Generation> for SubmitRequest {
    fn from(generation: &Generation) -> Self {
        let alone = generation.images.len() == 1;
        Self {
            model: Some(generation.model.clone()),
            prompt: Some(generation.prompt.clone()),
            image: generation.images.first().filter(|_| alone).cloned(),
            images: if alone { Vec::new() } else { generation.images.clone() },
            size: generation.size.clone(),
            duration: generation.seconds.map(Seconds::get),
            seconds: generation.seconds.map(|seconds| seconds.to_string()),
            mode: generation.mode.clone(),
            metadata: generation.metadata.clone(),
            fps: generation.fps,
            seed: generation.seed,
            extra: unknown_members(&generation.extra),
            ..Self::default()
        }
    }
}

impl TryFrom<SubmitRequest> for Generation {
    type Error = FieldError;

    /// What the request asks for.
    ///
    /// # Errors
    ///
    /// The model or the prompt is missing or blank, a length lies outside 1 to 3600 s (0 means the
    /// default), only one of width and height is given, or more than one video is asked for.
    fn try_from(request: SubmitRequest) -> Result<Self, FieldError> {
        let images = request.pictures();
        let (count, size, seconds) = (request.one_video(), request.picture_size(), request.length());
        let model = request.model.filter(|model| !model.as_str().trim().is_empty());
        let model = model.ok_or(FieldError::new("model", "is required"))?;
        let prompt = request.prompt.filter(|prompt| !prompt.trim().is_empty());
        let prompt = prompt.ok_or(FieldError::new("prompt", "is required"))?;
        let ((), size, seconds) = (count?, size?, seconds?);
        let mut generation = Self::new(model, prompt).with_metadata(request.metadata);
        generation.images = images;
        generation.size = size;
        generation.seconds = seconds;
        generation.fps = request.fps;
        generation.seed = request.seed;
        generation.mode = request.mode;
        generation.extra = request.extra;
        Ok(generation)
    }
}

/// The members of `extra` that really are unknown: a known one would stand in the body twice.
pub(crate) fn unknown_members(extra: &Extra) -> Extra {
    const KNOWN: &[&str] = &[
        "model",
        "model_name",
        "prompt",
        "image",
        "images",
        "input_reference",
        "size",
        "duration",
        "seconds",
        "mode",
        "metadata",
        "fps",
        "seed",
        "width",
        "height",
        "n",
    ];
    let known = |key: &str| KNOWN.iter().any(|known| known.eq_ignore_ascii_case(key));
    extra.iter().filter(|(key, _)| !known(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn present(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

fn length(seconds: i64) -> Result<u32, FieldError> {
    u32::try_from(seconds).map_err(|_| FieldError::new("duration", "must be between 1 and 3600"))
}

fn small(number: Option<i64>, field: &'static str) -> Result<Option<u32>, FieldError> {
    number
        .map(|number| u32::try_from(number).map_err(|_| FieldError::new(field, "must be between 0 and 4294967295")))
        .transpose()
}

fn image_list(value: &Value) -> Option<Vec<ImageInput>> {
    match value {
        Value::String(one) if one.trim().is_empty() => Some(Vec::new()),
        Value::String(one) => Some(vec![ImageInput::new(one)]),
        Value::Array(many) => {
            let texts = many.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?;
            Some(texts.into_iter().filter(|text| !text.trim().is_empty()).map(ImageInput::new).collect())
        }
        _ => None,
    }
}

/// Text, or an object with a link; blank text, which forms send for an empty field, is absent.
fn reference(value: &Value) -> Option<Result<Option<ImageInput>, FieldError>> {
    let text = value.as_str().or_else(|| ["image_url", "url"].into_iter().find_map(|key| value.get(key)?.as_str()));
    match text {
        Some(text) => Some(Ok(Some(text).filter(|text| !text.trim().is_empty()).map(ImageInput::new))),
        None if value.get("file_id").is_some() => {
            let problem = "cannot be looked up here: send the picture itself, as a link, a data URI or a file part";
            Some(Err(FieldError::new("input_reference.file_id", problem)))
        }
        None => None,
    }
}

fn object_or_text(value: &Value) -> Option<Metadata> {
    match value {
        Value::Object(object) => Some(object.clone().into_iter().collect()),
        Value::String(text) if text.trim().is_empty() => Some(Metadata::default()),
        Value::String(text) => serde_json::from_str(text).ok(),
        _ => None,
    }
}
