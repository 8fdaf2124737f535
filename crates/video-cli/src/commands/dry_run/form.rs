//! The parts of a form this program is about to send.

use serde_json::{Map, Value, json};
use video_protocol::HttpRequest;

/// Name and text of every part; of a file, its name, type and length.
pub(super) fn parts(request: &HttpRequest) -> Option<Value> {
    let boundary = request.headers().get("content-type")?.to_str().ok()?.split_once("boundary=")?.1.trim_matches('"');
    let (mut rest, mark) = (request.body().as_ref(), format!("--{boundary}"));
    let mut parts = Map::new();
    while let Some(start) = find(rest, mark.as_bytes()) {
        rest = &rest[start + mark.len()..];
        let part = &rest[..find(rest, mark.as_bytes()).unwrap_or(rest.len())];
        let Some(blank) = find(part, b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&part[..blank]);
        let content = part[blank + 4..].strip_suffix(b"\r\n").unwrap_or(&part[blank + 4..]);
        let parameter = |name: &str| {
            let value = head.split_once(&format!(" {name}=\""))?.1;
            Some(value.split_once('"')?.0.to_owned())
        };
        let media_type = head.lines().find_map(|line| Some(line.split_once(": ").filter(|(name, _)| is_type(name))?.1));
        let Some(name) = parameter("name") else { continue };
        let value = match parameter("filename") {
            Some(file) => json!({"file": file, "type": media_type, "bytes": content.len()}),
            None => json!(String::from_utf8_lossy(content)),
        };
        parts.insert(name, value);
    }
    Some(Value::Object(parts))
}

fn is_type(name: &str) -> bool {
    name.eq_ignore_ascii_case("content-type")
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
