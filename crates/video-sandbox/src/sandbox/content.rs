//! A rendered clip as an answer: whole, in part, or only its head.

use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};
use video_protocol::{ByteRange, HttpRequest};
use video_transport::{Body, Response};

use super::shelf::RenderedClip;

/// Answers a content request with the bytes it asks for.
pub(super) fn respond(request: &HttpRequest, clip: &RenderedClip) -> Response {
    let length = clip.bytes.len();
    // A range is for GET alone (RFC 9110, 14.2): HEAD tells of the whole.
    let range = if request.method() == Method::GET {
        ByteRange::read(request.headers(), length as u64, Some(&clip.etag))
    } else {
        ByteRange::Whole
    };
    let (status, body, range_line) = match range {
        ByteRange::Whole => (StatusCode::OK, clip.bytes.clone(), None),
        ByteRange::Part { first, last } => (
            StatusCode::PARTIAL_CONTENT,
            slice(&clip.bytes, first, last),
            Some(format!("bytes {first}-{last}/{length}")),
        ),
        ByteRange::Outside => (StatusCode::RANGE_NOT_SATISFIABLE, Bytes::new(), Some(format!("bytes */{length}"))),
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("video/mp4"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Ok(etag) = HeaderValue::try_from(&clip.etag) {
        headers.insert(header::ETAG, etag);
    }
    if let Some(line) = range_line.and_then(|line| HeaderValue::try_from(line).ok()) {
        headers.insert(header::CONTENT_RANGE, line);
    }
    if request.method() != Method::HEAD {
        *response.body_mut() = Body::full(body);
    }
    response
}

/// From `first` to `last`, both included; both lie inside.
fn slice(bytes: &Bytes, first: u64, last: u64) -> Bytes {
    let end = bytes.len();
    let at = |position: u64| usize::try_from(position).map_or(end, |position| position.min(end));
    bytes.slice(at(first)..at(last.saturating_add(1)).max(at(first)))
}
