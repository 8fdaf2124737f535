//! Typed metadata and model names of MiniMax Hailuo.
//!
//! Pictures reach this provider only through [`MinimaxMetadata::first_frame_image`]: the gateway ignores the pictures of a
//! generation.
//!
//! ```
//! use video_minimax::{MinimaxMetadata, models};
//! use video_types::{Generation, Metadata};
//!
//! let mut metadata = Metadata::default();
//! metadata.merge(&MinimaxMetadata::default().with_first_frame_image("https://example.com/cat.png"))?;
//! let generation = Generation::new(models::MINIMAX_HAILUO_02, "the cat wakes up").with_metadata(metadata);
//! assert_eq!(serde_json::to_string(&generation.metadata)?, r#"{"first_frame_image":"https://example.com/cat.png"}"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Everything here is generated from the facts in `spec/providers/minimax.toml`; whether a model takes what is set, says
//! `video-catalog`.

mod generated;

pub use generated::*;
