//! What a row of the table of refusals says: what it means, whether repeating helps, and whether it proves that no
//! task exists. The rows are facts: `spec/errors.toml`.

use crate::ErrorKind;

/// What a refusal says about the task it was to create.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Certain: nothing was created.
    NoTask,
    /// Uncertain: a task may exist and be billed.
    Open,
    /// Certain only with a JSON body or a Retry-After: otherwise a proxy speaks, which knows nothing.
    NoTaskIfTheGatewaySpeaks,
}

/// One row.
pub(crate) struct Row {
    /// First and last HTTP status.
    pub(crate) status: (u16, u16),
    pub(crate) says: Says,
    pub(crate) kind: ErrorKind,
    pub(crate) temporary: bool,
    pub(crate) proof: Proof,
}

/// What the body must say for a row to match.
#[derive(Clone, Copy)]
pub(crate) enum Says {
    /// One of these codes, the gateway's or the provider's inside it.
    Code(&'static [&'static str]),
    /// A code that is a number from this to that, both included.
    Number(u32, u32),
    /// A code that contains one of these.
    CodeHas(&'static [&'static str]),
    /// A class of error (`error.type`).
    Class(&'static str),
    /// Words that contain one of these, in any letter case.
    Words(&'static [&'static str]),
    /// Something that is no JSON: a proxy or the host of a link speaks.
    Page,
    /// Anything.
    Anything,
}

/// One row, from its five parts.
pub(crate) const fn row(status: (u16, u16), says: Says, kind: ErrorKind, temporary: bool, proof: Proof) -> Row {
    Row { status, says, kind, temporary, proof }
}
