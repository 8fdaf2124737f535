//! What a slow reader has not read yet, within bounds.

use std::collections::{BTreeMap, BTreeSet};

use super::JobEvent;

/// Events in the order they came. Of the progress of a job only the last is kept; where there is no room, the oldest progress goes
/// first, then the oldest event that is no end. Ends have places of their own, one for each job.
#[derive(Debug)]
pub(super) struct Queue {
    room: usize,
    waiting: BTreeMap<u64, JobEvent>,
    arrived: u64,
    /// Where the last event of a job stands, if it is progress.
    latest: BTreeMap<u64, u64>,
    progress: BTreeSet<u64>,
    others: BTreeSet<u64>,
    passed_over: u64,
}

impl Queue {
    pub(super) fn new(room: usize) -> Self {
        Self {
            room: room.max(1),
            waiting: BTreeMap::new(),
            arrived: 0,
            latest: BTreeMap::new(),
            progress: BTreeSet::new(),
            others: BTreeSet::new(),
            passed_over: 0,
        }
    }

    pub(super) fn push(&mut self, event: JobEvent) {
        let stream = event.subject.stream;
        if event.is_progress()
            && let Some(before) = self.latest.get(&stream).and_then(|place| self.waiting.get_mut(place))
        {
            *before = event;
            self.passed_over += 1;
            return;
        }
        self.arrived += 1;
        if event.is_progress() {
            self.progress.insert(self.arrived);
            self.latest.insert(stream, self.arrived);
        } else {
            self.latest.remove(&stream);
            if !event.is_end() {
                self.others.insert(self.arrived);
            }
        }
        self.waiting.insert(self.arrived, event);
        if self.progress.len() + self.others.len() > self.room {
            let oldest = self.progress.first().or_else(|| self.others.first()).copied();
            if oldest.and_then(|place| self.take(place)).is_some() {
                self.passed_over += 1;
            }
        }
    }

    pub(super) fn pop(&mut self) -> Option<JobEvent> {
        let place = *self.waiting.first_key_value()?.0;
        self.take(place)
    }

    fn take(&mut self, place: u64) -> Option<JobEvent> {
        let event = self.waiting.remove(&place)?;
        self.others.remove(&place);
        if self.progress.remove(&place) && self.latest.get(&event.subject.stream) == Some(&place) {
            self.latest.remove(&event.subject.stream);
        }
        Some(event)
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(super) const fn passed_over(&self) -> u64 {
        self.passed_over
    }
}
