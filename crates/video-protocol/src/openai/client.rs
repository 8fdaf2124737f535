//! The client's half.

use http::{HeaderValue, Method, header};
use serde_json::{Value, json};
use video_types::openai::{ContentVariant, CreateVideo, InputReference};
use video_types::{Answer, Extra, Generation, ImageInput, ImageKind, TaskId};

use super::{GENERATIONS, NAME, OpenAi};
use crate::classify::{read_body, refusal};
use crate::multipart::Form;
use crate::picture::{bytes_of, file_name};
use crate::requests::{VIDEOS, bare, content, expressible, post, post_json};
use crate::task_answer::{accepted, elsewhere, no_content, reported, seen, unless_spoken};
use crate::task_ref::{path_segment, usable_id};
use crate::{Asset, DataUri, Dialect, Error, ErrorKind, HttpRequest, HttpResponse, ListQuery, Task, TaskPage, TaskRef};

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
        let mut uri = format!("{}/content", path_to(&task.id));
        if *variant != ContentVariant::VIDEO {
            let query =
                form_urlencoded::Serializer::new(String::new()).append_pair("variant", variant.as_str()).finish();
            uri = format!("{uri}?{query}");
        }
        let mut request = bare(Method::GET, &uri)?;
        request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        Ok(request)
    }

    fn encode_list(&self, query: &ListQuery) -> Result<HttpRequest, Error> {
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

    fn decode_list(&self, query: &ListQuery, response: &HttpResponse) -> Result<TaskPage, Error> {
        let (body, _) = read_body(response).map_err(elsewhere)?;
        let mut wrappers = [Some(&body), body.get("data")].into_iter().flatten();
        let found = wrappers.find_map(|list| Some((list, list.get("data")?.as_array()?)));
        let (list, items) = found.or(body.as_array().map(|items| (&body, items))).ok_or_else(|| {
            Error::new(ErrorKind::Decode).with_message("the answer is no list of videos").with_status(response.status())
        })?;
        let tasks: Vec<Task> = items.iter().filter_map(listed).collect();
        let id = |member: &str| list.get(member)?.as_str().filter(|id| !id.trim().is_empty()).map(TaskId::from);
        // Who does not say whether there is more, says it by a full page.
        let full = query.limit > 0 && u32::try_from(items.len()).is_ok_and(|count| count >= query.limit);
        let mut page = TaskPage::new(tasks, list.get("has_more").and_then(Value::as_bool).unwrap_or(full));
        page.first_id = id("first_id").or(page.first_id);
        page.last_id = id("last_id").or(page.last_id);
        Ok(page)
    }

    fn encode_delete(&self, task: &TaskRef) -> Result<HttpRequest, Error> {
        bare(Method::DELETE, &path_to(&task.id))
    }

    fn decode_delete(&self, task: &TaskRef, response: &HttpResponse) -> Result<(), Error> {
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

    fn encode_remix(&self, task: &TaskRef, prompt: &str) -> Result<HttpRequest, Error> {
        if prompt.trim().is_empty() {
            return Err(Error::invalid("prompt is required"));
        }
        post_json(&format!("{}/remix", path_to(&task.id)), &json!({"prompt": prompt}))
    }

    fn decode_remix(&self, task: &TaskRef, response: &HttpResponse) -> Result<Task, Error> {
        let mut remix = accepted(NAME, response).map_err(unless_spoken)?;
        remix.remixed_from = remix.remixed_from.or_else(|| Some(task.id.clone()));
        Ok(remix)
    }
}

fn path_to(id: &TaskId) -> String {
    format!("{VIDEOS}/{}", path_segment(id))
}

/// One video of a list; `None` for what has no usable id.
fn listed(item: &Value) -> Option<Task> {
    let Answer::Task(report) = Answer::read(item) else { return None };
    let id = report.task_id.clone().filter(usable_id)?;
    let mut task = reported(TaskRef::new(NAME, id), *report);
    task.raw = item.clone();
    Some(task)
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
