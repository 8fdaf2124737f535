//! How a task is: one question to the upstream, answered strictly.

use axum::body::Body;
use http::Response;
use http::uri::Authority;
use video_client::{Client, Task};
use video_protocol::{Asset, Dialect as _, NewApi, Route, ServerDialect, TaskRef};
use video_types::{Phase, TaskId};

use crate::pass::Passes;
use crate::refusal::{Refusal, whole};

/// Asks the upstream once and re-encodes what it says.
///
/// The link of a finished task is always the gateway's own content route: the upstream's may be signed, expire, or need
/// the upstream's key.
pub(crate) async fn answer(
    upstream: &Client,
    passes: &Passes,
    dialect: &dyn ServerDialect,
    route: &Route,
    id: &TaskId,
    host: Option<&Authority>,
) -> Result<Response<Body>, Refusal> {
    let reference = TaskRef::new(upstream.dialect_name(), id.clone());
    let mut task = upstream.show(&reference).await.map_err(|error| Refusal::upstream(route, error))?;
    own_place(&mut task, passes, host);
    Ok(whole(dialect.encode_poll_response(&task)))
}

/// Puts the gateway's own content route in place of the upstream's links.
pub(crate) fn own_place(task: &mut Task, passes: &Passes, host: Option<&Authority>) {
    let succeeded = task.phase() == Phase::Succeeded;
    task.assets = if succeeded { vec![own_link(&task.reference.id, passes, host)] } else { Vec::new() };
}

/// The content route of this gateway, absolute if the client said how it calls this host, and with a pass: clients hand
/// such a link to a `<video>` element, which sends no key.
fn own_link(id: &TaskId, passes: &Passes, host: Option<&Authority>) -> Asset {
    let content = Asset::Content(id.clone());
    let path = NewApi.encode_content(&content).ok();
    match (host, path) {
        (Some(host), Some(request)) => {
            Asset::Link(format!("http://{host}{}?{}", request.uri().path(), passes.query(id)))
        }
        _ => content,
    }
}
