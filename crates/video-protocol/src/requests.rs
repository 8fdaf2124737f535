//! Requests in origin form, as every dialect writes them.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, header};
use serde::Serialize;
use video_types::Generation;

use crate::address::escape;
use crate::task_ref::path_segment;
use crate::{Asset, Error, HttpRequest};

/// Path of the content route, with an id and `/content` after it; the same in both public formats.
pub(crate) const VIDEOS: &str = "/v1/videos";

/// A request without a body.
pub(crate) fn bare(method: Method, uri: &str) -> Result<HttpRequest, Error> {
    build(method, uri, Bytes::new())
}

/// A request with a JSON body.
pub(crate) fn post_json(uri: &str, body: &impl Serialize) -> Result<HttpRequest, Error> {
    let body = serde_json::to_vec(body)
        .map_err(|source| Error::invalid("the request cannot be written as JSON").with_source(source))?;
    // Without the type the gateway ignores the body.
    post(uri, HeaderValue::from_static("application/json"), body.into())
}

/// A request with a body of any type.
pub(crate) fn post(uri: &str, content_type: HeaderValue, body: Bytes) -> Result<HttpRequest, Error> {
    let mut request = build(Method::POST, uri, body)?;
    request.headers_mut().insert(header::CONTENT_TYPE, content_type);
    Ok(request)
}

/// The request that fetches one asset.
pub(crate) fn content(asset: &Asset) -> Result<HttpRequest, Error> {
    let mut request = match asset {
        Asset::Content(id) => bare(Method::GET, &format!("{VIDEOS}/{}/content", path_segment(id))),
        Asset::Link(link) => bare(Method::GET, &escape(link.split('#').next().unwrap_or(link))),
        Asset::Inline(_) => Err(Error::invalid("the video is inside the answer; nothing needs to be fetched")),
    }?;
    // Length and ranges must be those of the stored bytes.
    request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    Ok(request)
}

fn build(method: Method, uri: &str, body: Bytes) -> Result<HttpRequest, Error> {
    Request::builder()
        .method(method)
        .uri(uri)
        .body(body)
        .map_err(|source| Error::invalid("the address cannot be built").with_source(source))
}

/// Whether a generation has what both public formats require.
pub(crate) fn expressible(generation: &Generation) -> Result<(), Error> {
    if generation.model.as_str().trim().is_empty() {
        return Err(Error::invalid("model is required"));
    }
    if generation.prompt.trim().is_empty() {
        return Err(Error::invalid("prompt is required"));
    }
    Ok(())
}
