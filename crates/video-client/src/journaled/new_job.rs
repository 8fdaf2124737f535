//! An order that is to become a job.

use video_journal::{Intent, JobId, Order, Request};

use super::Journaled;

/// An order that is to become a job.
#[derive(Debug, Clone)]
#[must_use = "nothing is noted or sent until it is given to `Journaled::order`"]
pub struct NewJob {
    order: Order,
    job: Option<JobId>,
    idempotency_key: Option<String>,
    batch: Option<(String, u32)>,
    name: Option<String>,
}

impl NewJob {
    /// An order outside of any batch, under a new id and a new key.
    pub fn new(order: impl Into<Order>) -> Self {
        Self { order: order.into(), job: None, idempotency_key: None, batch: None, name: None }
    }

    /// Gives the job an id of the caller's.
    pub fn with_job(mut self, job: JobId) -> Self {
        self.job = Some(job);
        self
    }

    /// Gives the order a key of the caller's: made once per job. Coming again with it gives the same job.
    pub fn with_idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }

    /// Makes it a line of a batch: the `occurrence`-th with this request, from 1.
    pub fn in_batch(mut self, batch: impl Into<String>, occurrence: u32) -> Self {
        self.batch = Some((batch.into(), occurrence));
        self
    }

    /// Notes what its file is to be called; decides nothing.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    pub(super) fn intent(self, desk: &Journaled) -> (Intent, Order) {
        let request = Request::new(&self.order, desk.prompts);
        let key = self.idempotency_key.unwrap_or_else(|| desk.client.parts().chance.uuid().to_string());
        let job = self.job.unwrap_or_else(|| desk.fresh_id());
        let mut intent = Intent::new(job, desk.moment(), request, key, desk.client.destination());
        if let Some((batch, occurrence)) = self.batch {
            intent = intent.in_batch(batch, occurrence);
        }
        if let Some(name) = self.name {
            intent = intent.named(name);
        }
        (intent, self.order)
    }
}
