//! What a batch prints: a result line for each job as it ends, and the summary.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::json;
use video_client::batch::{BatchEvent, LinePlace};
use video_client::{Carried, Journaled};
use video_journal::Owner;
use video_protocol::Verdict;

use super::super::leaving::many::{LeftOpen, Open};
use crate::line::Line;
use crate::result_line::ResultLine;
use crate::screen::Screen;

/// What a batch prints, and what it counted.
pub(super) struct Report<'a> {
    screen: &'a Screen,
    desk: Journaled,
    left_open: LeftOpen,
    counts: Mutex<BTreeMap<Verdict, usize>>,
    held: AtomicBool,
}

impl<'a> Report<'a> {
    pub(super) fn new(screen: &'a Screen, desk: Journaled) -> Self {
        Self { screen, desk, left_open: LeftOpen::default(), counts: Mutex::default(), held: AtomicBool::new(false) }
    }

    /// The jobs that go on without this run: they are printed by [`parted`](Self::parted).
    pub(super) fn left_open(&self) -> &LeftOpen {
        &self.left_open
    }

    /// Prints how jobs stand that were left open.
    pub(super) fn parted(&self, open: &[Open]) {
        for Open { record, name, .. } in open {
            self.print(record.state.verdict(), &ResultLine::of_record(record).named(name.as_deref()));
        }
    }

    /// Prints what the batch tells, as far as it is printed.
    pub(super) fn tell(&self, event: &BatchEvent<'_>) {
        match event {
            BatchEvent::Held { owner, .. } => self.held(owner),
            BatchEvent::Settled { line, record } => {
                let name = line.file_name();
                self.print(record.state.verdict(), &ResultLine::of_record(record).named(Some(&name)));
            }
            BatchEvent::Ended { line, carried } => self.ended(line, carried),
            BatchEvent::Failed { line, error } => {
                self.screen.trouble(error);
                self.print(error.verdict(), &ResultLine::of_error(error).named(Some(&line.file_name())));
            }
            _ => {}
        }
    }

    /// Another process works on a job: said once.
    fn held(&self, owner: &Owner) {
        if !self.held.swap(true, Ordering::Relaxed) {
            self.screen.say(&Line::BatchHeld { owner: owner.as_str() });
        }
    }

    /// The work on a job ended as its record stands.
    fn ended(&self, place: &LinePlace, carried: &Carried) {
        if self.left_open.keeps(&self.desk, carried, Some(place.file_name())) {
            return;
        }
        if let Some(error) = &carried.error {
            self.screen.trouble(error);
        }
        self.print(carried.verdict(), &ResultLine::of_carried(carried).named(Some(&place.file_name())));
    }

    fn print(&self, verdict: Verdict, line: &ResultLine) {
        *self.counts().entry(verdict).or_default() += 1;
        if let Ok(text) = serde_json::to_string(line) {
            self.screen.line_of_data(&text);
        }
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<Verdict, usize>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many lines ended saved.
    pub(super) fn saved(&self) -> usize {
        self.counts().get(&Verdict::Saved).copied().unwrap_or_default()
    }

    /// Says how all lines stand; of `lines` some may not have begun.
    pub(super) fn summary(&self, batch: &str, lines: usize) {
        let counts = self.counts();
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
