//! What the gateway's halves of all dialects share.

pub(crate) mod answers;
mod form;
pub(crate) mod path;
pub(crate) mod query;
pub(crate) mod refusal;
pub(crate) mod submit;
