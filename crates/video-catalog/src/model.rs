//! One model of a provider.

use crate::{Confidence, Limits, Param, Provider};

/// Where a model or provider stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// In service.
    Active,
    /// In service, with a successor.
    Legacy,
    /// In service, to be switched off.
    Deprecated,
    /// In service, may change.
    Preview,
    /// Switched off.
    Offline,
    /// Switched off.
    Retired,
    /// Long gone, kept for the record.
    Historical,
    /// The whole product was switched off.
    Shutdown,
    /// A name only a gateway knows.
    GatewayAlias,
    /// Seen in lists only.
    Unconfirmed,
}

impl Status {
    /// The word the facts use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Legacy => "legacy",
            Self::Deprecated => "deprecated",
            Self::Preview => "preview",
            Self::Offline => "offline",
            Self::Retired => "retired",
            Self::Historical => "historical",
            Self::Shutdown => "shutdown",
            Self::GatewayAlias => "gateway-alias",
            Self::Unconfirmed => "unconfirmed",
        }
    }
}

/// What a model can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A clip from words alone.
    TextToVideo,
    /// A clip that starts with a picture.
    ImageToVideo,
    /// A clip between two pictures.
    FirstLastFrame,
    /// A clip with what reference pictures or clips show.
    Reference,
    /// Camera moves by parameter.
    CameraControl,
    /// Moving areas with paths.
    MotionBrush,
    /// Motion taken from another clip.
    MotionControl,
    /// Several shots in one clip.
    MultiShot,
    /// Key frames one after another.
    Multiframe,
    /// Sound.
    Audio,
    /// Chosen voices.
    Voice,
    /// A talking person.
    Avatar,
    /// Mouth after a sound.
    LipSync,
    /// Effect templates.
    Effects,
    /// Changes to a clip.
    Edit,
    /// A clip made longer.
    Extend,
    /// A finished clip made anew with other words.
    Remix,
    /// A cheap look before the real one.
    Draft,
}

impl Kind {
    /// Every kind, in the order of the declaration.
    pub const ALL: &[Self] = &[
        Self::TextToVideo,
        Self::ImageToVideo,
        Self::FirstLastFrame,
        Self::Reference,
        Self::CameraControl,
        Self::MotionBrush,
        Self::MotionControl,
        Self::MultiShot,
        Self::Multiframe,
        Self::Audio,
        Self::Voice,
        Self::Avatar,
        Self::LipSync,
        Self::Effects,
        Self::Edit,
        Self::Extend,
        Self::Remix,
        Self::Draft,
    ];

    /// The word the facts use, such as `image-to-video`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TextToVideo => "text-to-video",
            Self::ImageToVideo => "image-to-video",
            Self::FirstLastFrame => "first-last-frame",
            Self::Reference => "reference",
            Self::CameraControl => "camera-control",
            Self::MotionBrush => "motion-brush",
            Self::MotionControl => "motion-control",
            Self::MultiShot => "multi-shot",
            Self::Multiframe => "multiframe",
            Self::Audio => "audio",
            Self::Voice => "voice",
            Self::Avatar => "avatar",
            Self::LipSync => "lip-sync",
            Self::Effects => "effects",
            Self::Edit => "edit",
            Self::Extend => "extend",
            Self::Remix => "remix",
            Self::Draft => "draft",
        }
    }

    /// The kind a word names, or `None`.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }
}

/// A parameter a model takes.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Taken {
    /// Which, as an index into [`Provider::params`].
    pub(crate) param: u8,
    /// What its value may be for this model, if not what the parameter says.
    pub limits: Option<&'static Limits>,
    /// Whether these limits are sourced well enough to refuse a request.
    pub firm: bool,
}

impl Taken {
    pub(crate) const fn new(param: u8, firm: bool) -> Self {
        Self { param, limits: None, firm }
    }

    pub(crate) const fn within(param: u8, limits: &'static Limits, firm: bool) -> Self {
        Self { param, limits: Some(limits), firm }
    }

    /// The parameter, of the provider the model belongs to.
    pub fn param(&self, provider: &'static Provider) -> Option<&'static Param> {
        provider.params.get(usize::from(self.param))
    }
}

/// One model, by the exact name a request uses.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Model {
    /// The exact name.
    pub id: &'static str,
    /// The name people use.
    pub name: &'static str,
    /// Other names of the same model.
    pub aliases: &'static [&'static str],
    /// What a name that only a gateway knows stands for, in words.
    pub resolves_to: Option<&'static str>,
    /// Where it stands in its life; never more than a warning.
    pub status: Status,
    /// When it was or will be switched off, as a date.
    pub end: Option<&'static str>,
    /// What it can do.
    pub kinds: &'static [Kind],
    /// Lengths in seconds; 0 and -1 let the model choose. Empty if not known.
    pub durations: &'static [i64],
    /// The length it makes if none is given.
    pub default_duration: Option<i64>,
    /// Resolutions in the provider's words.
    pub resolutions: &'static [&'static str],
    /// Sizes in the provider's spelling, if it counts in pixels.
    pub sizes: &'static [&'static str],
    /// Frame shapes in the provider's words.
    pub aspect_ratios: &'static [&'static str],
    /// Frames a second, where known.
    pub fps: Option<f64>,
    /// Greatest number of pictures.
    pub max_images: u32,
    /// Whether it makes sound.
    pub audio: bool,
    /// Whether it stands in the built-in list of New API's channel.
    pub listed: bool,
    /// The parameters it takes.
    pub takes: &'static [Taken],
    /// Whether [`max_images`](Self::max_images) is sourced well enough to refuse a request.
    pub(crate) firm_images: bool,
    /// A remark, in English.
    pub notes: Option<&'static str>,
    /// How well it is known.
    pub confidence: Confidence,
    /// Ids of its sources.
    pub sources: &'static [&'static str],
}

impl Model {
    /// What it says of one parameter of its provider; `None` if it does not take it.
    pub(crate) fn taken(&self, provider: &Provider, name: &str) -> Option<&'static Taken> {
        self.takes.iter().find(|taken| provider.params.get(usize::from(taken.param)).is_some_and(|p| p.name == name))
    }

    /// Whether every kind of `kinds` is among what it can do.
    pub fn can(&self, kinds: &[Kind]) -> bool {
        kinds.iter().all(|kind| self.kinds.contains(kind))
    }
}
