//! A format that can do the least.

use video_protocol::{Asset, Dialect, Error, HttpRequest, HttpResponse, NewApi, Task, TaskRef};
use video_types::Generation;

/// A format that speaks New API's wire and nothing beyond submit, poll and content.
#[derive(Debug)]
pub(crate) struct Plain;

impl Dialect for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }
    fn encode_submit(&self, generation: &Generation) -> Result<HttpRequest, Error> {
        NewApi.encode_submit(generation)
    }
    fn decode_submit(&self, generation: &Generation, response: &HttpResponse) -> Result<Task, Error> {
        NewApi.decode_submit(generation, response)
    }
    fn encode_poll(&self, task: &TaskRef) -> Result<HttpRequest, Error> {
        NewApi.encode_poll(task)
    }
    fn decode_poll(&self, task: &TaskRef, response: &HttpResponse) -> Result<Task, Error> {
        NewApi.decode_poll(task, response)
    }
    fn encode_content(&self, asset: &Asset) -> Result<HttpRequest, Error> {
        NewApi.encode_content(asset)
    }
    fn decode_content_error(&self, task: &TaskRef, response: &HttpResponse) -> Error {
        NewApi.decode_content_error(task, response)
    }
}
