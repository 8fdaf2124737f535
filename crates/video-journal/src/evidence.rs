//! What was seen when a job took a turn for the worse.

use serde::{Deserialize, Serialize};
use video_protocol::Error;

use crate::Excerpt;

/// What was seen when a job ended, was refused, or went out of sight: enough to judge it by later.
///
/// The times of intent and sending stand in the record itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Evidence {
    /// One word for what happened, in the words of the caller.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// One line for people.
    #[serde(skip_serializing_if = "Excerpt::is_empty")]
    pub message: Excerpt,
    /// HTTP status of the answer, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// What the server calls the exchange, for questions to its operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The beginning of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Excerpt>,
}

impl Evidence {
    /// A kind and a line of text.
    pub fn new(kind: impl Into<String>, message: Excerpt) -> Self {
        Self { kind: kind.into(), message, ..Self::default() }
    }

    /// What an error of the protocol says, with `secrets` masked.
    pub fn of(kind: impl Into<String>, error: &Error, secrets: &[&str]) -> Self {
        let request_id = error.problem().and_then(|problem| problem.request_id.as_deref());
        Self {
            kind: kind.into(),
            message: Excerpt::new(&error.to_string(), secrets),
            http_status: error.status().map(|status| status.as_u16()),
            request_id: request_id.map(|id| Excerpt::new(id, secrets).to_string()),
            body: None,
        }
    }

    /// Adds the HTTP status.
    #[must_use]
    pub fn with_http_status(mut self, status: u16) -> Self {
        self.http_status = Some(status);
        self
    }

    /// Adds the server's name of the exchange.
    #[must_use]
    pub fn with_request_id(mut self, id: impl Into<String>) -> Self {
        self.request_id = Some(id.into());
        self
    }

    /// Adds the beginning of the answer.
    #[must_use]
    pub fn with_body(mut self, body: Excerpt) -> Self {
        self.body = Some(body);
        self
    }
}
