//! Who works on a job: claims, their renewal, and those of owners that have ended.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use video_journal::{Begun, JobId, JournalError, Lease, Order, Record, Reorder};

use super::{Journaled, NewJob};

/// When the claims of an owner were last renewed, so that of many jobs only one does it for all.
#[derive(Debug, Default)]
pub(super) struct Renewals(Mutex<Option<Instant>>);

impl Renewals {
    /// Whether it is time again: nobody has renewed them for `pause`.
    fn is_due(&self, pause: Duration) -> bool {
        let now = Instant::now();
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last.is_none_or(|last| now.duration_since(last) >= pause);
        if due {
            *last = Some(now);
        }
        due
    }
}

impl Journaled {
    /// Notes an order; the job that is there already comes as it stands, unclaimed.
    pub(crate) async fn begin(&self, wanted: NewJob) -> Result<(Begun, Order), JournalError> {
        let (intent, order) = wanted.intent(self);
        Ok((self.journal.begin(intent, self.lease_from_now()).await?, order))
    }

    /// Notes a new order in the place of an old one, under a new key.
    pub(crate) async fn begin_again(&self, old: &Record) -> Result<Record, JournalError> {
        let again = || Reorder {
            of: old.job.clone(),
            job: self.fresh_id(),
            idempotency_key: self.client.parts().chance.uuid().to_string(),
            to: self.client.destination(),
            lease: self.lease_from_now(),
            at: self.moment(),
        };
        match self.journal.reorder(again()).await {
            Err(JournalError::Claimed { owner, .. }) if self.hooks.has_ended(&owner) => {
                self.journal.release(old.job.clone(), owner).await?;
                self.journal.reorder(again()).await
            }
            record => record,
        }
    }

    /// Claims a job; the claim of an owner that has ended does not stand in the way.
    pub(crate) async fn claim(&self, record: Record) -> Result<Record, JournalError> {
        // Handed over with the claim, in the same transaction: after a crash every job has such a claim.
        if let Some(claim) = &record.claim
            && claim.holds(self.moment())
            && claim.owner != self.owner
            && self.hooks.has_ended(&claim.owner)
        {
            drop(self.journal.release(record.job.clone(), claim.owner.clone()));
        }
        match self.journal.claim(record.job.clone(), self.lease_from_now(), self.moment()).await {
            Err(JournalError::Claimed { owner, .. }) if self.hooks.has_ended(&owner) => {
                self.journal.release(record.job.clone(), owner).await?;
                self.journal.claim(record.job, self.lease_from_now(), self.moment()).await
            }
            claimed => claimed,
        }
    }

    /// Whether somebody who has not certainly ended works on a job.
    pub(super) fn is_worked_on(&self, record: &Record) -> bool {
        let claim = record.claim.as_ref().filter(|claim| claim.holds(self.moment()));
        claim.is_some_and(|claim| !self.hooks.has_ended(&claim.owner))
    }

    pub(super) fn lease_from_now(&self) -> Lease {
        Lease { owner: self.owner.clone(), until: self.moment().after(self.lease) }
    }

    /// Makes every claim of this owner hold for another lease, unless that was done a moment ago. What was handed over
    /// is done; that a claim was lost shows when something is noted.
    pub(super) fn renew(&self) {
        if self.renewals.is_due(self.lease / 6) {
            drop(self.journal.renew(self.lease_from_now()));
        }
    }

    /// Gives a job up that could not be worked on.
    pub(crate) fn give_up(&self, record: &Record) {
        self.release(record.job.clone());
    }

    pub(super) fn release(&self, job: JobId) {
        drop(self.journal.release(job, self.owner.clone()));
    }
}

impl super::Hooks {
    fn has_ended(&self, owner: &video_journal::Owner) -> bool {
        self.has_ended.as_ref().is_some_and(|has_ended| has_ended(owner))
    }
}
