//! What is to be done with each line, by what the journal knows of it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use video_download::Template;
use video_journal::{Journal, JournalError, LineDecision, Record, SavedFile, State, decide};

use super::file::Problems;
use super::{BatchError, LinePlace, LineProblem};

/// How many lines the journal is asked about at once.
pub(super) const AT_ONCE: usize = 256;

/// What is to be done with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "an index and a decision is all there is")]
pub struct PlannedLine {
    /// Which of the places of the batch it is, from 0.
    pub place: usize,
    /// What is to be done.
    pub decision: LineDecision,
}

/// What is to be done with the lines of a batch, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Plan {
    /// One for each line.
    pub lines: Vec<PlannedLine>,
    /// How many of each kind.
    pub counts: PlanCounts,
}

/// How many lines are what; it prints as `3 new, 40 done, 2 open, 1 unknown` and what else there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PlanCounts {
    /// Never ordered.
    pub new: usize,
    /// Saved, the file in place.
    pub done: usize,
    /// Ordered, or about to be, and not ended.
    pub open: usize,
    /// Nobody knows whether they were ordered.
    pub unknown: usize,
    /// Paid for, the file not in place.
    pub download: usize,
    /// Ended without a video, and left so.
    pub ended: usize,
    /// Ended without a video, and ordered again.
    pub again: usize,
}

impl PlanCounts {
    fn add(&mut self, decision: LineDecision) {
        *match decision {
            LineDecision::Order => &mut self.new,
            LineDecision::Skip => &mut self.done,
            LineDecision::TakeUp => &mut self.open,
            LineDecision::Reconcile => &mut self.unknown,
            LineDecision::Download => &mut self.download,
            LineDecision::Leave => &mut self.ended,
            LineDecision::Reorder => &mut self.again,
        } += 1;
    }
}

impl fmt::Display for PlanCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { new, done, open, unknown, .. } = self;
        write!(f, "{new} new, {done} done, {open} open, {unknown} unknown")?;
        let rest = [
            (self.download, "to download again"),
            (self.ended, "ended without a video"),
            (self.again, "to order again"),
        ];
        rest.iter().filter(|(count, _)| *count > 0).try_for_each(|(count, what)| write!(f, ", {count} {what}"))
    }
}

/// Asks the journal about every line, and decides.
///
/// `intact` says whether a saved file still is what it was, such as [`is_intact`](super::is_intact); `seen` gets the
/// last record of each line that has one. Memory goes by the lines, a few bytes each, and not by their records.
///
/// # Errors
///
/// The journal cannot be read.
pub async fn plan(
    places: &[LinePlace],
    batch: &str,
    journal: &Journal,
    retry_failed: bool,
    intact: impl Fn(&SavedFile) -> bool,
    mut seen: impl FnMut(&LinePlace, LineDecision, &Record),
) -> Result<Plan, JournalError> {
    let mut plan = Plan { lines: Vec::with_capacity(places.len()), counts: PlanCounts::default() };
    for places in places.chunks(AT_ONCE) {
        let last = journal.last_of_lines(places.iter().map(|place| place.line(batch)).collect()).await?;
        for (place, last) in places.iter().zip(last) {
            let decision = decision(last.as_ref(), retry_failed, &intact);
            if let Some(record) = &last {
                seen(place, decision, record);
            }
            plan.counts.add(decision);
            plan.lines.push(PlannedLine { place: plan.lines.len(), decision });
        }
    }
    Ok(plan)
}

fn decision(last: Option<&Record>, retry_failed: bool, intact: &impl Fn(&SavedFile) -> bool) -> LineDecision {
    // Only the file of a saved one is asked for, and read.
    let file = last.filter(|record| record.state == State::Saved).and_then(|record| record.file.as_ref());
    decide(last, file.is_some_and(intact), retry_failed)
}

impl Plan {
    /// Checks that no two lines go to one file, and that `free` takes the file of each line that will be ordered.
    ///
    /// `day` fills `{date}`. Where the template has `{id}`, no two paths are the same, and none is known before its task
    /// is.
    ///
    /// # Errors
    ///
    /// [`BatchError::Lines`] with every line whose file cannot be made.
    pub fn check_paths(
        &self,
        places: &[LinePlace],
        template: &Template,
        day: &str,
        mut free: impl FnMut(&PathBuf) -> Result<(), String>,
    ) -> Result<(), BatchError> {
        if template.needs_id() {
            return Ok(());
        }
        // As text: to compare paths part by part costs more than all else here.
        let (mut taken, mut problems) = (BTreeMap::<OsString, u64>::new(), Problems::default());
        for planned in &self.lines {
            let Some(place) = places.get(planned.place) else { continue };
            let path = template.fill(&place.fields(&place.file_name(), None, day));
            if matches!(planned.decision, LineDecision::Order | LineDecision::Reorder)
                && let Err(why) = free(&path)
            {
                problems.add(place.number, LineProblem::Refused(why));
            }
            match taken.entry(path.into_os_string()) {
                Entry::Occupied(other) => {
                    problems.add(place.number, LineProblem::SameFile { other: *other.get() });
                }
                Entry::Vacant(free) => {
                    free.insert(place.number);
                }
            }
        }
        problems.none()
    }
}
