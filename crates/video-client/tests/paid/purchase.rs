//! Jobs bought as a program buys them: over a scheduler, with a journal on disk. The gateway's book judges.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;
use video_client::scheduler::{JobEnd, Limits, Scheduler, Stopped};
use video_client::{Journaled, JournaledJob, NewJob, Outcome, Target};
use video_journal::{Journal, KEYS_KEPT_FOR, KeyHabit, Millis, Query, Record, Recovery, State};
use video_testkit::{GatewayOptions, Judgement, SimulatedGateway};
use video_types::Generation;

use crate::desk::{client, journal, owner};

/// What a gateway offers to find out about a lost order.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Offers {
    Keys,
    /// Keys, and the journal knows it from an order of another day.
    KnownKeys,
    List,
    Neither,
}

/// So many jobs, of which so many are under way at once.
#[derive(Debug, Clone)]
pub(crate) struct Purchase {
    pub(crate) jobs: usize,
    pub(crate) at_once: usize,
    pub(crate) settle_after: Duration,
    pub(crate) gateway: GatewayOptions,
}

/// What became of them.
#[derive(Debug)]
pub(crate) struct Bought {
    /// By the gateway's book.
    pub(crate) judgement: Judgement,
    /// By the journal.
    pub(crate) states: BTreeMap<State, u64>,
    /// Unknown jobs of which the journal says why.
    pub(crate) explained: u64,
    /// How often somebody had to start the program: 2 if the first run left a job that could be gone on with.
    pub(crate) runs: u32,
    pub(crate) requests: u64,
    pub(crate) took: Duration,
}

impl Purchase {
    /// Orders all jobs; a second run takes up what may be gone on with, if anything may.
    pub(crate) async fn make(self, offers: Offers) -> Bought {
        let gateway = SimulatedGateway::start(GatewayOptions {
            honours_keys: matches!(offers, Offers::Keys | Offers::KnownKeys),
            lists: matches!(offers, Offers::List),
            ..self.gateway
        });
        let gateway = gateway.expect("a free port");
        let folder = tempfile::tempdir().expect("a folder");
        let journal = journal(&folder.path().join("journal.sqlite"));
        let desk = Journaled::new(client(&gateway.url("")), journal.clone(), owner("desk"));
        let desk = desk.with_settle_after(Some(self.settle_after));
        if let Offers::KnownKeys = offers {
            let habit = KeyHabit { honoured: true, kept_for: KEYS_KEPT_FOR, noted_at: Millis::new(0) };
            journal.note_keys(desk.client().origin(), habit).await.expect("a journal");
        }
        let scheduler = Scheduler::new(NonZeroUsize::new(self.at_once).expect("a slot"));
        let began = Instant::now();

        let wanted = (0..self.jobs)
            .map(|number| NewJob::new(Generation::new("m-1", format!("job {number}"))).named(number.to_string()));
        run(&scheduler, wanted, folder.path(), async |wanted| desk.order(wanted).await).await;
        let habit = journal.key_habit(desk.client().origin()).await.expect("a journal");
        let mut left = records(&journal).await;
        left.retain(|record| record.recovery(habit, record.changed_at) != Recovery::Nothing);
        let runs = if left.is_empty() { 1 } else { 2 };
        run(&scheduler, left, folder.path(), async |record| desk.take_up(record).await).await;
        let took = began.elapsed();

        let records = records(&journal).await;
        let saved = records.iter().filter_map(|record| record.file.as_ref().map(|file| (prompt(record), &file.path)));
        let files = saved.map(|(prompt, path)| (prompt, std::fs::read(path).expect("a saved file")));
        let files: Vec<(String, Vec<u8>)> = files.collect();
        let judgement = gateway.account().judge(files.iter().map(|(prompt, file)| (prompt.as_str(), file)));
        let explained = records.iter().filter(|record| {
            let evidence = record.evidence.as_ref().filter(|_| record.state == State::Unknown);
            evidence.is_some_and(|seen| !seen.kind.is_empty() && !seen.message.as_str().is_empty())
        });
        let unsent = records.iter().find(|record| record.state == State::Unsent);
        assert!(unsent.is_none(), "a job was given up though nothing was ordered: {unsent:?}");
        Bought {
            judgement,
            states: journal.counts(None).await.expect("a journal"),
            explained: explained.count() as u64,
            runs,
            requests: gateway.account().all_requests(),
            took,
        }
    }
}

impl Bought {
    pub(crate) fn in_state(&self, state: State) -> u64 {
        self.states.get(&state).copied().unwrap_or_default()
    }

    /// What must hold whatever a gateway offers; `jobs` is how many were wanted.
    pub(crate) fn check(&self, jobs: usize, what: &str) {
        let Judgement { good, bad, twice, .. } = self.judgement;
        assert_eq!((bad, twice), (0, 0), "{what}: {self:?}");
        let unknown = self.in_state(State::Unknown);
        assert_eq!(self.in_state(State::Saved), good as u64, "{what}: {self:?}");
        assert_eq!(good as u64 + unknown, jobs as u64, "{what}: what is not saved is unknown: {self:?}");
        assert_eq!(self.explained, unknown, "{what}: each with its evidence: {self:?}");
    }
}

fn prompt(record: &Record) -> String {
    format!("job {}", record.name.as_deref().unwrap_or_default())
}

async fn records(journal: &Journal) -> Vec<Record> {
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let mut query = Query::all().limit(1000);
        query.before = before;
        let page = journal.list(query).await.expect("a journal");
        all.extend(page.records);
        before = page.next;
        if before.is_none() {
            return all;
        }
    }
}

/// Brings each job as far as it goes.
async fn run<J>(
    scheduler: &Scheduler,
    jobs: impl IntoIterator<Item = J>,
    folder: &Path,
    begin: impl AsyncFn(J) -> Result<JournaledJob, video_client::Error>,
) {
    let begin = &begin;
    let never = std::future::pending();
    let ran = scheduler.run(jobs, Limits::default(), never, async |job| {
        let mut job = begin(job).await.expect("a journal");
        let path = folder.join(format!("{}.mp4", job.record().name.as_deref().unwrap_or_default()));
        if let Outcome::Succeeded(task) = job.finish().await {
            drop(job.save(&task, Target::file(path).with_overwrite(true), &|_| ()).await);
        }
        JobEnd::Good
    });
    assert_eq!(ran.await.stopped, Stopped::AtTheEnd);
}
