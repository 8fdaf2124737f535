//! One provider and the facts that belong to all its models.

use crate::{Channel, Confidence, ImageForm, Model, Param, PictureLimits, Rule, Status, Word};

/// Where a fact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Source {
    /// The id facts name it by.
    pub id: &'static str,
    /// What kind of source it is.
    pub kind: Confidence,
    /// What it is called.
    pub title: &'static str,
    /// Where it is; empty if that was not kept.
    pub url: &'static str,
    /// Of when it is, as far as known.
    pub date: &'static str,
}

/// Values sources disagree about: taken with a warning, although they are not in the list.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Dispute {
    /// Its id.
    pub id: &'static str,
    /// Models it is about; `*` is every one.
    pub models: &'static [&'static str],
    /// The parameter.
    pub param: &'static str,
    /// The values.
    pub accepts: &'static [Word],
    /// Ids of the sources that disagree.
    pub sources: &'static [&'static str],
}

/// One vendor's API and New API's channel for it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Provider {
    /// Short name, such as `kling`; also the end of the name of its crate.
    pub id: &'static str,
    /// The name people use.
    pub name: &'static str,
    /// The same in Chinese.
    pub name_zh: &'static str,
    /// Whether it is in service.
    pub status: Status,
    /// More about that.
    pub status_note: Option<&'static str>,
    /// Beginnings of its model names, in lower case.
    pub prefixes: &'static [&'static str],
    /// How long the address of a result lives, in seconds.
    pub result_url_ttl_seconds: Option<u64>,
    /// New API's channel for it.
    pub channel: Channel,
    /// What it takes of a picture.
    pub pictures: PictureLimits,
    /// Its models.
    pub models: &'static [Model],
    /// Its parameters.
    pub params: &'static [Param],
    /// Checks across several parameters.
    pub rules: &'static [Rule],
    /// What sources disagree about, where it changes a check.
    pub disputes: &'static [Dispute],
    /// Ids of its sources.
    pub sources: &'static [&'static str],
}

impl Provider {
    /// The parameter of this name.
    pub fn param(&self, name: &str) -> Option<&'static Param> {
        self.params.iter().find(|param| param.name == name)
    }

    /// The model of this exact name, aliases left out.
    pub fn model(&self, id: &str) -> Option<&'static Model> {
        self.models.iter().find(|model| model.id == id)
    }

    /// How a picture has to be given, so that it arrives.
    pub fn image_form(&self) -> &ImageForm {
        &self.channel.images
    }
}
