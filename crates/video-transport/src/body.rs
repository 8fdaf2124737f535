//! The body of an answer: pieces that arrive one after the other.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use crate::{TransportError, TransportErrorKind};

/// The body of an answer, as a stream of pieces.
///
/// Read it piece by piece with [`chunk`](Self::chunk), or whole and with a limit with [`collect`](Self::collect).
/// Dropping it gives up what was not read. After the end or the first error it stays ended.
#[derive(Default)]
pub struct Body(Inner);

enum Inner {
    Whole(Bytes),
    Pieces(Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send>>),
}

impl Body {
    /// A body whose pieces come from `pieces`.
    ///
    /// The stream ends with `None` only if the body is complete as far as HTTP can tell; a connection that broke is
    /// an error.
    pub fn new(pieces: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static) -> Self {
        Self(Inner::Pieces(Box::pin(pieces)))
    }

    /// A body that is already in memory.
    pub fn full(bytes: impl Into<Bytes>) -> Self {
        Self(Inner::Whole(bytes.into()))
    }

    /// A body without a byte.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The next piece, or `None` at the end.
    ///
    /// Pieces have the size the connection gave them; none of them means anything by itself. May be dropped and called
    /// again without losing a piece.
    pub async fn chunk(&mut self) -> Option<Result<Bytes, TransportError>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// The whole body, if it is at most `limit` bytes long.
    ///
    /// Stops at the first piece that goes over the limit with [`TransportErrorKind::BodyTooLarge`], so it never holds
    /// more than `limit` bytes and one piece.
    pub async fn collect(mut self, limit: usize) -> Result<Bytes, TransportError> {
        let mut whole = within(limit, 0, self.chunk().await.transpose()?.unwrap_or_default())?;
        // A body of one piece, as a short JSON answer mostly is, is not copied.
        let Some(second) = self.chunk().await.transpose()? else { return Ok(whole) };
        let mut buffer = Vec::from(std::mem::take(&mut whole));
        buffer.extend_from_slice(&within(limit, buffer.len(), second)?);
        while let Some(piece) = self.chunk().await.transpose()? {
            buffer.extend_from_slice(&within(limit, buffer.len(), piece)?);
        }
        Ok(buffer.into())
    }
}

/// The piece, unless it and what was `held` before are over the limit.
fn within(limit: usize, held: usize, piece: Bytes) -> Result<Bytes, TransportError> {
    if piece.len() > limit.saturating_sub(held) {
        let reason = format!("the body has more than {limit} bytes");
        return Err(TransportError::new(TransportErrorKind::BodyTooLarge, reason));
    }
    Ok(piece)
}

impl Stream for Body {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.0 {
            Inner::Whole(bytes) => {
                let piece = std::mem::take(bytes);
                Poll::Ready((!piece.is_empty()).then_some(Ok(piece)))
            }
            Inner::Pieces(pieces) => {
                let piece = ready!(pieces.as_mut().poll_next(cx));
                if !matches!(piece, Some(Ok(_))) {
                    // What is left of the exchange is let go at once.
                    self.0 = Inner::default();
                }
                Poll::Ready(piece)
            }
        }
    }
}

impl Default for Inner {
    fn default() -> Self {
        Self::Whole(Bytes::new())
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Self::full(bytes)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::Whole(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            Inner::Pieces(_) => f.write_str("Body(..)"),
        }
    }
}
