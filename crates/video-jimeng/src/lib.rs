//! Typed metadata and model names of Jimeng AI.
//!
//! The model goes out as `req_key`. A missing seed becomes the fixed seed 0 on the way: set -1 for a random one.
//!
//! ```
//! use video_jimeng::{JimengMetadata, models};
//! use video_types::{Generation, Metadata};
//!
//! let mut metadata = Metadata::default();
//! metadata.merge(&JimengMetadata::default().with_seed(-1).with_aspect_ratio("16:9"))?;
//! let generation = Generation::new(models::JIMENG_VGFM_T2V_L20, "waves on a reef").with_metadata(metadata);
//! assert_eq!(serde_json::to_string(&generation.metadata)?, r#"{"aspect_ratio":"16:9","seed":-1}"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Everything here is generated from the facts in `spec/providers/jimeng.toml`; whether a model takes what is set, says
//! `video-catalog`.

mod generated;

pub use generated::*;
