//! The contract between the video client and whatever carries its HTTP messages.
//!
//! A [`Transport`] takes one [`Request`], sends it once, and gives back the head of the answer with a [`Body`] still to
//! be read, or a [`TransportError`] that says whether the server may have seen the request. Nothing else: what to
//! send, when to send it again and what an answer means is decided above it, which is why a paid job is not ordered
//! twice by a well-meaning HTTP library.
//!
//! [`Script`] is a transport that answers from a list: it is what to test against.
//!
//! ```
//! use video_transport::{Answer, Script, Transport};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let script = Script::new([Answer::json(200, r#"{"id":"task_1"}"#)]);
//!
//! let request = http::Request::post("https://gateway.example/v1/videos").body("{}".into())?;
//! let response = script.send(request).await?;
//! assert_eq!(response.status(), 200);
//! assert_eq!(response.into_body().collect(1024).await?, r#"{"id":"task_1"}"#);
//! # Ok(())
//! # }
//! ```

mod body;
mod error;
mod script;
mod transport;

pub use body::Body;
pub use error::{Sent, TransportError, TransportErrorKind};
pub use script::{Answer, Script};
pub use transport::{Request, Response, Transport};

pub use {bytes, http};

/// The examples of the README, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
