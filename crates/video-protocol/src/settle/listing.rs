//! One walk through the list, page by page, the newest first.

use std::collections::BTreeSet;

use video_types::TaskId;

use super::window::Window;
use crate::{ListQuery, TaskPage};

/// So far, in seconds, neighbours in a list may be out of order.
const DISORDER: i64 = 5;

/// How far a listing has come.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// The task the next page comes after.
    pub(super) after: Option<TaskId>,
    seen: BTreeSet<TaskId>,
    /// Entries without a usable id.
    pub(super) unread: usize,
    /// Creation of the first and the last task so far.
    first: Option<i64>,
    last: Option<i64>,
    /// Whether a task was clearly newer than the one before it.
    disordered: bool,
}

/// What a page means for the listing.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// There is another page.
    More,
    /// Nothing behind it can matter.
    Complete,
    /// The page holds only what was there before.
    Repeats,
    /// The page before had promised more, but there is nothing: the task it came after may be gone.
    Gone,
}

impl Listing {
    /// The page that comes next.
    pub(super) fn query(&self) -> ListQuery {
        let query = ListQuery::default().with_limit(ListQuery::MOST);
        match &self.after {
            Some(after) => query.with_after(after.clone()),
            None => query,
        }
    }

    /// Whether a page has been read.
    pub(super) fn begun(&self) -> bool {
        self.after.is_some()
    }

    pub(super) fn read(&mut self, page: &TaskPage, window: Window) -> Read {
        let before = self.seen.len();
        self.unread += page.unread;
        for task in &page.tasks {
            self.seen.insert(task.reference.id.clone());
            if let Some(created) = task.created_at {
                self.disordered |= self.last.is_some_and(|last| created > last.saturating_add(DISORDER));
                self.first = self.first.or(Some(created));
                self.last = Some(created);
            }
        }
        let empty = page.tasks.is_empty() && page.unread == 0;
        let more = page.has_more || (page.has_more_guessed && !empty);
        if self.past(window) {
            return Read::Complete;
        }
        match &page.last_id {
            _ if empty && (page.has_more || (self.begun() && !page.has_more_guessed)) => Read::Gone,
            _ if !more => Read::Complete,
            Some(last) if self.seen.len() > before => {
                self.after = Some(last.clone());
                Read::More
            }
            _ => Read::Repeats,
        }
    }

    /// Whether all that is to come is older than the window.
    ///
    /// Only if the list has shown that it goes from new to old, whatever it was asked for: no task is clearly newer than the
    /// one before it, and the last one is clearly older than the first.
    fn past(&self, window: Window) -> bool {
        let (Some(first), Some(last)) = (self.first, self.last) else { return false };
        let newest_first = !self.disordered && last < first.saturating_sub(DISORDER);
        newest_first && last < window.oldest.saturating_sub(DISORDER)
    }
}
