//! An offline stand-in for a video-generation gateway.
//!
//! [`render`] turns a [`Clip`] (prompt, size, seconds, frames a second, seed, first frame) into a real H.264 MP4 file,
//! without a network and without any tool beside this crate. Every frame says SANDBOX.
//!
//! A debug build renders about forty times slower, unless the encoder's crates have `opt-level = 3` in the profile of
//! your workspace's root: the README has the lines to copy, what the bundled fonts cannot draw, their licences, and a
//! word on H.264 patents.

mod render;

pub use render::{Clip, FirstFrame, Progress, RenderError, render};
