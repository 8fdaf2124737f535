//! The transport itself: one request out, one answer back.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Method};
use tokio::time::timeout;
use video_transport::{Request, Response, Transport, TransportError, TransportErrorKind};

use crate::custody::{Claim, Custody, KeptBody};
use crate::{BuildError, Builder, answer, failure, url};

/// Sends requests with reqwest.
///
/// Clones share one pool of connections. Needs a tokio runtime with time and I/O.
#[derive(Clone)]
pub struct Reqwest {
    client: reqwest::Client,
    connect_timeout: Duration,
    head_timeout: Duration,
    idle_timeout: Duration,
    proxied: bool,
    rootless: Option<rustls::Error>,
}

impl Reqwest {
    /// A transport with the default settings of [`Builder`].
    pub fn new() -> Result<Self, BuildError> {
        Self::builder().build()
    }

    /// The settings to change before a transport is built.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn assemble(
        client: reqwest::Client,
        settings: &Builder,
        proxied: bool,
        rootless: Option<rustls::Error>,
    ) -> Self {
        let &Builder { connect_timeout, head_timeout, idle_timeout, .. } = settings;
        Self { client, connect_timeout, head_timeout, idle_timeout, proxied, rootless }
    }

    /// What reqwest is to send, and the claim on its body.
    fn prepare(&self, request: Request) -> Result<(reqwest::Request, Claim), TransportError> {
        let (head, body) = request.into_parts();
        let url = url::exact(&head.uri)?;
        if let (Some(reason), "https") = (&self.rootless, url.scheme()) {
            return Err(TransportError::new(TransportErrorKind::Tls, Rootless(reason.clone())));
        }
        // The version is left to the connection: what the caller put there is the default of a request in memory.
        let mut prepared = reqwest::Request::new(head.method, url);
        *prepared.headers_mut() = head.headers;
        if body.is_empty() {
            if has_body_by_nature(prepared.method()) {
                // hyper leaves it out, and some servers then answer 411 (RFC 9110 section 8.6 wants it).
                prepared.headers_mut().entry(CONTENT_LENGTH).or_insert(HeaderValue::from_static("0"));
            }
            return Ok((prepared, Claim::new(None)));
        }
        let custody = Custody::default();
        *prepared.body_mut() = Some(reqwest::Body::wrap(KeptBody::new(body, custody.clone())));
        Ok((prepared, Claim::new(Some(custody))))
    }
}

/// Whether a server expects a body from a request with this method, were it without a byte.
fn has_body_by_nature(method: &Method) -> bool {
    [Method::POST, Method::PUT, Method::PATCH].contains(method)
}

#[async_trait]
impl Transport for Reqwest {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let (prepared, claim) = self.prepare(request)?;
        match timeout(self.head_timeout, self.client.execute(prepared)).await {
            Ok(Ok(answer)) => {
                claim.release();
                Ok(answer::from_reqwest(answer, self.idle_timeout))
            }
            Ok(Err(error)) => Err(failure::before_head(error, self.proxied, claim.lock())),
            Err(_) => Err(failure::head_late(self.head_timeout, claim.lock())),
        }
    }
}

impl fmt::Debug for Reqwest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // reqwest's own text would show the proxy.
        f.debug_struct("Reqwest")
            .field("connect_timeout", &self.connect_timeout)
            .field("head_timeout", &self.head_timeout)
            .field("idle_timeout", &self.idle_timeout)
            .finish_non_exhaustive()
    }
}

/// Why no server can be trusted, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[error(
    "this machine has no root certificates: install ca-certificates, set SSL_CERT_FILE, or give a root certificate"
)]
struct Rootless(#[source] rustls::Error);
