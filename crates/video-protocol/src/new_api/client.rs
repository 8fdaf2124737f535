//! The client's half.

use http::Method;
use video_types::Generation;
use video_types::new_api::SubmitRequest;
use video_types::openai::ContentVariant;

use super::{GENERATIONS, NAME, NewApi};
use crate::requests::{bare, content, expressible, post_json};
use crate::task_answer::{accepted, elsewhere, no_content, seen};
use crate::task_ref::path_segment;
use crate::{Asset, Dialect, Error, HttpRequest, HttpResponse, ListQuery, Task, TaskPage, TaskRef, videos};

impl Dialect for NewApi {
    fn name(&self) -> &'static str {
        NAME
    }

    fn encode_submit(&self, generation: &Generation) -> Result<HttpRequest, Error> {
        expressible(generation)?;
        post_json(GENERATIONS, &SubmitRequest::from(generation))
    }

    fn decode_submit(&self, _generation: &Generation, response: &HttpResponse) -> Result<Task, Error> {
        accepted(NAME, response).map_err(elsewhere)
    }

    fn encode_poll(&self, task: &TaskRef) -> Result<HttpRequest, Error> {
        bare(Method::GET, &format!("{GENERATIONS}/{}", path_segment(&task.id)))
    }

    fn decode_poll(&self, task: &TaskRef, response: &HttpResponse) -> Result<Task, Error> {
        seen(task, response)
    }

    fn encode_content(&self, asset: &Asset) -> Result<HttpRequest, Error> {
        content(asset)
    }

    fn decode_content_error(&self, task: &TaskRef, response: &HttpResponse) -> Error {
        no_content(task, response)
    }

    fn encode_variant(&self, task: &TaskRef, variant: &ContentVariant) -> Result<HttpRequest, Error> {
        videos::variant(task, variant)
    }

    fn encode_list(&self, query: &ListQuery) -> Result<HttpRequest, Error> {
        videos::list(query)
    }

    fn decode_list(&self, query: &ListQuery, response: &HttpResponse) -> Result<TaskPage, Error> {
        videos::listed(NAME, query, response)
    }

    fn encode_delete(&self, task: &TaskRef) -> Result<HttpRequest, Error> {
        videos::delete(task)
    }

    fn decode_delete(&self, task: &TaskRef, response: &HttpResponse) -> Result<(), Error> {
        videos::deleted(task, response)
    }

    fn encode_cancel(&self, task: &TaskRef) -> Result<HttpRequest, Error> {
        videos::cancel(task)
    }

    fn decode_cancel(&self, task: &TaskRef, response: &HttpResponse) -> Result<(), Error> {
        videos::taken(task, response)
    }

    fn encode_remix(&self, task: &TaskRef, prompt: &str) -> Result<HttpRequest, Error> {
        videos::remix(task, prompt)
    }

    fn decode_remix(&self, task: &TaskRef, response: &HttpResponse) -> Result<Task, Error> {
        videos::remixed(NAME, task, response)
    }
}
