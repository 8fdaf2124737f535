//! Orders: sent upstream once, and finished whoever hangs up.

use std::error::Error as _;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use http::{HeaderMap, Response};
use tracing::field::debug;
use video_client::Client;
use video_protocol::{Error, ErrorKind, HttpRequest, Route, ServerDialect, Task};
use video_types::Generation;

use crate::as_ordered::AsOrdered;
use crate::record::Told;
use crate::refusal::{Refusal, whole};
use crate::request_body::{self, RequestBody};
use crate::request_id::RequestId;
use crate::service::Shared;

const IDEMPOTENCY_KEY: &str = "idempotency-key";
const LONGEST_KEY: usize = 255;

/// Reads an order, sends it upstream and says what became of it.
pub(crate) async fn answer(
    shared: &Arc<Shared>,
    dialect: &dyn ServerDialect,
    id: &RequestId,
    request: Request,
) -> Result<Response<Body>, Refusal> {
    let (head, body) = request.into_parts();
    let key = key(&head.headers)?;
    let body = request_body::read(&head.headers, body, shared.body_limit, &shared.body_memory).await?;
    let RequestBody { bytes, share } = body;
    let generation = dialect.decode_submit_request(&HttpRequest::from_parts(head, bytes)).map_err(Refusal::invalid)?;

    // From here on money may be spent, so this goes on without the client, and the end of the gateway waits for it.
    let (upstream, id) = (shared.upstream.clone(), id.clone());
    let order = shared.orders.spawn(async move {
        let ordered = order(&upstream, generation, key, &id).await;
        drop(share);
        ordered
    });
    match order.await {
        Ok(Ok(task)) => {
            let mut response = whole(dialect.encode_submit_response(&task));
            response.extensions_mut().insert(Told::task(task.reference.id));
            Ok(response)
        }
        Ok(Err(error)) => Err(Refusal::upstream(&Route::Submit, error)),
        Err(_) => Err(Refusal::broken_order()),
    }
}

/// One order, and its line in the log: whoever sent it may be gone when it is answered.
async fn order(upstream: &Client, generation: Generation, key: Option<String>, id: &RequestId) -> Result<Task, Error> {
    let asked = AsOrdered::of(&generation);
    let job = match key {
        Some(key) => upstream.submit_under(generation, &key).await,
        None => upstream.submit(generation).await,
    };
    let nothing = || Error::new(ErrorKind::OutcomeUnknown).with_message("the order ended without a task");
    let mut ordered = job.and_then(|job| job.task().cloned().ok_or_else(nothing));
    if let Ok(task) = &mut ordered {
        asked.complete(task);
    }
    match &ordered {
        Ok(task) => tracing::info!(request_id = %id, task = ?task.reference.id.as_str(), "order accepted"),
        Err(error) => {
            let (kind, code) = (debug(error.kind()), error.code().map(debug));
            let status = error.status().map(|status| status.as_u16());
            let theirs = upstream_request_id(error).map(debug);
            if error.kind() == ErrorKind::OutcomeUnknown {
                tracing::warn!(request_id = %id, kind, status, code, upstream_request_id = theirs, "order unknown");
            } else {
                tracing::info!(request_id = %id, kind, status, code, upstream_request_id = theirs, "order refused");
            }
        }
    }
    ordered
}

/// The upstream's own id of the request, which its operator can look up.
fn upstream_request_id(error: &Error) -> Option<&str> {
    let own = error.problem().and_then(|problem| problem.request_id.as_deref());
    own.or_else(|| upstream_request_id(error.source()?.downcast_ref()?))
}

/// The client's idempotency key. The gateway keeps no record of keys: it hands the key on, and does not echo it, since
/// only the upstream can honour it.
fn key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut lines = headers.get_all(IDEMPOTENCY_KEY).into_iter();
    let Some(line) = lines.next() else { return Ok(None) };
    let usable = |key: &&str| (1..=LONGEST_KEY).contains(&key.len()) && key.chars().all(|c| c.is_ascii_graphic());
    match (line.to_str().ok().map(str::trim).filter(usable), lines.next()) {
        (Some(key), None) => Ok(Some(key.to_owned())),
        _ => Err(Refusal::unusable_key()),
    }
}
