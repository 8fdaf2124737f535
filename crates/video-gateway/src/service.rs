//! From a request to its answer: who may ask, and which room answers.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use futures_util::FutureExt as _;
use http::{Response, StatusCode};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;
use video_client::Client;
use video_protocol::{HttpRequest, NewApi, Route, ServerDialect};
use video_types::TaskId;

use crate::body_memory::BodyMemory;
use crate::fault::{CloseWithoutAnswer, Fault, FaultSource, inject};
use crate::host::{is_this_machine, named_host};
use crate::keeping::Keeping;
use crate::order_keys::OrderKeys;
use crate::pass::Passes;
use crate::record::{Record, Recorded};
use crate::refusal::Refusal;
use crate::request_id::{self, RequestId};
use crate::server::AmbiguousLength;
use crate::token::{Admission, Token, admit};
use crate::{Compat, browser, cancel, content, listing, poll, status_page, submit};

/// Longest id that is looked up, in bytes: New API documents 191, Google's reach 200.
const LONGEST_ID: usize = 512;

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) upstream: Client,
    pub(crate) compat: Compat,
    pub(crate) dialects: Vec<Box<dyn ServerDialect>>,
    pub(crate) tokens: Vec<Token>,
    pub(crate) passes: Passes,
    pub(crate) any_origin: bool,
    pub(crate) honours_keys: bool,
    pub(crate) order_keys: OrderKeys,
    pub(crate) body_limit: usize,
    pub(crate) body_memory: BodyMemory,
    pub(crate) in_flight: Arc<Semaphore>,
    pub(crate) orders: TaskTracker,
    pub(crate) faults: Option<FaultSource>,
}

impl Shared {
    /// The format a request is answered in.
    pub(crate) fn dialect(&self, asked: &Asked) -> &dyn ServerDialect {
        self.dialects.get(asked.dialect).map_or(&NewApi, Box::as_ref)
    }

    /// The key under which an order goes upstream.
    pub(crate) fn upstream_key(&self, caller: &[u8], key: &str) -> String {
        submit::upstream_key(self.tokens.len(), caller, key)
    }

    /// Whether a web page of any origin may call.
    fn is_open_to_pages(&self) -> bool {
        self.any_origin || !self.tokens.is_empty()
    }
}

/// What a request is about; travels in its extensions.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) id: RequestId,
    dialect: usize,
    route: Option<Route>,
    fault: Option<Fault>,
}

/// The routes: one handler, since the formats themselves know their paths.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let cors = browser::cors(shared.is_open_to_pages());
    Router::new().fallback(answer).layer(cors).layer(from_fn_with_state(shared.clone(), observe)).with_state(shared)
}

/// Around everything: what the request is about, its id, its line in the log.
async fn observe(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response<Body> {
    let (mut request, dialect, route) = recognise(&shared.dialects, request);
    let id = RequestId::random();
    let fault = shared.faults.as_ref().and_then(|faults| faults.next(request.method(), route.as_ref()));
    let mut record = Record::begin(id.clone(), request.method().clone(), route.as_ref(), fault);
    let header = id.to_header();
    request.extensions_mut().insert(Asked { id, dialect, route, fault });
    let mut response = next.run(request).await;
    if response.extensions().get::<CloseWithoutAnswer>().is_some() {
        record.closed();
    } else {
        record.answered(response.status(), response.extensions_mut().remove());
    }
    if let Some(header) = header {
        response.headers_mut().insert(request_id::OPENAI_HEADER, header.clone());
        response.headers_mut().insert(request_id::HEADER, header);
    }
    response.map(|body| Body::new(Recorded::new(body, record)))
}

/// Asks each format whether the request is one of its own; what is nobody's is answered in the first.
fn recognise(dialects: &[Box<dyn ServerDialect>], request: Request) -> (Request, usize, Option<Route>) {
    let (head, body) = request.into_parts();
    let head = HttpRequest::from_parts(head, Bytes::new());
    let found = dialects.iter().enumerate().find_map(|(number, dialect)| Some((number, dialect.route(&head)?)));
    let (dialect, route) = found.map_or((0, None), |(dialect, route)| (dialect, Some(route)));
    let (head, _) = head.into_parts();
    (Request::from_parts(head, body), dialect, route)
}

/// Inside: everything a client is told comes from here, also that we panicked.
async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let Some(asked) = request.extensions().get::<Asked>().cloned() else {
        // Cannot be: `observe` is around this. No panic for it.
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        return response;
    };
    let dialect = shared.dialect(&asked);
    let Ok(permit) = shared.in_flight.clone().try_acquire_owned() else {
        return Refusal::busy().answer(dialect, asked.route.as_ref(), &asked.id);
    };
    let work = async |request| {
        let served = AssertUnwindSafe(serve(&shared, dialect, &asked, request)).catch_unwind().await;
        let served = served.unwrap_or_else(|_| {
            // The words of the panic may hold anything; the panic hook has them.
            tracing::error!(request_id = %asked.id, "a handler panicked");
            Err(Refusal::panicked())
        });
        served.unwrap_or_else(|refusal| refusal.answer(dialect, asked.route.as_ref(), &asked.id))
    };
    let response = match asked.fault {
        Some(fault) => inject(fault, &shared, dialect, &asked.id, request, work).await,
        None => work(request).await,
    };
    // In flight until its last byte is sent.
    response.map(|body| Body::new(Keeping::new(body, permit)))
}

