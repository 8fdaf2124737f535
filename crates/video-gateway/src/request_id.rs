//! The id of one request, in its answer and in the log.

use std::fmt;

use http::{HeaderName, HeaderValue};

/// The header New API uses.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-oneapi-request-id");
/// The header OpenAI's clients read.
pub(crate) const OPENAI_HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of one request: 32 letters and digits, our own whatever the client sent.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(String);

impl RequestId {
    pub(crate) fn random() -> Self {
        Self(std::iter::repeat_with(fastrand::alphanumeric).take(32).collect())
    }

    pub(crate) fn to_header(&self) -> Option<HeaderValue> {
        HeaderValue::try_from(&self.0).ok()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
