//! Lists and deletes: passed on to the upstream, which alone knows all tasks.

use axum::body::Body;
use http::Response;
use http::uri::Authority;
use video_client::Client;
use video_protocol::{HttpRequest, Route, ServerDialect, TaskRef};
use video_types::TaskId;

use crate::pass::Passes;
use crate::poll::own_place;
use crate::refusal::{Refusal, whole};

/// One page of the upstream's tasks; the links of finished ones are the gateway's own.
pub(crate) async fn page(
    upstream: &Client,
    passes: &Passes,
    dialect: &dyn ServerDialect,
    request: &HttpRequest,
    host: Option<&Authority>,
) -> Result<Response<Body>, Refusal> {
    let query = dialect.decode_list_request(request).map_err(Refusal::invalid)?;
    let mut page = upstream.list(&query).await.map_err(|error| Refusal::upstream(&Route::List, error))?;
    for task in &mut page.tasks {
        own_place(task, passes, host);
    }
    Ok(whole(dialect.encode_list_response(&page)))
}

/// Makes the upstream forget a task that has ended.
pub(crate) async fn delete(
    upstream: &Client,
    dialect: &dyn ServerDialect,
    route: &Route,
    id: &TaskId,
) -> Result<Response<Body>, Refusal> {
    let reference = TaskRef::new(upstream.dialect_name(), id.clone());
    upstream.delete(&reference).await.map_err(|error| Refusal::upstream(route, error))?;
    Ok(whole(dialect.encode_delete_response(id)))
}
