//! Refusals: one body that readers of every format find their members in, and the status by route and kind.

use std::time::Duration;

use http::{HeaderValue, StatusCode, header};

use super::answers::json_response;
use crate::classify::{reads_as, reads_as_proof};
use crate::{Class, Error, ErrorKind, HttpResponse, Route};

/// What differs between the formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// An unknown task is 400, but for its content; the gateway's own refusals have a class of their own.
    NewApi,
    /// An unknown task is 404.
    OpenAi,
}

/// Answers whatever went wrong on `route`.
pub(crate) fn refuse(route: Option<&Route>, error: &Error, manner: Manner) -> HttpResponse {
    let mut problem = error.problem().cloned().unwrap_or_default();
    problem.message =
        if error.message().is_empty() { error.kind().as_str().to_owned() } else { error.message().to_owned() };
    if problem.code.is_none() {
        problem.code = Some(default_code(error.kind()).to_owned());
    }
    let mut status = status(route, error, manner);
    if let Some(code) = problem.provider_code.take()
        && reads_as(status, &problem) != Some(error.kind())
    {
        // Only the provider's own code says what this is.
        problem.code = Some(code);
    }
    if matches!(route, Some(Route::Submit | Route::Remix(_))) {
        match (error.proves_no_task(), reads_as_proof(status, &problem)) {
            // Whoever reads a proof orders again, so none may be read where there is none.
            (false, true) if !refuses(error.kind()) => {
                status = StatusCode::BAD_GATEWAY;
                problem.code = Some(OUTCOME_UNKNOWN.to_owned());
            }
            (true, false) => {
                status = StatusCode::SERVICE_UNAVAILABLE;
                problem.class = None;
                if !reads_as_proof(status, &problem) {
                    problem.code = Some(String::new());
                }
            }
            _ => {}
        }
    }
    if problem.class.is_none() {
        problem.class = Some(class(error.kind(), status, manner).to_owned());
    }
    let mut response = json_response(status, &problem.to_body());
    let busy = matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    let unsaid = (busy && error.class() == Class::Temporary).then_some(SHORTEST_DELAY);
    if let Some(delay) = error.retry_after().or(unsaid) {
        let seconds = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// What a client is asked to wait when whoever is busy did not say how long.
const SHORTEST_DELAY: Duration = Duration::from_secs(1);

/// Code of our own: nobody knows whether the order was taken.
const OUTCOME_UNKNOWN: &str = "outcome_unknown";

/// Kinds that say by themselves that the order was not taken.
const fn refuses(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::InvalidRequest
            | ErrorKind::ModelUnavailable
            | ErrorKind::Unauthorized
            | ErrorKind::QuotaExceeded
            | ErrorKind::ContentRejected
            | ErrorKind::RateLimited
            | ErrorKind::NotFound
    )
}

/// The status of a refusal: the one the error brought, if it is one, else that of its kind.
fn status(route: Option<&Route>, error: &Error, manner: Manner) -> StatusCode {
    let unknown_task = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::TaskLost);
    match (route, manner) {
        (Some(Route::Content(_)), _) | (Some(_), Manner::OpenAi) if unknown_task => StatusCode::NOT_FOUND,
        // Odd, but clients tell it by its code (seen 2026-08).
        (Some(_), Manner::NewApi) if unknown_task => StatusCode::BAD_REQUEST,
        // An answer with a success or a redirect can be why there is an error, but it says none.
        _ => error
            .status()
            .filter(|status| status.is_client_error() || status.is_server_error())
            .unwrap_or_else(|| default_status(error.kind())),
    }
}

const fn default_status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::InvalidRequest
        | ErrorKind::ContentRejected
        | ErrorKind::NotReady
        | ErrorKind::NotFound
        | ErrorKind::TaskFailed
        | ErrorKind::TaskExpired
        | ErrorKind::TaskCancelled => StatusCode::BAD_REQUEST,
        ErrorKind::Unauthorized => StatusCode::UNAUTHORIZED,
        ErrorKind::QuotaExceeded => StatusCode::FORBIDDEN,
        ErrorKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::ModelUnavailable | ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Misconfigured => StatusCode::NOT_IMPLEMENTED,
        ErrorKind::Local => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorKind::Undelivered => StatusCode::GONE,
        _ => StatusCode::BAD_GATEWAY,
    }
}

/// Codes that the client half reads back as the same kind.
const fn default_code(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidRequest => "invalid_request",
        ErrorKind::ModelUnavailable => "model_not_found",
        ErrorKind::QuotaExceeded => "insufficient_user_quota",
        ErrorKind::ContentRejected => "content_policy_violation",
        ErrorKind::NotFound | ErrorKind::TaskLost => "task_not_exist",
        ErrorKind::NotReady => "task_not_completed",
        ErrorKind::Misconfigured => "not_implemented",
        ErrorKind::RateLimited => "rate_limit_exceeded",
        ErrorKind::TaskFailed => "video_generation_failed",
        ErrorKind::TaskExpired => "task_expired",
        ErrorKind::TaskCancelled => "task_cancelled",
        ErrorKind::OutcomeUnknown => OUTCOME_UNKNOWN,
        ErrorKind::Undelivered => "artifact_gone",
        _ => "",
    }
}

fn class(kind: ErrorKind, status: StatusCode, manner: Manner) -> &'static str {
    let ours = matches!(kind, ErrorKind::Unauthorized | ErrorKind::ModelUnavailable);
    match manner {
        Manner::NewApi if ours => "new_api_error",
        _ if status.is_client_error() => "invalid_request_error",
        _ => "server_error",
    }
}
