//! The video object of the OpenAI format, as New API writes it.
//!
//! New API answers every submit with it (≥ 0.9.7), whichever route was used.

mod video;

pub use video::{Video, VideoError};
