//! The client's half.

use bytes::Bytes;
use http::{Method, Request, header};
use serde_json::Value;
use video_types::new_api::SubmitRequest;
use video_types::{Answer, Generation, Phase, Report, TaskStatus};

use super::{GENERATIONS, NAME, NewApi, VIDEOS};
use crate::address::escape;
use crate::classify::{read_answer, refusal};
use crate::delays::poll_hint;
use crate::task_ref::{path_segment, usable_id};
use crate::{Asset, Dialect, Error, ErrorKind, HttpRequest, HttpResponse, Task, TaskRef};

impl Dialect for NewApi {
    fn name(&self) -> &'static str {
        NAME
    }

    fn encode_submit(&self, generation: &Generation) -> Result<HttpRequest, Error> {
        if generation.model.as_str().trim().is_empty() {
            return Err(Error::invalid("model is required"));
        }
        if generation.prompt.trim().is_empty() {
            return Err(Error::invalid("prompt is required"));
        }
        let body = serde_json::to_vec(&SubmitRequest::from(generation))
            .map_err(|source| Error::invalid("the request cannot be written as JSON").with_source(source))?;
        request(Method::POST, GENERATIONS, body.into())
    }

    fn decode_submit(&self, _generation: &Generation, response: &HttpResponse) -> Result<Task, Error> {
        let mut report = match read_answer(response).map_err(elsewhere)? {
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
        let mut task = task_of(TaskRef::new(NAME, id), report, response);
        let factors = response.headers().get("x-new-api-other-ratios").and_then(|factors| factors.to_str().ok());
        task.billing = factors.and_then(|factors| serde_json::from_str(factors).ok()).or(task.billing);
        Ok(task)
    }

    fn encode_poll(&self, task: &TaskRef) -> Result<HttpRequest, Error> {
        request(Method::GET, &format!("{GENERATIONS}/{}", path_segment(&task.id)), Bytes::new())
    }

    fn decode_poll(&self, task: &TaskRef, response: &HttpResponse) -> Result<Task, Error> {
        // A page instead of JSON is not this gateway saying that it does not know the task.
        let error = |error: Error| {
            let spoken = error.problem().is_some_and(|problem| problem.is_json);
            if spoken { error } else { elsewhere(error) }.with_task(task.clone())
        };
        match read_answer(response).map_err(error)? {
            Answer::Task(report) => Ok(task_of(task.clone(), *report, response)),
            _ => Err(Error::new(ErrorKind::Decode)
                .with_message("the answer is empty so far")
                .with_status(response.status())
                .with_task(task.clone())
                .temporary(None)),
        }
    }

    fn encode_content(&self, asset: &Asset) -> Result<HttpRequest, Error> {
        let mut request = match asset {
            Asset::Content(id) => request(Method::GET, &format!("{VIDEOS}/{}/content", path_segment(id)), Bytes::new()),
            Asset::Link(link) => request(Method::GET, &escape(link.split('#').next().unwrap_or(link)), Bytes::new()),
            Asset::Inline(_) => Err(Error::invalid("the video is inside the answer; nothing needs to be fetched")),
        }?;
        // Length and ranges must be those of the stored bytes.
        request.headers_mut().insert(header::ACCEPT_ENCODING, header::HeaderValue::from_static("identity"));
        Ok(request)
    }

    fn decode_content_error(&self, task: &TaskRef, response: &HttpResponse) -> Error {
        let error = refusal(response).with_task(task.clone());
        // A store that has forgotten the file, or no longer takes the signature of its link, knows no tasks.
        let page = error.problem().is_some_and(|problem| !problem.is_json);
        if page && matches!(response.status().as_u16(), 403 | 404 | 410) {
            return error.seen_as(ErrorKind::Undelivered);
        }
        error
    }
}

/// What "not found" means when no task was asked for: there is no such route here.
fn elsewhere(error: Error) -> Error {
    if error.kind() == ErrorKind::NotFound { error.seen_as(ErrorKind::Misconfigured) } else { error }
}

fn request(method: Method, uri: &str, body: Bytes) -> Result<HttpRequest, Error> {
    let spends = method == Method::POST;
    let mut request = Request::builder()
        .method(method)
        .uri(uri)
        .body(body)
        .map_err(|source| Error::invalid("the address cannot be built").with_source(source))?;
    let json = header::HeaderValue::from_static("application/json");
    if spends {
        // Without it the gateway ignores the body.
        request.headers_mut().insert(header::CONTENT_TYPE, json);
    }
    Ok(request)
}

fn task_of(reference: TaskRef, report: Report, response: &HttpResponse) -> Task {
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
    task.billing = report.quota.map(Value::from);
    task.poll_after = poll_hint(response.headers());
    task.raw = serde_json::from_slice(response.body()).unwrap_or_default();
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
