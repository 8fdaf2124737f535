//! What a server said instead of sending a video, fit to be shown.

use std::fmt;

/// The beginning of a body that is not a video: at most 2 KiB on one line, control characters escaped.
///
/// Links in it have lost their queries, which may be signatures. A body with a NUL byte in it is no text; of such a one
/// the first 32 bytes are shown in hexadecimal.
#[derive(Clone, PartialEq, Eq)]
pub struct Excerpt(String);

/// How much of a body is read, and how long its text may be.
pub(crate) const EXCERPT_BYTES: usize = 2048;

/// Makes text fit for one line of a terminal: control characters are escaped, and so is what turns or hides text.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(escape).collect()
}

fn escape(char: char) -> String {
    match char {
        // harmless, and in every JSON body
        '"' | '\'' => char.to_string(),
        _ => char.escape_debug().to_string(),
    }
}

/// Text whose links end before their queries.
fn without_queries(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, link) = rest.split_at(at + "://".len());
        let end = link.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>')).unwrap_or(link.len());
        let (link, after) = link.split_at(end);
        let bare = link.split_once('?').map_or(link, |(bare, _)| bare);
        shown.push_str(before);
        shown.push_str(bare);
        if bare.len() < link.len() {
            shown.push_str("?…");
        }
        rest = after;
    }
    shown.push_str(rest);
    shown
}

/// How much of an excerpt goes into the line an error prints.
const SHOWN_CHARS: usize = 120;

impl Excerpt {
    pub(crate) fn new(body: &[u8]) -> Self {
        let body = &body[..body.len().min(EXCERPT_BYTES)];
        if body.contains(&0) {
            let bytes: Vec<String> = body.iter().take(32).map(|byte| format!("{byte:02x}")).collect();
            return Self(bytes.join(" "));
        }
        let mut text = String::with_capacity(body.len());
        for char in without_queries(String::from_utf8_lossy(body).trim()).chars() {
            let shown = escape(char);
            if text.len() + shown.len() > EXCERPT_BYTES {
                break;
            }
            text.push_str(&shown);
        }
        Self(text)
    }

    /// The text, at most 2 KiB; empty if the body was.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `: text`, cut for one line, or nothing at all.
    pub fn tail(&self) -> String {
        let mut shown: String = self.0.chars().take(SHOWN_CHARS).collect();
        if shown.len() < self.0.len() {
            shown.push('…');
        }
        if shown.is_empty() { shown } else { format!(": {shown}") }
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Excerpt({:?})", self.0)
    }
}
