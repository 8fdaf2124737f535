//! Counts by model and gateway, within bounds.

use std::collections::BTreeMap;

use super::Counts;
use crate::events::{Exchange, JobEvent, Subject};

/// So many pairs of model and gateway are told apart; the rest is counted together.
const MOST: usize = 64;
/// Longer names are cut, in bytes.
const LONGEST_NAME: usize = 96;
/// What the rest is counted under.
const OTHER: &str = "other";

/// What is counted apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Labels {
    /// The model; empty where only a handle is known.
    pub model: String,
    /// Host, port and path prefix of the gateway.
    pub gateway: String,
}

/// Counts and times of jobs. A value: copy it to keep a moment.
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    by_labels: BTreeMap<Labels, Counts>,
}

impl Metrics {
    /// Nothing counted yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an event.
    pub fn event(&mut self, event: &JobEvent) {
        self.of(&event.subject).event(event);
    }

    /// Adds a request or a download.
    pub fn exchange(&mut self, exchange: &Exchange) {
        self.of(&exchange.subject).exchange(exchange);
    }

    /// The counts of each model and gateway, in the order of their names. 64 pairs at most; what comes after them is counted
    /// under the model and the gateway `other`.
    pub fn iter(&self) -> impl Iterator<Item = (&Labels, &Counts)> {
        self.by_labels.iter()
    }

    /// All of it together.
    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        for counts in self.by_labels.values() {
            total.add_all(counts);
        }
        total
    }

    fn of(&mut self, subject: &Subject) -> &mut Counts {
        let mut labels = Labels { model: cut(&subject.model), gateway: cut(&subject.gateway) };
        if self.by_labels.len() >= MOST && !self.by_labels.contains_key(&labels) {
            labels = Labels { model: OTHER.to_owned(), gateway: OTHER.to_owned() };
        }
        self.by_labels.entry(labels).or_default()
    }
}

fn cut(name: &str) -> String {
    let end = (0..=LONGEST_NAME.min(name.len())).rev().find(|end| name.is_char_boundary(*end));
    name.get(..end.unwrap_or_default()).unwrap_or_default().to_owned()
}
