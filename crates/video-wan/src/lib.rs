//! Typed metadata and model names of Alibaba Wan.
//!
//! The native request has levels, so the metadata has them too: [`Input`] and [`Parameters`]. Flat keys are dropped by the
//! gateway. `merge` is shallow: it replaces `input` or `parameters` as a whole.
//!
//! ```
//! use video_types::{Generation, Metadata};
//! use video_wan::{Input, Parameters, WanMetadata, models};
//!
//! let mut metadata = Metadata::default();
//! let input = Input::default().with_negative_prompt("blur");
//! metadata.merge(&WanMetadata::default().with_input(input).with_parameters(Parameters::default().with_seed(7)))?;
//! let generation = Generation::new(models::WAN2_7_T2V, "a kite above the dunes").with_metadata(metadata);
//! assert_eq!(
//!     serde_json::to_string(&generation.metadata)?,
//!     r#"{"input":{"negative_prompt":"blur"},"parameters":{"seed":7}}"#
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Everything here is generated from the facts in `spec/providers/wan.toml`; whether a model takes what is set, says
//! `video-catalog`.

mod generated;

pub use generated::*;
