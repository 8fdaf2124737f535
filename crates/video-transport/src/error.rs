//! Why an exchange failed, and whether the server may have seen the request.

use std::error::Error as StdError;
use std::fmt;

use thiserror::Error;

/// An exchange that did not give a whole answer.
///
/// Two questions are answered here: what went wrong ([`kind`](Self::kind)), and whether the request may have reached
/// the server ([`sent`](Self::sent)). What to do about it follows from the two and from what the request was for, and is
/// the business of the caller.
///
/// Its text is one clause. The details are in `source()`; neither names the URL or a header, so neither holds a secret.
#[derive(Debug, Error)]
#[error("{}{}", self.kind.clause(), self.proof())]
pub struct TransportError {
    kind: TransportErrorKind,
    sent: Sent,
    source: Box<dyn StdError + Send + Sync>,
}

impl TransportError {
    /// An error of this kind, with what caused it.
    ///
    /// Whether the request was sent is what [the kind says](TransportErrorKind::default_sent) until
    /// [`with_sent`](Self::with_sent) knows better. The source must not hold the query of the URL, a header or a key.
    ///
    /// ```
    /// use video_transport::{Sent, TransportError, TransportErrorKind};
    ///
    /// let refused = TransportError::new(TransportErrorKind::Connect, "connection refused");
    /// assert_eq!(refused.sent(), Sent::No);
    ///
    /// let late = TransportError::new(TransportErrorKind::Timeout, "no answer within 120 s");
    /// assert!(late.may_have_been_sent());
    /// ```
    pub fn new(kind: TransportErrorKind, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { kind, sent: kind.default_sent(), source: source.into() }
    }

    /// The same error, with what the transport knows about the request.
    ///
    /// [`Sent::No`] is a promise on which money depends; see there.
    #[must_use]
    pub fn with_sent(self, sent: Sent) -> Self {
        Self { sent, ..self }
    }

    /// What went wrong.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Whether the server may have seen the request.
    pub fn sent(&self) -> Sent {
        self.sent
    }

    /// Whether the server may have acted on the request: [`sent`](Self::sent) is not [`Sent::No`].
    pub fn may_have_been_sent(&self) -> bool {
        self.sent == Sent::Maybe
    }

    /// Said only where the kind alone would make the reader fear the opposite.
    fn proof(&self) -> &'static str {
        if self.sent == Sent::No && self.kind.default_sent() == Sent::Maybe { ", nothing was sent" } else { "" }
    }
}

/// Whether the server may have acted on a request whose answer did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a question with two answers; a caller must look at both")]
pub enum Sent {
    /// Proved: nothing was there for a server to act on.
    ///
    /// Either no byte of the body left this machine (no byte of the request at all, where it has no body), or it was
    /// sent over HTTP/2 and the server declared in the protocol that it did not and will not process it
    /// (`REFUSED_STREAM`; a `GOAWAY` without error that stops below the stream). The caller may send the request again.
    No,
    /// Everything else, and every doubt. A submit is not sent again before it is known what became of the first.
    Maybe,
}

/// What went wrong in an exchange.
///
/// Each kind says what the video client does with it. A *submit* costs money. A *poll* and a *download* do not: they
/// are asked again after a pause, whatever the kind, for as long as the job has time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The name of the server or of the proxy has no address.
    ///
    /// Nothing was sent. The client tries a submit again a few times, then reports `unsent`: check the base URL and the
    /// network.
    Resolve,
    /// No connection: refused, unreachable, or not there in time.
    ///
    /// Nothing was sent. The client tries a submit again a few times, then reports `unsent`: check the base URL, the
    /// port and the network.
    Connect,
    /// A connection, but no trust: the certificate is not accepted, or the other side does not speak TLS.
    ///
    /// Nothing was sent. The client tries a submit again a few times, then reports `unsent`: check the scheme of the
    /// base URL, the clock, and whether a private gateway needs its root certificate given.
    Tls,
    /// The proxy cannot be reached, or refuses to connect to the server.
    ///
    /// Nothing was sent. The client tries a submit again a few times, then reports `unsent`: check the proxy and its
    /// password.
    Proxy,
    /// The answer, or its next piece, did not come in time.
    ///
    /// The client reads [`sent`](TransportError::sent): a submit that may have been sent becomes `unknown` and is
    /// settled, not repeated; one that was not is tried again.
    Timeout,
    /// The connection broke before the answer was whole.
    ///
    /// The client does as for [`Timeout`](Self::Timeout). A download goes on from where it stopped.
    Interrupted,
    /// The body is longer than the caller accepts.
    ///
    /// Not repeated. For an answer to a submit, the job is `unknown`: the server has accepted something.
    BodyTooLarge,
    /// The request cannot be sent as it stands: no scheme or host, a scheme that is not HTTP, a path that would be
    /// changed on the way.
    ///
    /// Nothing was sent, and sending it again cannot help. The client stops and reports a mistake on this side.
    Invalid,
    /// Anything else, as an answer that is not HTTP.
    ///
    /// The client does as for [`Timeout`](Self::Timeout).
    Other,
}

impl TransportErrorKind {
    /// What an error of this kind says about the request, if its transport does not know better.
    ///
    /// [`Sent::No`] for what happens before a connection stands (`Resolve`, `Connect`, `Tls`, `Proxy`) and for
    /// `Invalid`; [`Sent::Maybe`] for the others.
    pub fn default_sent(self) -> Sent {
        match self {
            Self::Resolve | Self::Connect | Self::Tls | Self::Proxy | Self::Invalid => Sent::No,
            Self::Timeout | Self::Interrupted | Self::BodyTooLarge | Self::Other => Sent::Maybe,
        }
    }

    /// One stable word for logs, metrics and tests: `resolve`, `connect`, `tls`, `proxy`, `timeout`, `interrupted`,
    /// `body-too-large`, `invalid`, `other`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Proxy => "proxy",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::BodyTooLarge => "body-too-large",
            Self::Invalid => "invalid",
            Self::Other => "other",
        }
    }

    fn clause(self) -> &'static str {
        match self {
            Self::Resolve => "the server's name has no address",
            Self::Connect => "could not connect to the server",
            Self::Tls => "could not make a trusted connection",
            Self::Proxy => "could not connect through the proxy",
            Self::Timeout => "the answer did not come in time",
            Self::Interrupted => "the connection broke before the answer was whole",
            Self::BodyTooLarge => "the answer is too large",
            Self::Invalid => "the request cannot be sent as it stands",
            Self::Other => "the exchange failed",
        }
    }
}

impl fmt::Display for TransportErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
