//! The gateway's half.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use video_types::new_api::{SubmitRequest, TaskProperties, TaskReport, Wrapper};
use video_types::openai::Video;
use video_types::{Generation, Phase, TaskStatus};

use super::{GENERATIONS, NewApi};
use crate::server::answers::{failure, findings, hinted, json_response, link, openai_word};
use crate::server::path::{content_route, reads, segment};
use crate::server::refusal::{Manner, refuse};
use crate::server::submit::{Encoding, body, misread};
use crate::{Error, HttpRequest, HttpResponse, Route, ServerDialect, Task};

impl ServerDialect for NewApi {
    fn route(&self, request: &HttpRequest) -> Option<Route> {
        let path = request.uri().path();
        if request.method() == Method::POST && path == GENERATIONS {
            return Some(Route::Submit);
        }
        if let Some(id) = path.strip_prefix(GENERATIONS).and_then(|rest| rest.strip_prefix('/')) {
            return reads(request).then(|| segment(id)).flatten().map(Route::Poll);
        }
        content_route(request)
    }

    fn decode_submit_request(&self, request: &HttpRequest) -> Result<Generation, Error> {
        let body = body(request)?;
        let mut submit = SubmitRequest::read(body.members).map_err(misread)?;
        if body.encoding == Encoding::Multipart {
            collect_metadata(&mut submit);
        }
        Generation::try_from(submit).map_err(misread)
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
        video.seconds.clone_from(&task.seconds);
        video.size = task.size.as_ref().map(ToString::to_string);
        video.remixed_from_video_id.clone_from(&task.remixed_from);
        video.extra.extend(findings(task));
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
        refuse(route, error, Manner::NewApi)
    }
}

/// Parts of a multipart form that nobody knows are provider parameters, numbers where they read as such (New API ≥ 0.9.5,
/// seen 2026-08). A part `metadata` comes first; of a repeated part the first value counts.
fn collect_metadata(submit: &mut SubmitRequest) {
    for (name, value) in std::mem::take(&mut submit.extra) {
        if submit.metadata.get(&name).is_some() {
            continue;
        }
        let value = match value {
            Value::Array(list) => list.into_iter().next().unwrap_or_default(),
            value => value,
        };
        let number = value.as_str().and_then(|text| {
            let whole = text.parse::<i64>().map(Value::from).ok();
            whole.or_else(|| text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from))
        });
        submit.metadata.insert(name, number.unwrap_or(value));
    }
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
    // Not written by any real version: without them the OpenAI object of a gateway in front of this one would lack them.
    let said = [
        ("size", task.size.as_ref().map(ToString::to_string)),
        ("seconds", task.seconds.clone()),
        ("remixed_from_video_id", task.remixed_from.as_ref().map(ToString::to_string)),
    ];
    report.extra.extend(said.into_iter().filter_map(|(name, text)| Some((name.to_owned(), json!(text?)))));
    if task.model.is_some() || task.prompt.is_some() {
        let mut properties = TaskProperties::default();
        properties.input = task.prompt.clone().unwrap_or_default();
        properties.origin_model_name = task.model.as_ref().map(ToString::to_string);
        report.properties = Some(properties);
    }
    report
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

/// The words of the documentation page.
const fn documented_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Pending => "queued",
        Phase::Running | Phase::Unknown => "processing",
        Phase::Succeeded => "succeeded",
        Phase::Failed | Phase::Cancelled | Phase::Expired => "failed",
    }
}
