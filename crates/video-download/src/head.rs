//! Whether the head of an answer may belong to a video: decided before its body is read.

use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, StatusCode};

/// What the head of an answer says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// Go on and read the body; so many bytes are announced.
    Video { announced: Option<u64> },
    /// The status is not 200.
    Refused,
    /// The status is 200, and the body is something else.
    NotVideo { why: String },
}

/// Judges the head of an answer to a request for the whole content.
pub(crate) fn judge(status: StatusCode, headers: &HeaderMap) -> Head {
    if status != StatusCode::OK {
        return Head::Refused;
    }
    if let Some(encoding) =
        text(headers, &CONTENT_ENCODING).filter(|encoding| !encoding.eq_ignore_ascii_case("identity"))
    {
        return Head::NotVideo { why: format!("its content encoding is {}", shown(encoding)) };
    }
    if let Some(media_type) = text(headers, &CONTENT_TYPE).filter(|media_type| is_something_else(media_type)) {
        return Head::NotVideo { why: format!("its content type is {}", shown(media_type)) };
    }
    let announced = text(headers, &CONTENT_LENGTH)
        .filter(|length| length.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|length| length.parse().ok());
    Head::Video { announced }
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
        judge(StatusCode::from_u16(status).expect("a status"), &headers)
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
}
