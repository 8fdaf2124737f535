//! Whether the head of an answer may belong to a video: decided before its body is read.

use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, StatusCode};

use crate::version::Version;

/// What the head of an answer says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// Go on and read the body, which is the whole; so many bytes are announced.
    Video { announced: Option<u64> },
    /// Go on and read the body, which is what was missing, up to the byte before `end`.
    Rest { announced: Option<u64>, end: u64 },
    /// Nothing is missing.
    Complete,
    /// What comes does not continue what is there.
    Mixed { why: String },
    /// Another status.
    Refused,
    /// The status is right, and the body is something else.
    NotVideo { why: String },
}

/// The bytes that were to be continued.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) offset: u64,
    pub(crate) version: &'a Version,
}

/// Judges the head of an answer to a request for the whole content, or for what is missing of it.
pub(crate) fn judge(status: StatusCode, headers: &HeaderMap, asked: Option<Asked<'_>>) -> Head {
    match (status, asked) {
        (StatusCode::OK, _) => {
            not_a_video(headers).unwrap_or_else(|| Head::Video { announced: content_length(headers) })
        }
        (StatusCode::PARTIAL_CONTENT, Some(asked)) => not_a_video(headers).unwrap_or_else(|| rest(headers, asked)),
        (StatusCode::RANGE_NOT_SATISFIABLE, Some(asked)) => complete(headers, asked),
        _ => Head::Refused,
    }
}

/// What is wrong with the body, as far as its headers tell.
fn not_a_video(headers: &HeaderMap) -> Option<Head> {
    if let Some(encoding) =
        text(headers, &CONTENT_ENCODING).filter(|encoding| !encoding.eq_ignore_ascii_case("identity"))
    {
        return Some(Head::NotVideo { why: format!("its content encoding is {}", shown(encoding)) });
    }
    let media_type = text(headers, &CONTENT_TYPE).filter(|media_type| is_something_else(media_type))?;
    Some(Head::NotVideo { why: format!("its content type is {}", shown(media_type)) })
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    number(text(headers, &CONTENT_LENGTH)?)
}

fn number(text: &str) -> Option<u64> {
    Some(text).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit())).and_then(|text| text.parse().ok())
}

/// Judges a 206 (RFC 9110 section 15.3.7).
fn rest(headers: &HeaderMap, asked: Asked<'_>) -> Head {
    let Asked { offset, version } = asked;
    let mixed = |why: String| Head::Mixed { why };
    if version.validator.is_contradicted(headers) {
        return mixed("it is another version".to_owned());
    }
    let range = text(headers, &CONTENT_RANGE).unwrap_or("none");
    let Some((first, last, total)) = content_range(range) else {
        return mixed(format!("its content range is {}", shown(range)));
    };
    let whole = total.or(version.total);
    if first != offset || last < first || whole.is_some_and(|whole| last >= whole) {
        return mixed(format!("bytes {offset}- were asked for and {} came", shown(range)));
    }
    match (total, version.total) {
        (Some(now), Some(then)) if now != then => mixed(format!("the whole has {now} bytes now and had {then}")),
        _ => Head::Rest { announced: whole, end: last.saturating_add(1) },
    }
}

/// Judges a 416: a server says it of a range that begins behind the last byte.
fn complete(headers: &HeaderMap, asked: Asked<'_>) -> Head {
    if asked.version.validator.is_contradicted(headers) {
        return Head::Mixed { why: "it is another version".to_owned() };
    }
    let range = text(headers, &CONTENT_RANGE).unwrap_or("none");
    match range.strip_prefix("bytes */").and_then(number) {
        Some(total) if total == asked.offset => Head::Complete,
        _ => {
            Head::Mixed { why: format!("{} bytes are there, and its content range is {}", asked.offset, shown(range)) }
        }
    }
}

