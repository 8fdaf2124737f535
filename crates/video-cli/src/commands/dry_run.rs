//! `--dry-run`: the exact request, with the key masked and pictures shortened.

use std::process::ExitCode;

use serde_json::{Value, json};
use video_client::Client;
use video_protocol::Error;
use video_types::Generation;

use crate::screen::Screen;

/// Longest text in a body that is shown whole.
const LONGEST: usize = 200;

pub(super) fn print(client: &Client, generation: &Generation, screen: &Screen) -> Result<ExitCode, Error> {
    let request = client.preview(generation)?;
    let mut body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
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
    Ok(ExitCode::SUCCESS)
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
