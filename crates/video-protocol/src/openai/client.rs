//! The client's half.

use http::{HeaderValue, Method};
use serde_json::{Value, json};
use video_types::openai::{ContentVariant, CreateVideo, InputReference};
use video_types::{Extra, Generation, ImageInput, ImageKind};

use super::{GENERATIONS, NAME, OpenAi};
use crate::multipart::Form;
use crate::picture::{bytes_of, file_name};
use crate::requests::{VIDEOS, bare, content, expressible, post, post_json};
use crate::task_answer::{accepted, elsewhere, no_content, seen};
use crate::task_ref::path_segment;
use crate::{Asset, DataUri, Dialect, Error, HttpRequest, HttpResponse, ListQuery, Task, TaskPage, TaskRef, videos};

impl Dialect for OpenAi {
    fn name(&self) -> &'static str {
        NAME
    }

    fn encode_submit(&self, generation: &Generation) -> Result<HttpRequest, Error> {
        expressible(generation)?;
        let alone = (generation.images.len() == 1).then(|| generation.images.first()).flatten();
        let file = alone.filter(|_| self.multipart != Some(false)).and_then(bytes_of);
        let mut video = CreateVideo::from(generation);
        if self.multipart.unwrap_or(file.is_some()) {
            return form(&video, file, self.reference_object);
        }
        if self.reference_object {
            video.input_reference = alone.map(|image| InputReference::Object(addressable(image)));
        }
        post_json(VIDEOS, &video)
    }

    fn decode_submit(&self, _generation: &Generation, response: &HttpResponse) -> Result<Task, Error> {
        accepted(NAME, response).map_err(elsewhere)
    }

    fn encode_poll(&self, task: &TaskRef) -> Result<HttpRequest, Error> {
        let route = if task.route.as_deref() == Some(GENERATIONS) { "/v1/video/generations" } else { VIDEOS };
        bare(Method::GET, &format!("{route}/{}", path_segment(&task.id)))
    }

    /// New API cannot show every task on this route (wire facts 10.5, row 19; seen 2026-08); where it says so, the
    /// error carries the detour to its own route.
    fn decode_poll(&self, task: &TaskRef, response: &HttpResponse) -> Result<Task, Error> {
        seen(task, response).map_err(|error| {
            let code = error.code().unwrap_or_default();
            if code == "convert_to_openai_video_failed" || code.starts_with("not_implemented") {
                let there = task.clone().with_route(GENERATIONS);
                return error.with_detour(there);
            }
            error
        })
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

/// A picture as an address: bare base64 that looks like a picture becomes a `data:` URI.
fn addressable(image: &ImageInput) -> ImageInput {
    let bare = image.kind() == ImageKind::Base64;
    bytes_of(image).filter(|_| bare).map_or_else(|| image.clone(), |data| ImageInput::new(data.to_text()))
}

/// A submit as a form: text parts in the order of the format, the file last.
fn form(video: &CreateVideo, file: Option<DataUri>, reference_object: bool) -> Result<HttpRequest, Error> {
    let mut form = Form::default();
    let number = |number: Option<i64>| number.map(|number| number.to_string());
    let metadata = (!video.metadata.is_empty()).then(|| json!(video.metadata).to_string());
    let texts = [
        ("model", video.model.as_ref().map(ToString::to_string)),
        ("prompt", video.prompt.clone()),
        ("seconds", video.seconds.clone()),
        ("size", video.size.as_ref().map(ToString::to_string)),
        ("mode", video.mode.clone()),
        ("fps", number(video.fps.map(i64::from))),
        ("seed", number(video.seed)),
        ("metadata", metadata),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            form.text(name, text);
        }
    }
    others(&mut form, &video.extra);
    for image in &video.images {
        form.text("images", image.as_str());
    }
    match (file, &video.input_reference) {
        (Some(file), _) => form.file("input_reference", &file_name(&file.mime), &file.mime, file.bytes),
        (None, Some(InputReference::Text(image) | InputReference::Object(image))) => {
            form.text(if reference_object { "input_reference[image_url]" } else { "input_reference" }, image.as_str());
        }
        (None, None) => {}
    }
    let (content_type, body) = form.finish();
    let content_type = HeaderValue::try_from(content_type)
        .map_err(|source| Error::invalid("the form cannot be sent").with_source(source))?;
    post(VIDEOS, content_type, body)
}

/// Members nobody knows: text as it is, anything else as JSON; `null` is absent.
fn others(form: &mut Form, extra: &Extra) {
    for (name, value) in extra {
        match value {
            Value::Null => {}
            Value::String(text) => form.text(name, text.as_str()),
            other => form.text(name, other.to_string()),
        }
    }
}
