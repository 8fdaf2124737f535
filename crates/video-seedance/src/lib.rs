//! Typed metadata and model names of Doubao Seedance.
//!
//! Roles of pictures can only be given through [`SeedanceMetadata::content`], which replaces the pictures of the generation.
//!
//! ```
//! use video_seedance::{Ratio, SeedanceMetadata, models};
//! use video_types::{Generation, Metadata};
//!
//! let mut metadata = Metadata::default();
//! metadata.merge(&SeedanceMetadata::default().with_ratio(Ratio::R16_9).with_resolution("720p").with_camera_fixed(true))?;
//! let generation = Generation::new(models::DOUBAO_SEEDANCE_1_0_PRO_250528, "a train in the rain").with_metadata(metadata);
//! assert_eq!(
//!     serde_json::to_string(&generation.metadata)?,
//!     r#"{"camera_fixed":true,"ratio":"16:9","resolution":"720p"}"#
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Everything here is generated from the facts in `spec/providers/seedance.toml`; whether a model takes what is set, says
//! `video-catalog`.

mod generated;

pub use generated::*;
