//! From reqwest's errors to the contract's: what went wrong, and what is proved about the request.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use video_transport::{Sent, TransportError, TransportErrorKind};

/// The exchange failed before the head of an answer was there.
///
/// `proxied`: this transport was given a proxy. `kept`: the request had a body and nobody got hold of it.
pub(crate) fn before_head(error: reqwest::Error, proxied: bool, kept: bool) -> TransportError {
    let proved = kept || error.is_builder() || error.is_connect() || disowned(&error);
    TransportError::new(kind(&error, proxied), error.without_url()).with_sent(sent(proved))
}

/// The head of an answer did not come in time.
pub(crate) fn head_late(limit: Duration, kept: bool) -> TransportError {
    late("no answer", limit).with_sent(sent(kept))
}

/// The answer broke off after its head.
pub(crate) fn in_body(error: reqwest::Error) -> TransportError {
    let kind = if error.is_timeout() { TransportErrorKind::Timeout } else { TransportErrorKind::Interrupted };
    TransportError::new(kind, error.without_url()).with_sent(Sent::Maybe)
}

/// The next piece of a body did not come in time.
pub(crate) fn piece_late(limit: Duration) -> TransportError {
    late("nothing more of the answer", limit)
}

fn late(what: &str, limit: Duration) -> TransportError {
    TransportError::new(TransportErrorKind::Timeout, format!("{what} within {} s", limit.as_secs_f64()))
}

fn sent(proved: bool) -> Sent {
    if proved { Sent::No } else { Sent::Maybe }
}

fn kind(error: &reqwest::Error, proxied: bool) -> TransportErrorKind {
    if error.is_builder() {
        TransportErrorKind::Invalid
    } else if error.is_connect() {
        connect_kind(error, proxied)
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else if any::<hyper::Error>(error, hyper::Error::is_parse) {
        TransportErrorKind::Other
    } else {
        TransportErrorKind::Interrupted
    }
}

fn connect_kind(error: &reqwest::Error, proxied: bool) -> TransportErrorKind {
    // Only a TLS handshake ends with the end of a file: before it, nothing is read.
    let handshake = any::<rustls::Error>(error, |_| true)
        || any::<io::Error>(error, |error| error.kind() == io::ErrorKind::UnexpectedEof);
    if handshake {
        TransportErrorKind::Tls
    } else if proxied || refused_by_proxy(error) {
        TransportErrorKind::Proxy
    } else if error.is_dns() {
        TransportErrorKind::Resolve
    } else {
        TransportErrorKind::Connect
    }
}

/// A proxy of the system was asked for a tunnel and gave none.
///
/// hyper-util does not let its type be named, so its words decide (0.1.21, seen 2026-11). It decides nothing but which
/// hint a person gets: either kind says that nothing was sent.
fn refused_by_proxy(error: &reqwest::Error) -> bool {
    chain(error).any(|error| error.to_string().starts_with("tunnel error"))
}

/// The server said in HTTP/2 that it did not and will not process the request. See the documentation of the crate.
fn disowned(error: &reqwest::Error) -> bool {
    any::<h2::Error>(error, |error| match error.reason() {
        Some(h2::Reason::REFUSED_STREAM) => error.is_reset() && error.is_remote(),
        Some(h2::Reason::NO_ERROR) => error.is_go_away() && error.is_remote(),
        _ => false,
    })
}

/// Whether an error of this type is among the causes and has this property.
fn any<E: StdError + 'static>(error: &reqwest::Error, property: impl Fn(&E) -> bool) -> bool {
    chain(error).filter_map(<dyn StdError>::downcast_ref).any(property)
}

/// The error and its causes. The cause that an `io::Error` wraps is not its `source()`: that would skip one.
fn chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(Some(error as &(dyn StdError + 'static)), |&error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}
