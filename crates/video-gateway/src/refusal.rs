//! Answers that say no, and how they are written.

mod upstream;

use std::time::Duration;

use axum::body::Body;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};
use video_protocol::{Error, ErrorKind, HttpResponse, Route, ServerDialect};
use video_types::Problem;

use crate::fault::Fault;
use crate::host::BadHost;
use crate::record::Told;
use crate::request_id::RequestId;
use crate::submit::IDEMPOTENCY_KEY;
use crate::token::Admission;

/// What the OpenAI clients look at before they repeat a request by themselves.
const SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");
/// Longest path that is repeated in an answer, in characters.
const LONGEST_PATH: usize = 200;

/// Why a request is not done.
#[derive(Debug)]
pub(crate) struct Refusal {
    error: Error,
    /// Whether the words get the request id, as New API's middleware does; texts that clients compare do not.
    signed: bool,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refusal {
    /// The gateway's own refusal: what it refuses itself it has not ordered.
    fn new(kind: ErrorKind, status: StatusCode, code: &str, words: impl Into<String>) -> Self {
        let error = Error::new(kind).with_status(status).with_code(code).with_message(words).with_proof_of_no_task();
        Self { error, signed: true, headers: Vec::new() }
    }

    /// A text that clients compare.
    fn exact(self) -> Self {
        Self { signed: false, ..self }
    }

    fn with_header(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.push((name, HeaderValue::from_static(value)));
        self
    }

    /// Part of the request was not read, so the connection cannot go on.
    fn closing(self) -> Self {
        self.with_header(header::CONNECTION, "close")
    }

    /// No route, with New API's words.
    pub(crate) fn no_route(method: &Method, path: &str) -> Self {
        let shown: String = path.chars().take(LONGEST_PATH).collect();
        let mut problem = Problem::default();
        problem.message = format!("Invalid URL ({method} {shown})");
        problem.code = Some(String::new());
        problem.param = Some(String::new());
        let error = Error::new(ErrorKind::NotFound).with_status(StatusCode::NOT_FOUND).with_problem(problem);
        Self { error, signed: false, headers: Vec::new() }
    }

    /// No key, or none of ours.
    pub(crate) fn token(admission: Admission) -> Self {
        let words = match admission {
            Admission::Missing => "Token not provided: send the header Authorization: Bearer YOUR_KEY",
            Admission::Wrong | Admission::Granted => "Invalid token",
        };
        Self::new(ErrorKind::Unauthorized, StatusCode::UNAUTHORIZED, "", words)
            .with_header(header::WWW_AUTHENTICATE, "Bearer")
    }

    /// A link of another run of the gateway, or of another video.
    pub(crate) fn ended_link() -> Self {
        let words = "This link opens no video: ask for the task again for a new one, or send the header \
                     Authorization: Bearer YOUR_KEY";
        Self::new(ErrorKind::Unauthorized, StatusCode::UNAUTHORIZED, "", words)
            .with_header(header::WWW_AUTHENTICATE, "Bearer")
    }

    /// A name that a web page could have pointed at this machine.
    pub(crate) fn foreign_host() -> Self {
        let words = "This gateway has no tokens, so it answers only to localhost and loopback addresses: \
                     use http://127.0.0.1, or start it with a token";
        Self::new(ErrorKind::Unauthorized, StatusCode::FORBIDDEN, "access_denied", words)
    }

    /// `Content-Length` and `Transfer-Encoding` at once.
    pub(crate) fn ambiguous_length() -> Self {
        let words = "The request has both Content-Length and Transfer-Encoding: send one of them";
        Self::new(ErrorKind::InvalidRequest, StatusCode::BAD_REQUEST, "invalid_request", words).closing()
    }

    /// More requests in flight than allowed.
    pub(crate) fn busy() -> Self {
        Self::overloaded("", "The gateway has too many requests in flight: try again in a second")
    }

    /// More bytes of bodies in memory than allowed.
    pub(crate) fn no_memory() -> Self {
        let words = "The gateway holds too many request bodies: try again in a second";
        Self::overloaded("system_memory_overloaded", words).closing()
    }

    fn overloaded(code: &str, words: &str) -> Self {
        let mut refusal = Self::new(ErrorKind::Unavailable, StatusCode::SERVICE_UNAVAILABLE, code, words);
        refusal.error = refusal.error.temporary(Some(Duration::from_secs(1)));
        refusal
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        let words = format!("The request body is longer than {limit} bytes: send pictures as links, or smaller ones");
        Self::body(StatusCode::PAYLOAD_TOO_LARGE, words)
    }

    pub(crate) fn slow_body(limit: Duration) -> Self {
        let words = format!("No byte of the request body arrived for {} s: nothing was ordered", limit.as_secs());
        Self::body(StatusCode::REQUEST_TIMEOUT, words)
    }

    pub(crate) fn broken_body() -> Self {
        Self::body(
            StatusCode::BAD_REQUEST,
            "The request body cannot be read to its end: nothing was ordered".to_owned(),
        )
    }

    fn body(status: StatusCode, words: String) -> Self {
        Self::new(ErrorKind::InvalidRequest, status, "read_request_body_failed", words).closing()
    }

    pub(crate) fn encoded_body(coding: &str) -> Self {
        let shown: String = coding.chars().take(40).collect();
        let words = format!("Content-Encoding {shown} is not supported: send the body as it is");
        Self::new(ErrorKind::InvalidRequest, StatusCode::UNSUPPORTED_MEDIA_TYPE, "invalid_request", words)
            .with_header(header::ACCEPT_ENCODING, "identity")
            .closing()
    }

    pub(crate) fn too_many_values(limit: usize) -> Self {
        let words = format!("The JSON body has more than {limit} values");
        Self::new(ErrorKind::InvalidRequest, StatusCode::BAD_REQUEST, "invalid_request", words)
    }

    pub(crate) fn unusable_key() -> Self {
        let words = "Idempotency-Key must be sent once, with 1 to 255 visible ASCII characters";
        Self::new(ErrorKind::InvalidRequest, StatusCode::BAD_REQUEST, "invalid_request", words)
    }

    /// The key of an order that asked for something else; `echo` is that key where the gateway promises to honour keys.
    pub(crate) fn key_of_another_order(echo: Option<HeaderValue>) -> Self {
        let words = "This Idempotency-Key came before, with another order: use a new key for a new order";
        let mut refusal = Self::new(ErrorKind::InvalidRequest, StatusCode::CONFLICT, "idempotency_key_reused", words)
            .with_header(SHOULD_RETRY, "false");
        refusal.headers.extend(echo.map(|key| (IDEMPOTENCY_KEY, key)));
        refusal
    }

    /// What a request asks for in words of its format was refused there.
    pub(crate) fn invalid(error: Error) -> Self {
        Self { error, signed: false, headers: Vec::new() }
    }

    /// A task this gateway cannot know: its id could not have been given by any upstream.
    pub(crate) fn unknown_task(route: &Route) -> Self {
        let words = if matches!(route, Route::Content(_)) { "Task not found" } else { "task_not_exist" };
        // The format decides on the status.
        Self::new(ErrorKind::NotFound, StatusCode::NOT_FOUND, "task_not_exist", words).exact()
    }

    /// The upstream cannot stop a task, or does not want to.
    pub(crate) fn not_cancelled() -> Self {
        let words = "The upstream did not stop this task: it goes on and is billed";
        Self::new(ErrorKind::Misconfigured, StatusCode::NOT_IMPLEMENTED, "not_implemented", words)
    }

    /// A range outside of a video of this many bytes.
    pub(crate) fn outside(length: Option<u64>) -> Self {
        let words = match length {
            Some(length) => format!("The range lies outside of the video, which has {length} bytes"),
            None => "The range lies outside of the video".to_owned(),
        };
        let mut refusal =
            Self::new(ErrorKind::InvalidRequest, StatusCode::RANGE_NOT_SATISFIABLE, "invalid_range", words);
        if let Some(range) = length.and_then(|length| HeaderValue::try_from(format!("bytes */{length}")).ok()) {
            refusal.headers.push((header::CONTENT_RANGE, range));
        }
        refusal.with_header(header::ACCEPT_RANGES, "bytes")
    }

    /// The upstream gave something else than the video.
    pub(crate) fn not_a_video(words: &str) -> Self {
        Self::new(ErrorKind::Unavailable, StatusCode::BAD_GATEWAY, "", words)
    }

    /// Nobody knows whether a task was created.
    fn unknown_outcome(evidence: impl Into<String>) -> Self {
        // The one refusal that proves nothing.
        let error = Error::new(ErrorKind::OutcomeUnknown).with_status(StatusCode::BAD_GATEWAY);
        let error = error.with_code("outcome_unknown").with_message(evidence);
        Self { error, signed: true, headers: Vec::new() }.with_header(SHOULD_RETRY, "false")
    }

    /// The task that carried the order to the upstream broke.
    pub(crate) fn broken_order() -> Self {
        Self::unknown_outcome("The gateway broke off in the middle of the order: look in the upstream's task log")
    }

    /// A mistake of ours.
    pub(crate) fn panicked() -> Self {
        let mut problem = Problem::default();
        problem.class = Some("new_api_panic".to_owned());
        let error = Error::new(ErrorKind::Local)
            .with_status(StatusCode::INTERNAL_SERVER_ERROR)
            .with_message("The gateway made a mistake: report it with the request id")
            .with_problem(problem);
        Self { error, signed: true, headers: Vec::new() }
    }

    /// What a fault says instead of the truth; to be written without a route, so that no format corrects it.
    pub(crate) fn fault(status: StatusCode, fault: &Fault) -> Self {
        let kind = match status {
            StatusCode::UNAUTHORIZED => ErrorKind::Unauthorized,
            StatusCode::NOT_FOUND => ErrorKind::NotFound,
            StatusCode::TOO_MANY_REQUESTS => ErrorKind::RateLimited,
            status if status.is_client_error() => ErrorKind::InvalidRequest,
            _ => ErrorKind::Unavailable,
        };
        let refusal =
            Self::new(kind, status, "injected_fault", format!("This gateway was told to fail: --fault {fault}"));
        match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                refusal.with_header(header::RETRY_AFTER, "1")
            }
            _ => refusal,
        }
    }

    /// The answer in a client's format.
    pub(crate) fn answer(self, dialect: &dyn ServerDialect, route: Option<&Route>, id: &RequestId) -> Response<Body> {
        whole(self.in_words(dialect, route, id))
    }

    /// The same before it is a body of the server's.
    pub(crate) fn in_words(self, dialect: &dyn ServerDialect, route: Option<&Route>, id: &RequestId) -> HttpResponse {
        let Self { mut error, signed, headers } = self;
        let told = Told::refusal(&error);
        if signed {
            let said = if error.message().is_empty() { error.kind().as_str() } else { error.message() };
            let words = format!("{said} (request id: {id})");
            error = error.with_message(words);
        }
        let mut response = dialect.encode_error(route, &error);
        for (name, value) in headers {
            response.headers_mut().insert(name, value);
        }
        response.extensions_mut().insert(told);
        response
    }
}

impl From<BadHost> for Refusal {
    fn from(BadHost: BadHost) -> Self {
        let words = "The Host of the request is missing its name, is no host, or was sent twice";
        Self::new(ErrorKind::InvalidRequest, StatusCode::BAD_REQUEST, "invalid_request", words).closing()
    }
}

/// An answer that is in memory.
pub(crate) fn whole(response: HttpResponse) -> Response<Body> {
    response.map(Body::from)
}
