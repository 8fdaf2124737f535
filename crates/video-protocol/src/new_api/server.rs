//! The gateway's half.

use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde_json::{Map, Value, json};
use video_types::new_api::{SubmitRequest, TaskProperties, TaskReport, Wrapper};
use video_types::openai::Video;
use video_types::{Generation, Phase, Problem, TaskId, TaskStatus};

use super::{GENERATIONS, NewApi, VIDEOS};
use crate::classify::{reads_as, reads_as_proof};
use crate::task_ref::path_segment;
use crate::{Asset, Error, ErrorKind, HttpRequest, HttpResponse, Route, ServerDialect, Task};

impl ServerDialect for NewApi {
    fn route(&self, request: &HttpRequest) -> Option<Route> {
        let path = request.uri().path();
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        if request.method() == Method::POST && path == GENERATIONS {
            return Some(Route::Submit);
        }
        if let Some(id) = path.strip_prefix(GENERATIONS).and_then(|rest| rest.strip_prefix('/')) {
            return reads.then(|| segment(id)).flatten().map(Route::Poll);
        }
        let id = path.strip_prefix(VIDEOS)?.strip_prefix('/')?.strip_suffix("/content")?;
        reads.then(|| segment(id)).flatten().map(Route::Content)
    }

    fn decode_submit_request(&self, request: &HttpRequest) -> Result<Generation, Error> {
        let refused =
            |code: &str, message: String| Error::invalid(message).with_status(StatusCode::BAD_REQUEST).with_code(code);
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !content_type.is_some_and(|value| value.to_ascii_lowercase().starts_with("application/json")) {
            return Err(refused(
                "invalid_request",
                "send the body as JSON with Content-Type: application/json".to_owned(),
            ));
        }
        let value: Value = serde_json::from_slice(request.body())
            .map_err(|source| refused("invalid_json", format!("the body is not JSON: {source}")))?;
        let Value::Object(object) = value else {
            return Err(refused("invalid_request", "the body must be a JSON object".to_owned()));
        };
        SubmitRequest::read(object).and_then(Generation::try_from).map_err(|source| {
            let code = match source.field() {
                "seconds" | "duration" => "invalid_seconds",
                "model" => "missing_model",
                _ => "invalid_request",
            };
            let mut problem = Problem::default();
            problem.code = Some(code.to_owned());
            problem.param = Some(source.field().to_owned());
            Error::invalid(source.to_string())
                .with_status(StatusCode::BAD_REQUEST)
                .with_problem(problem)
                .with_source(source)
        })
    }

    fn encode_submit_response(&self, task: &Task) -> HttpResponse {
        let mut video = Video::default();
        video.id = Some(task.reference.id.clone());
        video.task_id = Some(task.reference.id.clone());
        video.object = Some("video".to_owned());
        video.model.clone_from(&task.model);
        video.status = Some(openai_word(task.phase()));
        video.progress = Some(if task.phase().is_terminal() { 100 } else { 0 });
        video.created_at = task.created_at;
        video.error = failure(task).and_then(|failure| serde_json::from_value(failure).ok());
        hinted(json_response(StatusCode::OK, &video), task)
    }

    fn encode_poll_response(&self, task: &Task) -> HttpResponse {
        let mut wrapper = Wrapper::success(report(task));
        // Not written by any real version: clients written after the documentation page read these.
        wrapper.extra.insert("task_id".to_owned(), json!(task.reference.id));
        wrapper.extra.insert("status".to_owned(), json!(documented_word(task.phase())));
        if let Some(url) = link(task) {
            wrapper.extra.insert("url".to_owned(), json!(url));
        }
        if let Some(failure) = failure(task) {
            wrapper.extra.insert("error".to_owned(), failure);
        }
        hinted(json_response(StatusCode::OK, &wrapper), task)
    }

