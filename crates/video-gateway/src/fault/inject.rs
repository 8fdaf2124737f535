//! The door: counts requests, and spoils the answers the plan says.

use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use axum::extract::Request;
use http::{HeaderValue, Method, Response, StatusCode, header};
use video_protocol::{Route, ServerDialect};

use super::kind::Kind;
use super::plan::{Fault, FaultPlan, FaultRoute};
use super::spoiled::{Middle, Spoiled, pause};
use crate::refusal::Refusal;
use crate::request_body;
use crate::request_id::RequestId;
use crate::service::Shared;

/// A plan, and how many requests each route has had.
#[derive(Debug)]
pub(crate) struct FaultSource {
    plan: FaultPlan,
    counts: [AtomicU64; 4],
}

impl FaultSource {
    pub(crate) fn new(plan: FaultPlan) -> Self {
        Self { plan, counts: Default::default() }
    }

    /// Counts a request, and says what goes wrong with it.
    pub(crate) fn next(&self, method: &Method, route: Option<&Route>) -> Option<Fault> {
        let route = FaultRoute::of(route?)?;
        if *method == Method::HEAD {
            return None;
        }
        let number = self.counts[route as usize].fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        self.plan.decide(route, number)
    }
}

/// Marks an answer that is none: the connection is closed instead. Travels in the extensions of the answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CloseWithoutAnswer;

/// Why a body has no bytes for a server that does not know [`CloseWithoutAnswer`].
impl fmt::Display for CloseWithoutAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fault closes the connection without an answer")
    }
}

impl std::error::Error for CloseWithoutAnswer {}

/// Answers a request with a fault. `work` is what the gateway would do without it.
pub(crate) async fn inject<Work>(
    fault: Fault,
    shared: &Shared,
    dialect: &dyn ServerDialect,
    id: &RequestId,
    request: Request,
    work: impl FnOnce(Request) -> Work,
) -> Response<Body>
where
    Work: Future<Output = Response<Body>>,
{
    let refuse = |status| Refusal::fault(status, &fault).answer(dialect, None, id);
    match fault.kind {
        Kind::Status(status) => {
            ignore(shared, request).await;
            refuse(status)
        }
        Kind::Html(status) => {
            ignore(shared, request).await;
            page(status)
        }
        Kind::Json => {
            ignore(shared, request).await;
            let mut answer = refuse(StatusCode::INTERNAL_SERVER_ERROR);
            *answer.status_mut() = StatusCode::OK;
            answer
        }
        Kind::Empty => {
            ignore(shared, request).await;
            Response::new(Body::empty())
        }
        Kind::Drop => {
            ignore(shared, request).await;
            closed()
        }
        Kind::Lost(said) => {
            drop(work(request).await);
            said.map_or_else(closed, refuse)
        }
        Kind::Late(time) => {
            let answer = work(request).await;
            pause(time).await;
            answer
        }
        Kind::Cut => spoil(work(request).await, Middle::Break),
        Kind::Short => spoil(work(request).await, Middle::End),
        Kind::Stall(time) => spoil(work(request).await, Middle::Pause(time)),
    }
}

/// Instead of the work: the client says all it wants to say before it learns of the fault, and nobody reads it.
async fn ignore(shared: &Shared, request: Request) {
    let (head, body) = request.into_parts();
    drop(request_body::read(&head.headers, body, shared.body_limit, &shared.body_memory).await);
}

fn spoil(answer: Response<Body>, middle: Middle) -> Response<Body> {
    let mut answer = answer.map(|body| Spoiled::new(body, middle));
    if let Some(length) = answer.body().length().filter(|_| answer.headers().contains_key(header::CONTENT_LENGTH)) {
        answer.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    answer.map(Body::new)
}

/// A page as a proxy in between writes it.
fn page(status: StatusCode) -> Response<Body> {
    let title = match status {
        StatusCode::OK => "Welcome".to_owned(),
        status => status.to_string(),
    };
    let text = format!("<html>\n<head><title>{title}</title></head>\n<body><h1>{title}</h1></body>\n</html>\n");
    let mut answer = Response::new(Body::from(text));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    answer
}

fn closed() -> Response<Body> {
    let broken = futures_util::stream::iter([Err::<axum::body::Bytes, _>(CloseWithoutAnswer)]);
    let mut answer = Response::new(Body::from_stream(broken));
    answer.extensions_mut().insert(CloseWithoutAnswer);
    answer
}
