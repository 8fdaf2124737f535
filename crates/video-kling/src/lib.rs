//! Typed metadata and model names of Kling AI.
//!
//! Lengths in metadata are text (`"5"`); the gateway refuses a number there. Pictures, size and length belong to the
//! generation, what is here overrides them.
//!
//! ```
//! use video_kling::{KlingMetadata, Mode, models};
//! use video_types::{Generation, Metadata, Seconds, Size};
//!
//! let mut metadata = Metadata::default();
//! metadata.merge(&KlingMetadata::default().with_negative_prompt("blur").with_cfg_scale(0.8))?;
//! let generation = Generation::new(models::KLING_V1, "a cat asleep in the sun")
//!     .with_size(Size::new(1280, 720))
//!     .with_seconds(Seconds::new(5).expect("within 1 to 3600"))
//!     .with_mode(Mode::PRO.as_str())
//!     .with_metadata(metadata);
//! assert_eq!(generation.metadata.get("negative_prompt").and_then(|value| value.as_str()), Some("blur"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Everything here is generated from the facts in `spec/providers/kling.toml`; whether a model takes what is set, says
//! `video-catalog`.

mod generated;

pub use generated::*;
