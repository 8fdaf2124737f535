//! Recorded exchanges as text: what a person reads when a test fails.

use std::error::Error as StdError;
use std::fmt::Write as _;

use http::{HeaderName, HeaderValue, Uri};

use crate::{Request, Response, TransportError};

/// The longest body a transcript shows, in bytes.
const SHOWN: usize = 4096;

/// One request and, in words, what it got.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) request: Request,
    pub(super) outcome: String,
}

pub(super) fn render(exchanges: &[Exchange]) -> String {
    let text = exchanges.iter().enumerate().map(|(index, exchange)| one(index + 1, exchange));
    text.collect::<Vec<_>>().join("\n")
}

pub(super) fn answered(response: &Response, body: &str) -> String {
    format!("{}, {body}", response.status())
}

pub(super) fn failed(error: &TransportError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}

fn one(number: usize, Exchange { request, outcome }: &Exchange) -> String {
    let mut text = format!("{number}. {} {}\n", request.method(), target(request.uri()));
    let mut headers: Vec<_> = request.headers().iter().map(|(name, value)| header(name, value)).collect();
    headers.sort();
    for header in headers {
        let _ = writeln!(text, "   {header}");
    }
    if !request.body().is_empty() {
        text.push('\n');
        for line in body(request.body()).lines() {
            let _ = writeln!(text, "{}", format!("   {line}").trim_end());
        }
    }
    let _ = writeln!(text, "   => {outcome}");
    text
}

/// The URI, with the password before the host and the secrets of the query masked.
fn target(uri: &Uri) -> String {
    let mut text = String::new();
    if let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) {
        let host = authority.as_str().rsplit_once('@').map_or(authority.to_string(), |(_, host)| format!("***@{host}"));
        let _ = write!(text, "{scheme}://{host}");
    }
    text.push_str(uri.path());
    if let Some(query) = uri.query() {
        let pairs = query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, _)) if is_secret(name) => format!("{name}=***"),
            _ => pair.to_owned(),
        });
        let _ = write!(text, "?{}", pairs.collect::<Vec<_>>().join("&"));
    }
    text
}

fn header(name: &HeaderName, value: &HeaderValue) -> String {
    let shown = String::from_utf8_lossy(value.as_bytes());
    if !value.is_sensitive() && !is_secret(name.as_str()) {
        return format!("{name}: {shown}");
    }
    // Which scheme it was matters to a reader, and gives nothing away.
    match shown.split_once(' ') {
        Some((scheme, _)) if name == http::header::AUTHORIZATION => format!("{name}: {scheme} ***"),
        _ => format!("{name}: ***"),
    }
}

/// Whether a header or a part of a query is named like something nobody else should read.
fn is_secret(name: &str) -> bool {
    const MARKS: [&str; 8] =
        ["authorization", "cookie", "credential", "key", "password", "secret", "signature", "token"];
    let name = name.to_ascii_lowercase();
    // A key that only says "same request" opens nothing, and tests are about it.
    name != "idempotency-key" && (name == "sig" || MARKS.iter().any(|mark| name.contains(mark)))
}

fn body(bytes: &[u8]) -> String {
    let shown = &bytes[..bytes.len().min(SHOWN)];
    // The cut may go through a character: what is left of it is at most three bytes.
    let text = match std::str::from_utf8(shown) {
        Ok(text) => Some(text),
        Err(error) if shown.len() < bytes.len() && error.error_len().is_none() => {
            std::str::from_utf8(&shown[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    };
    match text.filter(|text| text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'))) {
        Some(text) if shown.len() == bytes.len() => text.to_owned(),
        Some(text) => format!("{text}... ({} bytes in all)", bytes.len()),
        None => format!("({} bytes, not text)", bytes.len()),
    }
}
