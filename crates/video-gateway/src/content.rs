//! The video itself, passed through as it arrives.

mod passage;
mod plan;

use axum::body::Body;
use http::{HeaderMap, Method, Response};
use video_client::{Client, Task};
use video_protocol::{Route, TaskRef};
use video_types::TaskId;

use crate::refusal::Refusal;
use passage::Passage;
use plan::{Plan, plan, wish};

/// Opens the video of a task and passes on the bytes that were asked for.
///
/// Nothing is held but the piece at hand: the upstream is read as fast as the client reads.
pub(crate) async fn answer(
    upstream: &Client,
    route: &Route,
    id: &TaskId,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response<Body>, Refusal> {
    let refused = |error| Refusal::upstream(route, error);
    let task = upstream.show(&TaskRef::new(upstream.dialect_name(), id.clone())).await.map_err(refused)?;
    if let Some(refusal) = task.content_refusal() {
        return Err(Refusal::invalid(refusal));
    }
    // A range is a matter of GET alone (RFC 9110, 14.2).
    let head_only = *method == Method::HEAD;
    let none = HeaderMap::new();
    let asked = if head_only { &none } else { headers };
    let wish = wish(asked);
    let answered = match open(upstream, route, &task, asked, &wish).await? {
        Some(answered) => answered,
        None => open(upstream, route, &task, asked, &none).await?.ok_or_else(|| {
            Refusal::not_a_video("The upstream sent a part of the video although the whole was asked for")
        })?,
    };
    let (head, passage) = answered.into_parts();
    Ok(Response::from_parts(head, if head_only { Body::empty() } else { Body::new(passage) }))
}

/// One try; `None` if the upstream sent another part than `wish` asked for.
async fn open(
    upstream: &Client,
    route: &Route,
    task: &Task,
    asked: &HeaderMap,
    wish: &HeaderMap,
) -> Result<Option<Response<Passage>>, Refusal> {
    let response = upstream.open_content(task, wish).await.map_err(|error| Refusal::upstream(route, error))?;
    let (head, body) = response.into_parts();
    let Plan::Send { status, headers, skip, take } = plan(asked, wish, head.status, &head.headers)? else {
        return Ok(None);
    };
    let mut response = Response::new(Passage::new(body, skip, take));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    plan::describe(response.headers_mut(), &task.reference.id);
    Ok(Some(response))
}
