//! Where a finished video can be fetched from.

use std::fmt;

use percent_encoding::percent_decode_str;
use video_types::{TaskId, is_link};

use crate::DataUri;

/// One place a finished video can be fetched from.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Asset {
    /// A link to another host. It never gets the key, and it may expire.
    Link(String),
    /// The gateway's own content route for this id. It gets the key.
    Content(TaskId),
    /// The video itself.
    Inline(DataUri),
}

impl Asset {
    /// Reads one link of an answer.
    ///
    /// A link whose path ends in `/v1/videos/{id}/content` is a content route whatever host it names:
    /// New API builds it from a setting whose default is `http://localhost:3000` (seen 2026-08).
    /// Text that is no link is `None`, and so is a `data:` URI that is empty or does not decode.
    pub fn read(link: &str) -> Option<Self> {
        if !is_link(link) {
            return None;
        }
        if link.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) {
            return DataUri::parse(link).filter(|data| !data.bytes.is_empty()).map(Self::Inline);
        }
        Some(content_id(link).map_or_else(|| Self::Link(link.to_owned()), Self::Content))
    }
}

/// The id in a link that ends in `/v1/videos/{id}/content`.
fn content_id(link: &str) -> Option<TaskId> {
    let path = link.split(['?', '#']).next()?.strip_suffix("/content")?;
    let (before, id) = path.rsplit_once('/')?;
    let id = percent_decode_str(id).decode_utf8().ok()?;
    (before.ends_with("/v1/videos") && !id.is_empty()).then(|| TaskId::from(id.into_owned()))
}

/// Links are shown without their query, which may be a signature.
impl fmt::Debug for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link(link) => {
                let (bare, query) = link.split_once('?').map_or((link.as_str(), ""), |(bare, _)| (bare, "?…"));
                write!(f, "Link({bare}{query})")
            }
            Self::Content(id) => write!(f, "Content({id})"),
            Self::Inline(data) => data.fmt(f),
        }
    }
}
