//! The one trait a transport implements, and the messages it carries.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use crate::{Body, TransportError};

/// A request to send: absolute URI, all headers, and the whole body in memory.
///
/// The body is small next to what comes back: a submit with a few pictures is some megabytes. Cloning the request
/// shares the body.
pub type Request = http::Request<Bytes>;

/// The head of an answer, and its body still to be read.
pub type Response = http::Response<Body>;

/// Sends one HTTP request and returns the head of its answer.
///
/// This is a contract, and the money of whoever calls it depends on it:
///
/// - **It never sends a request twice.** No retry, whatever went wrong: the caller knows what may be repeated. Trying
///   the same unsent request on a second connection is fine as long as no byte of it was written on the first.
/// - **It never follows a redirect.** A 3xx is an answer like any other.
/// - **A status is not an error.** 4xx and 5xx come back as `Ok`.
/// - **The content arrives as it was sent.** No decompression, and no `Accept-Encoding` that was not in the request:
///   ranges, lengths and hashes are those of the stored bytes. Transfer coding is undone.
/// - **It adds nothing that decides anything.** `Host`, `Content-Length`, `User-Agent` and `Accept` are its business;
///   authorization is not.
/// - **An error tells the truth about [`sent`](TransportError::sent).** `No` only where it can be proved.
/// - **It does not wait for ever** for a connection, for the head of an answer or for the next piece of a body. It puts
///   no limit on the whole: a long download is not a slow one.
/// - **Dropping the future cancels** the exchange, and dropping the [`Body`] closes what was left of it. A request
///   whose future was dropped may have been sent.
///
/// Calls may be made at the same time from many tasks; a transport keeps its connections between them.
///
/// ```
/// use video_transport::{Body, Request, Response, Transport, TransportError};
///
/// /// Answers every request with its own body.
/// #[derive(Debug)]
/// struct Echo;
///
/// #[async_trait::async_trait]
/// impl Transport for Echo {
///     async fn send(&self, request: Request) -> Result<Response, TransportError> {
///         Ok(Response::new(Body::full(request.into_body())))
///     }
/// }
/// ```
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends `request` once and returns as soon as the head of the final answer is there.
    ///
    /// Informational answers (1xx) are skipped.
    async fn send(&self, request: Request) -> Result<Response, TransportError>;
}

#[async_trait]
impl<T: Transport + ?Sized> Transport for Arc<T> {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        (**self).send(request).await
    }
}

#[async_trait]
impl<T: Transport + ?Sized> Transport for Box<T> {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        (**self).send(request).await
    }
}
