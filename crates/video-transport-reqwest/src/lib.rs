//! The transport the video client uses unless told otherwise: reqwest, made to keep the contract of
//! [`video_transport::Transport`].
//!
//! ```no_run
//! use video_transport::{Request, Transport};
//! use video_transport_reqwest::Reqwest;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let transport = Reqwest::new()?;
//! let request = http::Request::get("https://gateway.example/v1/models").body(Default::default())?;
//! let response = transport.send(request).await?;
//! println!("{}", response.status());
//! # Ok(())
//! # }
//! ```
//!
//! It sends a request once, says truthfully whether it was sent, follows no redirect, decompresses nothing and has no
//! limit for the whole of a download. TLS is rustls with ring, the roots are those of the platform, and no process-wide
//! crypto provider is installed. HTTP/2 is spoken where the server offers it over TLS.
//!
//! # What the proof of `Sent::No` rests on
//!
//! Ordering a video twice costs money, so [`Sent::No`](video_transport::Sent::No) is said in four cases only, and each
//! can be checked:
//!
//! 1. **The body never left custody.** The request body is wrapped, and its bytes are handed over when hyper first asks
//!    for them. If the exchange fails before that, the wrapper is locked (atomically, so hyper cannot ask a moment later)
//!    and no byte of the body can have been, or will be, written. This holds whatever hyper and reqwest do inside, and
//!    covers connections that never came about, a pooled connection found closed, a full HTTP/2 connection, a time-out
//!    in any of these.
//! 2. **No connection was made**, for requests without a body: reqwest's `is_connect()`. In hyper-util 0.1 that kind is
//!    only given while a connection is being made, which includes the proxy's `CONNECT` and the TLS handshake.
//! 3. **`REFUSED_STREAM`** from the server: by RFC 9113 section 8.7 the request was not processed.
//! 4. **`GOAWAY` without error** from the server, for a stream above the last one it names: by RFC 9113 section 6.8 the
//!    request was not and will not be processed. h2 0.4 gives this error to no other stream. A `GOAWAY` with an error is
//!    not trusted to name the right stream.
//!
//! Everything else is `Maybe`: above all a connection that breaks after the request was handed to it, even where not
//! one byte came through.
//!
//! hyper-util takes a request back and tries another connection when a *pooled* connection turns out to be closed before
//! the request was written to it. That is the one repetition left inside (reqwest's own, for HTTP/2, is switched off), and
//! it is no second sending: the request comes back unused (`TrySendError::take_message`), its body still in custody.

mod answer;
mod builder;
mod custody;
mod failure;
mod tls;
mod transport;
mod url;

pub use builder::{BuildError, Builder};
pub use transport::Reqwest;

/// The examples of the README, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
