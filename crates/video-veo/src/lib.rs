//! Typed metadata and model names of Google Veo.
//!
//! Keys are in camel case, as the provider has them; the methods are in snake case.
//!
//! ```
//! use video_types::{Generation, Metadata};
//! use video_veo::{AspectRatio, VeoMetadata, models};
//!
//! let mut metadata = Metadata::default();
//! metadata.merge(&VeoMetadata::default().with_aspect_ratio(AspectRatio::R9_16).with_negative_prompt("blur"))?;
//! let generation = Generation::new(models::VEO_3_1_GENERATE_PREVIEW, "a paper boat").with_metadata(metadata);
//! assert_eq!(serde_json::to_string(&generation.metadata)?, r#"{"aspectRatio":"9:16","negativePrompt":"blur"}"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Everything here is generated from the facts in `spec/providers/veo.toml`; whether a model takes what is set, says
//! `video-catalog`.

mod generated;

pub use generated::*;
