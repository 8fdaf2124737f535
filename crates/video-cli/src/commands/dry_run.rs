//! `--dry-run`: the exact request, with the key masked and pictures shortened, and what is known against it.

mod form;

use std::process::ExitCode;

use serde_json::{Value, json};
use video_protocol::{Error, HttpRequest, Verdict};
use video_types::Generation;

use crate::check;
use crate::connect::Connection;
use crate::exit;
use crate::report_words;
use crate::screen::Screen;

/// Longest text in a body that is shown whole.
const LONGEST: usize = 200;

/// Exits as the order would: with 2 if it would not be sent.
pub(super) fn print(
    connection: &Connection,
    generation: &Generation,
    force: bool,
    screen: &Screen,
) -> Result<ExitCode, Error> {
    let request = connection.client.preview(generation)?;
    let report = check::report(connection, generation);
    let mut body = body(&request);
    screen.object(&report_words::object(&report, connection.client.route()));
    screen.object(&json!({
        "schema": "video.request/1",
        "method": request.method().as_str(),
        "url": request.uri().to_string(),
        "body": body,
    }));
    shorten(&mut body);
    screen.data(&format!("{} {}", request.method(), request.uri()));
    for (name, value) in request.headers() {
        let value = if value.is_sensitive() { "***" } else { value.to_str().unwrap_or("(not text)") };
        screen.data(&format!("{name}: {value}"));
    }
    screen.data("");
    screen.data(&serde_json::to_string_pretty(&body).unwrap_or_default());
    screen.data("");
    screen.lines(&report_words::lines(&report, screen.language()));
    let stopped = !connection.is_sandbox && check::stopped(&report, force).is_some();
    Ok(if stopped { exit::of(Verdict::Invalid) } else { ExitCode::SUCCESS })
}

/// The body as JSON; of a form, its parts by name.
fn body(request: &HttpRequest) -> Value {
    let json = serde_json::from_slice(request.body()).ok();
    json.or_else(|| form::parts(request)).unwrap_or_default()
}

fn shorten(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some((end, _)) =
                text.char_indices().nth(LONGEST).filter(|_| text.starts_with("data:") || !text.contains(' '))
            {
                *text = format!("{}… ({} bytes)", &text[..end.min(60)], text.len());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(shorten),
        Value::Object(members) => members.values_mut().for_each(shorten),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
