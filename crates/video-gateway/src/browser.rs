//! What web pages may do.

use std::time::Duration;

use http::{HeaderName, HeaderValue, Method, Uri, header, request};
use tower_http::cors::{AllowHeaders, AllowOrigin, Any, CorsLayer};

use crate::host::is_this_machine;
use crate::request_id;
use crate::submit::IDEMPOTENCY_KEY;

/// Headers of answers that pages may read.
const READABLE: [HeaderName; 11] = [
    header::ACCEPT_RANGES,
    header::CONTENT_DISPOSITION,
    header::CONTENT_LENGTH,
    header::CONTENT_RANGE,
    header::ETAG,
    header::RETRY_AFTER,
    request_id::HEADER,
    request_id::OPENAI_HEADER,
    IDEMPOTENCY_KEY,
    HeaderName::from_static("openai-poll-after-ms"),
    HeaderName::from_static("x-should-retry"),
];

/// The CORS answers: for every origin, or only for pages of this machine.
pub(crate) fn cors(any_origin: bool) -> CorsLayer {
    let origins = if any_origin {
        AllowOrigin::from(Any)
    } else {
        AllowOrigin::predicate(|origin: &HeaderValue, _: &request::Parts| is_local_page(origin))
    };
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::DELETE])
        // A star would not cover Authorization.
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(READABLE)
        .max_age(Duration::from_secs(24 * 60 * 60))
}

fn is_local_page(origin: &HeaderValue) -> bool {
    let origin = origin.to_str().ok().and_then(|origin| origin.parse::<Uri>().ok());
    origin.as_ref().and_then(Uri::host).is_some_and(is_this_machine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_this_machine_are_told_from_others() {
        let rows =
            ["http://localhost:3000", "https://127.0.0.1", "http://[::1]:5173", "https://evil.example", "null", ""];
        let table: Vec<String> = rows
            .into_iter()
            .map(|origin| format!("{origin:22} {}", is_local_page(&HeaderValue::from_static(origin))))
            .collect();
        insta::assert_snapshot!(table.join("\n"));
    }
}
