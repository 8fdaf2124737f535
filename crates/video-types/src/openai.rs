//! The bodies of the OpenAI Videos format: what creates, describes, lists and deletes a video.
//!
//! The format outlives its first server (whose shutdown is announced for 2026-09-24) as the common language
//! of gateways. New API answers every submit with its video object (≥ 0.9.7), whichever route was used.

mod create;
mod deleted;
mod list;
mod variant;
mod video;

pub use create::{CreateVideo, InputReference};
pub use deleted::DeletedVideo;
pub use list::VideoList;
pub use variant::ContentVariant;
pub use video::{Video, VideoError};
