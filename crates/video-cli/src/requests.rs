//! Requests in a file: one JSON object, or one on each line.

use std::io::Read as _;

use serde_json::{Map, Value};
use video_catalog::fit_pictures;
use video_protocol::Error;
use video_types::new_api::SubmitRequest;
use video_types::{FieldError, Generation};

use crate::complaint::What;
use crate::picture;

/// One request of a file.
pub(crate) struct Item {
    /// Its line, if the file has one request on each.
    pub(crate) line: Option<usize>,
    /// Its name in a batch.
    pub(crate) name: Option<String>,
    pub(crate) request: Result<Generation, Error>,
}

/// The text of a file; `-` is stdin.
pub(crate) fn text(path: &str) -> Result<String, Error> {
    let mut bytes = Vec::new();
    let read = match path {
        "-" => std::io::stdin().lock().read_to_end(&mut bytes).map(drop),
        path => std::fs::read(path).map(|read| bytes = read),
    };
    let unreadable = || What::Unreadable { path: path.to_owned() };
    read.map_err(|cause| unreadable().because(cause))?;
    let text = String::from_utf8(bytes).map_err(|cause| unreadable().because(cause))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Every request of a text. `model` is for those that name none.
pub(crate) fn items(text: &str, model: Option<&str>) -> Vec<Item> {
    let whole = serde_json::from_str::<Value>(text);
    let lines = || text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    // A request on one line is the mark of a file that has one on each; a broken document has none.
    let is_request = |line: &str| {
        let object = serde_json::from_str::<Map<String, Value>>(line).unwrap_or_default();
        ["model", "prompt"].iter().any(|member| object.contains_key(*member))
    };
    if whole.is_err() && lines().any(|(_, line)| is_request(line)) {
        let of_line = |(index, line)| item(Some(index + 1), serde_json::from_str(line), model);
        return lines().map(of_line).collect();
    }
    if text.trim().is_empty() { Vec::new() } else { vec![item(None, whole, model)] }
}

fn item(line: Option<usize>, json: serde_json::Result<Value>, model: Option<&str>) -> Item {
    let mut name = None;
    let request = match json {
        Ok(Value::Object(mut object)) => {
            // The name of a line in a batch; no format has such a member.
            name = object.remove("name").and_then(|name| name.as_str().map(str::to_owned));
            generation(object, model)
        }
        Ok(_) => Err(What::NotARequest.into_error()),
        Err(cause) => {
            let problem = cause.to_string();
            let problem = problem.split_once(" at line ").map_or(problem.as_str(), |(problem, _)| problem).to_owned();
            // Of a line of many, the line is said already.
            let within = line.is_none().then(|| cause.line());
            Err(What::NotJson { problem, line: within, column: cause.column() }.into_error())
        }
    };
    Item { line, name, request }
}

/// A request in either format's members, which are also those of a line in a batch.
fn generation(object: Map<String, Value>, model: Option<&str>) -> Result<Generation, Error> {
    let wrong = |error: FieldError| {
        let told = error.to_string();
        let field = error.field().to_owned();
        let problem = told.strip_prefix(&field).map_or(told.as_str(), str::trim_start).to_owned();
        What::BadField { field, problem }.into_error()
    };
    let mut request = SubmitRequest::read(object).map_err(wrong)?;
    if request.model.is_none() {
        request.model = model.map(Into::into);
    }
    let mut generation = Generation::try_from(request).map_err(wrong)?;
    let mut has_file = false;
    for image in &mut generation.images {
        let picture = picture::read(image.as_str())?;
        has_file |= picture.is_file;
        *image = picture.image;
    }
    // What is sent of a file is for this program to choose; what somebody else wrote is checked as it is.
    Ok(if has_file { fit_pictures(generation) } else { generation })
}
