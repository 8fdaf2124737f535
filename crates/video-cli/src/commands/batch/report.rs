//! What a batch prints: a result line for each job as it ends, and the summary.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use serde_json::{Value, json};
use video_client::batch::LinePlace;
use video_journal::{Owner, Record};
use video_protocol::{Error, Verdict};

use crate::line::Line;
use crate::result_line::ResultLine;
use crate::screen::Screen;

/// What a batch prints, and what it counted.
pub(super) struct Report<'a> {
    screen: &'a Screen,
    counts: RefCell<BTreeMap<Verdict, usize>>,
    held: Cell<bool>,
}

impl<'a> Report<'a> {
    pub(super) fn new(screen: &'a Screen) -> Self {
        Self { screen, counts: RefCell::default(), held: Cell::new(false) }
    }

    /// Another process works on a job: said once.
    pub(super) fn held(&self, owner: &Owner) {
        if !self.held.replace(true) {
            self.screen.say(&Line::BatchHeld { owner: owner.as_str() });
        }
    }

    /// The work on a job ended as its record stands.
    pub(super) fn ended(&self, place: &LinePlace, record: &Record, error: Option<&Error>, billing: Option<Value>) {
        let verdict = record.state.verdict();
        let mut line = ResultLine::of_record(record);
        if let Some(error) = error {
            self.screen.trouble(error);
            line = ResultLine::of_error(error).of_job(record).standing(verdict);
        }
        let billing = record.billing.clone().or(billing);
        self.print(verdict, &line.named(Some(&place.file_name())).with_billing(billing));
    }

    /// The work on a job could not be noted, or its line not be read.
    pub(super) fn trouble(&self, place: &LinePlace, error: &Error) {
        self.screen.trouble(error);
        self.print(error.verdict(), &ResultLine::of_error(error).named(Some(&place.file_name())));
    }

    fn print(&self, verdict: Verdict, line: &ResultLine) {
        *self.counts.borrow_mut().entry(verdict).or_default() += 1;
        if let Ok(text) = serde_json::to_string(line) {
            self.screen.line_of_data(&text);
        }
    }

    /// How many lines ended saved.
    pub(super) fn saved(&self) -> usize {
        self.counts.borrow().get(&Verdict::Saved).copied().unwrap_or_default()
    }

    /// Says how all lines stand; of `lines` some may not have begun.
    pub(super) fn summary(&self, batch: &str, lines: usize) {
        let counts = self.counts.borrow();
        let not_begun = lines.saturating_sub(counts.values().sum());
        let mut words: Vec<String> = counts.iter().map(|(verdict, count)| format!("{count} {verdict}")).collect();
        if words.is_empty() {
            words.push(format!("0 {}", Verdict::Saved));
        }
        self.screen.say(&Line::BatchSummary { outcomes: &words.join(", "), not_begun });
        let by_name: BTreeMap<&str, usize> = counts.iter().map(|(verdict, count)| (verdict.as_str(), *count)).collect();
        self.screen.object(&json!({
            "schema": "video.batch/1",
            "batch": batch,
            "lines": lines,
            "outcomes": by_name,
            "not_begun": not_begun,
        }));
    }
}
