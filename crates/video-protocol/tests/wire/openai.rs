//! The OpenAI format: both halves, its verbs, its forms, and the way back to New API's own route.

mod answers;
mod detour;
mod errors;
mod forms;
mod halves;
mod lists;
mod reading;
mod remixes;
mod routes;
mod submits;
mod verbs;

use video_protocol::{Error, HttpRequest, TaskRef};

/// A one-pixel picture, as base64.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

/// The task these tests ask about.
fn task() -> TaskRef {
    TaskRef::new("openai", "task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U").with_origin("gw.example")
}

/// A request as text; bytes that are no text are shown as such.
fn shown(request: &Result<HttpRequest, Error>) -> String {
    let request = match request {
        Ok(request) => request,
        Err(error) => return format!("refused: {error}"),
    };
    let mut lines = vec![format!("{} {}", request.method(), request.uri())];
    for (name, value) in request.headers() {
        lines.push(format!("{name}: {}", value.to_str().expect("text")));
    }
    if !request.body().is_empty() {
        lines.push(String::new());
        lines.push(request.body().escape_ascii_lines());
    }
    lines.join("\n")
}

/// Bodies as text: lines stay lines, the rest of what is no text is escaped.
trait EscapeLines {
    fn escape_ascii_lines(&self) -> String;
}

impl EscapeLines for bytes::Bytes {
    fn escape_ascii_lines(&self) -> String {
        match std::str::from_utf8(self) {
            Ok(text) => text.replace("\r\n", "\n"),
            Err(_) => self.escape_ascii().to_string().replace("\\r\\n", "\n"),
        }
    }
}

/// A submit with a body of this type.
fn posted(uri: &str, content_type: &str, body: impl Into<bytes::Bytes>) -> HttpRequest {
    let request = http::Request::post(uri).header("content-type", content_type);
    request.body(body.into()).expect("a request")
}

/// A request without a body.
fn asked(method: &str, uri: &str) -> HttpRequest {
    http::Request::builder().method(method).uri(uri).body(bytes::Bytes::new()).expect("a request")
}
