//! What a refusing answer says, in any of the shapes gateways use.

use serde::Serialize;
use serde_json::{Value, json};

use crate::fields::words;

/// Longest text kept of an answer that is not JSON, in characters.
const EXCERPT: usize = 400;

/// What a refusing answer says.
///
/// Read from every shape met in the field: `{"error":{…}}`, `{"code","message","data":null}`, the
/// documented flat object, `{"success":false,…}`, native provider errors, HTML pages and empty bodies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// The server's words; of HTML the title, of XML the message, else an excerpt. Empty if it said nothing.
    pub message: String,
    /// The server's code (`invalid_request`, `50411`), if it gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The server's class of error (`new_api_error`), if it gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Name of the request field at fault, if it gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub param: Option<String>,
    /// Id the gateway's operator can look up, from the text `(request id: …)` or the member `request_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Code inside the provider's own error, which New API passes on as text in `message`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_code: Option<String>,
    /// Whether the body was JSON at all.
    pub is_json: bool,
}

impl Problem {
    /// What the body of an error answer says.
    pub fn parse(body: &[u8]) -> Self {
        match serde_json::from_slice(body) {
            Ok(value) => Self::read(&value),
            Err(_) => Self { message: page_words(&String::from_utf8_lossy(body)), ..Self::default() },
        }
    }

    /// What a JSON body says.
    pub fn read(body: &Value) -> Self {
        let error = body.get("error");
        let inside = |key: &str| error.and_then(|error| error.get(key)).and_then(words);
        let outside = |key: &str| body.get(key).and_then(words);
        let message = inside("message")
            .or_else(|| error.and_then(words))
            .or_else(|| ["message", "msg", "detail", "fail_reason"].into_iter().find_map(outside))
            .or_else(|| body.pointer("/base_resp/status_msg").and_then(words))
            .unwrap_or_else(|| if body.is_object() { String::new() } else { shorten(&body.to_string()) });
        let provider =
            serde_json::from_str::<Value>(&message).ok().filter(Value::is_object).map(|inner| Self::read(&inner));
        let (message, request_id) = split_request_id(message);
        let class = inside("type").or_else(|| outside("type"));
        let code = inside("code")
            .or_else(|| outside("code"))
            .or_else(|| body.pointer("/base_resp/status_code").and_then(words));
        Self {
            request_id: request_id.or_else(|| inside("request_id")).or_else(|| outside("request_id")),
            param: inside("param").or_else(|| outside("param")),
            provider_code: provider.as_ref().and_then(|provider| provider.code.clone()).or_else(|| {
                let ali = code.as_deref() == Some("ali_api_error");
                message.split_once(": ").filter(|(code, _)| ali && is_name(code)).map(|(code, _)| code.to_owned())
            }),
            message: match provider.map(|provider| provider.message).filter(|words| !words.is_empty()) {
                Some(words) => words,
                // A provider's error page, passed on as the gateway's own words.
                None if message.trim_start().starts_with('<') => page_words(&message),
                None => message,
            },
            code,
            class,
            is_json: true,
        }
    }

    /// Our own error body: readers of both error shapes and of the documented flat one find their members.
    pub fn to_body(&self) -> Value {
        json!({
            "error": {"message": self.message, "type": self.class, "param": self.param, "code": self.code},
            "code": self.code,
            "message": self.message,
            "data": null,
        })
    }
}

/// Ali's codes look like `Throttling.RateQuota` and stand before a colon (v0.9.15 to v1.0.0-rc.24).
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.')
}

/// Cuts the `(request id: …)` that New API's middleware appends to its texts.
fn split_request_id(message: String) -> (String, Option<String>) {
    let Some(at) = message.rfind("(request id: ") else { return (message, None) };
    let id = message[at + "(request id: ".len()..].trim_end().trim_end_matches(')');
    if id.is_empty() || id.contains(char::is_whitespace) {
        return (message, None);
    }
    let id = id.to_owned();
    (message[..at].trim_end().to_owned(), Some(id))
}

/// The title of an HTML page or the message of a store's XML, else the beginning of the text.
fn page_words(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let inside = |(open, close): (&str, &str)| {
        let from = lower.find(open)? + open.len();
        lower[from..].find(close).map(|length| &text[from..from + length])
    };
    let words = [("<title>", "</title>"), ("<message>", "</message>")].into_iter().find_map(inside);
    shorten(words.unwrap_or(text))
}

/// One line of at most [`EXCERPT`] characters, control characters made spaces, links without their queries.
fn shorten(text: &str) -> String {
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > EXCERPT * 4 {
            break;
        }
    }
    let line = without_queries(&line);
    match line.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Text whose links have lost their queries, which may be signatures: an answer that breaks off inside a link is shown
/// as an excerpt.
fn without_queries(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, link) = rest.split_at(at + "://".len());
        let end = link.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>')).unwrap_or(link.len());
        let (link, after) = link.split_at(end);
        shown.push_str(before);
        match link.split_once('?') {
            Some((bare, _)) => {
                shown.push_str(bare);
                shown.push_str("?…");
            }
            None => shown.push_str(link),
        }
        rest = after;
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_shows_links_without_their_queries() {
        let rows = [
            r#"{"url":"https://cdn.example/v.mp4?sig=s\u0026token=t","next":"http://a/b?c"#,
            "see <a href='https://cdn.example/?sig=s'>this?</a> and https://cdn.example/v.mp4",
            "what? a://b?c d://e",
            "://",
        ];
        let rows = rows.map(|row| Problem::parse(row.as_bytes()).message);
        assert_eq!(
            rows.join("\n"),
            r#"{"url":"https://cdn.example/v.mp4?…","next":"http://a/b?…
see <a href='https://cdn.example/?…'>this?</a> and https://cdn.example/v.mp4
what? a://b?… d://e
://"#
        );
    }
}
