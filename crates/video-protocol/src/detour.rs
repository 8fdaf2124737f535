//! Another place to ask about the same task, and the rule by which it is taken.

use crate::{Error, TaskRef};

impl TaskRef {
    /// The handle under which to ask again at once, if `error`, the answer to a question under this one, names another
    /// place of the same task.
    ///
    /// A detour is taken once: only from a handle without routing data to one that differs in nothing but that. So
    /// whoever asks follows it without counting.
    pub fn detour(&self, error: &Error) -> Option<Self> {
        let there = error.detour()?;
        let same_task = Self { route: None, ..there.clone() } == *self;
        (same_task && there.route.is_some()).then(|| there.clone())
    }
}
