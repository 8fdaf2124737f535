//! From the URI of a request to the URL that reqwest wants, without a change of meaning on the way.

use http::Uri;
use reqwest::Url;
use video_transport::{TransportError, TransportErrorKind};

/// The URL that asks for exactly this URI.
///
/// URLs as browsers know them resolve `.` and `..`, also written `%2e`, and take `\` for `/`. A task id with such a part
/// in it would turn one request into another, so these are refused. Characters that a URI must not hold and servers
/// understand anyway (a quote, a brace) are percent-encoded.
pub(crate) fn exact(uri: &Uri) -> Result<Url, TransportError> {
    let invalid = |reason: &str| Err(TransportError::new(TransportErrorKind::Invalid, reason));
    match uri.scheme_str() {
        Some("http" | "https") => {}
        Some(_) => return invalid("the scheme of the URL is neither http nor https"),
        None => return invalid("the URL has no scheme and no host"),
    }
    if uri.path().split('/').any(is_dots) {
        return invalid("the path of the URL has a part `.` or `..`, which would be resolved on the way");
    }
    if uri.path().contains('\\') {
        return invalid("the path of the URL has a `\\`, which would be taken for `/`");
    }
    // The error of the parser is left out: it may show what it could not read.
    uri.to_string().parse().or_else(|_| invalid("the host of the URL is not one"))
}

fn is_dots(part: &str) -> bool {
    matches!(part.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn a_url_keeps_its_meaning_or_is_refused() {
        let mut table = String::new();
        for uri in [
            "https://gateway.example",
            "https://gateway.example:8443/v1/videos/task_1?limit=20&after=a%20b",
            "http://[::1]:8787/v1/videos/a%2F..%2Fb",
            "http://gateway.example//twice//?",
            "http://gateway.example/a|b/%7B{x}\"?sig='a|b'",
            "http://gateway.example/...",
            "http://gateway.example/v1/videos/..",
            "http://gateway.example/v1/%2E%2e/videos",
            "http://gateway.example/./videos",
            "http://gateway.example/v1\\videos",
            "http://256.256.256.256/?key=secret",
            "ftp://gateway.example/",
            "/v1/videos",
            "*",
            "gateway.example:443",
        ] {
            let outcome = match exact(&uri.parse().expect("a URI")) {
                Ok(url) if url.as_str() == uri => "unchanged".to_owned(),
                Ok(url) => url.to_string(),
                Err(error) => format!("{} ({:?}): {}", error, error.sent(), error.source().expect("a reason")),
            };
            let _ = writeln!(table, "{uri}\n  {outcome}");
        }
        insta::assert_snapshot!(table, @r#"
        https://gateway.example
          https://gateway.example/
        https://gateway.example:8443/v1/videos/task_1?limit=20&after=a%20b
          unchanged
        http://[::1]:8787/v1/videos/a%2F..%2Fb
          unchanged
        http://gateway.example//twice//?
          unchanged
        http://gateway.example/a|b/%7B{x}"?sig='a|b'
          http://gateway.example/a|b/%7B%7Bx%7D%22?sig=%27a|b%27
        http://gateway.example/...
          unchanged
        http://gateway.example/v1/videos/..
          the request cannot be sent as it stands (No): the path of the URL has a part `.` or `..`, which would be resolved on the way
        http://gateway.example/v1/%2E%2e/videos
          the request cannot be sent as it stands (No): the path of the URL has a part `.` or `..`, which would be resolved on the way
        http://gateway.example/./videos
          the request cannot be sent as it stands (No): the path of the URL has a part `.` or `..`, which would be resolved on the way
        http://gateway.example/v1\videos
          the request cannot be sent as it stands (No): the path of the URL has a `\`, which would be taken for `/`
        http://256.256.256.256/?key=secret
          the request cannot be sent as it stands (No): the host of the URL is not one
        ftp://gateway.example/
          the request cannot be sent as it stands (No): the scheme of the URL is neither http nor https
        /v1/videos
          the request cannot be sent as it stands (No): the URL has no scheme and no host
        *
          the request cannot be sent as it stands (No): the URL has no scheme and no host
        gateway.example:443
          the request cannot be sent as it stands (No): the URL has no scheme and no host
        "#);
    }
}
