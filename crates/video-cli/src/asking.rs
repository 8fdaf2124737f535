//! Free questions to a gateway.

use std::time::{Duration, SystemTime};

use http::{HeaderValue, header};
use tokio::time::timeout;
use video_protocol::{Bearer, BoxError, Caller, Endpoint, Error, ErrorKind, HttpRequest, HttpResponse, Question};
use video_transport::{Body, Transport as _, TransportError};
use video_transport_reqwest::Reqwest;

use crate::settings::Secret;

/// Longest part of an answer that is read.
const LONGEST_ANSWER: usize = 4 << 20;
/// Longest time to wait for a connection, for an answer to begin, and for it to end.
const CONNECTING: Duration = Duration::from_secs(10);
const BEGINNING: Duration = Duration::from_secs(20);
const READING: Duration = Duration::from_secs(20);

/// A key shorter than this is a word like any other, in bytes.
const SHORTEST_MASKED: usize = 6;

/// Asks one gateway.
pub(crate) struct Asking {
    own: Endpoint,
    wrong: Endpoint,
    key: Secret,
    transport: Reqwest,
}

impl Asking {
    pub(crate) fn new(base_url: &str, key: &str) -> Result<Self, Error> {
        let transport = Reqwest::builder().connect_timeout(CONNECTING).head_timeout(BEGINNING).build();
        let transport = transport.map_err(|source| {
            Error::new(ErrorKind::Local).with_message("the transport cannot be set up").with_source(source)
        })?;
        Ok(Self {
            own: Endpoint::new(base_url, Bearer::new(key)?)?,
            key: Secret(bare(key).to_owned()),
            wrong: Endpoint::new(base_url, Bearer::new(Caller::WRONG_KEY)?)?,
            transport,
        })
    }

    /// The gateway, without `/v1`.
    pub(crate) fn base_url(&self) -> String {
        self.own.base_url()
    }

    /// The request of a question, as it is sent.
    pub(crate) fn request(&self, question: Question) -> Result<HttpRequest, Error> {
        let endpoint = if question.caller() == Caller::Wrong { &self.wrong } else { &self.own };
        let mut request = endpoint.prepare(question.request(), now())?;
        if question.caller() == Caller::Nobody {
            request.headers_mut().remove(header::AUTHORIZATION);
        }
        Ok(request)
    }

    fn masked(&self, text: &str) -> Option<String> {
        text.contains(&self.key.0).then(|| text.replace(&self.key.0, "***"))
    }

    /// Asks once. A body that breaks or does not end is taken as far as it came.
    pub(crate) async fn ask(&self, question: Question) -> Result<Result<HttpResponse, TransportError>, Error> {
        let request = self.request(question)?;
        let (mut head, body) = match self.transport.send(request).await {
            Ok(response) => response.into_parts(),
            Err(error) => return Ok(Err(error)),
        };
        let mut body = beginning(body).await;
        // A server may repeat the key anywhere in its answer: it goes no further than here.
        if self.key.0.len() >= SHORTEST_MASKED {
            for value in head.headers.values_mut() {
                if let Some(masked) = value.to_str().ok().and_then(|text| self.masked(text)) {
                    *value = HeaderValue::try_from(masked).unwrap_or(HeaderValue::from_static("***"));
                }
            }
            if let Some(masked) = std::str::from_utf8(&body).ok().and_then(|text| self.masked(text)) {
                body = masked.into_bytes();
            }
        }
        Ok(Ok(HttpResponse::from_parts(head, body.into())))
    }
}

/// The clock of this machine.
#[expect(clippy::disallowed_methods, reason = "an edge: signatures and the check of the clock need the time")]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// The key as the server sees it: without white space and `Bearer ` around it.
fn bare(key: &str) -> &str {
    let key = key.trim();
    match key.get(..7) {
        Some(prefix) if prefix.eq_ignore_ascii_case("bearer ") => key[7..].trim(),
        _ => key,
    }
}

async fn beginning(mut body: Body) -> Vec<u8> {
    let mut read = Vec::new();
    let reading = async {
        while let Some(Ok(piece)) = body.chunk().await {
            read.extend_from_slice(&piece[..piece.len().min(LONGEST_ANSWER - read.len())]);
            if read.len() == LONGEST_ANSWER {
                break;
            }
        }
    };
    // What has come by then is taken for all of it.
    let _ = timeout(READING, reading).await;
    read
}

/// No answer, as an error: nothing was ordered.
pub(crate) fn unreachable(error: TransportError) -> Error {
    let words = error.to_string();
    let source: BoxError = error.into();
    Error::new(ErrorKind::NoAnswer).with_message(words).with_source(source).with_proof_of_no_task()
}
