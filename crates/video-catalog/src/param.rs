//! Parameters of a provider and what their values may be.

use std::fmt;

use crate::Confidence;

/// The JSON type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ValueType {
    /// Text.
    Text,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// True or false.
    Flag,
    /// An object.
    Object,
    /// A list of text.
    Texts,
    /// A list of objects.
    Objects,
    /// More than one of these, or a file.
    Any,
}

impl ValueType {
    /// A word for people, such as `whole number`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Whole => "whole number",
            Self::Number => "number",
            Self::Flag => "true or false",
            Self::Object => "object",
            Self::Texts => "list of text",
            Self::Objects => "list of objects",
            Self::Any => "any",
        }
    }
}

/// A value as the facts write it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Word {
    /// Text.
    Text(&'static str),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// True or false.
    Flag(bool),
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Whole(number) => number.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Flag(flag) => flag.fmt(f),
        }
    }
}

/// What a value may be. Absent limits are not known, so not checked.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Limits {
    /// Its JSON type.
    pub value_type: ValueType,
    /// The only values; empty if any.
    pub values: &'static [Word],
    /// Smallest number.
    pub min: Option<f64>,
    /// Largest number.
    pub max: Option<f64>,
    /// Least number of characters.
    pub min_chars: Option<u32>,
    /// Greatest number of characters.
    pub max_chars: Option<u32>,
    /// Least number of items.
    pub min_items: Option<u32>,
    /// Greatest number of items.
    pub max_items: Option<u32>,
    /// What the vendor takes if nothing is given.
    pub default: Option<Word>,
    /// Whether the vendor refuses a request without it.
    pub required: bool,
}

impl Limits {
    /// No limits on text: the base of the generated constants.
    pub(crate) const NONE: Self = Self {
        value_type: ValueType::Text,
        values: &[],
        min: None,
        max: None,
        min_chars: None,
        max_chars: None,
        min_items: None,
        max_items: None,
        default: None,
        required: false,
    };
}

/// Displayed as one line for people, in English.
///
/// ```
/// let kling = video_catalog::provider("kling").expect("a provider");
/// let shown = |name| kling.param(name).expect("a parameter").limits.to_string();
/// assert_eq!(shown("mode"), "text, one of std, pro, 4k, default std");
/// assert_eq!(shown("cfg_scale"), "number, 0 to 1, default 0.5");
/// assert_eq!(shown("negative_prompt"), "text, up to 2500 characters");
/// ```
impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.value_type.as_str())?;
        for (index, word) in self.values.iter().enumerate() {
            write!(f, "{}{word}", if index == 0 { ", one of " } else { ", " })?;
        }
        match (self.min, self.max) {
            (Some(min), Some(max)) => write!(f, ", {min} to {max}")?,
            (Some(min), None) => write!(f, ", {min} or more")?,
            (None, Some(max)) => write!(f, ", {max} or less")?,
            (None, None) => {}
        }
        let counts = [(self.min_chars, self.max_chars, "characters"), (self.min_items, self.max_items, "items")];
        for (least, most, what) in counts {
            match (least, most) {
                (Some(least), Some(most)) => write!(f, ", {least} to {most} {what}")?,
                (Some(least), None) => write!(f, ", at least {least} {what}")?,
                (None, Some(most)) => write!(f, ", up to {most} {what}")?,
                (None, None) => {}
            }
        }
        if let Some(default) = self.default {
            write!(f, ", default {default}")?;
        }
        f.write_str(if self.required { ", required" } else { "" })
    }
}

/// What New API's channel does with a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reach {
    /// Filled from the request's own members; a metadata key overrides it.
    TopLevel,
    /// Through the metadata object.
    Metadata,
    /// Dropped by the release the facts were read in, sent by later or forked ones.
    VersionDependent,
    /// Unknown to the gateway: lost without an error.
    Dropped,
    /// The body is forwarded as it is.
    Passthrough,
    /// Not reachable: another API of the vendor.
    None,
}

/// A member of an object parameter; dots in the name descend.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// Name, such as `config.pan`.
    pub name: &'static str,
    /// What its value may be.
    pub limits: Limits,
}

/// One parameter of a provider's own API.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Param {
    /// The provider's own name.
    pub name: &'static str,
    /// One or two sentences, in English.
    pub description: &'static str,
    /// A remark, in English.
    pub notes: Option<&'static str>,
    /// The unit of its value, such as `s`.
    pub unit: Option<&'static str>,
    /// What its value may be, unless a model says otherwise ([`Taken::limits`](crate::Taken)).
    pub limits: Limits,
    /// Members, for objects.
    pub fields: &'static [Field],
    /// Ids of the endpoints that take it.
    pub endpoints: &'static [&'static str],
    /// What New API's channel does with it.
    pub reach: Reach,
    /// The metadata key that sets it, with dots for levels; `None` if none can.
    pub metadata_path: Option<&'static str>,
    /// Whether its limits are sourced well enough to refuse a request.
    pub firm: bool,
    /// How well it is known.
    pub confidence: Confidence,
    /// Ids of its sources.
    pub sources: &'static [&'static str],
}
