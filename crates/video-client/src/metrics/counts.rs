//! What was counted of the jobs of one model at one gateway.

use std::collections::BTreeMap;

use video_protocol::{ErrorKind, Verdict};

use super::Times;
use super::times::count_of;
use crate::events::{Activity, Exchange, JobEvent, JobEventKind};

/// How a request was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Answered {
    /// With a status from 200 to 299.
    Success,
    /// With a redirect.
    Redirect,
    /// With a status from 400 to 499.
    Refusal,
    /// With any other status.
    ServerError,
    /// Not at all.
    Not,
}

impl Answered {
    /// `2xx`, `3xx`, `4xx`, `5xx`, `none`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "2xx",
            Self::Redirect => "3xx",
            Self::Refusal => "4xx",
            Self::ServerError => "5xx",
            Self::Not => "none",
        }
    }

    pub(super) const fn by(status: Option<u16>) -> Self {
        match status {
            None => Self::Not,
            Some(200..=299) => Self::Success,
            Some(300..=399) => Self::Redirect,
            Some(400..=499) => Self::Refusal,
            Some(_) => Self::ServerError,
        }
    }
}

/// What was counted.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Counts {
    /// Requests by what they were for and how they were answered; downloads are not among them.
    pub requests: BTreeMap<(Activity, Answered), u64>,
    /// Times something was tried again, by what it was.
    pub retries: BTreeMap<Activity, u64>,
    /// Jobs whose work ended, by how they stand.
    pub outcomes: BTreeMap<Verdict, u64>,
    /// Errors that jobs ended with, by kind.
    pub errors: BTreeMap<ErrorKind, u64>,
    /// Bytes of answers and of videos.
    pub received: u64,
    /// How long requests took, from the sending to the end of the answer.
    pub latency: Times,
    /// How long tasks waited in a queue, those that were seen to.
    pub queue: Times,
    /// How long tasks were worked on.
    pub generation: Times,
    /// How long downloads took that ended with a proved file.
    pub download: Times,
    /// How long jobs took as a whole, from the beginning of the work here to its end, whichever end.
    pub job: Times,
}

impl Counts {
    pub(super) fn event(&mut self, event: &JobEvent) {
        match &event.kind {
            JobEventKind::Trouble(trouble) => *self.retries.entry(trouble.activity).or_default() += 1,
            JobEventKind::Succeeded { queued, generated } => {
                if let Some(queued) = queued {
                    self.queue.add(*queued);
                }
                if let Some(generated) = generated {
                    self.generation.add(*generated);
                }
            }
            JobEventKind::Saved(stored) => self.download.add(stored.took),
            JobEventKind::Ended(ending) => {
                *self.outcomes.entry(ending.verdict).or_default() += 1;
                if let Some(error) = ending.error {
                    *self.errors.entry(error).or_default() += 1;
                }
                self.job.add(event.elapsed);
            }
            _ => {}
        }
    }

    pub(super) fn exchange(&mut self, exchange: &Exchange) {
        self.received = self.received.saturating_add(exchange.received);
        if exchange.activity != Activity::Download {
            let answered = Answered::by(exchange.status);
            *self.requests.entry((exchange.activity, answered)).or_default() += 1;
            self.latency.add(exchange.took);
        }
    }

    pub(super) fn add_all(&mut self, other: &Self) {
        fn merge<K: Ord + Copy>(mine: &mut BTreeMap<K, u64>, theirs: &BTreeMap<K, u64>) {
            for (key, count) in theirs {
                *mine.entry(*key).or_default() += count;
            }
        }
        merge(&mut self.requests, &other.requests);
        merge(&mut self.retries, &other.retries);
        merge(&mut self.outcomes, &other.outcomes);
        merge(&mut self.errors, &other.errors);
        self.received = self.received.saturating_add(other.received);
        self.latency.add_all(&other.latency);
        self.queue.add_all(&other.queue);
        self.generation.add_all(&other.generation);
        self.download.add_all(&other.download);
        self.job.add_all(&other.job);
    }

    /// Requests of one activity, however they were answered.
    pub fn requests_for(&self, activity: Activity) -> u64 {
        self.requests.iter().filter(|((for_what, _), _)| *for_what == activity).map(|(_, count)| count).sum()
    }

    /// Jobs whose work ended.
    pub fn ended(&self) -> u64 {
        self.outcomes.values().sum()
    }

    /// Those of them with a proved file.
    pub fn saved(&self) -> u64 {
        self.outcomes.get(&Verdict::Saved).copied().unwrap_or_default()
    }

    /// The part of the jobs that ended that have a proved file, 0 to 1; jobs that still run are no end.
    pub fn success_rate(&self) -> Option<f64> {
        let running = self.outcomes.get(&Verdict::Running).copied().unwrap_or_default();
        let ended = self.ended() - running;
        (ended > 0).then(|| count_of(self.saved()) / count_of(ended))
    }
}
