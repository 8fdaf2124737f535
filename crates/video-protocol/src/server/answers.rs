//! What answers about a task are made of.

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::{Map, Value, json};
use video_types::{Phase, TaskStatus};

use crate::requests::VIDEOS;
use crate::task_ref::path_segment;
use crate::{Asset, HttpResponse, Task};

/// The link of a success: of the best place of the video.
pub(crate) fn link(task: &Task) -> Option<String> {
    if task.phase() != Phase::Succeeded {
        return None;
    }
    task.assets.first().map(|asset| match asset {
        Asset::Link(link) => link.clone(),
        Asset::Content(id) => format!("{VIDEOS}/{}/content", path_segment(id)),
        Asset::Inline(data) => data.to_text(),
    })
}

/// The formats have one word for every end without a video, so the kind of end goes into the code.
pub(crate) fn failure(task: &Task) -> Option<Value> {
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

/// What is known against the order, as a member of the answer to it.
pub(crate) fn findings(task: &Task) -> Option<(String, Value)> {
    task.findings.clone().map(|findings| ("findings".to_owned(), findings))
}

/// The four words of the OpenAI format. A word nobody knows means that the task still runs.
pub(crate) fn openai_word(phase: Phase) -> TaskStatus {
    match phase {
        Phase::Pending => TaskStatus::QUEUED,
        Phase::Running | Phase::Unknown => TaskStatus::IN_PROGRESS,
        Phase::Succeeded => TaskStatus::COMPLETED,
        Phase::Failed | Phase::Cancelled | Phase::Expired => TaskStatus::FAILED,
    }
}

/// Tells when to ask again, in the header the OpenAI clients read.
pub(crate) fn hinted(mut response: HttpResponse, task: &Task) -> HttpResponse {
    if let Some(delay) = task.poll_after.filter(|_| !task.phase().is_terminal()) {
        let milliseconds = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        response.headers_mut().insert("openai-poll-after-ms", HeaderValue::from(milliseconds));
    }
    response
}

/// An answer with a JSON body.
pub(crate) fn json_response(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    // Wire structs hold only text keys, so they always serialise; an empty object would be the honest rest.
    let body = serde_json::to_vec(body).unwrap_or_else(|_| b"{}".to_vec());
    let mut response = HttpResponse::new(Bytes::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}
