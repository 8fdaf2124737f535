//! Typed metadata and model names of OpenAI Sora 2.
//!
//! Sora's body has no metadata object, so [`SoraMetadata`] has no keys of its own: length and size are members of the
//! generation. What it is for: code that takes any provider's metadata.
//!
//! ```
//! use video_sora::models;
//! use video_types::{Generation, Seconds, Size};
//!
//! let generation = Generation::new(models::SORA_2, "an astronaut on the moon")
//!     .with_size(Size::new(1280, 720))
//!     .with_seconds(Seconds::new(8).expect("within 1 to 3600"));
//! assert!(generation.metadata.is_empty(), "Sora has no metadata object");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Everything here is generated from the facts in `spec/providers/sora.toml`; whether a model takes what is set, says
//! `video-catalog`.

mod generated;

pub use generated::*;
