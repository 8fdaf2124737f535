//! Which bytes of a content a request asks for.

use http::{HeaderMap, header};
use http_range_header::parse_range_header;

/// Which bytes of a content of known length to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the answers are 200, 206 and 416")]
pub enum ByteRange {
    /// All of them, with status 200.
    Whole,
    /// From the first to the last of these, both included, with status 206.
    Part {
        /// First byte.
        first: u64,
        /// Last byte.
        last: u64,
    },
    /// None: the range lies outside; status 416.
    Outside,
}

impl ByteRange {
    /// Reads `Range` and `If-Range` for a content of `length` bytes whose strong validator is `etag`.
    ///
    /// One range is served; several, another unit or one that cannot be read get the whole, as RFC 9110
    /// allows. A range under an `If-Range` that is not exactly `etag` gets the whole, so that bytes of two
    /// versions never meet.
    pub fn read(headers: &HeaderMap, length: u64, etag: Option<&str>) -> Self {
        let text = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok()).map(str::trim);
        let Some(range) = text(header::RANGE) else { return Self::Whole };
        if headers.contains_key(header::IF_RANGE) && (etag.is_none() || text(header::IF_RANGE) != etag) {
            return Self::Whole;
        }
        let Ok(parsed) = parse_range_header(range) else { return Self::Whole };
        if parsed.ranges.len() != 1 {
            return Self::Whole;
        }
        match parsed.validate(length).ok().and_then(|ranges| ranges.into_iter().next()) {
            Some(range) => Self::Part { first: *range.start(), last: *range.end() },
            None => Self::Outside,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_gets_the_bytes_it_asks_for() {
        let rows = [
            ("", ""),
            ("bytes=0-", ""),
            ("bytes=2-4", ""),
            ("bytes=-3", ""),
            ("bytes=5-99", ""),
            ("bytes=10-", ""),
            ("bytes=4-2", ""),
            ("bytes=-0", ""),
            ("bytes=0-1,3-4", ""),
            ("seconds=0-1", ""),
            ("bytes=18446744073709551616-", ""),
            ("bytes=2-", "\"v1\""),
            ("bytes=2-", "\"v2\""),
            ("bytes=2-", "W/\"v1\""),
        ];
        let table = rows.map(|(range, condition)| {
            let mut headers = HeaderMap::new();
            for (name, value) in [(header::RANGE, range), (header::IF_RANGE, condition)] {
                if !value.is_empty() {
                    headers.insert(name, value.parse().unwrap());
                }
            }
            let answer = ByteRange::read(&headers, 10, Some("\"v1\""));
            format!("{range:28} {condition:8} {answer:?}")
        });
        insta::assert_snapshot!(table.join("\n"));
    }
}
