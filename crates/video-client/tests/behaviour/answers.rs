//! What gateways answer.

use serde_json::json;
use video_client::{Task, TaskRef};
use video_transport::{Answer, TransportError, TransportErrorKind};
use video_types::TaskStatus;

use crate::stage::BASE;

/// A submit that was accepted.
pub(crate) fn accepted() -> Answer {
    Answer::json(200, r#"{"id":"task_1","task_id":"task_1","object":"video","status":"queued","progress":0}"#)
}

/// A task under way.
pub(crate) fn running(percent: u8) -> Answer {
    wrapper(&json!({"task_id": "task_1", "status": "IN_PROGRESS", "progress": format!("{percent}%")}))
}

/// A task that has a video at `link`.
pub(crate) fn succeeded(link: &str) -> Answer {
    wrapper(&json!({"task_id": "task_1", "status": "SUCCESS", "progress": "100%", "result_url": link}))
}

/// A task that has failed.
pub(crate) fn failed(reason: &str) -> Answer {
    wrapper(&json!({"task_id": "task_1", "status": "FAILURE", "progress": "100%", "fail_reason": reason}))
}

pub(crate) fn wrapper(task: &serde_json::Value) -> Answer {
    Answer::json(200, json!({"code": "success", "message": "", "data": task}).to_string())
}

/// An error in the shape of New API.
pub(crate) fn refused(status: u16, code: &str, message: &str) -> Answer {
    Answer::json(status, json!({"code": code, "message": message, "data": null}).to_string())
}

/// An error of the content route, which has no code.
pub(crate) fn content_refused(status: u16, message: &str) -> Answer {
    let class = if status < 500 { "invalid_request_error" } else { "server_error" };
    Answer::json(status, json!({"error": {"message": message, "type": class}}).to_string())
}

/// A proxy's error page.
pub(crate) fn page(status: u16, title: &str) -> Answer {
    let page = format!("<html><head><title>{title}</title></head><body>{title}</body></html>");
    Answer::status(status).header("content-type", "text/html").body(page)
}

/// A link's answer with the whole video.
pub(crate) fn video() -> Answer {
    let whole = mp4();
    Answer::status(200)
        .header("content-type", "video/mp4")
        .header("content-length", whole.len().to_string())
        .body(whole)
}

/// The same, ending in good order after half of it.
pub(crate) fn cut_video() -> Answer {
    let whole = mp4();
    Answer::status(200)
        .header("content-type", "video/mp4")
        .header("content-length", whole.len().to_string())
        .body(whole[..2000].to_vec())
}

pub(crate) fn redirect(status: u16, to: &str) -> Answer {
    Answer::status(status).header("location", to)
}

/// Nothing was sent.
pub(crate) fn no_connection() -> Answer {
    Answer::error(TransportError::new(TransportErrorKind::Connect, "connection refused"))
}

/// The connection broke, and the server may have acted.
pub(crate) fn broken() -> Answer {
    Answer::error(TransportError::new(TransportErrorKind::Interrupted, "connection reset by peer"))
}

/// A whole video of 4148 bytes: type, index, frames.
pub(crate) fn mp4() -> Vec<u8> {
    let mp4_box = |kind: &[u8; 4], content: &[u8]| {
        let size = u32::try_from(content.len() + 8).expect("a small box");
        [&size.to_be_bytes()[..], kind, content].concat()
    };
    let mvhd = [&[0; 12][..], &600_u32.to_be_bytes(), &1500_u32.to_be_bytes(), &[0; 80]].concat();
    let frames: Vec<u8> = (0..=249).cycle().take(4000).collect();
    [mp4_box(b"ftyp", b"isom\0\0\x02\0isommp41"), mp4_box(b"moov", &mp4_box(b"mvhd", &mvhd)), mp4_box(b"mdat", &frames)]
        .concat()
}

/// A task that has succeeded, as a poll would have told, with these links.
pub(crate) fn task(links: &[&str]) -> Task {
    let reference = TaskRef::new("new-api", "task_1").with_origin(BASE.trim_start_matches("https://"));
    let mut task = Task::new(reference, TaskStatus::from_static("SUCCESS"));
    task.assets = links.iter().filter_map(|link| video_protocol::Asset::read(link)).collect();
    task.assets.push(video_protocol::Asset::Content("task_1".into()));
    task
}
