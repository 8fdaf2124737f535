//! Paths of requests.

use http::Method;
use percent_encoding::percent_decode_str;
use video_types::TaskId;

use crate::requests::VIDEOS;
use crate::{HttpRequest, Route};

/// An id that stands as one segment in a path.
pub(crate) fn segment(text: &str) -> Option<TaskId> {
    let id = percent_decode_str(text).decode_utf8().ok()?;
    (!text.is_empty() && !text.contains('/')).then(|| TaskId::from(id.into_owned()))
}

/// Whether a request asks for something and changes nothing.
pub(crate) fn reads(request: &HttpRequest) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
}

/// The content route, which both public formats share.
pub(crate) fn content_route(request: &HttpRequest) -> Option<Route> {
    let id = request.uri().path().strip_prefix(VIDEOS)?.strip_prefix('/')?.strip_suffix("/content")?;
    reads(request).then(|| segment(id)).flatten().map(Route::Content)
}