    fn encode_error(&self, route: Option<&Route>, error: &Error) -> HttpResponse {
        let mut problem = error.problem().cloned().unwrap_or_default();
        problem.message =
            if error.message().is_empty() { error.kind().as_str().to_owned() } else { error.message().to_owned() };
        if problem.code.is_none() {
            problem.code = Some(default_code(error.kind()).to_owned());
        }
        let mut status = status(route, error);
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
            let ours = matches!(error.kind(), ErrorKind::Unauthorized | ErrorKind::ModelUnavailable);
            let class = if ours {
                "new_api_error"
            } else if status.is_client_error() {
                "invalid_request_error"
            } else {
                "server_error"
            };
            problem.class = Some(class.to_owned());
        }
        let mut response = json_response(status, &problem.to_body());
        if let Some(delay) = error.retry_after() {
            let seconds = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Code of our own: nobody knows whether the order was taken.
const OUTCOME_UNKNOWN: &str = "outcome_unknown";

fn segment(text: &str) -> Option<TaskId> {
    let id = percent_decode_str(text).decode_utf8().ok()?;
    (!text.is_empty() && !text.contains('/')).then(|| TaskId::from(id.into_owned()))
}

fn report(task: &Task) -> TaskReport {
    let phase = task.phase();
    let failed = matches!(phase, Phase::Failed | Phase::Cancelled | Phase::Expired);
    let mut report = TaskReport::default();
    report.task_id = Some(task.reference.id.clone());
    report.created_at = task.created_at;
    report.updated_at = task.finished_at.or(task.created_at);
    report.submit_time = task.created_at;
    report.start_time = Some(if phase == Phase::Pending { 0 } else { task.created_at.unwrap_or(0) });
    report.finish_time = Some(task.finished_at.unwrap_or(0));
    report.status = Some(wrapper_word(&task.status));
    report.progress = Some(format!("{}%", if phase.is_terminal() { 100 } else { task.progress.unwrap_or(0) }));
    report.fail_reason =
        task.failure.as_ref().filter(|_| failed).map(|failure| failure.message.clone()).unwrap_or_default();
    report.result_url = link(task);
    report.quota = task.billing.as_ref().and_then(Value::as_i64);
    report.properties =
        task.model.as_ref().map(|model| TaskProperties::default().with_origin_model_name(model.as_str()));
    report
}

fn link(task: &Task) -> Option<String> {
    if task.phase() != Phase::Succeeded {
        return None;
    }
    task.assets.first().map(|asset| match asset {
        Asset::Link(link) => link.clone(),
        Asset::Content(id) => format!("{VIDEOS}/{}/content", path_segment(id)),
        Asset::Inline(data) => data.to_text(),
    })
}

/// The wrapper has one word for every end without a video, so the kind of end goes into the code.
fn failure(task: &Task) -> Option<Value> {
    let code = match task.phase() {
        Phase::Failed => None,
        Phase::Expired => Some("expired"),
        Phase::Cancelled => Some("cancelled"),
        _ => return None,
    };
    let failure = task.failure.clone().unwrap_or_default();
    let mut members = Map::new();
    members.insert("message".to_owned(), json!(failure.message));
    members.insert("code".to_owned(), json!(code.map(str::to_owned).or(failure.code)));
    Some(Value::Object(members))
}

/// A word nobody knows is kept: whoever reads it keeps asking.
fn wrapper_word(status: &TaskStatus) -> TaskStatus {
    TaskStatus::from_static(match status.phase() {
        Phase::Unknown => return status.clone(),
        Phase::Pending => "QUEUED",
        Phase::Running => "IN_PROGRESS",
        Phase::Succeeded => "SUCCESS",
        Phase::Failed | Phase::Cancelled | Phase::Expired => "FAILURE",
    })
}

fn openai_word(phase: Phase) -> TaskStatus {
    match phase {
        Phase::Pending => TaskStatus::QUEUED,
        Phase::Running | Phase::Unknown => TaskStatus::IN_PROGRESS,
        Phase::Succeeded => TaskStatus::COMPLETED,
        Phase::Failed | Phase::Cancelled | Phase::Expired => TaskStatus::FAILED,
    }
}

/// The words of the documentation page.
const fn documented_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Pending => "queued",
        Phase::Running | Phase::Unknown => "processing",
        Phase::Succeeded => "succeeded",
        Phase::Failed | Phase::Cancelled | Phase::Expired => "failed",
    }
}

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
fn status(route: Option<&Route>, error: &Error) -> StatusCode {
    let unknown_task = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::TaskLost);
    match route {
        Some(Route::Content(_)) if unknown_task => StatusCode::NOT_FOUND,
        Some(_) if unknown_task => StatusCode::BAD_REQUEST,
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

/// Tells when to ask again, in the header the OpenAI clients read.
fn hinted(mut response: HttpResponse, task: &Task) -> HttpResponse {
    if let Some(delay) = task.poll_after.filter(|_| !task.phase().is_terminal()) {
        let milliseconds = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        response.headers_mut().insert("openai-poll-after-ms", HeaderValue::from(milliseconds));
    }
    response
}

fn json_response(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    // Wire structs hold only text keys, so they always serialise; an empty object would be the honest rest.
    let body = serde_json::to_vec(body).unwrap_or_else(|_| b"{}".to_vec());
    let mut response = HttpResponse::new(Bytes::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}