async fn serve(
    shared: &Arc<Shared>,
    dialect: &dyn ServerDialect,
    asked: &Asked,
    request: Request,
) -> Result<Response<Body>, Refusal> {
    if request.extensions().get::<AmbiguousLength>().is_some() {
        return Err(Refusal::ambiguous_length());
    }
    let host = named_host(request.uri(), request.headers())?;
    if !shared.is_open_to_pages() && host.as_ref().is_some_and(|host| !is_this_machine(host.host())) {
        return Err(Refusal::foreign_host());
    }
    let Some(route) = &asked.route else {
        if status_page::is_asked(request.method(), request.uri().path()) {
            return Ok(status_page::answer(shared.compat, shared.honours_keys));
        }
        return Err(Refusal::no_route(request.method(), request.uri().path()));
    };
    let pass = match route {
        Route::Content(id) => shared.passes.opens(id, request.uri().query()),
        _ => None,
    };
    match (admit(&shared.tokens, request.headers()), pass) {
        (Admission::Granted, _) | (_, Some(true)) => {}
        (Admission::Missing, Some(false)) => return Err(Refusal::ended_link()),
        (other, _) => return Err(Refusal::token(other)),
    }
    match route {
        Route::Poll(id) | Route::Content(id) | Route::Remix(id) | Route::Delete(id) | Route::Cancel(id)
            if !is_possible(id) =>
        {
            Err(Refusal::unknown_task(route))
        }
        Route::Submit | Route::Remix(_) => submit::answer(shared, asked, route, request).await,
        Route::Poll(id) => poll::answer(&shared.upstream, &shared.passes, dialect, route, id, host.as_ref()).await,
        Route::Content(id) => {
            let (head, _) = request.into_parts();
            let head = HttpRequest::from_parts(head, Bytes::new());
            dialect.decode_content_request(&head, &[]).map_err(Refusal::invalid)?;
            content::answer(&shared.upstream, route, id, head.method(), head.headers()).await
        }
        Route::List => {
            let (head, _) = request.into_parts();
            let head = HttpRequest::from_parts(head, Bytes::new());
            listing::page(&shared.upstream, &shared.passes, dialect, &head, host.as_ref()).await
        }
        Route::Delete(id) => listing::delete(&shared.upstream, dialect, route, id).await,
        Route::Cancel(id) => cancel::answer(&shared.upstream, &shared.passes, dialect, route, id, host.as_ref()).await,
        _ => Err(Refusal::no_route(request.method(), request.uri().path())),
    }
}

/// Whether an upstream can have given such an id. Others are not worth asking for.
fn is_possible(id: &TaskId) -> bool {
    let id = id.as_str();
    !id.trim().is_empty() && id.len() <= LONGEST_ID && !id.contains(char::is_control)
}
