//! Reading the body of a submit, in any of the three encodings the formats take.

use http::{StatusCode, header};
use serde_json::{Map, Value};
use video_types::{FieldError, Problem};

use super::form;
use crate::{Error, HttpRequest};

/// A decoded body.
pub(crate) struct Body {
    pub(crate) members: Map<String, Value>,
    pub(crate) encoding: Encoding,
}

/// How a body was encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Json,
    Urlencoded,
    Multipart,
}

/// Reads a body by its `Content-Type`, as New API chooses: by its beginning, or by what it contains.
pub(crate) fn body(request: &HttpRequest) -> Result<Body, Error> {
    let content_type =
        request.headers().get(header::CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let content_type = content_type.unwrap_or_default();
    let kind = content_type.trim().to_ascii_lowercase();
    if kind.starts_with("application/json") {
        Ok(Body { members: json(request.body())?, encoding: Encoding::Json })
    } else if kind.contains("application/x-www-form-urlencoded") {
        Ok(Body { members: form::urlencoded(request.body())?, encoding: Encoding::Urlencoded })
    } else if kind.contains("multipart/form-data") {
        Ok(Body { members: form::multipart(&content_type, request.body())?, encoding: Encoding::Multipart })
    } else {
        Err(refused("invalid_request", "send the body as JSON with Content-Type: application/json"))
    }
}

fn json(body: &[u8]) -> Result<Map<String, Value>, Error> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|source| refused("invalid_json", format!("the body is not JSON: {source}")))?;
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(refused("invalid_request", "the body must be a JSON object")),
    }
}

/// A member that cannot be used.
pub(crate) fn misread(source: FieldError) -> Error {
    let code = match source.field() {
        "seconds" | "duration" => "invalid_seconds",
        "model" => "missing_model",
        _ => "invalid_request",
    };
    misnamed(code, source.field(), source.to_string()).with_source(source)
}

/// A refusal that names the member at fault.
pub(crate) fn misnamed(code: &str, field: &str, message: impl Into<String>) -> Error {
    let mut problem = Problem::default();
    problem.code = Some(code.to_owned());
    problem.param = Some(field.to_owned());
    Error::invalid(message).with_status(StatusCode::BAD_REQUEST).with_problem(problem)
}

/// A refusal of the body as a whole.
pub(crate) fn refused(code: &str, message: impl Into<String>) -> Error {
    Error::invalid(message).with_status(StatusCode::BAD_REQUEST).with_code(code)
}
