//! An order before anything of it is sent.

use crate::{Destination, JobId, Line, Millis, Request, Share};

/// An order before anything of it is sent: what must be on disk before the first byte of the submit.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Intent {
    /// What the job is called.
    pub job: JobId,
    /// When it was intended.
    pub at: Millis,
    /// What is ordered.
    pub request: Request,
    /// The key every submit of it will carry: made once, unlike any other.
    pub idempotency_key: String,
    /// Where it is to go.
    pub to: Destination,
    /// Batch and occurrence number, if it is a line of one.
    pub batch: Option<(String, u32)>,
    /// What its file is to be called; decides nothing.
    pub name: Option<String>,
    /// Which earlier job may stand for it; none by default.
    pub share: Option<Share>,
}

impl Intent {
    /// An order outside of any batch.
    pub fn new(job: JobId, at: Millis, request: Request, idempotency_key: impl Into<String>, to: Destination) -> Self {
        Self { job, at, request, idempotency_key: idempotency_key.into(), to, batch: None, name: None, share: None }
    }

    /// Makes it a line of a batch: the `occurrence`-th with this request, from 1.
    #[must_use]
    pub fn in_batch(mut self, batch: impl Into<String>, occurrence: u32) -> Self {
        self.batch = Some((batch.into(), occurrence));
        self
    }

    /// Names its file.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Lets an earlier job stand for it. A line of a batch stands for itself: there this does nothing.
    #[must_use]
    pub fn shared(mut self, share: Share) -> Self {
        self.share = Some(share);
        self
    }

    /// Which line of which batch it is, if it is one.
    pub fn line(&self) -> Option<Line> {
        let (batch, occurrence) = self.batch.clone()?;
        Some(Line { batch, request: self.request.hash(), occurrence })
    }
}
