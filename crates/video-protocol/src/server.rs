//! What the gateway's halves of all dialects share.

pub(crate) mod answers;
pub(crate) mod path;
pub(crate) mod refusal;
pub(crate) mod submit;
