//! An offline stand-in for a video-generation gateway.
//!
//! [`Sandbox`] is a transport that answers New API's routes inside the process; [`render`] turns a [`Clip`] (prompt,
//! size, seconds, frames a second, seed, first frame) into a real H.264 MP4 file. Neither needs a network or any tool
//! beside this crate, and every frame says SANDBOX.
//!
//! A debug build renders about forty times slower, unless the encoder's crates have `opt-level = 3` in the profile of
//! your workspace's root: the README has the lines to copy, what the bundled fonts cannot draw, their licences, and a
//! word on H.264 patents.
//!
//! ```
//! use video_sandbox::Sandbox;
//! use video_transport::Transport;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let order = http::Request::post("http://sandbox/v1/video/generations")
//!     .header("content-type", "application/json")
//!     .body(r#"{"model":"sandbox-1","prompt":"a red fox","size":"320x180","duration":1}"#.into())?;
//! let answer = Sandbox::new().send(order).await?;
//! assert_eq!(answer.status(), 200);
//! # Ok(())
//! # }
//! ```

mod render;
mod sandbox;

pub use render::{Clip, FirstFrame, Progress, RenderError, render};
pub use sandbox::{Sandbox, SandboxBuilder};

/// The examples of the README, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
