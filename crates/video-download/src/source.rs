//! Where the bytes come from: the side of a download that knows HTTP.

use std::error::Error as StdError;
use std::pin::Pin;

use async_trait::async_trait;
use http::HeaderValue;
use video_transport::{Response, TransportError};

use crate::version::place_hash;
use crate::{DownloadError, Sha256};

/// A moment to come: what [`Source::tick`] gives.
pub type Tick = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Opens one video, as often as a download needs it.
///
/// The implementor knows the URL, the key and the transport. It follows redirects itself, asks for no content
/// encoding (`Accept-Encoding: identity`), and reads a `Retry-After` from what it opened if its [`pause`] is to
/// honour it.
///
/// [`pause`]: Source::pause
#[async_trait]
pub trait Source: Send {
    /// Opens the content and returns the answer whatever its status.
    ///
    /// `resume` is `None` when the whole content is wanted. Otherwise the request carries `Range` and `If-Range` as
    /// [`Resume`] says, but only if it goes to the place the bytes [came from](Resume::is_from): another place has
    /// validators of its own, which may be the same by chance. Asking for the whole instead is always right. An error
    /// means that there was no answer at all.
    async fn open(&mut self, resume: Option<&Resume>) -> Result<Response, SourceError>;

    /// Names the place that the last [`open`](Source::open) asked, so that bytes of one place are continued from that
    /// place alone, by this process or a later one.
    ///
    /// The same file must have the same name again when its link is signed afresh, so leave out what changes then (the
    /// query). Only a hash of the name is written to the disk. By default it is empty: one source, one place.
    fn place(&self) -> String {
        String::new()
    }

    /// Resolves after one unit of time, by convention a second; it beats the measure of the
    /// [stall limit](crate::Download::with_stall_limit), since this crate has no clock.
    ///
    /// By default it never resolves, and then nothing ever stalls.
    fn tick(&mut self) -> Tick {
        Box::pin(std::future::pending())
    }

    /// Looks for a fresh place to fetch from, after the present one answered 401, 403, 404, 410 or a redirect.
    ///
    /// `Ok(true)`: the next [`open`](Source::open) will try something new. `Ok(false)`: there is nothing else to
    /// try, and the download ends with the refusal.
    async fn refresh(&mut self) -> Result<bool, SourceError>;

    /// Waits before the next attempt; `attempt` is the number of the one that just failed, from 1.
    ///
    /// Called once between two attempts and never after the last. By default it does not wait at all.
    async fn pause(&mut self, attempt: u32, error: &DownloadError) {
        let _ = (attempt, error);
    }
}

/// The part of a video that is already on the disk, to be continued.
///
/// Sent as `Range: bytes={offset}-`, with `If-Range: {if_range}`, so that bytes of two versions never meet.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resume {
    /// How many bytes there are, which is where the next one goes; never 0.
    pub offset: u64,
    /// The strong validator of the version these bytes belong to: an `ETag`, or a `Last-Modified` that is as good.
    pub if_range: HeaderValue,
    pub(crate) place: Sha256,
}

impl Resume {
    /// Whether these bytes came from the place of this name, as [`Source::place`] gave it then.
    pub fn is_from(&self, place: &str) -> bool {
        self.place == place_hash(place)
    }
}

/// Why a [`Source`] gave no answer.
#[derive(Debug, thiserror::Error)]
#[error("{}", if *.temporary { "no answer from the server" } else { "the video cannot be asked for" })]
pub struct SourceError {
    temporary: bool,
    source: Box<dyn StdError + Send + Sync>,
}

impl SourceError {
    /// A failure that may be gone at the next attempt, as a broken connection.
    pub fn temporary(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { temporary: true, source: source.into() }
    }

    /// A failure that will stay, as a URL that cannot be read; it ends the download.
    pub fn permanent(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { temporary: false, source: source.into() }
    }

    /// Whether another attempt may help.
    pub fn is_temporary(&self) -> bool {
        self.temporary
    }
}

/// Reading is free, so whatever stopped a transport, asking again costs nothing: always temporary.
impl From<TransportError> for SourceError {
    fn from(error: TransportError) -> Self {
        Self::temporary(error)
    }
}
