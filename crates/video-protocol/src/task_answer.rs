//! From an answer to a [`Task`], whichever dialect asked.

use serde_json::Value;
use video_types::{Answer, Phase, Report, Size, TaskStatus};

use crate::classify::{read_answer, refusal};
use crate::delays::poll_hint;
use crate::task_ref::usable_id;
use crate::{Asset, Error, ErrorKind, HttpResponse, Task, TaskRef};

/// The task that the answer to a submit describes.
pub(crate) fn accepted(dialect: &str, response: &HttpResponse) -> Result<Task, Error> {
    let mut report = match read_answer(response)? {
        Answer::Task(report) => *report,
        _ => Report::default(),
    };
    let Some(id) = report.task_id.clone().filter(usable_id) else {
        let words = report.failure.map(|failure| failure.message).filter(|words| !words.is_empty());
        let words = words.map_or_else(String::new, |words| format!(": {words}"));
        return Err(Error::new(ErrorKind::Decode)
            .with_message(format!("the answer names no task{words}"))
            .with_status(response.status())
            .temporary(None));
    };
    // Here `success` may only mean that the order went well; a video would have a link.
    if report.phase() == Phase::Succeeded && report.links.is_empty() {
        report.status = Some(TaskStatus::QUEUED);
    }
    let mut task = described(TaskRef::new(dialect, id), report, response);
    let factors = response.headers().get("x-new-api-other-ratios").and_then(|factors| factors.to_str().ok());
    task.billing = factors.and_then(|factors| serde_json::from_str(factors).ok()).or(task.billing);
    Ok(task)
}

/// The task that the answer to a poll describes; every error names the task.
pub(crate) fn seen(task: &TaskRef, response: &HttpResponse) -> Result<Task, Error> {
    match read_answer(response).map_err(|error| unless_spoken(error).with_task(task.clone()))? {
        Answer::Task(report) => Ok(described(task.clone(), *report, response)),
        _ => Err(Error::new(ErrorKind::Decode)
            .with_message("the answer is empty so far")
            .with_status(response.status())
            .with_task(task.clone())
            .temporary(None)),
    }
}

/// What an answer to a content request says, if its status is not a success.
pub(crate) fn no_content(task: &TaskRef, response: &HttpResponse) -> Error {
    let error = refusal(response).with_task(task.clone());
    // A store that has forgotten the file, or no longer takes the signature of its link, knows no tasks.
    let page = error.problem().is_some_and(|problem| !problem.is_json);
    if page && matches!(response.status().as_u16(), 403 | 404 | 410) {
        return error.seen_as(ErrorKind::Undelivered);
    }
    error
}

/// What "not found" means when no task was asked for: there is no such route here.
pub(crate) fn elsewhere(error: Error) -> Error {
    if error.kind() == ErrorKind::NotFound { error.seen_as(ErrorKind::Misconfigured) } else { error }
}

/// A page instead of JSON is not this gateway saying that it does not know the task.
pub(crate) fn unless_spoken(error: Error) -> Error {
    let spoken = error.problem().is_some_and(|problem| problem.is_json);
    if spoken { error } else { elsewhere(error) }
}

/// The task of a report, with what the whole answer adds.
fn described(reference: TaskRef, report: Report, response: &HttpResponse) -> Task {
    let mut task = reported(reference, report);
    task.poll_after = poll_hint(response.headers());
    task.raw = serde_json::from_slice(response.body()).unwrap_or_default();
    task
}

/// The task of a report.
pub(crate) fn reported(reference: TaskRef, report: Report) -> Task {
    let phase = report.phase();
    let mut task = Task::new(reference, report.status.unwrap_or(TaskStatus::QUEUED));
    if phase == Phase::Succeeded {
        task.assets = assets(&task.reference, &report.links);
    }
    if phase.is_terminal() {
        task.finished_at = report.finished_at;
    }
    task.progress = report.progress;
    task.failure = report.failure;
    task.model = report.model.filter(|model| !model.as_str().is_empty());
    task.created_at = report.created_at;
    task.prompt = report.prompt;
    task.size = report.size.map(Size::from);
    task.seconds = report.seconds;
    task.remixed_from = report.remixed_from.filter(usable_id);
    task.billing = report.quota.map(Value::from);
    task
}

/// Places of the video, the best first.
///
/// The provider's own link comes before a content route: the route of New API stops after 60 s and,
/// between chained gateways, may ask itself. The route of our own id is always the last resort.
fn assets(task: &TaskRef, links: &[String]) -> Vec<Asset> {
    let found: Vec<Asset> = links.iter().filter_map(|link| Asset::read(link)).collect();
    let (routes, direct): (Vec<_>, Vec<_>) = found.into_iter().partition(|asset| matches!(asset, Asset::Content(_)));
    let mut assets = direct;
    for route in routes.into_iter().chain([Asset::Content(task.id.clone())]) {
        if !assets.contains(&route) {
            assets.push(route);
        }
    }
    assets
}
