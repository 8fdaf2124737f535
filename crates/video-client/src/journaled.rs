//! A client whose every paid step is in the journal first.

mod cancelling;
mod carrying;
mod claims;
mod driving;
mod flights;
mod job;
mod looks;
mod new_job;
mod past;
mod saving;
mod served;
mod settling;
mod told;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use video_journal::{Begun, Event, JobId, Journal, KeyHabit, Millis, Order, Owner, Prompts, Record, Recovery, recover};
use video_protocol::{Error, ErrorKind, TaskRef};

use crate::Client;
use claims::Renewals;
use flights::Flights;
use looks::Looks;
use past::Past;

pub use cancelling::OnItsWay;
pub use carrying::{Carried, JobStep};
pub use job::JournaledJob;
pub use new_job::NewJob;
pub use served::Served;

/// A [`Client`] whose every paid step is in the journal first. Cheap to clone; clones share everything.
///
/// An order is durable before its first byte goes out, its id before the first poll; so whatever happens to the
/// program, [`take_up`](Self::take_up) goes on where the job stands, and orders nothing a second time. What nobody
/// knows the outcome of is repeated under an honoured key, or looked for in the gateway's list; if neither tells, it
/// stays `unknown`.
///
/// Nothing is spawned: claims are renewed while a job is worked on. One `Journaled` for one gateway, key and journal
/// in a process: orders that look alike are kept apart by it.
///
/// ```
/// use std::sync::Arc;
/// use video_client::{Client, Journaled, NewJob, Outcome, Target};
/// use video_journal::{Journal, MemoryStore, Owner};
/// use video_types::Generation;
///
/// # async fn run(client: Client) -> Result<(), Box<dyn std::error::Error>> {
/// let journal = Journal::start(Arc::new(MemoryStore::new()))?; // a program keeps a `SqliteStore`
/// let desk = Journaled::new(client, journal, Owner::new("desk:4711:a81f"));
/// let mut job = desk.order(NewJob::new(Generation::new("kling-v1-6", "a cat"))).await?;
/// if let Outcome::Succeeded(task) = job.finish().await {
///     job.save(&task, Target::file("cat.mp4"), &|_| ()).await?;
/// }
/// println!("{}", job.record().state);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Journaled {
    client: Client,
    journal: Journal,
    owner: Owner,
    lease: Duration,
    settle_after: Option<Duration>,
    prompts: Prompts,
    fits_pictures: bool,
    looks: Arc<Looks>,
    flights: Arc<Flights>,
    past: Arc<Past>,
    hooks: Hooks,
    renewals: Arc<Renewals>,
}

impl Journaled {
    /// A client over a journal. `owner` names this run of this program, unlike any other.
    pub fn new(client: Client, journal: Journal, owner: Owner) -> Self {
        Self {
            client,
            journal,
            owner,
            lease: Duration::from_secs(60),
            settle_after: Some(Duration::from_secs(30)),
            prompts: Prompts::Stored,
            fits_pictures: true,
            looks: Arc::default(),
            flights: Arc::default(),
            past: Arc::default(),
            hooks: Hooks::default(),
            renewals: Arc::default(),
        }
    }

    /// Replaces how long a claim holds without being renewed; 60 s by default. It is renewed at a third of it.
    #[must_use]
    pub fn with_lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Replaces the time between the two listings that settle an order nobody knows the outcome of, 30 s by default;
    /// `None`: such an order stays unknown until [`settle`](Self::settle) is called.
    #[must_use]
    pub fn with_settle_after(mut self, settle_after: Option<Duration>) -> Self {
        self.settle_after = settle_after;
        self
    }

    /// Replaces how much of an order the journal keeps; all but large pictures by default.
    #[must_use]
    pub fn with_prompts(mut self, prompts: Prompts) -> Self {
        self.prompts = prompts;
        self
    }

    /// Sends pictures as the order has them. By default they are sent in the form their model takes
    /// ([`fit_pictures`](crate::fit_pictures)); what the journal keeps, and knows the order by, is the order as it was given.
    #[must_use]
    pub fn with_pictures_as_given(mut self) -> Self {
        self.fits_pictures = false;
        self
    }

    /// Gives a way to tell whether an owner has certainly ended: then its claims are given up for it, and nobody waits
    /// until they run out. Without one, nobody has. It may block, for a system call or two.
    #[must_use]
    pub fn with_ended_owners(mut self, has_ended: impl Fn(&Owner) -> bool + Send + Sync + 'static) -> Self {
        self.hooks.has_ended = Some(Arc::new(has_ended));
        self
    }

