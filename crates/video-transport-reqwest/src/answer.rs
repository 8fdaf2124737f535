//! The answer as the contract has it: status, headers, and a body that must keep moving.

use std::time::Duration;

use futures_util::stream;
use tokio::time::timeout;
use video_transport::{Body, Response};

use crate::failure;

/// The head of reqwest's answer, and its body with a limit on each pause.
pub(crate) fn from_reqwest(mut answer: reqwest::Response, idle: Duration) -> Response {
    let mut response = Response::default();
    *response.status_mut() = answer.status();
    *response.version_mut() = answer.version();
    *response.headers_mut() = std::mem::take(answer.headers_mut());
    *response.body_mut() = body(answer, idle);
    response
}

fn body(answer: reqwest::Response, idle: Duration) -> Body {
    // After an error there is no answer left: dropping it closes what remains of the exchange.
    Body::new(stream::unfold(Some(answer), move |answer| async move {
        let mut answer = answer?;
        match timeout(idle, answer.chunk()).await {
            Ok(Ok(Some(piece))) => Some((Ok(piece), Some(answer))),
            Ok(Ok(None)) => None,
            Ok(Err(error)) => Some((Err(failure::in_body(error)), None)),
            Err(_) => Some((Err(failure::piece_late(idle)), None)),
        }
    }))
}
