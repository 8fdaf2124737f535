//! One request, one buffered answer, within bounds.

use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use video_protocol::{HttpRequest, HttpResponse, Lost, Sent};
use video_transport::{Body, TransportError};

use crate::client::Parts;

/// Longest answer to a submit.
const SUBMIT_LIMIT: usize = 8 << 20;
/// Longest answer to a poll: Vertex channels up to New API v0.9.14 put the whole video into it as text.
const POLL_LIMIT: usize = 96 << 20;
/// Longest error text that is read; the rest is left.
pub(crate) const ERROR_LIMIT: usize = 64 << 10;
/// Longest time for reading one answer, so that a trickle cannot hold a job for ever.
const READING: Duration = Duration::from_secs(300);

/// Which bounds apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    Submit,
    Poll,
}

/// Sends `request` once and reads the answer.
pub(crate) async fn exchange(parts: &Parts, request: HttpRequest, lane: Lane) -> Result<HttpResponse, Lost> {
    let request = parts.endpoint.prepare(request, now()).map_err(|error| Lost::new(Sent::No, error))?;
    let (head, body) = parts.transport.send(request).await.map_err(lost)?.into_parts();
    let limit = if lane == Lane::Submit { SUBMIT_LIMIT } else { POLL_LIMIT };
    let body = async {
        if head.status.is_success() { body.collect(limit).await } else { Ok(beginning(body, ERROR_LIMIT).await) }
    };
    let body = tokio::time::timeout(READING, body)
        .await
        .map_err(|_| Lost::new(Sent::Maybe, "the answer did not end within 300 s"))?
        .map_err(|error| Lost::new(Sent::Maybe, error))?;
    Ok(HttpResponse::from_parts(head, body))
}

/// At most `limit` bytes of a body; a break in it ends it.
pub(crate) async fn beginning(mut body: Body, limit: usize) -> Bytes {
    let mut read = BytesMut::new();
    while let Some(Ok(piece)) = body.chunk().await {
        let room = limit.saturating_sub(read.len());
        read.extend_from_slice(&piece[..piece.len().min(room)]);
        if read.len() >= limit {
            break;
        }
    }
    read.freeze()
}

/// The wall clock, for signatures that carry a time.
#[expect(clippy::disallowed_methods, reason = "the driver is where time comes from")]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

fn lost(error: TransportError) -> Lost {
    Lost::new(if error.may_have_been_sent() { Sent::Maybe } else { Sent::No }, error)
}
