//! Orders that a video at hand may serve: the cache of results.

use std::time::Duration;

use tokio::time::Instant;
use video_journal::{JournalError, Order, Record, Share, State};
use video_protocol::Error;

use super::{Journaled, JournaledJob, NewJob, nothing_sent, told};
use crate::batch::is_intact;
use crate::job::later;
use crate::kept_video::KeptVideo;

/// How often a job that somebody else works on is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// How many jobs with an equal request are looked at.
const MOST_ALIKE: usize = 100;

/// What came of an order that a video at hand may serve.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a caller has to deal with each")]
pub enum Served {
    /// An equal order was saved before, and its file is what it was: nothing was ordered.
    Kept(Box<KeptVideo>),
    /// The job that will have the video: a new one, or one that was open and nobody worked on.
    Job(Box<JournaledJob>),
    /// Somebody else still worked on an equal order when the [deadline](crate::ClientBuilder::deadline) came.
    Elsewhere(Box<Record>),
}

impl Journaled {
    /// The video of an equal order of the last `max_age` at this gateway, if its file is what it was. Orders nothing and
    /// waits for nobody.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    pub async fn kept(&self, order: &Order, max_age: Duration) -> Result<Option<KeptVideo>, Error> {
        let mut share = Share::since(self.moment().before(max_age));
        let alike = self.journal.of_request(self.client.origin(), order.request_hash(), MOST_ALIKE).await?;
        while let Some(record) = share.choose(alike.clone(), self.moment()) {
            if record.state != State::Saved {
                break;
            }
            let job = record.job.clone();
            match intact(record).await {
                Some(kept) => return Ok(Some(kept)),
                None => share = share.but_not(job),
            }
        }
        Ok(None)
    }

    /// As [`order`](Self::order), unless an equal order of the last `max_age` at this gateway has its video already, or
    /// is on its way to it.
    ///
    /// Equal is what has the same [request hash](video_journal::Request::hash): model, prompt, pictures by their bytes and
    /// every other field, whatever the order of keys. The journal is the cache, so every saved job is in it, ordered this
    /// way or not; what failed is not, and a file is read whole before it counts. Of equal orders given this way at once
    /// one is sent, by this program or another with the same journal, and the others wait for its end; if that is no
    /// video, the next one is sent. `waits` is told once of the job that is waited for. A line of a batch is always an
    /// order of its own.
    ///
    /// # Errors
    ///
    /// The journal cannot be read or written; nothing was sent.
    pub async fn order_unless_kept(
        &self,
        wanted: NewJob,
        max_age: Duration,
        waits: &(dyn Fn(&Record) + Send + Sync),
    ) -> Result<Served, Error> {
        let arrived = Instant::now();
        let (mut intent, order) = wanted.intent(self);
        if intent.batch.is_some() {
            let begun = self.journal.begin(intent, self.lease_from_now()).await.map_err(nothing_sent)?;
            return self.begun(begun, order).await.map(|job| Served::Job(Box::new(job)));
        }
        let flight = self.flights.alone(intent.request.hash()).await;
        let mut share = Share::since(self.moment().before(max_age));
        let mut told = false;
        loop {
            intent.at = self.moment();
            let wanted = intent.clone().shared(share.clone());
            let begun = self.journal.begin(wanted, self.lease_from_now()).await.map_err(nothing_sent)?;
            if begun.is_new {
                return self.working(begun.record, Some(order), true).await.map(|job| job.alone(flight));
            }
            let record = begun.record;
            if record.state == State::Saved {
                match intact(record.clone()).await {
                    Some(kept) => return Ok(Served::Kept(Box::new(kept))),
                    None => share = share.but_not(record.job),
                }
                continue;
            }
            if !self.is_worked_on(&record) {
                if record.to != self.client.destination() {
                    // It can be asked for only as it was ordered.
                    share = share.but_not(record.job);
                    continue;
                }
                match self.claim(record.clone()).await {
                    Ok(record) => return self.working(record, Some(order), false).await.map(|job| job.alone(flight)),
                    Err(JournalError::Claimed { .. }) => {}
                    Err(error) => return Err(told::about(error.into(), record.task.as_ref())),
                }
            }
            if self.client.parts().deadline.is_some_and(|most| arrived.elapsed() >= most) {
                return Ok(Served::Elsewhere(Box::new(record)));
            }
            if !std::mem::replace(&mut told, true) {
                waits(&record);
            }
            tokio::time::sleep_until(later(LOOK)).await;
        }
    }
}

impl JournaledJob {
    fn alone(mut self, flight: tokio::sync::OwnedMutexGuard<()>) -> Served {
        self.flight = Some(flight);
        Served::Job(Box::new(self))
    }
}

/// The video of a saved job, if its file is what it was.
async fn intact(record: Record) -> Option<KeptVideo> {
    let reading = tokio::task::spawn_blocking(move || {
        let file = record.file.clone().filter(is_intact)?;
        Some(KeptVideo::new(record, file))
    });
    // A reader that broke down found nothing to rely on.
    reading.await.ok().flatten()
}
