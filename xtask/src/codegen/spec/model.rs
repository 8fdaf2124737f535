//! Models as facts.

use serde::Deserialize;

use super::{Confidence, Limits, Status};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(in crate::codegen) struct Model {
    pub(in crate::codegen) id: String,
    pub(in crate::codegen) name: String,
    pub(in crate::codegen) api: Option<String>,
    pub(in crate::codegen) status: Status,
    pub(in crate::codegen) released: Option<String>,
    pub(in crate::codegen) offline_date: Option<String>,
    pub(in crate::codegen) shutdown_date: Option<String>,
    pub(in crate::codegen) legacy_id: Option<String>,
    pub(in crate::codegen) resolves_to: Option<String>,
    #[serde(default)]
    pub(in crate::codegen) aliases: Vec<String>,
    pub(in crate::codegen) in_seeds: bool,
    pub(in crate::codegen) capabilities: Vec<Capability>,
    pub(in crate::codegen) gateway_channels: Vec<String>,
    #[serde(default)]
    pub(in crate::codegen) gateway_channels_unverified: Vec<String>,
    #[serde(default)]
    pub(in crate::codegen) gateway_passthrough: bool,
    #[serde(default)]
    pub(in crate::codegen) gateway_priced: bool,
    pub(in crate::codegen) durations: Vec<i64>,
    #[serde(default)]
    pub(in crate::codegen) durations_extended: Vec<i64>,
    #[serde(default)]
    pub(in crate::codegen) durations_by: Vec<DurationsBy>,
    pub(in crate::codegen) default_duration: Option<i64>,
    #[serde(default)]
    pub(in crate::codegen) auto_duration: bool,
    pub(in crate::codegen) resolutions: Vec<String>,
    pub(in crate::codegen) default_resolution: Option<String>,
    #[serde(default)]
    pub(in crate::codegen) sizes: Vec<String>,
    #[serde(default)]
    pub(in crate::codegen) sizes_extended: Vec<String>,
    pub(in crate::codegen) aspect_ratios: Vec<String>,
    pub(in crate::codegen) fps: Option<f64>,
    pub(in crate::codegen) max_images: u32,
    pub(in crate::codegen) max_videos: Option<u32>,
    pub(in crate::codegen) max_audios: Option<u32>,
    pub(in crate::codegen) max_prompt_chars: Option<u32>,
    pub(in crate::codegen) audio: bool,
    /// Names of the parameters it takes; what holds for them is in `param`, unless `limits` says otherwise.
    pub(in crate::codegen) params: Vec<String>,
    #[serde(default)]
    pub(in crate::codegen) limits: Vec<Limits>,
    #[serde(default)]
    pub(in crate::codegen) unsourced_fields: Vec<String>,
    pub(in crate::codegen) confidence: Confidence,
    pub(in crate::codegen) sources: Vec<String>,
    pub(in crate::codegen) notes: Option<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[serde(rename_all = "kebab-case")]
pub(in crate::codegen) enum Capability {
    TextToVideo,
    ImageToVideo,
    FirstLastFrame,
    Reference,
    CameraControl,
    MotionBrush,
    MotionControl,
    MultiShot,
    Multiframe,
    Audio,
    Voice,
    Avatar,
    LipSync,
    Effects,
    Edit,
    Extend,
    Remix,
    Draft,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::codegen) struct DurationsBy {
    pub(in crate::codegen) capability: String,
    pub(in crate::codegen) values: Vec<i64>,
    pub(in crate::codegen) note: Option<String>,
}