    /// The client without a journal, for what spends nothing.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The journal.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Who works here.
    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    /// Notes an order, durably, and gives the job that will send it; nothing is sent yet.
    ///
    /// The same line of a batch, or the same idempotency key, gives the job that is there already, as it stands.
    ///
    /// # Errors
    ///
    /// The journal cannot be written, or somebody else works on the job; nothing was sent.
    pub async fn order(&self, wanted: NewJob) -> Result<JournaledJob, Error> {
        let (begun, order) = self.begin(wanted).await.map_err(nothing_sent)?;
        self.begun(begun, order).await
    }

    /// Takes up a job as it stands: sends it, sends it again under its key, looks for its task, waits for it, or has
    /// nothing left to do, as [`Record::recovery`] says.
    ///
    /// # Errors
    ///
    /// The journal cannot be written, somebody else works on the job, or it belongs to another gateway or format. What
    /// of it has to be sent and was not kept is asked for when it is to be sent.
    pub async fn take_up(&self, record: Record) -> Result<JournaledJob, Error> {
        let order = record.request.order();
        self.claimed(record, order).await
    }

    /// The same with the order, for jobs of which the journal keeps only a part.
    ///
    /// # Errors
    ///
    /// As [`take_up`](Self::take_up); also if it is another order than the job's.
    pub async fn take_up_with(&self, record: Record, order: Order) -> Result<JournaledJob, Error> {
        if order.request_hash() != record.request.hash() {
            return Err(Error::invalid(format!("this is not the order of job {}", record.job)));
        }
        self.claimed(record, Some(order)).await
    }

    /// Looks in the gateway's list for the task of a job nobody knows the outcome of, and notes what it found: then the
    /// job is `accepted`, or `unsent` and may be sent. Orders nothing.
    ///
    /// # Errors
    ///
    /// The list does not tell, or cannot be had: the job stays as it is, and the error says what stands in the way.
    pub async fn settle(&self, record: Record) -> Result<Record, Error> {
        let mut job = self.take_up(record).await?;
        job.settle_only().await?;
        Ok(job.record().clone())
    }

    /// Gives a job nobody knows the outcome of the task a person found for it, after one free look at the task.
    ///
    /// # Errors
    ///
    /// The gateway does not know the task, another job owns it, or the job is not in doubt.
    pub async fn adopt(&self, record: Record, task: TaskRef) -> Result<Record, Error> {
        let seen = self.client.show(&task).await?;
        let record = self.doubted(record).await?;
        let adopted =
            self.journal.note(record.job, Event::Adopted { task: seen.reference }, self.owner.clone(), self.moment());
        self.released(adopted.await.map_err(Error::from)?).await
    }

    /// Notes that a person found no task for a job nobody knows the outcome of; it may be sent again then.
    ///
    /// # Errors
    ///
    /// The job is not in doubt, or somebody else works on it.
    pub async fn declare_absent(&self, record: Record) -> Result<Record, Error> {
        let record = self.doubted(record).await?;
        let noted = self.journal.note(record.job, Event::Absent, self.owner.clone(), self.moment());
        self.released(noted.await.map_err(Error::from)?).await
    }

    /// Notes a new order in the place of one that ended without a video or cannot be settled: a new job under a new
    /// key, linked to the old one. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// The job may not be ordered again, or was already.
    pub async fn reorder(&self, record: &Record, order: Option<Order>) -> Result<JournaledJob, Error> {
        let order = order.or_else(|| record.request.order());
        if order.is_none() {
            return Err(told::not_kept(record));
        }
        let record = self.begin_again(record).await.map_err(nothing_sent)?;
        self.working(record, order, true).await
    }

    /// Whether orders nobody knows the outcome of are looked for without being asked.
    pub(crate) fn settles(&self) -> bool {
        self.settle_after.is_some()
    }

    /// What is known of how the gateway treats idempotency keys.
    pub(crate) async fn key_habit(&self) -> Result<Option<KeyHabit>, Error> {
        self.journal.key_habit(self.client.origin()).await.map_err(Error::from)
    }

    /// The same where it matters to a job: one that has a task is never sent again, so nothing is read for it.
    pub(crate) async fn key_habit_for(&self, record: &Record) -> Result<Option<KeyHabit>, Error> {
        match recover(record.state, false) {
            Recovery::Submit | Recovery::SubmitAgain | Recovery::Settle => self.key_habit().await,
            Recovery::Poll | Recovery::Download | Recovery::Nothing => Ok(None),
        }
    }

