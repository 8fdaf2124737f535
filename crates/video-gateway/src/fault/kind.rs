//! What can go wrong with one answer, and how it is written.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use super::error::Why;

/// How late an answer is, and how long a body stalls, if nothing else is said.
const LATE: Duration = Duration::from_secs(3);
const LONGEST: Duration = Duration::from_secs(3600);

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// This status, in the format of the route, instead of the work.
    Status(StatusCode),
    /// The connection is closed instead of the work.
    Drop,
    /// The work is done, and its answer lost: the connection is closed, or this status is said instead.
    Lost(Option<StatusCode>),
    /// A page with this status instead of the work.
    Html(StatusCode),
    /// 200 with no body instead of the work.
    Empty,
    /// 200 with an error in the format of the route instead of the work.
    Json,
    /// The answer comes this much later than it could.
    Late(Duration),
    /// The connection breaks in the middle of the body.
    Cut,
    /// The body ends in the middle, as if that were its end.
    Short,
    /// The body stops in the middle for so long, and goes on.
    Stall(Duration),
}

impl Kind {
    pub(super) fn read(text: &str) -> Result<Self, Why> {
        let (word, more) = match text.split_once('-') {
            Some((word, more)) => (word, Some(more)),
            None => (text, None),
        };
        match (word, more) {
            ("drop", None) => Ok(Self::Drop),
            ("lost", None) => Ok(Self::Lost(None)),
            ("lost", Some(code)) => Ok(Self::Lost(Some(status(code, 500).ok_or(Why::LostStatus)?))),
            ("html", None) => Ok(Self::Html(StatusCode::OK)),
            ("html", Some(code)) => Ok(Self::Html(status(code, 400).ok_or(Why::Status)?)),
            ("empty", None) => Ok(Self::Empty),
            ("json", None) => Ok(Self::Json),
            ("cut", None) => Ok(Self::Cut),
            ("short", None) => Ok(Self::Short),
            ("late", None) => Ok(Self::Late(LATE)),
            ("late", Some(time)) => Ok(Self::Late(duration(time).ok_or(Why::Time)?)),
            ("stall", None) => Ok(Self::Stall(LATE)),
            ("stall", Some(time)) => Ok(Self::Stall(duration(time).ok_or(Why::Time)?)),
            (code, None) if digits(code) => Ok(Self::Status(status(code, 400).ok_or(Why::Status)?)),
            _ => Err(Why::Kind),
        }
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A status from `least` to 599.
fn status(text: &str, least: u16) -> Option<StatusCode> {
    let code = Some(text).filter(|text| digits(text))?.parse().ok()?;
    StatusCode::from_u16(code).ok().filter(|status| (least..=599).contains(&status.as_u16()))
}

/// `10s` or `1500ms`.
fn duration(text: &str) -> Option<Duration> {
    let (number, unit): (&str, fn(u64) -> Duration) = match text.strip_suffix("ms") {
        Some(number) => (number, Duration::from_millis),
        None => (text.strip_suffix('s')?, Duration::from_secs),
    };
    let time = unit(Some(number).filter(|number| digits(number))?.parse().ok()?);
    Some(time).filter(|time| !time.is_zero() && *time <= LONGEST)
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "{}", status.as_u16()),
            Self::Drop => f.write_str("drop"),
            Self::Lost(None) => f.write_str("lost"),
            Self::Lost(Some(status)) => write!(f, "lost-{}", status.as_u16()),
            Self::Html(StatusCode::OK) => f.write_str("html"),
            Self::Html(status) => write!(f, "html-{}", status.as_u16()),
            Self::Empty => f.write_str("empty"),
            Self::Json => f.write_str("json"),
            Self::Late(time) => timed(f, "late", *time),
            Self::Cut => f.write_str("cut"),
            Self::Short => f.write_str("short"),
            Self::Stall(time) => timed(f, "stall", *time),
        }
    }
}

fn timed(f: &mut fmt::Formatter<'_>, word: &str, time: Duration) -> fmt::Result {
    match (time.as_secs(), time.subsec_millis()) {
        _ if time == LATE => f.write_str(word),
        (seconds, 0) => write!(f, "{word}-{seconds}s"),
        _ => write!(f, "{word}-{}ms", time.as_millis()),
    }
}
