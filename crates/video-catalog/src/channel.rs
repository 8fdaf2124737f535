//! What New API's channel for a provider makes of a request.

use crate::{Condition, Confidence, Word};

/// Where a request goes: which route of the gateway, hence which members the request has.
///
/// What a channel does with them was read in New API up to 1.0.0-rc.24 (2026-08).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Target {
    /// `POST /v1/video/generations`: pictures as `image` or `images`, the length as `duration` and `seconds`.
    Generations,
    /// `POST /v1/videos`: one picture as `input_reference`, a file if its bytes are there; the length as `seconds`.
    Videos,
}

/// What becomes of a member's value on the way.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Form {
    /// It is sent as it is.
    Same,
    /// A number becomes text.
    Text,
    /// Looked up in the table; a value no row has becomes `otherwise`, or is not sent.
    Table(&'static [(&'static str, Word)], Option<Word>),
    /// The first row whose text is in the value; a value that has none is not sent.
    Contains(&'static [(&'static str, Word)]),
    /// The first picture.
    First,
    /// The first picture, unless it is a link: that is not sent.
    FirstUnlessLink,
    /// All pictures, as a list.
    List,
    /// All pictures as a list if the first is a link, else nothing.
    ListIfLinks,
    /// All pictures as a list unless the first is a link.
    ListUnlessLinks,
    /// The prompt as an item of a list of contents.
    TextItem,
    /// The pictures as items of a list of contents.
    PictureItems,
    /// Sent if it is spelled with a star (`1920*1080`).
    IfStar,
    /// Sent in upper case with a `P` at the end, unless it is spelled with a star.
    Tier,
    /// `720p`, `1080p` or `4k` by the longer side.
    TierOfSides,
    /// `9:16` if it is higher than wide, else `16:9`.
    ShapeOfSides,
}

/// One member of a request and the parameter it reaches.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Member {
    /// The member: `model`, `prompt`, `mode`, `image`, `images`, `input_reference`, `file`, `duration`, `seconds`,
    /// `size`, `fps` or `seed`.
    pub name: &'static str,
    /// The parameter.
    pub to: &'static str,
    /// Only for these models, if any are named.
    pub only: &'static [&'static str],
    /// Not for these models.
    pub except: &'static [&'static str],
    /// What becomes of the value.
    pub form: Form,
    /// Said whenever it is given: English and Chinese.
    pub remark: Option<(&'static str, &'static str)>,
    /// Said when neither it nor any of the parameters is given: English, Chinese, parameters.
    pub absent: Option<(&'static str, &'static str, &'static [&'static str])>,
}

/// By which way a picture reaches the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Carrier {
    /// As an input picture of the request.
    Image,
    /// Under this key of the metadata object only; an input picture is ignored.
    MetadataKey(&'static str),
    /// As a file part of a form, which [`Target::Videos`] sends.
    FilePart,
}

/// How a picture has to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ImageForm {
    /// The way it takes.
    pub carrier: Carrier,
    /// Whether a link is fine.
    pub link: bool,
    /// Whether a data URI is fine. With [`Carrier::FilePart`] the bytes become the file.
    pub data_uri: bool,
    /// Whether base64 without a prefix is fine.
    pub base64: bool,
    /// Ids of the sources.
    pub sources: &'static [&'static str],
}

/// How the metadata object reaches the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MetadataForm {
    /// Its keys, in any letter case, are laid over the native request; a key nobody knows is lost.
    Merged,
    /// It is sent as it is, as a member `metadata`.
    Member,
}

impl Member {
    /// Whether the channel reads it this way for this model.
    pub(crate) fn is_for(&self, model: &str) -> bool {
        (self.only.is_empty() || self.only.contains(&model)) && !self.except.contains(&model)
    }
}

/// New API's channel for a provider.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Channel {
    /// Its name.
    pub name: &'static str,
    /// Models in its built-in list; operators add any others.
    pub models: &'static [&'static str],
    /// How metadata reaches the provider.
    pub metadata: MetadataForm,
    /// How a picture has to be given.
    pub images: ImageForm,
    /// Parameters it sends where the request says nothing.
    pub defaults: &'static [(&'static str, Word)],
    /// Which endpoint it calls: the first whose conditions hold.
    pub endpoints: &'static [(&'static str, &'static [Condition])],
    /// Members it does not read.
    pub ignores: &'static [&'static str],
    /// Members it reads.
    pub members: &'static [Member],
    /// Whether it takes numbers and flags that are spelled as text.
    pub lenient: bool,
    /// Parameters whose zero it cannot send.
    pub drops_zero: &'static [&'static str],
    /// How well this is known.
    pub confidence: Confidence,
    /// Ids of the sources.
    pub sources: &'static [&'static str],
}
