//! Orders, of new videos and of remixes: sent upstream once, and finished whoever hangs up.

use std::error::Error as _;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::Request;
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use serde_json::Value;
use tracing::field::debug;
use video_client::{Client, Finding, Job, Severity};
use video_protocol::{Error, ErrorKind, HttpRequest, HttpResponse, Route, ServerDialect, Task, TaskRef};
use video_types::new_api::SubmitRequest;
use video_types::{Generation, TaskId};

use crate::as_ordered::AsOrdered;
use crate::order_keys::{Begun, fingerprint};
use crate::record::Told;
use crate::refusal::{Refusal, whole};
use crate::request_body::{self, RequestBody};
use crate::request_id::RequestId;
use crate::service::{Asked, Shared};
use crate::token;

/// Header of requests and answers.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const LONGEST_KEY: usize = 255;

/// Reads an order, sends it upstream and says what became of it.
pub(crate) async fn answer(
    shared: &Arc<Shared>,
    asked: &Asked,
    route: &Route,
    request: Request,
) -> Result<Response<Body>, Refusal> {
    let (head, body) = request.into_parts();
    let key = key(&head.headers)?;
    let caller = token::caller(&head.headers);
    let body = request_body::read(&head.headers, body, shared.body_limit, &shared.body_memory).await?;
    let RequestBody { bytes, share } = body;
    let order = Order::read(shared.dialect(asked), route, &HttpRequest::from_parts(head, bytes))?;
    let mut ticket = None;
    if let Some(key) = &key {
        let name = fingerprint(&[&caller, key.as_bytes()]);
        match shared.order_keys.begin(name, order.fingerprint()?, now()) {
            Begun::First(first) => ticket = Some(first),
            Begun::Again(again) => return Ok(whole(again.answer().await?)),
            Begun::Other => {
                let promised = HeaderValue::try_from(key).ok().filter(|_| shared.honours_keys);
                return Err(Refusal::key_of_another_order(promised));
            }
        }
    }

    // From here on money may be spent, so this goes on without the client, and the end of the gateway waits for it.
    let (shared_too, asked, route) = (shared.clone(), asked.clone(), route.clone());
    let order = shared.orders.spawn(async move {
        let upstream_key = key.as_deref().map(|key| shared_too.upstream_key(&caller, key));
        let ordered = send(&shared_too.upstream, order, upstream_key, &asked.id).await;
        drop(share);
        let (mut answer, may_exist, honoured) = told(shared_too.dialect(&asked), &asked, &route, ordered);
        if let Some(key) = key.as_deref().filter(|_| honoured || shared_too.honours_keys)
            && let Ok(key) = HeaderValue::try_from(key)
        {
            answer.headers_mut().insert(IDEMPOTENCY_KEY, key);
        }
        if let Some(ticket) = ticket {
            ticket.settle(answer.clone(), may_exist);
        }
        answer
    });
    order.await.map(whole).map_err(|_| Refusal::broken_order())
}

/// What is ordered.
#[derive(Debug)]
enum Order {
    New(Box<Generation>),
    Remix { of: TaskId, prompt: String },
}

impl Order {
    fn read(dialect: &dyn ServerDialect, route: &Route, request: &HttpRequest) -> Result<Self, Refusal> {
        let read = match route {
            Route::Remix(of) => {
                dialect.decode_remix_request(request).map(|prompt| Self::Remix { of: of.clone(), prompt })
            }
            _ => dialect.decode_submit_request(request).map(|generation| Self::New(Box::new(generation))),
        };
        read.map_err(Refusal::invalid)
    }

    /// What the answer repeats of it.
    fn words(&self) -> AsOrdered {
        match self {
            Self::New(generation) => AsOrdered::of(generation),
            Self::Remix { prompt, .. } => AsOrdered::of_prompt(prompt),
        }
    }

    /// The same for the same order, however it was written: a form has another boundary every time.
    fn fingerprint(&self) -> Result<[u8; 32], Refusal> {
        Ok(match self {
            Self::New(generation) => {
                let written = serde_json::to_vec(&SubmitRequest::from(generation.as_ref()));
                let written = written.map_err(|source| {
                    Refusal::invalid(Error::invalid("the order cannot be written as JSON").with_source(source))
                })?;
                fingerprint(&[b"submit", &written])
            }
            Self::Remix { of, prompt } => fingerprint(&[b"remix", of.as_str().as_bytes(), prompt.as_bytes()]),
        })
    }
}

