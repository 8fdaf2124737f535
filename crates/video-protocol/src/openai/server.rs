//! The gateway's half.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use video_types::openai::{CreateVideo, DeletedVideo, Video};
use video_types::{Generation, Metadata, Phase, Size, TaskId};

use super::OpenAi;
use crate::requests::VIDEOS;
use crate::server::answers::{failure, findings, hinted, json_response, link, openai_word};
use crate::server::path::{content_route, reads, segment};
use crate::server::query;
use crate::server::refusal::{Manner, refuse};
use crate::server::submit::{body, misnamed, misread};
use crate::{Error, HttpRequest, HttpResponse, ListQuery, Route, ServerDialect, Task, TaskPage};

impl ServerDialect for OpenAi {
    fn route(&self, request: &HttpRequest) -> Option<Route> {
        let below = request.uri().path().strip_prefix(VIDEOS)?;
        let posts = request.method() == Method::POST;
        if below.is_empty() {
            return if posts { Some(Route::Submit) } else { reads(request).then_some(Route::List) };
        }
        let below = below.strip_prefix('/')?;
        if let Some(id) = below.strip_suffix("/remix") {
            return posts.then(|| segment(id)).flatten().map(Route::Remix);
        }
        if let Some(id) = below.strip_suffix("/cancel") {
            return posts.then(|| segment(id)).flatten().map(Route::Cancel);
        }
        if request.method() == Method::DELETE {
            return segment(below).map(Route::Delete);
        }
        content_route(request).or_else(|| reads(request).then(|| segment(below)).flatten().map(Route::Poll))
    }

    fn decode_submit_request(&self, request: &HttpRequest) -> Result<Generation, Error> {
        CreateVideo::read(body(request)?.members).and_then(Generation::try_from).map_err(misread)
    }

    fn encode_submit_response(&self, task: &Task) -> HttpResponse {
        let mut video = self.video(task);
        if let (Value::Object(members), Some((name, list))) = (&mut video, findings(task)) {
            members.insert(name, list);
        }
        hinted(json_response(StatusCode::OK, &video), task)
    }

    fn encode_poll_response(&self, task: &Task) -> HttpResponse {
        hinted(json_response(StatusCode::OK, &self.video(task)), task)
    }

    fn encode_error(&self, route: Option<&Route>, error: &Error) -> HttpResponse {
        refuse(route, error, Manner::OpenAi)
    }

    fn decode_list_request(&self, request: &HttpRequest) -> Result<ListQuery, Error> {
        query::list(request)
    }

    fn encode_list_response(&self, page: &TaskPage) -> HttpResponse {
        let list = json!({
            "object": "list",
            "data": page.tasks.iter().map(|task| self.video(task)).collect::<Vec<_>>(),
            "first_id": page.first_id,
            "last_id": page.last_id,
            "has_more": page.has_more,
        });
        json_response(StatusCode::OK, &list)
    }

    fn encode_delete_response(&self, task: &TaskId) -> HttpResponse {
        json_response(StatusCode::OK, &DeletedVideo::new(task.clone()))
    }

    fn decode_remix_request(&self, request: &HttpRequest) -> Result<String, Error> {
        let prompt = CreateVideo::read(body(request)?.members).map_err(misread)?.prompt;
        let given = prompt.filter(|prompt| !prompt.trim().is_empty());
        given.ok_or_else(|| misnamed("invalid_request", "prompt", "prompt is required"))
    }
}

impl OpenAi {
    /// A task in the words that were asked for: the same in every answer.
    fn video(self, task: &Task) -> Value {
        let mut video = video(task);
        if self.documented_words && task.phase() == Phase::Succeeded {
            video["status"] = json!("succeeded");
            if let Some(link) = link(task) {
                video["url"] = json!(link);
            }
        }
        video
    }
}

/// A task as the official clients require it, with New API's `task_id` and `metadata.url` beside.
fn video(task: &Task) -> Value {
    let phase = task.phase();
    let mut video = Video::default();
    video.id = Some(task.reference.id.clone());
    video.task_id = Some(task.reference.id.clone());
    video.model.clone_from(&task.model);
    video.status = Some(openai_word(phase));
    video.progress = Some(if phase == Phase::Succeeded { 100 } else { task.progress.unwrap_or(0) });
    video.created_at = task.created_at;
    video.completed_at = task.finished_at.filter(|_| phase.is_terminal());
    video.seconds.clone_from(&task.seconds);
    video.size = task.size.as_ref().map(Size::to_string);
    video.prompt.clone_from(&task.prompt);
    video.remixed_from_video_id.clone_from(&task.remixed_from);
    video.error = failure(task).and_then(|failure| serde_json::from_value(failure).ok());
    if let Some(link) = link(task) {
        video.metadata = Metadata::default().with("url", link);
    }
    video.to_body()
}
