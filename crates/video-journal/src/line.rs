//! Lines of a batch: which order a line is, and what to do when it comes again.

use std::collections::BTreeMap;

use crate::{Record, RequestHash, State};

/// Which order in a batch a line is: the same in every run, wherever the line stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "callers build it; a line is known by these three")]
pub struct Line {
    /// The scope: what the batch is called.
    pub batch: String,
    /// Hash of the request.
    pub request: RequestHash,
    /// Its number among equal lines, from 1: equal lines are separate orders.
    pub occurrence: u32,
}

impl Line {
    /// Numbers the requests of a batch, in the order of its lines.
    ///
    /// Moving, adding and removing other lines changes no number.
    pub fn number<'a>(
        batch: &'a str,
        requests: impl IntoIterator<Item = RequestHash> + 'a,
    ) -> impl Iterator<Item = Self> + 'a {
        let mut seen = BTreeMap::<RequestHash, u32>::new();
        requests.into_iter().map(move |request| {
            let occurrence = seen.entry(request).or_default();
            *occurrence = occurrence.saturating_add(1);
            Self { batch: batch.to_owned(), request, occurrence: *occurrence }
        })
    }
}

/// What to do with a line of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a batch must do each")]
pub enum LineDecision {
    /// It is new: order it.
    Order,
    /// Its file is in place: nothing to do.
    Skip,
    /// It is paid for and its file is not in place: download it, and never order it again.
    Download,
    /// It is open: go on where it stands, as [`Recovery`](crate::Recovery) says.
    TakeUp,
    /// Nobody knows whether it was ordered: look for its task, or leave it to `reconcile`.
    Reconcile,
    /// It ended without a video: leave it.
    Leave,
    /// It ended without a video and is wanted again: order it anew, linked to the old one.
    Reorder,
}

/// What to do with a line whose last record is `last`.
///
/// `file_intact` says whether the file of a saved one still is what it was; `retry_failed` whether lines that ended
/// without a video are wanted again. Whether somebody else works on it, the claim says.
pub fn decide(last: Option<&Record>, file_intact: bool, retry_failed: bool) -> LineDecision {
    let Some(last) = last else { return LineDecision::Order };
    match last.state {
        State::Saved if file_intact => LineDecision::Skip,
        State::Saved | State::Undelivered | State::Local => LineDecision::Download,
        State::Intent | State::Unsent | State::Accepted | State::Running | State::Succeeded => LineDecision::TakeUp,
        State::Sent | State::Unknown => LineDecision::Reconcile,
        State::Invalid
        | State::Filtered
        | State::Refused
        | State::Failed
        | State::Expired
        | State::Cancelled
        | State::Lost => {
            if retry_failed {
                LineDecision::Reorder
            } else {
                LineDecision::Leave
            }
        }
    }
}
