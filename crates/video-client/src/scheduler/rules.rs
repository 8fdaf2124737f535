//! When to begin no more jobs.

use std::num::{NonZeroU32, NonZeroUsize};

use video_protocol::ErrorKind;

use super::JobEnd;

/// When a run begins no more jobs. What has begun goes on to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Limits {
    /// After so many jobs; no limit by default. A job that comes again after a crowd counts once.
    pub max_jobs: Option<NonZeroUsize>,
    /// After so many jobs in a row that failed for good by the same kind; no limit by default. A good end or a failure of
    /// another kind begins a new row; ends that say nothing of the next job do not count, and do not break it.
    pub stop_after_failures: Option<NonZeroU32>,
}

impl Limits {
    /// Begins no more than so many jobs.
    #[must_use]
    pub const fn max_jobs(mut self, most: Option<NonZeroUsize>) -> Self {
        self.max_jobs = most;
        self
    }

    /// Begins no more after so many failures of one kind in a row.
    #[must_use]
    pub const fn stop_after_failures(mut self, failures: Option<NonZeroU32>) -> Self {
        self.stop_after_failures = failures;
        self
    }
}

/// Why a run began no more jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever started the run must say which it was")]
pub enum Stopped {
    /// There were no more.
    AtTheEnd,
    /// [`Limits::max_jobs`].
    MaxJobs,
    /// [`Limits::stop_after_failures`], with the kind they had in common.
    Failures(ErrorKind),
    /// It was told to.
    Told,
}

/// Failures of one kind in a row, and jobs so far.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    limits: Limits,
    begun: usize,
    streak: Option<(ErrorKind, u32)>,
    stopped: Option<Stopped>,
    /// [`Limits::max_jobs`] kept a job from beginning.
    limit_met: bool,
}

impl Rules {
    pub(super) const fn new(limits: Limits) -> Self {
        Self { limits, begun: 0, streak: None, stopped: None, limit_met: false }
    }

    /// Whether nothing at all may begin any more, jobs that come again included.
    pub(super) const fn is_stopped(&self) -> bool {
        self.stopped.is_some()
    }

    /// Why no more began.
    pub(super) fn why(&self) -> Stopped {
        let at_the_end = if self.limit_met { Stopped::MaxJobs } else { Stopped::AtTheEnd };
        self.stopped.unwrap_or(at_the_end)
    }

    /// Stops for a reason, unless there was one before.
    pub(super) fn stop(&mut self, why: Stopped) {
        self.stopped.get_or_insert(why);
    }

    /// One new job, if one may begin and there is one.
    pub(super) fn take<J>(&mut self, jobs: &mut impl Iterator<Item = J>) -> Option<J> {
        if self.limits.max_jobs.is_some_and(|most| self.begun >= most.get()) {
            // The limit stopped the run only if something was left.
            self.limit_met = self.limit_met || jobs.next().is_some();
            return None;
        }
        let job = jobs.next()?;
        self.begun += 1;
        Some(job)
    }

    /// Notes an end. Only a good one breaks a row: an end that says nothing of the next job says nothing of a row either,
    /// or else every answer lost now and then would keep a run going that fails for good at each other line.
    pub(super) fn ended<J>(&mut self, end: &JobEnd<J>) {
        let kind = match end {
            JobEnd::Failed(kind) => *kind,
            JobEnd::Good => {
                self.streak = None;
                return;
            }
            JobEnd::Other | JobEnd::Crowded(_) => return,
        };
        let row = match self.streak {
            Some((last, row)) if last == kind => row.saturating_add(1),
            _ => 1,
        };
        self.streak = Some((kind, row));
        if self.limits.stop_after_failures.is_some_and(|most| row >= most.get()) {
            self.stop(Stopped::Failures(kind));
        }
    }
}
