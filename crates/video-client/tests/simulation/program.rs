//! The program that is judged: a batch over the real scheduler, journaled client, flow and journal.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use fastrand::Rng;
use tokio::sync::mpsc::unbounded_channel;
use video_client::scheduler::{JobEnd, Limits, Scheduler};
use video_client::{Chance, Client, Clock, Journaled, JournaledJob, NewJob, Outcome, Target};
use video_journal::{Journal, Line, Millis, Order, Owner, Prompts, Record, Recovery, Request, State, Work};
use video_protocol::{NewApi, OpenAi, Throttle};
use video_testkit::GatewayClock;
use video_types::Generation;

use crate::far::{Far, HOST, KEY, Outside, later};
use crate::life::Life;
use crate::plan::{Format, Plan};

/// How often a job that meets the gateway's limit comes again in one run.
const MOST_TRIES: u32 = 50;
pub(crate) const BATCH: &str = "batch";

/// What every run of the program has in common: the machine it runs on.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) plan: Plan,
    pub(crate) outside: Arc<Outside>,
    /// The truth.
    pub(crate) clock: GatewayClock,
    /// By how many seconds this machine's wall clock differs from it.
    pub(crate) off: Arc<AtomicI64>,
    pub(crate) folder: Option<PathBuf>,
}

/// Seconds since 1970 at the beginning of every world.
pub(crate) const BEGINNING: i64 = 1_790_000_000;

impl Machine {
    /// The wall clock.
    pub(crate) fn now(&self) -> Millis {
        wall(&self.clock, &self.off).into()
    }

    /// The order of a job; the first ones are alike in some worlds.
    pub(crate) fn order(&self, job: usize) -> (Generation, u32) {
        let alike = job < self.plan.alike;
        let prompt = if alike { "the same".to_owned() } else { format!("job {job}") };
        let occurrence = if alike { u32::try_from(job).unwrap_or(u32::MAX).saturating_add(1) } else { 1 };
        (Generation::new("m-1", prompt), occurrence)
    }

    pub(crate) fn line(&self, job: usize) -> Line {
        let (order, occurrence) = self.order(job);
        let request = Request::new(&Order::from(order), Prompts::Hashed).hash();
        Line { batch: BATCH.to_owned(), request, occurrence }
    }

    /// Where the file of a job goes.
    pub(crate) fn path(&self, job: usize) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!("{job}.mp4")))
    }

    /// Whether nothing is left to be done with a job.
    pub(crate) fn is_done(&self, record: &Record) -> bool {
        let done = record.recovery(None, self.now()) == Recovery::Nothing;
        done || (!self.plan.files && record.state == State::Succeeded)
    }

    /// One run from its beginning to its own end, unless it is dropped before.
    pub(crate) async fn run(&self, life: &Arc<Life>) {
        let desk = self.desk(life);
        let scheduler = Scheduler::new(NonZeroUsize::new(self.plan.slots).unwrap_or(NonZeroUsize::MIN));
        let tries = Mutex::new(BTreeMap::<usize, u32>::new());
        let desk = &desk;
        let jobs = 0..self.plan.jobs;
        let ran = scheduler.run(jobs, Limits::default(), std::future::pending(), async |job| {
            self.one(desk, job, || {
                let mut tries = tries.lock().expect("no panic");
                let tries = tries.entry(job).or_default();
                *tries += 1;
                *tries < MOST_TRIES
            })
            .await
        });
        let ran = ran.await;
        self.outside.history.note("ran", format_args!("{} {ran:?}", life.number));
    }

    fn desk(&self, life: &Arc<Life>) -> Journaled {
        let far = Far { outside: self.outside.clone(), life: life.clone() };
        let (clock, off) = (self.clock.clone(), self.off.clone());
        let client = Client::builder(&format!("http://{HOST}")).key(KEY).transport(far);
        let client = client.clock(Clock::new(move || wall(&clock, &off)));
        let client = client.chance(Chance::seeded(self.plan.seed ^ (life.number << 48)));
        let client = match self.plan.format {
            Format::NewApi => client.dialect(NewApi),
            Format::OpenAi => client.dialect(OpenAi::default()),
        };
        let journal = self.journal(life);
        Journaled::new(client.build().expect("a client"), journal, Owner::new(format!("life {}", life.number)))
    }

    /// A journal whose disk takes its time, and does nothing more once the program is dead, or some of it.
    fn journal(&self, life: &Arc<Life>) -> Journal {
        let (give, mut work) = unbounded_channel::<Work>();
        let alive = life.clone();
        let journal = Journal::on(self.outside.disk.clone(), move |work| {
            if !alive.is_dead() {
                drop(give.send(work));
            }
        });
        let (life, slow) = (life.clone(), self.plan.slow_disk);
        let mut rng = Rng::with_seed(self.plan.seed ^ (life.number << 40));
        tokio::spawn(async move {
            while let Some(write) = work.recv().await {
                if slow > 0.0 && rng.f64() < slow {
                    later(Duration::from_millis(rng.u64(1..=3000))).await;
                }
                if !life.step() {
                    // The system may have been handed some of what was on its way.
                    if rng.bool() {
                        write();
                    }
                    return;
                }
                write();
                if !life.step() {
                    return;
                }
            }
        });
        journal
    }

    async fn one(&self, desk: &Journaled, job: usize, again: impl FnOnce() -> bool) -> JobEnd<usize> {
        match self.work(desk, job).await {
            Ok(Some(taken)) => match &taken.1 {
                Outcome::Succeeded(_) => JobEnd::Good,
                Outcome::Ended(error) => {
                    let crowded = Throttle::of(error) == Some(Throttle::Concurrency);
                    if crowded && taken.0.record().state == State::Unsent && again() {
                        return JobEnd::Crowded(job);
                    }
                    JobEnd::Failed(error.kind())
                }
                _ => JobEnd::Other,
            },
            Ok(None) => JobEnd::Other,
            Err(error) => {
                self.outside.history.note("left", format_args!("{job}: {error}"));
                JobEnd::Other
            }
        }
    }

    /// Takes a job as far as it goes; `None` if there is nothing to be done with it.
    async fn work(&self, desk: &Journaled, job: usize) -> Result<Option<(JournaledJob, Outcome)>, video_client::Error> {
        if let Some(record) = desk.journal().last_of_line(self.line(job)).await?
            && self.is_done(&record)
        {
            return Ok(None);
        }
        let (order, occurrence) = self.order(job);
        let wanted = NewJob::new(order).in_batch(BATCH, occurrence).named(job.to_string());
        let mut taken = desk.order(wanted).await?;
        let mut outcome = taken.finish().await;
        if let (Outcome::Succeeded(task), Some(path)) = (&outcome, self.path(job)) {
            let saved = taken.save(task, Target::file(path).with_overwrite(true), &|_| ()).await;
            if let Err(error) = saved {
                outcome = Outcome::Ended(error);
            }
        }
        let said = match &outcome {
            Outcome::Ended(error) => error.to_string(),
            _ => String::new(),
        };
        self.outside.history.note("outcome", format_args!("{job} {} {said}", taken.record().state));
        Ok(Some((taken, outcome)))
    }
}

fn wall(clock: &GatewayClock, off: &AtomicI64) -> SystemTime {
    let off = off.load(Ordering::Relaxed);
    let truth = SystemTime::UNIX_EPOCH + Duration::from_secs(BEGINNING.unsigned_abs()) + clock.elapsed();
    if off < 0 {
        truth - Duration::from_secs(off.unsigned_abs())
    } else {
        truth + Duration::from_secs(off.unsigned_abs())
    }
}
