//! What can be asked of a gateway besides the life of one job: lists, deletes, remixes.

use video_protocol::{Error, Flow, ListQuery, TaskPage, TaskRef};

use crate::{Client, Job};

impl Client {
    /// One page of the tasks the gateway knows under this key, with handles pinned to it.
    ///
    /// Ask for the next page with [`TaskPage::last_id`] as [`ListQuery::after`] while
    /// [`TaskPage::has_more`]. Many gateways have no list (New API has none).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Misconfigured`](video_protocol::ErrorKind::Misconfigured) if the gateway or the format has no list.
    pub async fn list(&self, query: &ListQuery) -> Result<TaskPage, Error> {
        let dialect = &self.parts().dialect;
        let response = self.question(dialect.encode_list(query)?).await;
        let decoded = response.and_then(|response| dialect.decode_list(query, &response));
        let mut page = decoded.map_err(Error::with_proof_of_no_task)?;
        let here = self.origin();
        for task in &mut page.tasks {
            task.reference.origin = Some(here.clone());
        }
        Ok(page)
    }

    /// Makes the gateway forget a task that has ended, and its video. It is not a cancel: a running task is refused.
    ///
    /// Asked once: after a lost answer the task may be gone, and asking again then says so by
    /// [`ErrorKind::NotFound`](video_protocol::ErrorKind::NotFound).
    ///
    /// # Errors
    ///
    /// The task is still running or unknown, or the gateway or the format cannot delete.
    pub async fn delete(&self, task: &TaskRef) -> Result<(), Error> {
        let task = self.own(task.clone())?;
        let dialect = &self.parts().dialect;
        let response = self.question(dialect.encode_delete(&task)?).await;
        let decoded = response.and_then(|response| dialect.decode_delete(&task, &response));
        decoded.map_err(|error| error.with_task(task))
    }

    /// Orders a new video made from the finished one of `task` and another prompt. It spends money, by the rules of
    /// [`submit`](Self::submit).
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit); also if the handle belongs to another gateway or another format.
    pub async fn remix(&self, task: &TaskRef, prompt: &str) -> Result<Job, Error> {
        self.remix_under(task, prompt, &self.parts().chance.uuid().to_string()).await
    }

    /// The same under an idempotency key of the caller's, made once per job and kept for its repetitions.
    pub async fn remix_under(&self, task: &TaskRef, prompt: &str, key: &str) -> Result<Job, Error> {
        let task = self.own(task.clone()).map_err(Error::with_proof_of_no_task)?;
        let flow = Flow::remix(self.parts().dialect.clone(), task, prompt, key).with_origin(self.origin());
        Job::accepted(self.clone(), self.with_settings(flow), self.teller("")).await
    }
}
