//! One request, one buffered answer, within bounds.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::time::{Instant, timeout, timeout_at};
use video_protocol::{HttpRequest, HttpResponse, Lost, Sent};
use video_transport::{Body, TransportError, TransportErrorKind};

use crate::client::Parts;
use crate::repeated_key;

/// Longest answer to a submit.
const SUBMIT_LIMIT: usize = 8 << 20;
/// Longest answer to a poll: Vertex channels up to New API v0.9.14 put the whole video into it as text.
const POLL_LIMIT: usize = 96 << 20;
/// Longest error text that is read; the rest is left.
const ERROR_LIMIT: usize = 64 << 10;
/// Longest time for the body of an answer, so that a trickle cannot hold a job for ever.
const READING: Duration = Duration::from_secs(300);
/// Longest time for an error text; what has come by then is taken for all of it.
const ERROR_READING: Duration = Duration::from_secs(30);
/// Longest time for a poll as a whole: a transport that forgot its own limits does not hold a job either.
pub(crate) const LONGEST_POLL: Duration = Duration::from_secs(300);

/// Sends a submit once and reads the answer. When the answer begins is the transport's business: whoever gives a paid
/// submit up early no longer knows what became of it.
pub(crate) async fn submit(parts: &Parts, request: HttpRequest) -> Result<HttpResponse, Lost> {
    exchange(parts, request, SUBMIT_LIMIT).await
}

/// Asks once how a task is, for `longest` at most.
pub(crate) async fn ask(parts: &Parts, request: HttpRequest, longest: Duration) -> Result<HttpResponse, Lost> {
    let late = |_| Lost::new(Sent::Maybe, format!("no whole answer within {} s", longest.as_secs()));
    timeout(longest, exchange(parts, request, POLL_LIMIT)).await.map_err(late)?
}

async fn exchange(parts: &Parts, request: HttpRequest, limit: usize) -> Result<HttpResponse, Lost> {
    let request =
        parts.endpoint.prepare(request, parts.clock.now()).map_err(|error| Lost::new(Sent::No, error).for_good())?;
    let (head, body) = parts.transport.send(request).await.map_err(lost)?.into_parts();
    let body = if head.status.is_success() {
        let late = |_| Lost::new(Sent::Maybe, format!("the answer did not end within {} s", READING.as_secs()));
        timeout(READING, body.collect(limit)).await.map_err(late)?.map_err(|error| Lost::new(Sent::Maybe, error))?
    } else {
        error_text(body).await
    };
    Ok(repeated_key::without(&parts.secret.0, HttpResponse::from_parts(head, body)))
}

/// The beginning of an error's body. A break or a stall ends it: the status alone says much.
pub(crate) async fn error_text(mut body: Body) -> Bytes {
    let end = Instant::now() + ERROR_READING;
    let mut read = BytesMut::new();
    while read.len() < ERROR_LIMIT {
        let Ok(Some(Ok(piece))) = timeout_at(end, body.chunk()).await else { break };
        read.extend_from_slice(&piece[..piece.len().min(ERROR_LIMIT - read.len())]);
    }
    read.freeze()
}

fn lost(error: TransportError) -> Lost {
    let for_good = error.kind() == TransportErrorKind::Invalid;
    let lost = Lost::new(if error.may_have_been_sent() { Sent::Maybe } else { Sent::No }, error);
    if for_good { lost.for_good() } else { lost }
}
