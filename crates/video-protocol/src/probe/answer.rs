//! What one answer is, whatever it was asked for.

use http::header;
use serde_json::Value;

use crate::HttpResponse;

/// The family of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `{"code":"success","data":…}`: New API's wrapper.
    Wrapper,
    /// `{"object":"list","data":[…]}`.
    List,
    /// Another JSON object without an error in it.
    Object,
    /// `{"code":"…","message":"…","data":null}`: New API about a task.
    TaskError,
    /// `{"error":{…,"type":"new_api_error"}}`: New API about a key or a channel.
    MiddlewareError,
    /// `{"error":{"message":…}}` of any other type: OpenAI's.
    PlainError,
    /// `Invalid URL (GET /…)`: no such route.
    NoRoute,
    /// A page for people.
    Page,
    /// No body.
    Empty,
    /// Anything else.
    Other,
}

impl Shape {
    /// A stable name for reports.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Wrapper => "wrapper",
            Self::List => "list",
            Self::Object => "object",
            Self::TaskError => "task-error",
            Self::MiddlewareError => "new-api-error",
            Self::PlainError => "openai-error",
            Self::NoRoute => "no-route",
            Self::Page => "page",
            Self::Empty => "empty",
            Self::Other => "other",
        }
    }
}

/// One answer, read.
#[derive(Debug)]
pub(super) struct Read<'a> {
    pub(super) status: u16,
    pub(super) shape: Shape,
    /// Code, else type, of an error.
    pub(super) code: String,
    /// Its words.
    pub(super) words: String,
    /// The body, if it is JSON.
    pub(super) body: Value,
    answer: &'a HttpResponse,
}

impl<'a> Read<'a> {
    pub(super) fn of(answer: &'a HttpResponse) -> Self {
        let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let error = &body["error"];
        let words = [&error["message"], error, &body["message"]].into_iter().map(text).find(|words| !words.is_empty());
        let words = words.unwrap_or_default();
        let code = [&error["code"], &body["code"], &error["type"]].into_iter().map(text).find(|code| !code.is_empty());
        let code = code.unwrap_or_default();
        let is_page =
            answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
                || answer.body().trim_ascii_start().starts_with(b"<");
        let shape = if answer.body().trim_ascii().is_empty() {
            Shape::Empty
        } else if body.is_object() {
            if words.starts_with("Invalid URL (") {
                Shape::NoRoute
            } else if body["code"] == "success" {
                Shape::Wrapper
            } else if body["code"].is_string() && body["data"].is_null() {
                Shape::TaskError
            } else if error["type"] == "new_api_error" {
                Shape::MiddlewareError
            } else if !error.is_null() {
                Shape::PlainError
            } else if body["object"] == "list" && body["data"].is_array() {
                Shape::List
            } else {
                Shape::Object
            }
        } else if is_page {
            Shape::Page
        } else {
            Shape::Other
        };
        Self { status: answer.status().as_u16(), shape, code, words, body, answer }
    }

    pub(super) fn header(&self, name: &str) -> Option<&'a str> {
        self.answer.headers().get(name).and_then(|value| value.to_str().ok())
    }

    /// The key was not let in.
    pub(super) fn is_refusal(&self) -> bool {
        self.status == 401
    }

    /// The server speaks of a task that it does not know.
    pub(super) fn knows_no_such_task(&self) -> bool {
        if !matches!(self.shape, Shape::TaskError | Shape::PlainError | Shape::MiddlewareError) {
            return false;
        }
        let said = format!("{} {}", self.code, self.words).to_ascii_lowercase();
        // New API's words, OpenAI's, and those of look-alikes.
        let about_a_task =
            ["task_not_exist", "task not found", "task_not_found", "artifact_not_found", "video", "task"];
        matches!(self.status, 400 | 404) && about_a_task.iter().any(|words| said.contains(words))
            || self.status == 404 && said.contains("not_found")
    }

    /// `400 task-error task_not_exist`.
    pub(super) fn in_short(&self) -> String {
        let code: String = self.code.chars().filter(char::is_ascii_graphic).take(40).collect();
        format!("{} {} {code}", self.status, self.shape.name()).trim_end().to_owned()
    }
}
