//! From bytes to a proved video file.
//!
//! A download is not done until it is proved. [`Download`] reads a video from a [`Source`], which its caller
//! writes: this crate knows no URL, no key and no HTTP client, only the answer. It streams the body in constant
//! memory into an unfinished file beside the target, hashes it on the way, and checks
//!
//! 1. the status and the content type: an error page with status 200 is no video;
//! 2. the first bytes: MP4 or `QuickTime`, `WebM`, GIF;
//! 3. the length, when the server announced one;
//! 4. the boxes of an MP4: `ftyp`, `moov`, `mdat`, and sizes that add up to the length of the file.
//!
//! Only then the file is synced, renamed to its final name without replacing anything (unless told to), and the
//! folder synced. Whatever goes wrong, nothing unproved ever stands under the final name.
//!
//! A body that is cut, broken, stalled or not a video, and a server that is busy or in trouble, are opened again, five
//! times in vain by default. What came of a version that the server names ([`Resume`]) is continued, by this process or a
//! later one; everything else is removed. When a link has expired the source is asked for another. How long to wait
//! between two attempts is the source's business ([`Source::pause`]), and so is the beat of the stall limit
//! ([`Source::tick`]): this crate has no clock.
//!
//! # Example
//!
//! ```
//! use async_trait::async_trait;
//! use video_download::{Download, Resume, Source, SourceError, Target};
//! use video_transport::{Body, Response};
//!
//! /// A source that has its bytes at hand; a real one sends a GET.
//! struct AtHand(Vec<u8>);
//!
//! #[async_trait]
//! impl Source for AtHand {
//!     async fn open(&mut self, _resume: Option<&Resume>) -> Result<Response, SourceError> {
//!         Ok(Response::new(Body::full(self.0.clone())))
//!     }
//!     async fn refresh(&mut self) -> Result<bool, SourceError> {
//!         Ok(false)
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let target = Target::file(folder.path().join("cat.mp4"));
//! target.check()?; // before the job is paid for
//!
//! let mut source = AtHand(b"<html>Please try again later</html>".to_vec());
//! let refused = Download::new(target).with_attempts(1).run(&mut source, &|_| ()).await.unwrap_err();
//! assert!(refused.to_string().starts_with("the answer is not a video"));
//! assert!(!folder.path().join("cat.mp4").exists());
//! # Ok(())
//! # }
//! ```

mod attempt;
mod container;
mod disk;
mod download;
mod error;
mod excerpt;
#[cfg(test)]
mod failpoints;
mod head;
mod names;
mod next;
mod pace;
mod part;
mod progress;
mod record;
mod room;
mod saved;
mod source;
mod target;
mod template;
mod verify;
mod version;
mod writer;

pub use container::{Container, Flaw, Format, Proof, inspect};
pub use download::Download;
pub use error::DownloadError;
pub use excerpt::Excerpt;
pub use names::safe_word;
pub use progress::Progress;
pub use saved::{ParseSha256Error, Saved, Sha256};
pub use source::{Resume, Source, SourceError, Tick};
pub use target::Target;
pub use template::{NameFields, Template, TemplateError};
pub use verify::{Verified, verify};