/// One order, and its line in the log: whoever sent it may be gone when it is answered.
async fn send(upstream: &Client, order: Order, key: Option<String>, id: &RequestId) -> Result<(Task, bool), Error> {
    let asked = order.words();
    let against = Against::order(upstream, &order);
    let job = match (order, key) {
        (Order::New(generation), Some(key)) => upstream.submit_under(*generation, &key).await,
        (Order::New(generation), None) => upstream.submit(*generation).await,
        (Order::Remix { of, prompt }, Some(key)) => upstream.remix_under(&reference(upstream, of), &prompt, &key).await,
        (Order::Remix { of, prompt }, None) => upstream.remix(&reference(upstream, of), &prompt).await,
    };
    let nothing = || Error::new(ErrorKind::OutcomeUnknown).with_message("the order ended without a task");
    let described = |job: Job| Some((job.task()?.clone(), job.honours_keys()));
    let mut ordered = job.and_then(|job| described(job).ok_or_else(nothing));
    let (found, findings) = (against.count(), against.codes());
    match &mut ordered {
        Ok((task, _)) => {
            asked.complete(task);
            task.findings = against.list;
            let task = task.reference.id.as_str();
            tracing::info!(request_id = %id, task = ?task, found, findings, "order accepted");
        }
        Err(error) => {
            let (kind, code) = (debug(error.kind()), error.code().map(debug));
            let status = error.status().map(|status| status.as_u16());
            let theirs = upstream_request_id(error).map(debug);
            if error.kind() == ErrorKind::OutcomeUnknown {
                tracing::warn!(request_id = %id, kind, status, code, upstream_request_id = theirs, found, findings, "order unknown");
            } else {
                tracing::info!(request_id = %id, kind, status, code, upstream_request_id = theirs, found, findings, "order refused");
            }
        }
    }
    ordered
}

/// What is known against an order, in the format of the upstream. It stops nothing: whoever ordered may know better.
#[derive(Debug, Default)]
struct Against {
    codes: Vec<String>,
    list: Option<Value>,
}

impl Against {
    fn order(upstream: &Client, order: &Order) -> Self {
        let Order::New(generation) = order else { return Self::default() };
        let mut findings = upstream.check(generation).findings;
        findings.retain(|finding| finding.severity > Severity::Notice);
        if findings.is_empty() {
            return Self::default();
        }
        let list = findings.iter().map(Finding::to_json).collect();
        Self { codes: findings.into_iter().map(|finding| finding.code).collect(), list: Some(list) }
    }

    fn count(&self) -> Option<usize> {
        Some(self.codes.len()).filter(|count| *count > 0)
    }

    /// Codes are this program's own words: nothing of the request is in them.
    fn codes(&self) -> Option<String> {
        Some(self.codes.join(",")).filter(|codes| !codes.is_empty())
    }
}

fn reference(upstream: &Client, id: TaskId) -> TaskRef {
    TaskRef::new(upstream.dialect_name(), id)
}

/// The answer to an order, whether a task may exist, and whether the upstream honours keys.
fn told(
    dialect: &dyn ServerDialect,
    asked: &Asked,
    route: &Route,
    ordered: Result<(Task, bool), Error>,
) -> (HttpResponse, bool, bool) {
    match ordered {
        Ok((task, honoured)) => {
            let mut answer = dialect.encode_submit_response(&task);
            answer.extensions_mut().insert(Told::task(task.reference.id));
            (answer, true, honoured)
        }
        Err(error) => {
            let may_exist = !error.proves_no_task();
            (Refusal::upstream(route, error).in_words(dialect, Some(route), &asked.id), may_exist, false)
        }
    }
}

/// The upstream's own id of the request, which its operator can look up.
fn upstream_request_id(error: &Error) -> Option<&str> {
    let own = error.problem().and_then(|problem| problem.request_id.as_deref());
    own.or_else(|| upstream_request_id(error.source()?.downcast_ref()?))
}

/// The client's idempotency key.
fn key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut lines = headers.get_all(IDEMPOTENCY_KEY).into_iter();
    let Some(line) = lines.next() else { return Ok(None) };
    let usable = |key: &&str| (1..=LONGEST_KEY).contains(&key.len()) && key.chars().all(|c| c.is_ascii_graphic());
    match (line.to_str().ok().map(str::trim).filter(usable), lines.next()) {
        (Some(key), None) => Ok(Some(key.to_owned())),
        _ => Err(Refusal::unusable_key()),
    }
}

/// The key under which an order goes upstream. Where several callers share the upstream's account their keys are kept
/// apart, since there the same word would mean the same order.
pub(crate) fn upstream_key(callers: usize, caller: &[u8], key: &str) -> String {
    if callers < 2 {
        return key.to_owned();
    }
    fingerprint(&[caller, key.as_bytes()]).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[expect(clippy::disallowed_methods, reason = "an edge: keys are kept for a day")]
fn now() -> Instant {
    Instant::now()
}
