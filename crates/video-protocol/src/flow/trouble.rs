//! What goes wrong on the way without ending it.

use http::StatusCode;

use super::Purpose;
use crate::{Error, ErrorKind};

/// What went wrong with a request of a flow that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trouble {
    /// What the request was for.
    pub purpose: Purpose,
    /// What went wrong.
    pub kind: ErrorKind,
    /// In words; may be empty.
    pub message: String,
    /// Status of the answer, if there was one.
    pub status: Option<StatusCode>,
    /// The how many-th time in a row it is, from 1.
    pub in_a_row: u32,
}

impl Trouble {
    /// What an error says, the `in_a_row`-th one, from 1.
    pub fn of(purpose: Purpose, error: &Error, in_a_row: u32) -> Self {
        Self { purpose, kind: error.kind(), message: error.message().to_owned(), status: error.status(), in_a_row }
    }
}
