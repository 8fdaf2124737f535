//! Typed metadata and model names of Vidu.
//!
//! Give the resolution here: the gateway copies the size of a generation into `resolution` as it is.
//!
//! ```
//! use video_types::{Generation, Metadata};
//! use video_vidu::{MovementAmplitude, Resolution, ViduMetadata, models};
//!
//! let mut metadata = Metadata::default();
//! let typed = ViduMetadata::default().with_resolution(Resolution::P1080).with_movement_amplitude(MovementAmplitude::MEDIUM);
//! metadata.merge(&typed)?;
//! let generation = Generation::new(models::VIDUQ1, "a city of neon at night").with_metadata(metadata);
//! assert_eq!(serde_json::to_string(&generation.metadata)?, r#"{"movement_amplitude":"medium","resolution":"1080p"}"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Everything here is generated from the facts in `spec/providers/vidu.toml`; whether a model takes what is set, says
//! `video-catalog`.

mod generated;

pub use generated::*;
