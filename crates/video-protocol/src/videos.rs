//! What can be asked below `/v1/videos` besides submit, poll and content, whichever format made the task.
//!
//! New API has no list, delete or remix among its own routes. A server's tasks are the same under both formats, so
//! there too these go to the OpenAI-compatible routes (New API itself has only the remix, since 0.10).

use http::{HeaderValue, Method, header};
use serde_json::{Value, json};
use video_types::openai::ContentVariant;
use video_types::{Answer, TaskId};

use crate::classify::{read_body, refusal};
use crate::requests::{VIDEOS, bare, post_json};
use crate::task_answer::{accepted, elsewhere, reported, unless_spoken};
use crate::task_ref::{path_segment, usable_id};
use crate::{Error, ErrorKind, HttpRequest, HttpResponse, ListQuery, Task, TaskPage, TaskRef};

/// The request for one variant of a finished video.
pub(crate) fn variant(task: &TaskRef, variant: &ContentVariant) -> Result<HttpRequest, Error> {
    let mut uri = format!("{}/content", path_to(&task.id));
    if *variant != ContentVariant::VIDEO {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("variant", variant.as_str()).finish();
        uri = format!("{uri}?{query}");
    }
    let mut request = bare(Method::GET, &uri)?;
    request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    Ok(request)
}

/// The request for one page of all tasks.
pub(crate) fn list(query: &ListQuery) -> Result<HttpRequest, Error> {
    if query.limit > ListQuery::MOST {
        return Err(Error::invalid(format!("limit must be from 0 to {}", ListQuery::MOST)));
    }
    let mut written = form_urlencoded::Serializer::new(String::new());
    written.append_pair("limit", &query.limit.to_string()).append_pair("order", query.order.as_str());
    if let Some(after) = &query.after {
        written.append_pair("after", after.as_str());
    }
    bare(Method::GET, &format!("{VIDEOS}?{}", written.finish()))
}

/// The page an answer describes; its handles are those of `dialect`.
pub(crate) fn listed(dialect: &str, query: &ListQuery, response: &HttpResponse) -> Result<TaskPage, Error> {
    let (body, _) = read_body(response).map_err(elsewhere)?;
    let mut wrappers = [Some(&body), body.get("data")].into_iter().flatten();
    let found = wrappers.find_map(|list| Some((list, list.get("data")?.as_array()?)));
    let (list, items) = found.or(body.as_array().map(|items| (&body, items))).ok_or_else(|| {
        Error::new(ErrorKind::Decode).with_message("the answer is no list of videos").with_status(response.status())
    })?;
    let tasks: Vec<Task> = items.iter().filter_map(|item| listed_task(dialect, item)).collect();
    let id = |member: &str| list.get(member)?.as_str().filter(|id| !id.trim().is_empty()).map(TaskId::from);
    // Who does not say whether there is more, says it by a full page.
    let full = query.limit > 0 && u32::try_from(items.len()).is_ok_and(|count| count >= query.limit);
    let told = list.get("has_more").and_then(Value::as_bool);
    let unread = items.len().saturating_sub(tasks.len());
    let mut page = TaskPage::new(tasks, told.unwrap_or(full));
    page.has_more_guessed = told.is_none();
    page.unread = unread;
    page.first_id = id("first_id").or(page.first_id);
    page.last_id = id("last_id").or(page.last_id);
    Ok(page)
}

/// One video of a list; `None` for what has no usable id.
fn listed_task(dialect: &str, item: &Value) -> Option<Task> {
    let Answer::Task(report) = Answer::read(item) else { return None };
    let id = report.task_id.clone().filter(usable_id)?;
    let mut task = reported(TaskRef::new(dialect, id), *report);
    task.raw = item.clone();
    Some(task)
}

/// The request that makes the server forget a task.
pub(crate) fn delete(task: &TaskRef) -> Result<HttpRequest, Error> {
    bare(Method::DELETE, &path_to(&task.id))
}

/// Whether the task is gone.
pub(crate) fn deleted(task: &TaskRef, response: &HttpResponse) -> Result<(), Error> {
    if !response.status().is_success() {
        return Err(unless_spoken(refusal(response)).with_task(task.clone()));
    }
    if response.body().is_empty() {
        return Ok(());
    }
    let (body, _) = read_body(response).map_err(|error| error.with_task(task.clone()))?;
    if body.get("deleted") == Some(&Value::Bool(false)) {
        return Err(Error::new(ErrorKind::InvalidRequest)
            .with_message("the server did not delete the video")
            .with_status(response.status())
            .with_task(task.clone()));
    }
    Ok(())
}

/// The request that asks the server to stop a task.
///
/// In none of the public formats (a delete is for tasks that have ended); servers that can stop a task have settled on
/// the form OpenAI has for its other long jobs: `POST {resource}/cancel` (Inworld's documented video API and ours).
pub(crate) fn cancel(task: &TaskRef) -> Result<HttpRequest, Error> {
    bare(Method::POST, &format!("{}/cancel", path_to(&task.id)))
}

/// Whether the server took a cancel, whatever it says of the task.
pub(crate) fn taken(task: &TaskRef, response: &HttpResponse) -> Result<(), Error> {
    if !response.status().is_success() {
        return Err(unless_spoken(refusal(response)).with_task(task.clone()));
    }
    // An empty answer will do, and one in words of the server's own; a web page or a refusal will not.
    let page = response.body().trim_ascii_start().starts_with(b"<");
    let refused = matches!(Answer::parse(response.body()), Ok(Answer::Problem(_)));
    match read_body(response) {
        Err(error) if page => Err(error.seen_as(ErrorKind::Misconfigured).permanent().with_task(task.clone())),
        Err(error) if refused => Err(error.with_task(task.clone())),
        _ => Ok(()),
    }
}

/// The request that makes a video from a finished one and another prompt.
pub(crate) fn remix(task: &TaskRef, prompt: &str) -> Result<HttpRequest, Error> {
    if prompt.trim().is_empty() {
        return Err(Error::invalid("prompt is required"));
    }
    post_json(&format!("{}/remix", path_to(&task.id)), &json!({"prompt": prompt}))
}

/// The new task that the answer to a remix of `task` describes.
pub(crate) fn remixed(dialect: &str, task: &TaskRef, response: &HttpResponse) -> Result<Task, Error> {
    let mut remix = accepted(dialect, response).map_err(unless_spoken)?;
    remix.remixed_from = remix.remixed_from.or_else(|| Some(task.id.clone()));
    Ok(remix)
}

fn path_to(id: &TaskId) -> String {
    format!("{VIDEOS}/{}", path_segment(id))
}
