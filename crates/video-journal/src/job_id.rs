//! What a job is called.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Millis;

/// Longest name of a job, in bytes.
const LONGEST: usize = 64;

/// What a job is called on this side, from before anything is sent.
///
/// [`JobId::new`] makes a UUID of version 7, so ids sort as jobs came. Any other text of 1 to 64 letters, digits,
/// `-` and `_` is taken too: a gateway may use the ids it gives out.
///
/// ```
/// use video_journal::{JobId, Millis};
///
/// let job = JobId::new(Millis::new(1_790_000_000_000), [7; 10]);
/// assert_eq!(job.as_str(), "01a0c450-6c00-7707-8707-070707070707");
/// assert_eq!(job.as_str().parse(), Ok(job));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JobId(String);

impl JobId {
    /// Makes an id from the time and ten bytes of chance.
    pub fn new(at: Millis, chance: [u8; 10]) -> Self {
        Self(uuid::Builder::from_unix_timestamp_millis(at.get(), &chance).into_uuid().to_string())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Text that cannot be the id of a job.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a job: expected 1 to 64 letters, digits, - and _, as `video list` shows them")]
#[non_exhaustive]
pub struct ParseJobIdError;

impl FromStr for JobId {
    type Err = ParseJobIdError;

    fn from_str(text: &str) -> Result<Self, ParseJobIdError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let fits = !text.is_empty() && text.len() <= LONGEST && text.bytes().all(plain);
        if fits { Ok(Self(text.to_owned())) } else { Err(ParseJobIdError) }
    }
}

impl TryFrom<String> for JobId {
    type Error = ParseJobIdError;

    fn try_from(text: String) -> Result<Self, ParseJobIdError> {
        text.parse()
    }
}

impl From<JobId> for String {
    fn from(job: JobId) -> Self {
        job.0
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
