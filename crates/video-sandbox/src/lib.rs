//! An offline stand-in for a video-generation gateway.
//!
//! [`render`] turns a [`Clip`] (prompt, size, seconds, frames a second, seed, first frame) into a real H.264 MP4 file,
//! without a network and without any tool beside this crate. Every frame says SANDBOX.

mod render;

pub use render::{Clip, FirstFrame, Progress, RenderError, render};