/// Reads `bytes FIRST-LAST/TOTAL`; a total of `*` is not known.
fn content_range(text: &str) -> Option<(u64, u64, Option<u64>)> {
    let (range, total) = text.strip_prefix("bytes ")?.trim().split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let total = if total == "*" { None } else { Some(number(total)?) };
    Some((number(first)?, number(last)?, total))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

/// A header value for an error: no header is that long in good faith.
fn shown(value: &str) -> String {
    value.chars().take(100).collect()
}

/// Whether a media type names text, a document or a list of parts. Every other type, known or not, is left to the
/// bytes: stores serve videos as `application/octet-stream`, `binary/octet-stream`, `application/mp4`, or as nothing.
fn is_something_else(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (kind, subtype) = essence.split_once('/').unwrap_or((&essence, ""));
    match kind {
        "text" | "multipart" | "message" | "font" => true,
        "application" if DOCUMENTS.contains(&subtype) => true,
        _ => subtype.ends_with("+json") || subtype.ends_with("+xml"),
    }
}

/// Subtypes of `application` that are no video, whatever the bytes look like.
const DOCUMENTS: [&str; 9] = [
    "ecmascript",
    "javascript",
    "json",
    "pdf",
    "vnd.apple.mpegurl",
    "x-mpegurl",
    "x-ndjson",
    "x-www-form-urlencoded",
    "xml",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn head(status: u16, headers: &[(HeaderName, &'static str)]) -> Head {
        let headers =
            headers.iter().map(|(name, value)| (name.clone(), http::HeaderValue::from_static(value))).collect();
        judge(StatusCode::from_u16(status).expect("a status"), &headers, None)
    }

    #[test]
    fn types_that_name_something_else_are_told_from_those_the_bytes_decide() {
        let types = [
            "video/mp4",
            "video/webm; codecs=vp9",
            "application/octet-stream",
            "binary/octet-stream",
            "application/mp4",
            "image/gif",
            "made/up",
            "",
            "text/html; charset=utf-8",
            "TEXT/HTML",
            "text/plain",
            "application/json",
            "application/problem+json",
            "application/xml",
            "image/svg+xml",
            "application/vnd.apple.mpegurl",
            "multipart/byteranges; boundary=x",
        ];
        let table: Vec<String> = types
            .iter()
            .map(|media_type| {
                format!("{media_type:36} {}", if is_something_else(media_type) { "no" } else { "bytes decide" })
            })
            .collect();
        insta::assert_snapshot!(table.join("\n"), @r"
        video/mp4                            bytes decide
        video/webm; codecs=vp9               bytes decide
        application/octet-stream             bytes decide
        binary/octet-stream                  bytes decide
        application/mp4                      bytes decide
        image/gif                            bytes decide
        made/up                              bytes decide
                                             bytes decide
        text/html; charset=utf-8             no
        TEXT/HTML                            no
        text/plain                           no
        application/json                     no
        application/problem+json             no
        application/xml                      no
        image/svg+xml                        no
        application/vnd.apple.mpegurl        no
        multipart/byteranges; boundary=x     no
        ");
    }

    #[test]
    fn a_length_that_is_no_number_counts_as_none() {
        let lengths = ["0", "17", " 17 ", "+17", "-1", "17, 17", "1e3", "", "99999999999999999999"];
        let table: Vec<String> =
            lengths.iter().map(|length| format!("{length:?} {:?}", head(200, &[(CONTENT_LENGTH, length)]))).collect();
        insta::assert_snapshot!(table.join("\n"), @r#"
        "0" Video { announced: Some(0) }
        "17" Video { announced: Some(17) }
        " 17 " Video { announced: Some(17) }
        "+17" Video { announced: None }
        "-1" Video { announced: None }
        "17, 17" Video { announced: None }
        "1e3" Video { announced: None }
        "" Video { announced: None }
        "99999999999999999999" Video { announced: None }
        "#);
    }

    #[test]
    fn a_206_nobody_asked_for_is_refused() {
        assert_eq!(head(206, &[(CONTENT_TYPE, "video/mp4")]), Head::Refused);
    }

    #[test]
    fn an_encoded_body_is_not_taken() {
        assert_eq!(
            head(200, &[(CONTENT_ENCODING, "gzip")]),
            Head::NotVideo { why: "its content encoding is gzip".to_owned() }
        );
        assert_eq!(head(200, &[(CONTENT_ENCODING, "identity")]), Head::Video { announced: None });
    }

    #[test]
    fn what_continues_the_bytes_that_are_there_is_told_from_what_does_not() {
        use crate::version::{Validator, place_hash};
        use http::header::ETAG;
        let version = |total| Version { validator: Validator::Etag("\"v1\"".to_owned()), total, place: place_hash("") };
        let told = |status: u16, total: Option<u64>, headers: &[(HeaderName, &str)]| {
            let map = headers
                .iter()
                .map(|(name, value)| (name.clone(), http::HeaderValue::from_str(value).expect("a value")))
                .collect();
            let status = StatusCode::from_u16(status).expect("a status");
            let shown: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            let head = judge(status, &map, Some(Asked { offset: 100, version: &version(total) }));
            format!("{:3} of {:?} [{}] {head:?}", status.as_u16(), total, shown.join(", "))
        };
        let range = |text| [(CONTENT_RANGE, text)];
        let rows = [
            told(206, Some(300), &range("bytes 100-299/300")),
            told(206, None, &range("bytes 100-299/300")),
            told(206, None, &range("bytes 100-299/*")),
            told(206, Some(300), &range("bytes 100-199/300")),
            told(206, Some(300), &[(CONTENT_RANGE, "bytes 100-299/300"), (ETAG, "\"v1\"")]),
            told(206, Some(300), &[(CONTENT_RANGE, "bytes 100-299/300"), (ETAG, "\"v2\"")]),
            told(206, Some(300), &[(CONTENT_RANGE, "bytes 100-299/300"), (ETAG, "W/\"v1\"")]),
            told(206, Some(300), &[]),
            told(206, Some(300), &range("bytes 0-299/300")),
            told(206, Some(300), &range("bytes 101-299/300")),
            told(206, Some(300), &range("bytes 100-399/400")),
            told(206, Some(300), &range("bytes 100-300/300")),
            told(206, Some(300), &range("bytes 100-99/300")),
            told(206, Some(300), &range("bytes 100-299")),
            told(206, Some(300), &range("items 100-299/300")),
            told(206, Some(300), &range("bytes 100-18446744073709551615/*")),
            told(206, None, &range("bytes 100-18446744073709551615/*")),
            told(206, Some(300), &[(CONTENT_TYPE, "multipart/byteranges; boundary=x")]),
            told(416, Some(100), &range("bytes */100")),
            told(416, None, &range("bytes */100")),
            told(416, None, &range("bytes */99")),
            told(416, None, &[]),
            told(416, None, &[(CONTENT_RANGE, "bytes */100"), (ETAG, "\"v2\"")]),
            told(200, Some(300), &[(CONTENT_LENGTH, "300")]),
            told(403, Some(300), &[]),
        ];
        insta::assert_snapshot!(rows.join("\n"));
    }
}
