//! What to answer, from what was asked and what the upstream said; pure.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use video_protocol::ByteRange;
use video_types::TaskId;

use crate::refusal::Refusal;

/// A length no video has: with it a range is read without knowing the video.
const ANY_LENGTH: u64 = u64::MAX >> 1;
/// Longest file name that is suggested, in characters, without its ending.
const LONGEST_NAME: usize = 100;

/// What to do with an upstream's answer.
#[derive(Debug, PartialEq)]
pub(super) enum Plan {
    /// Pass it on.
    Send {
        status: StatusCode,
        headers: HeaderMap,
        /// Bytes of the upstream's body to leave out first.
        skip: u64,
        /// Bytes to pass on; `None`: to its end, wherever that is.
        take: Option<u64>,
    },
    /// It is another part, or a part of another version, than the wish named: ask for the whole and cut it here.
    AskWhole,
}

/// The range headers to hand on: one well-formed range and its condition, or none.
///
/// Several ranges would come back as a multipart body, which no player reads; they get the whole, as RFC 9110 allows.
pub(super) fn wish(asked: &HeaderMap) -> HeaderMap {
    let mut wish = HeaderMap::new();
    if let Some(range) = asked.get(header::RANGE) {
        wish.insert(header::RANGE, range.clone());
        if !matches!(ByteRange::read(&wish, ANY_LENGTH, None), ByteRange::Part { .. }) {
            return HeaderMap::new();
        }
        if let Some(condition) = asked.get(header::IF_RANGE) {
            wish.insert(header::IF_RANGE, condition.clone());
        }
    }
    wish
}

/// Decides what an upstream's answer to `wish` becomes for a client that sent `asked`.
pub(super) fn plan(asked: &HeaderMap, wish: &HeaderMap, status: StatusCode, said: &HeaderMap) -> Result<Plan, Refusal> {
    match status {
        StatusCode::OK => whole(asked, said),
        StatusCode::PARTIAL_CONTENT => part(wish, said),
        StatusCode::RANGE_NOT_SATISFIABLE if !wish.is_empty() => {
            let length =
                text(said, header::CONTENT_RANGE).and_then(|range| range.strip_prefix("bytes */")?.parse().ok());
            Err(Refusal::outside(length))
        }
        other => Err(Refusal::not_a_video(&format!("Upstream service returned status {}", other.as_u16()))),
    }
}

/// The upstream sends everything: either it was asked for, or the upstream knows no ranges and the client does.
fn whole(asked: &HeaderMap, said: &HeaderMap) -> Result<Plan, Refusal> {
    let mut headers = media_headers(said)?;
    let length = text(said, header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    let Some(length) = length else {
        return Ok(Plan::Send { status: StatusCode::OK, headers, skip: 0, take: None });
    };
    // Bytes of a coded body are not those of the video.
    let range = if is_coded(said) { ByteRange::Whole } else { ByteRange::read(asked, length, etag(said)) };
    let (status, skip, take) = match range {
        ByteRange::Whole => (StatusCode::OK, 0, length),
        ByteRange::Part { first, last } => {
            insert(&mut headers, header::CONTENT_RANGE, &format!("bytes {first}-{last}/{length}"));
            (StatusCode::PARTIAL_CONTENT, first, last - first + 1)
        }
        ByteRange::Outside => return Err(Refusal::outside(Some(length))),
    };
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(take));
    if !is_coded(said) {
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    }
    Ok(Plan::Send { status, headers, skip, take: Some(take) })
}

/// The upstream sends a part: it must be the one that was asked for, of the version that was asked for.
fn part(wish: &HeaderMap, said: &HeaderMap) -> Result<Plan, Refusal> {
    if wish.is_empty() {
        return Ok(Plan::AskWhole);
    }
    let mut headers = media_headers(said)?;
    let same_version = text(wish, header::IF_RANGE).is_none_or(|version| etag(said) == Some(version));
    let Some(range @ (first, last, length)) = text(said, header::CONTENT_RANGE).and_then(content_range) else {
        return Ok(Plan::AskWhole);
    };
    let mut unconditional = wish.clone();
    unconditional.remove(header::IF_RANGE);
    let asked_for = ByteRange::read(&unconditional, length, None) == ByteRange::Part { first, last };
    let take = last - first + 1;
    let said_length = text(said, header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if !same_version || !asked_for || is_coded(said) || said_length.is_some_and(|said| said != take) {
        return Ok(Plan::AskWhole);
    }
    let (first, last, length) = range;
    insert(&mut headers, header::CONTENT_RANGE, &format!("bytes {first}-{last}/{length}"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(take));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    Ok(Plan::Send { status: StatusCode::PARTIAL_CONTENT, headers, skip: 0, take: Some(take) })
}

/// The headers that any answer with bytes of the video takes over: type, validator, coding.
fn media_headers(said: &HeaderMap) -> Result<HeaderMap, Refusal> {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, media_type(said)?);
    if let Some(etag) = etag(said) {
        insert(&mut headers, header::ETAG, etag);
    }
    if let Some(coding) = said.get(header::CONTENT_ENCODING).filter(|_| is_coded(said)) {
        headers.insert(header::CONTENT_ENCODING, coding.clone());
    }
    Ok(headers)
}

/// A type of video as the upstream says it, `video/mp4` for what says nothing; a page or a message is no video.
fn media_type(said: &HeaderMap) -> Result<HeaderValue, Refusal> {
    let mp4 = || HeaderValue::from_static("video/mp4");
    let Some(value) = said.get(header::CONTENT_TYPE) else { return Ok(mp4()) };
    let text = value.to_str().unwrap_or_default().to_ascii_lowercase();
    let essence = text.split(';').next().unwrap_or_default().trim();
    if essence.starts_with("video/") {
        return Ok(value.clone());
    }
    if essence.starts_with("text/") || essence.ends_with("json") || essence.ends_with("xml") {
        return Err(Refusal::not_a_video(&format!("The upstream answered with {essence} instead of a video")));
    }
    Ok(mp4())
}

/// The upstream's strong validator. A weak one cannot guard a range.
fn etag(said: &HeaderMap) -> Option<&str> {
    text(said, header::ETAG).filter(|etag| etag.len() >= 2 && etag.starts_with('"') && etag.ends_with('"'))
}

fn is_coded(said: &HeaderMap) -> bool {
    text(said, header::CONTENT_ENCODING).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity"))
}

/// First byte, last byte and whole length of `bytes 0-9/10`.
fn content_range(text: &str) -> Option<(u64, u64, u64)> {
    let (range, length) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last, length) = (first.parse().ok()?, last.parse().ok()?, length.parse().ok()?);
    (first <= last && last < length).then_some((first, last, length))
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}

/// The headers that do not depend on the upstream.
///
/// Not stored by anyone in between, as in New API's plugin releases: a key was needed to get here, and a shared cache
/// asks for none. (Releases before say `public, max-age=86400`.)
pub(super) fn describe(headers: &mut HeaderMap, id: &TaskId) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    insert(headers, header::CONTENT_DISPOSITION, &format!("inline; filename=\"{}.mp4\"", file_name(id)));
}

/// The id, as far as it can be part of a file name anywhere.
fn file_name(id: &TaskId) -> String {
    let safe = |c: &char| c.is_ascii_alphanumeric() || "-_.".contains(*c);
    let name: String = id.as_str().chars().filter(safe).take(LONGEST_NAME).collect();
    match name.trim_matches('.') {
        "" => "video".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests;
