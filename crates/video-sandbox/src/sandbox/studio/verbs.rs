//! What can be asked of all tasks, or of one besides its life: list, cancel, delete, remix.

use std::sync::Arc;

use video_protocol::{Error, ListOrder, ListQuery, Task, TaskPage};
use video_types::{Generation, TaskId};

use super::{Studio, stop, trouble, unknown, wake};
use crate::sandbox::arrival::is_own;
use crate::sandbox::order::Order;
use crate::sandbox::task::seconds;

impl Studio {
    /// One page of all tasks, those of other processes that share the folder included, in the order of arrival.
    ///
    /// The cursor is a place, not a task: it may have been deleted since.
    pub(in crate::sandbox) fn page(self: &Arc<Self>, query: &ListQuery) -> Result<TaskPage, Error> {
        let after = query.after.as_ref();
        if after.is_some_and(|after| !is_own(after.as_str())) {
            return Err(Error::invalid("after: there is no such video"));
        }
        let mut ids = match &self.folder {
            Some(folder) => folder.ids().map_err(|source| trouble("the sandbox cannot read its folder", source))?,
            None => self.state().tasks.keys().cloned().collect(),
        };
        ids.retain(|id| {
            after.is_none_or(|after| match query.order {
                ListOrder::Ascending => id > after,
                ListOrder::Descending => id < after,
            })
        });
        match query.order {
            ListOrder::Ascending => ids.sort_unstable(),
            ListOrder::Descending => ids.sort_unstable_by(|one, other| other.cmp(one)),
        }
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let has_more = ids.len() > limit;
        ids.truncate(limit);
        // One that cannot be read, or has just been deleted, does not take the others along.
        Ok(TaskPage::new(ids.iter().filter_map(|id| self.task(id).ok()).collect(), has_more))
    }

    /// Stops a task that has not ended: it is rendered no further. One that was stopped before stays so.
    pub(in crate::sandbox) fn cancel(self: &Arc<Self>, id: &TaskId) -> Result<Task, Error> {
        let now = (self.clock)();
        let _arrivals = self.arrivals();
        let mut state = self.state();
        self.load(&mut state, id)?;
        let task = state.tasks.get_mut(id).ok_or_else(|| unknown(id))?;
        let described = task.describe(now);
        if let Some(refusal) = described.cancel_refusal() {
            return Err(refusal);
        }
        if described.phase().is_terminal() {
            return Ok(described);
        }
        if let Some(folder) = &self.folder {
            let noted = folder.cancel(id, seconds(now));
            noted.map_err(|source| trouble("the sandbox cannot write its folder, so nothing was stopped", source))?;
        }
        stop(&mut state, id, now);
        let stopped = state.tasks.get_mut(id).ok_or_else(|| unknown(id))?.describe(now);
        // Those who wait for its clip hear that there will be none.
        wake(state);
        Ok(stopped)
    }

    /// Forgets a task that has ended: its record and its clip.
    pub(in crate::sandbox) fn delete(self: &Arc<Self>, id: &TaskId) -> Result<(), Error> {
        let task = self.task(id)?;
        if let Some(refusal) = task.delete_refusal() {
            return Err(refusal);
        }
        let _arrivals = self.arrivals();
        if let Some(folder) = &self.folder {
            folder.remove(id).map_err(|source| trouble("the sandbox cannot delete its record", source))?;
        }
        let mut state = self.state();
        state.tasks.remove(id);
        state.shelf.take(id);
        Ok(())
    }

    /// Takes an order for what a finished task shows, with another prompt.
    pub(in crate::sandbox) fn remix(self: &Arc<Self>, id: &TaskId, prompt: String) -> Result<Task, Error> {
        if let Some(refusal) = self.task(id)?.remix_refusal() {
            return Err(refusal);
        }
        let (mut asked, mut order) = self.ordered(id).ok_or_else(|| unknown(id))?;
        if let Some(folder) = &self.folder {
            // The record has the pictures as they were sent.
            let recorded =
                folder.request(id).map_err(|source| trouble("the sandbox cannot read its record", source))?;
            asked = recorded.ok_or_else(|| unknown(id))?;
        }
        order.clip = order.clip.with_prompt(&prompt);
        asked.prompt = prompt;
        self.admit(&asked, order, Some(id.clone()))
    }

    fn ordered(&self, id: &TaskId) -> Option<(Generation, Order)> {
        let state = self.state();
        let task = state.tasks.get(id)?;
        Some((task.asked.clone(), task.order.clone()))
    }
}