    /// The job an order became: a new one, or the one that was there.
    async fn begun(&self, begun: Begun, order: Order) -> Result<JournaledJob, Error> {
        if begun.is_new {
            return self.working(begun.record, Some(order), true).await;
        }
        self.take_up_with(begun.record, order).await
    }

    async fn claimed(&self, record: Record, order: Option<Order>) -> Result<JournaledJob, Error> {
        self.check_place(&record)?;
        let task = record.task.clone();
        let record = self.claim(record).await.map_err(|error| told::about(error.into(), task.as_ref()))?;
        self.working(record, order, false).await
    }

    /// A job that is claimed.
    pub(crate) async fn working(
        &self,
        record: Record,
        order: Option<Order>,
        is_new: bool,
    ) -> Result<JournaledJob, Error> {
        self.working_as(None, record, order, is_new).await
    }

    /// A job that is claimed, told of under another name than the one that was noted.
    pub(crate) async fn working_as(
        &self,
        name: Option<&str>,
        record: Record,
        order: Option<Order>,
        is_new: bool,
    ) -> Result<JournaledJob, Error> {
        let habit = self.key_habit_for(&record).await?;
        let recovery = record.recovery(habit, self.moment());
        let mut job = JournaledJob::new(self.clone(), record, order, habit);
        if let Some(name) = name {
            job.tell_as(name);
        }
        job.tell_beginning(is_new);
        job.begin(recovery).await?;
        Ok(job)
    }

    /// Claims a job in doubt, which is `unknown` then and not only `sent`.
    async fn doubted(&self, record: Record) -> Result<Record, Error> {
        self.check_place(&record)?;
        let record = self.claim(record).await.map_err(Error::from)?;
        if record.recovery(None, self.moment()) != Recovery::Settle {
            let words = format!("job {} is {}: nothing is in doubt", record.job, record.state);
            self.released(record).await?;
            return Err(Error::new(ErrorKind::InvalidRequest).with_message(words));
        }
        let noted = self.journal.note(record.job, told::left(), self.owner.clone(), self.moment());
        noted.await.map_err(Error::from)
    }

    async fn released(&self, mut record: Record) -> Result<Record, Error> {
        self.journal.release(record.job.clone(), self.owner.clone()).await?;
        record.claim = None;
        Ok(record)
    }

    pub(crate) fn check_place(&self, record: &Record) -> Result<(), Error> {
        let here = self.client.destination();
        let there = &record.to;
        let words = if there.origin != here.origin {
            format!("job {} went to {}, this client talks to {}", record.job, there.origin, here.origin)
        } else if there.dialect != here.dialect {
            format!("job {} went in the format {}, this client speaks {}", record.job, there.dialect, here.dialect)
        } else if there.key_fingerprint != here.key_fingerprint
            && record.recovery(None, self.moment()) == Recovery::Settle
        {
            // The list of another account would say that nothing was ordered.
            format!("job {} went under another API key: give that one to settle it", record.job)
        } else {
            return Ok(());
        };
        Err(told::about(Error::new(ErrorKind::InvalidRequest).with_message(words), record.task.as_ref()))
    }

    /// The moment, as the journal writes it.
    pub(crate) fn moment(&self) -> Millis {
        self.client.parts().clock.now().into()
    }

    /// An id no other job has.
    fn fresh_id(&self) -> JobId {
        let random = self.client.parts().chance.uuid();
        let mut chance = [0; 10];
        // The first six bytes are random throughout, and of the last eight all but two bits.
        chance[..5].copy_from_slice(&random.as_bytes()[..5]);
        chance[5..].copy_from_slice(&random.as_bytes()[11..]);
        JobId::new(self.moment(), chance)
    }

    /// Does a piece of work, renewing the claims meanwhile.
    async fn keeping<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        // Pieces of work shorter than a third of the lease add up to long ones.
        self.renew();
        loop {
            match tokio::time::timeout(self.lease / 3, work.as_mut()).await {
                Ok(done) => return done,
                Err(_) => self.renew(),
            }
        }
    }
}

/// Whom a desk asks.
#[derive(Clone, Default)]
struct Hooks {
    has_ended: Option<Arc<HasEnded>>,
}

type HasEnded = dyn Fn(&Owner) -> bool + Send + Sync;

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hooks(..)")
    }
}

/// An error of the journal before anything of the order went out.
fn nothing_sent(error: video_journal::JournalError) -> Error {
    Error::from(error).with_proof_of_no_task()
}
