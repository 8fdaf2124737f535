//! What the gateway says of itself to anybody: New API's status page, with our own name.

use axum::body::Body;
use http::{HeaderValue, Method, Response, header};
use serde_json::json;

use crate::Compat;

/// Where New API has it.
const PATH: &str = "/api/status";

/// Whether a request is for this page.
pub(crate) fn is_asked(method: &Method, path: &str) -> bool {
    matches!(*method, Method::GET | Method::HEAD) && path == PATH
}

/// The page. Nothing in it is a secret: it is open to all who may call.
pub(crate) fn answer(compat: Compat, honours_keys: bool) -> Response<Body> {
    let page = json!({
        "success": true,
        "message": "",
        "data": {
            "system_name": env!("CARGO_PKG_NAME"),
            "version": env!("CARGO_PKG_VERSION"),
            "compat": compat.name(),
            "honours_idempotency_keys": honours_keys,
        },
    });
    let mut response = Response::new(Body::from(page.to_string()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
