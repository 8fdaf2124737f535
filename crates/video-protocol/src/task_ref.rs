//! The handle of a task: enough to ask again, from any process.

use std::fmt;
use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use video_types::TaskId;

/// Everything but letters, digits and `-._~` is escaped, in the text form and in paths.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Longest id that is taken for one, in bytes. New API documents 191; Google's reach 200.
const LONGEST_ID: usize = 512;

/// The handle of a task.
///
/// Its text form `new-api:task_8Jd0@host` is accepted wherever a job is named. The origin pins the
/// gateway: the same id on another host is another task.
///
/// ```
/// use video_protocol::TaskRef;
///
/// let task: TaskRef = "new-api:task_8Jd0@88api.ai".parse()?;
/// assert_eq!(task.id.as_str(), "task_8Jd0");
/// assert_eq!(task.to_string(), "new-api:task_8Jd0@88api.ai");
/// # Ok::<(), video_protocol::ParseTaskRefError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskRef {
    /// Name of the dialect that created the task.
    pub dialect: String,
    /// The id the server gave.
    pub id: TaskId,
    /// Host, port and path prefix of the gateway, as [`Endpoint::origin`](crate::Endpoint::origin) gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// Routing data private to the dialect, such as which Kling path the task lives under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
}

impl TaskRef {
    /// A handle without origin and routing data.
    pub fn new(dialect: impl Into<String>, id: impl Into<TaskId>) -> Self {
        Self { dialect: dialect.into(), id: id.into(), origin: None, route: None }
    }

    /// Pins the gateway.
    #[must_use]
    pub fn with_origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// Adds routing data.
    #[must_use]
    pub fn with_route(mut self, route: impl Into<String>) -> Self {
        self.route = Some(route.into());
        self
    }
}

/// Whether text from an answer can be an id: not blank, no control characters, not longer than 512 bytes.
pub(crate) fn usable_id(id: &TaskId) -> bool {
    let id = id.as_str();
    !id.trim().is_empty() && id.len() <= LONGEST_ID && !id.contains(char::is_control)
}

/// An id as one segment of a path. Dots are escaped too where they would mean "here" or "above".
pub(crate) fn path_segment(id: &TaskId) -> String {
    match id.as_str() {
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        id => utf8_percent_encode(id, ESCAPED).to_string(),
    }
}

impl fmt::Display for TaskRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.dialect, utf8_percent_encode(self.id.as_str(), ESCAPED))?;
        if let Some(route) = &self.route {
            write!(f, "#{}", utf8_percent_encode(route, ESCAPED))?;
        }
        match &self.origin {
            Some(origin) => write!(f, "@{origin}"),
            None => Ok(()),
        }
    }
}

/// Text that is no handle of a task.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a task: expected DIALECT:ID or DIALECT:ID@HOST, such as new-api:task_8Jd0@88api.ai")]
#[non_exhaustive]
pub struct ParseTaskRefError;

impl FromStr for TaskRef {
    type Err = ParseTaskRefError;

    fn from_str(text: &str) -> Result<Self, ParseTaskRefError> {
        let decode = |part: &str| percent_decode_str(part).decode_utf8().map(std::borrow::Cow::into_owned);
        let (dialect, rest) = text.trim().split_once(':').ok_or(ParseTaskRefError)?;
        let (name, origin) = rest.split_once('@').map_or((rest, None), |(name, origin)| (name, Some(origin)));
        let (id, route) = name.split_once('#').map_or((name, None), |(id, route)| (id, Some(route)));
        let id = TaskId::from(decode(id).map_err(|_| ParseTaskRefError)?);
        let plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
        if !usable_id(&id)
            || !dialect.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            || dialect.is_empty()
            // An address, not a handle.
            || rest.starts_with("//")
            || origin.is_some_and(|origin| !plain(origin))
        {
            return Err(ParseTaskRefError);
        }
        Ok(Self {
            dialect: dialect.to_owned(),
            id,
            origin: origin.map(str::to_owned),
            route: route.map(decode).transpose().map_err(|_| ParseTaskRefError)?,
        })
    }
}
