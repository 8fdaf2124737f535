//! `spec/statuses.toml` and `spec/errors.toml`.

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::codegen) struct Statuses {
    pub(in crate::codegen) status: Vec<StatusWord>,
}

/// A status word, in lower case with `_` for `-` and space, and what it means.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::codegen) struct StatusWord {
    pub(in crate::codegen) word: String,
    pub(in crate::codegen) phase: Phase,
    /// Who says it.
    pub(in crate::codegen) seen: Vec<String>,
    pub(in crate::codegen) sources: Vec<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub(in crate::codegen) enum Phase {
    Pending,
    Running,
    Succeeded,
    Failed,
    Cancelled,
    Expired,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::codegen) struct Errors {
    pub(in crate::codegen) error: Vec<ErrorRow>,
}

/// One refusal; the first row that matches wins.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::codegen) struct ErrorRow {
    /// Why the row is there, or stands where it stands.
    pub(in crate::codegen) note: Option<String>,
    /// First and last HTTP status; any if absent.
    pub(in crate::codegen) status: Option<(u16, u16)>,
    /// What the body says; anything if absent.
    pub(in crate::codegen) says: Option<Says>,
    pub(in crate::codegen) kind: Kind,
    /// Whether the same request may succeed later.
    #[serde(default)]
    pub(in crate::codegen) temporary: bool,
    pub(in crate::codegen) proof: Proof,
    pub(in crate::codegen) sources: Vec<String>,
}

/// What a body must say for a row to match: one of these.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::codegen) enum Says {
    /// One of these codes.
    Code(Vec<String>),
    /// A number from this to that.
    Number(u32, u32),
    /// A code that contains one of these.
    CodeHas(Vec<String>),
    /// A class of error (`error.type`).
    Class(String),
    /// Words that contain one of these, in any letter case.
    Words(Vec<String>),
    /// No JSON, if true.
    Page(bool),
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub(in crate::codegen) enum Kind {
    ContentRejected,
    InvalidRequest,
    Misconfigured,
    ModelUnavailable,
    NotFound,
    NotReady,
    OutcomeUnknown,
    QuotaExceeded,
    RateLimited,
    TaskCancelled,
    TaskExpired,
    TaskFailed,
    Unauthorized,
    Unavailable,
    Undelivered,
}

/// What a refusal says of the task it was to create.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub(in crate::codegen) enum Proof {
    NoTask,
    Open,
    NoTaskIfTheGatewaySpeaks,
}
