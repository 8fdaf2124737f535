//! Stopping a task: passed on to the upstream, and said as the upstream's own tasks bear it out.

use axum::body::Body;
use http::uri::Authority;
use http::{Response, StatusCode};
use video_client::{Cancelled, Client, Task};
use video_protocol::{Error, ErrorKind, Route, ServerDialect, TaskRef};
use video_types::{TaskId, TaskStatus};

use crate::pass::Passes;
use crate::poll::own_place;
use crate::refusal::{Refusal, whole};

/// Asks the upstream to stop a task. 200 with the task as it is after it, cancelled or still running; 409 if it had
/// ended otherwise; 501 if the upstream cannot, and then the task goes on and is billed.
pub(crate) async fn answer(
    upstream: &Client,
    passes: &Passes,
    dialect: &dyn ServerDialect,
    route: &Route,
    id: &TaskId,
    host: Option<&Authority>,
) -> Result<Response<Body>, Refusal> {
    let reference = TaskRef::new(upstream.dialect_name(), id.clone());
    let refused = |error| Refusal::upstream(route, error);
    match upstream.cancel(&reference).await.map_err(refused)? {
        Cancelled::TooLate(task) => Err(Refusal::invalid(task.cancel_refusal().unwrap_or_else(|| ended(id)))),
        Cancelled::Unsupported(_) => Err(Refusal::not_cancelled()),
        cancelled => {
            let gone = |error: &Error| error.kind() == ErrorKind::NotFound && !cancelled.goes_on();
            let mut task = match upstream.show(&reference).await {
                Err(error) if gone(&error) => Task::new(reference, TaskStatus::from_static("cancelled")),
                seen => seen.map_err(refused)?,
            };
            own_place(&mut task, passes, host);
            Ok(whole(dialect.encode_cancel_response(&task)))
        }
    }
}

fn ended(id: &TaskId) -> Error {
    Error::new(ErrorKind::InvalidRequest)
        .with_status(StatusCode::CONFLICT)
        .with_code("video_not_cancellable")
        .with_message(format!("Task {id} has already ended"))
}
