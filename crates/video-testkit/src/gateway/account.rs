//! The book of a simulated gateway: what was ordered, by whom, and what was handed over. It judges, not the client.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bytes::Bytes;

use super::video::video;
use super::{Fault, Route};

/// Everything a [`SimulatedGateway`](crate::SimulatedGateway) has on its books. A copy of one moment.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Account {
    /// The tasks that were made, in that order. Each was paid for.
    pub tasks: Vec<PaidTask>,
    /// How many requests came, by route; those to no route are not counted.
    pub requests: BTreeMap<Route, u64>,
    /// How many of them went wrong on purpose, by route and kind.
    pub faults: BTreeMap<(Route, Fault), u64>,
    /// Every content that was handed out, in that order, faulty ones too.
    pub contents: Vec<HandedOut>,
    /// How many submits were answered from an idempotency key.
    pub repeated: u64,
    /// How many submits were refused because too many tasks were running.
    pub crowded_out: u64,
    /// Most tasks that ran at the same moment.
    pub most_in_flight: usize,
}

/// One task that was made, and paid for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PaidTask {
    /// Its place in the order of making, from 1.
    pub number: usize,
    /// The id it was given.
    pub id: String,
    /// What was asked for.
    pub model: String,
    /// What was asked for; tests give every job a prompt of its own.
    pub prompt: String,
    /// The body of the submit, as it came.
    pub body: Bytes,
    /// The idempotency key of the submit.
    pub key: Option<String>,
    /// What the submit said in `Authorization`.
    pub caller: String,
    /// When it was made, in seconds since 1970, by the clock of the gateway.
    pub created_at: i64,
    /// The fault behind which it was made, if its answer was spoiled.
    pub lost_in: Option<Fault>,
    pub(super) video_bytes: usize,
}

impl PaidTask {
    /// The bytes of its video: the only right ones.
    pub fn video(&self) -> Bytes {
        video(self.number, self.video_bytes)
    }
}

/// One answer to a request for content.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandedOut {
    /// The number of the task.
    pub number: usize,
    /// The first byte that was meant to go.
    pub from: usize,
    /// The byte after the last one that was meant to go.
    pub to: usize,
    /// What went wrong on the way, if anything.
    pub fault: Option<Fault>,
}

impl Account {
    /// The tasks that were made for a prompt.
    pub fn tasks_of(&self, prompt: &str) -> impl Iterator<Item = &PaidTask> {
        self.tasks.iter().filter(move |task| task.prompt == prompt)
    }

    /// The prompts for which more than one task was made.
    pub fn ordered_twice(&self) -> Vec<&str> {
        let mut count = BTreeMap::<&str, usize>::new();
        for task in &self.tasks {
            *count.entry(&task.prompt).or_default() += 1;
        }
        count.into_iter().filter(|(_, tasks)| *tasks > 1).map(|(prompt, _)| prompt).collect()
    }

    /// How many requests came on all routes.
    pub fn all_requests(&self) -> u64 {
        self.requests.values().sum()
    }

    /// Looks at every file that a client says it finished, byte by byte: `(prompt, bytes)`.
    ///
    /// Every job must have a prompt of its own, or equal orders count as one ordered twice.
    pub fn judge<'a, B: AsRef<[u8]>>(&self, files: impl IntoIterator<Item = (&'a str, B)>) -> Judgement {
        let mut judgement = Judgement {
            paid: self.tasks.len(),
            twice: self.ordered_twice().len(),
            most_in_flight: self.most_in_flight,
            ..Judgement::default()
        };
        let mut by_prompt = BTreeMap::<&str, Vec<&PaidTask>>::new();
        for task in &self.tasks {
            by_prompt.entry(&task.prompt).or_default().push(task);
        }
        let mut served = BTreeSet::new();
        for (prompt, file) in files {
            let tasks = by_prompt.get(prompt).map_or(&[][..], Vec::as_slice);
            match tasks.iter().find(|task| task.video() == file.as_ref()) {
                Some(task) => {
                    judgement.good += 1;
                    served.insert(task.number);
                }
                None => judgement.bad += 1,
            }
        }
        judgement.unserved = self.tasks.len() - served.len();
        judgement
    }
}

/// What became of the jobs of a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Judgement {
    /// Files that are, byte for byte, the video of a task made for their prompt.
    pub good: usize,
    /// Files that are not.
    pub bad: usize,
    /// Tasks that were made.
    pub paid: usize,
    /// Prompts for which more than one task was made.
    pub twice: usize,
    /// Tasks that were made and of which the client has no good file.
    pub unserved: usize,
    /// Most tasks that ran at the same moment.
    pub most_in_flight: usize,
}

impl fmt::Display for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { good, bad, paid, twice, unserved, most_in_flight: _ } = self;
        write!(f, "{good} good, {bad} bad, {paid} paid, {twice} ordered twice, {unserved} paid without a good file")
    }
}
