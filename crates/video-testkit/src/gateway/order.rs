//! What a submit orders.

use http::{HeaderMap, header};
use serde_json::Value;

/// The members this gateway looks at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) model: String,
    pub(super) prompt: String,
    pub(super) size: Option<String>,
    pub(super) seconds: Option<String>,
}

impl Order {
    /// From JSON or a multipart form; `None` without a model and a prompt.
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let order = match kind.split_once("boundary=") {
            Some((_, boundary)) => Self::from_form(boundary.split(';').next()?.trim_matches('"'), body),
            None => Self::from_json(&serde_json::from_slice(body).ok()?),
        };
        (!order.model.is_empty() && !order.prompt.is_empty()).then_some(order)
    }

    fn from_json(body: &Value) -> Self {
        let text = |name: &str| match body.get(name) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        Self {
            model: text("model").unwrap_or_default(),
            prompt: text("prompt").unwrap_or_default(),
            size: text("size"),
            seconds: text("seconds").or_else(|| text("duration")),
        }
    }

    /// The text fields of a form; files are not looked at.
    fn from_form(boundary: &str, body: &[u8]) -> Self {
        let body = String::from_utf8_lossy(body);
        let delimiter = format!("--{boundary}");
        let mut order = Self::default();
        for part in body.split(delimiter.as_str()) {
            let Some((head, value)) = part.split_once("\r\n\r\n") else { continue };
            let value = value.strip_suffix("\r\n").unwrap_or(value).to_owned();
            let name = head.split("name=\"").nth(1).and_then(|rest| rest.split('"').next());
            match name {
                Some("model") => order.model = value,
                Some("prompt") => order.prompt = value,
                Some("size") => order.size = Some(value),
                Some("seconds") => order.seconds = Some(value),
                _ => {}
            }
        }
        order
    }
}
