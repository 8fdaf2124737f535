//! What an answer says of time: delays a server asks for, and its clock.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};

/// Longest delay that is read at all: a day. Whoever asks for more means never.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// `retry-after-ms` or `Retry-After`, in seconds or as a date; `None` if absent or not understood.
///
/// A date is read against the answer's own `Date`, so the clock of this machine does not matter; a
/// negative delay is none, and more than a day is a day.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(delay) =
        text("retry-after-ms").and_then(|ms| ms.parse::<f64>().ok()).and_then(|ms| seconds(ms / 1000.0))
    {
        return Some(delay);
    }
    let value = text(header::RETRY_AFTER.as_str())?;
    if let Ok(delay) = value.parse::<f64>() {
        return seconds(delay);
    }
    let then = httpdate::parse_http_date(value).ok()?;
    let now = httpdate::parse_http_date(text(header::DATE.as_str())?).ok()?;
    Some(then.duration_since(now).unwrap_or_default().min(LONGEST))
}

/// `openai-poll-after-ms`: when the server would like to be asked again.
pub(crate) fn poll_hint(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get("openai-poll-after-ms")?.to_str().ok()?;
    seconds(value.trim().parse::<f64>().ok()? / 1000.0)
}

/// `Date`: what the clock of the server showed when it answered.
pub(crate) fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(header::DATE)?.to_str().ok()?.trim()).ok()
}

fn seconds(delay: f64) -> Option<Duration> {
    if delay.is_nan() {
        return None;
    }
    Duration::try_from_secs_f64(delay.clamp(0.0, LONGEST.as_secs_f64())).ok()
}
