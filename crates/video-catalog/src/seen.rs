//! A value on its way to the provider, without copying what may be megabytes of picture.

use std::borrow::Cow;

use serde_json::Value;
use video_types::{ImageInput, ImageKind};

use crate::Word;

/// A value as the channel would send it.
#[derive(Debug, Clone)]
pub(crate) enum Seen<'a> {
    Json(&'a Value),
    Word(Word),
    Text(Cow<'a, str>),
    Picture(&'a ImageInput),
    Pictures(&'a [ImageInput]),
    /// Items the channel makes of the prompt.
    Content,
}

impl Seen<'_> {
    /// Whether it counts as given: null, empty text and empty lists do not, the gateway drops them.
    pub(crate) fn is_given(&self) -> bool {
        match self {
            Self::Json(Value::Null) => false,
            Self::Json(Value::String(text)) => !text.is_empty(),
            Self::Json(Value::Array(items)) => !items.is_empty(),
            Self::Text(text) => !text.is_empty(),
            Self::Pictures(pictures) => !pictures.is_empty(),
            _ => true,
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Json(value) => value.as_str(),
            Self::Word(Word::Text(text)) => Some(text),
            Self::Text(text) => Some(text),
            Self::Picture(picture) => Some(picture.as_str()),
            _ => None,
        }
    }

    /// A number, also one that is spelled as text.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Json(Value::Number(number)) => number.as_f64(),
            Self::Word(Word::Number(number)) => Some(*number),
            #[expect(clippy::cast_precision_loss, reason = "the facts hold no number that large")]
            Self::Word(Word::Whole(number)) => Some(*number as f64),
            _ => self.text()?.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        }
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        match self {
            Self::Json(value) => value.as_bool(),
            Self::Word(Word::Flag(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// The number of items of a list.
    pub(crate) fn items(&self) -> Option<usize> {
        match self {
            Self::Json(Value::Array(items)) => Some(items.len()),
            Self::Pictures(pictures) => Some(pictures.len()),
            _ => None,
        }
    }

    /// Whether it says the same as a word, be a number spelled as text or not.
    pub(crate) fn says(&self, word: &Word) -> bool {
        match word {
            Word::Text(text) => match self.text() {
                Some(own) => own == *text,
                None => self.number().is_some_and(|own| text.parse().is_ok_and(|number| same_number(own, number))),
            },
            #[expect(clippy::cast_precision_loss, reason = "the facts hold no number that large")]
            Word::Whole(number) => self.number().is_some_and(|own| same_number(own, *number as f64)),
            Word::Number(number) => self.number().is_some_and(|own| same_number(own, *number)),
            Word::Flag(flag) => self.flag() == Some(*flag),
        }
    }

    /// Whether two values, in whichever form, are the same to the provider.
    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        match (self.number(), other.number()) {
            (Some(own), Some(other)) => same_number(own, other),
            _ => match (self.texts(), other.texts()) {
                (Some(own), Some(other)) => own == other,
                _ => matches!((self, other), (Self::Json(own), Self::Json(other)) if own == other),
            },
        }
    }

    fn texts(&self) -> Option<Vec<&str>> {
        match self {
            Self::Pictures(pictures) => Some(pictures.iter().map(ImageInput::as_str).collect()),
            Self::Json(Value::Array(items)) => items.iter().map(Value::as_str).collect(),
            _ => self.text().map(|text| vec![text]),
        }
    }

    /// A few characters of it, for people. Of a picture, its kind.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Picture(picture) => kind(picture),
            Self::Pictures(pictures) => pictures.iter().map(kind).collect::<Vec<_>>().join(", "),
            Self::Content => "a list of contents".to_owned(),
            Self::Word(word) => word.to_string(),
            Self::Text(text) => short(text),
            Self::Json(Value::String(text)) => short(text),
            Self::Json(Value::Array(items)) => format!("{} items", items.len()),
            Self::Json(Value::Object(_)) => "an object".to_owned(),
            Self::Json(value) => value.to_string(),
        }
    }
}

fn kind(picture: &ImageInput) -> String {
    match picture.kind() {
        ImageKind::Link => "a link".to_owned(),
        ImageKind::DataUri => "a data URI".to_owned(),
        ImageKind::Base64 => "base64".to_owned(),
    }
}

fn short(text: &str) -> String {
    const SHOWN: usize = 40;
    if text.starts_with("data:") {
        return "a data URI".to_owned();
    }
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

pub(crate) fn same_number(one: f64, other: f64) -> bool {
    (one - other).abs() <= f64::EPSILON * one.abs().max(other.abs())
}
