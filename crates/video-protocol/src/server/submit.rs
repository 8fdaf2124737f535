//! Reading the body of a submit.

use http::{StatusCode, header};
use serde_json::{Map, Value};
use video_types::{FieldError, Problem};

use crate::{Error, HttpRequest};

/// The members of a body.
pub(crate) fn members(request: &HttpRequest) -> Result<Map<String, Value>, Error> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !content_type.is_some_and(|value| value.to_ascii_lowercase().starts_with("application/json")) {
        return Err(refused("invalid_request", "send the body as JSON with Content-Type: application/json"));
    }
    let value: Value = serde_json::from_slice(request.body())
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
    let mut problem = Problem::default();
    problem.code = Some(code.to_owned());
    problem.param = Some(source.field().to_owned());
    Error::invalid(source.to_string()).with_status(StatusCode::BAD_REQUEST).with_problem(problem).with_source(source)
}

fn refused(code: &str, message: impl Into<String>) -> Error {
    Error::invalid(message).with_status(StatusCode::BAD_REQUEST).with_code(code)
}
