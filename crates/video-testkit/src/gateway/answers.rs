//! The words of both formats, and the bytes of a content.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header};
use serde_json::{Value, json};

use super::order::Order;
use super::route::Format;

/// What is said of a task.
#[derive(Debug)]
pub(super) struct Described<'a> {
    pub(super) id: &'a str,
    pub(super) order: &'a Order,
    pub(super) created_at: i64,
    pub(super) progress: u8,
    /// When it ended, if it has.
    pub(super) ended_at: Option<i64>,
    /// Where the gateway is, as the caller called it.
    pub(super) host: &'a str,
}

pub(super) fn json(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(body.to_string().into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response
}

pub(super) fn error(status: StatusCode, kind: &str, code: &str, message: &str) -> Response<Bytes> {
    json(status, &json!({"error": {"message": message, "type": kind, "param": null, "code": code}}))
}

/// The answer to a submit.
pub(super) fn accepted(format: Format, task: &Described<'_>) -> Value {
    match format {
        Format::OpenAi => object(task),
        Format::NewApi => json!({
            "id": task.id, "task_id": task.id, "status": "queued",
            "model": task.order.model, "created_at": task.created_at,
        }),
    }
}

/// The answer to a poll.
pub(super) fn polled(format: Format, task: &Described<'_>) -> Value {
    match format {
        Format::OpenAi => object(task),
        Format::NewApi => {
            let link = format!("http://{}/v1/videos/{}/content", task.host, task.id);
            json!({"code": "success", "message": "", "data": {
                "task_id": task.id,
                "status": if task.ended_at.is_some() { "SUCCESS" } else { "IN_PROGRESS" },
                "progress": format!("{}%", task.progress),
                "fail_reason": "",
                "submit_time": task.created_at,
                "finish_time": task.ended_at.unwrap_or(0),
                "result_url": if task.ended_at.is_some() { link } else { String::new() },
            }})
        }
    }
}

/// The video object of the OpenAI format.
pub(super) fn object(task: &Described<'_>) -> Value {
    let status = match (task.ended_at, task.progress) {
        (Some(_), _) => "completed",
        (None, 0) => "queued",
        (None, _) => "in_progress",
    };
    json!({
        "id": task.id, "object": "video", "model": task.order.model, "status": status, "progress": task.progress,
        "created_at": task.created_at, "completed_at": task.ended_at, "expires_at": null,
        "prompt": task.order.prompt, "size": task.order.size, "seconds": task.order.seconds,
        "remixed_from_video_id": null, "error": null,
    })
}

/// The task is not known, in the words of a format.
pub(super) fn unknown_task(format: Format, id: &str) -> Response<Bytes> {
    match format {
        Format::NewApi => {
            json(StatusCode::BAD_REQUEST, &json!({"code": "task_not_exist", "message": "task_not_exist", "data": null}))
        }
        Format::OpenAi => error(
            StatusCode::NOT_FOUND,
            "invalid_request_error",
            "task_not_found",
            &format!("Video with id '{id}' not found."),
        ),
    }
}

/// The part of a video that was asked for: `Range`, unless `If-Range` names another version. And where it lies.
pub(super) fn content(headers: &HeaderMap, etag: &str, video: &Bytes) -> (Response<Bytes>, std::ops::Range<usize>) {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let length = video.len();
    let asked = text(header::RANGE).filter(|_| text(header::IF_RANGE).is_none_or(|version| version == etag));
    let wanted = asked.and_then(|range| range_of(range, length));
    let response = Response::builder()
        .header(header::CONTENT_TYPE, "video/mp4")
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::ETAG, etag);
    let (response, body, part) = match wanted {
        None => (response, video.clone(), 0..length),
        Some(part) if part.is_empty() => {
            let response = response.status(416).header(header::CONTENT_RANGE, format!("bytes */{length}"));
            (response, Bytes::new(), part)
        }
        Some(part) => {
            let said = format!("bytes {}-{}/{length}", part.start, part.end - 1);
            (response.status(206).header(header::CONTENT_RANGE, said), video.slice(part.clone()), part)
        }
    };
    (response.body(body).expect("headers made of digits"), part)
}

/// One range of bytes; empty if nothing of it exists; `None` for what is ignored, such as several ranges.
fn range_of(text: &str, length: usize) -> Option<std::ops::Range<usize>> {
    let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    let (start, end) = match (first, last) {
        ("", last) => (length.saturating_sub(last.parse().ok()?), length),
        (first, "") => (first.parse().ok()?, length),
        (first, last) => (first.parse().ok()?, last.parse::<usize>().ok()?.saturating_add(1).min(length)),
    };
    Some(if start < end { start..end } else { length..length })
}
