//! Lists of tasks, page by page.

use std::fmt;

use video_types::TaskId;

use crate::Task;

/// Which page of a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListQuery {
    /// Most tasks on the page, 0 to 100; 20 by default. 0 is an empty page.
    pub limit: u32,
    /// Order by creation; the newest first by default.
    pub order: ListOrder,
    /// Id of the task the page comes after, in that order; the first page by default.
    pub after: Option<TaskId>,
}

impl ListQuery {
    /// Most tasks one page can have.
    pub const MOST: u32 = 100;

    /// Sets [`limit`](Self::limit).
    #[must_use]
    pub fn with_limit(mut self, limit: u32) -> Self {
        self.limit = limit;
        self
    }

    /// Sets [`order`](Self::order).
    #[must_use]
    pub fn with_order(mut self, order: ListOrder) -> Self {
        self.order = order;
        self
    }

    /// Sets [`after`](Self::after).
    #[must_use]
    pub fn with_after(mut self, after: impl Into<TaskId>) -> Self {
        self.after = Some(after.into());
        self
    }
}

impl Default for ListQuery {
    fn default() -> Self {
        Self { limit: 20, order: ListOrder::Descending, after: None }
    }
}

/// Order of a list by creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there is no third direction")]
pub enum ListOrder {
    /// The oldest first.
    Ascending,
    /// The newest first.
    Descending,
}

impl ListOrder {
    /// `asc` or `desc`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }
}

impl fmt::Display for ListOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TaskPage {
    /// The tasks, in the order asked for.
    pub tasks: Vec<Task>,
    /// Whether more come after the last.
    pub has_more: bool,
    /// Whether the server did not say so, and `has_more` is guessed from a full page. A server may cap pages below the
    /// limit, so a guessed "no more" is certain only of an empty page.
    pub has_more_guessed: bool,
    /// How many entries of the page were left out of `tasks` because they have no usable id.
    pub unread: usize,
    /// Id of the first task of the page.
    pub first_id: Option<TaskId>,
    /// Id of the last task of the page: [`ListQuery::after`] of the next page.
    pub last_id: Option<TaskId>,
}

impl TaskPage {
    /// A page of these tasks.
    pub fn new(tasks: Vec<Task>, has_more: bool) -> Self {
        let id = |task: Option<&Task>| task.map(|task| task.reference.id.clone());
        Self {
            first_id: id(tasks.first()),
            last_id: id(tasks.last()),
            tasks,
            has_more,
            has_more_guessed: false,
            unread: 0,
        }
    }
}
