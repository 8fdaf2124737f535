//! The key of this client, taken out of what a server repeats of it, before anybody reads, keeps or prints the answer.

use bytes::Bytes;
use http::HeaderValue;
use video_protocol::HttpResponse;

/// A shorter key could be part of any word.
const SHORTEST: usize = 8;
/// What stands in its place.
const MASK: &str = "***";

/// The answer without the key in its headers and its text.
///
/// In a link it stays: there it may be what opens the video, and what follows the `?` of a link is shown nowhere.
pub(crate) fn without(key: &str, mut answer: HttpResponse) -> HttpResponse {
    let key = bare(key);
    if key.len() < SHORTEST {
        return answer;
    }
    for value in answer.headers_mut().values_mut() {
        let text = String::from_utf8_lossy(value.as_bytes());
        if text.contains(key) {
            let masked = text.replace(key, MASK);
            *value = HeaderValue::try_from(masked).unwrap_or(HeaderValue::from_static(MASK));
        }
    }
    // What is no text at all is shown by nobody.
    let masked = std::str::from_utf8(answer.body()).ok().and_then(|text| masked(text, key));
    if let Some(masked) = masked {
        *answer.body_mut() = Bytes::from(masked);
    }
    answer
}

/// The text without the key, or `None` if there is nothing to take out.
fn masked(text: &str, key: &str) -> Option<String> {
    let (mut kept, mut copied) = (String::new(), 0);
    for (at, _) in text.match_indices(key) {
        let before = &text[..at];
        let word =
            before.rfind(|c: char| c.is_whitespace() || "\"'<>`".contains(c)).map_or(before, |end| &before[end..]);
        if word.contains("://") || word.contains(r":\/\/") {
            continue;
        }
        kept.push_str(&text[copied..at]);
        kept.push_str(MASK);
        copied = at + key.len();
    }
    (copied > 0).then(|| kept + &text[copied..])
}

/// The key as it is sent: people paste it with white space and the scheme around it.
fn bare(key: &str) -> &str {
    let key = key.trim();
    let scheme = key.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("bearer "));
    scheme.map_or(key, |scheme| key[scheme.len()..].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_taken_out_of_headers_and_text_but_not_out_of_links() {
        let text = r#"{"message":"sk-planted: no","again":"(sk-planted)","url":"https://cdn.example/v.mp4?key=sk-planted&x=1"}"#;
        let mut answer = http::Response::new(Bytes::from_static(text.as_bytes()));
        answer.headers_mut().insert("x-request-id", HeaderValue::from_static("for sk-planted"));
        let masked = without(" Bearer sk-planted\n", answer);
        let id = masked.headers()["x-request-id"].to_str().expect("text").to_owned();
        insta::assert_snapshot!(format!("{id}\n{}", String::from_utf8_lossy(masked.body())), @r#"
        for ***
        {"message":"***: no","again":"(***)","url":"https://cdn.example/v.mp4?key=sk-planted&x=1"}
        "#);
    }

    #[test]
    fn what_does_not_hold_the_key_or_is_no_text_stays_as_it_is() {
        for body in [&b"\xff sk-planted"[..], b"nothing", b""] {
            let answer = without("sk-planted", http::Response::new(Bytes::from_static(body)));
            assert_eq!(answer.body(), body);
        }
        let short = without("key", http::Response::new(Bytes::from_static(b"a key, a keyboard")));
        assert_eq!(short.body(), "a key, a keyboard");
    }
}
