//! The half of a flow that waits.

use std::time::Duration;

use super::{Flow, Goal, Outcome, Purpose, Step, Trouble};
use crate::{Class, Error, ErrorKind, RetryPolicy};

/// A task may take a moment to show after it was accepted, and replicas lag: so many answers in a row
/// that do not know it, over at least so long, mean that it is lost.
const MISSING_ANSWERS: u32 = 4;
const MISSING_FOR: Duration = Duration::from_secs(10);

/// How often in a row a refusal that repeating does not help is asked again: one odd answer does not
/// end a paid job.
const STUBBORN: u32 = 5;

impl Flow {
    /// Trouble with a poll does not end the job. Only a key that is refused, a task that stays
    /// unknown, or the same refusal over and over end the waiting, and the error names the task. A refused key is for a
    /// person to mend, and says nothing of the task: it goes on.
    pub(super) fn poll_failed(&mut self, at: Duration, error: Error) -> Step {
        let Goal::Poll(task) = &self.goal else { return Step::Done(Outcome::Ended(error)) };
        if let Some(there) = task.detour(&error) {
            self.goal = Goal::Poll(there);
            return self.send(at);
        }
        let error = error.with_task(task.clone());
        self.streak += 1;
        if error.kind() == ErrorKind::NotFound {
            let (count, since) = self.missing.map_or((1, at), |(count, since)| (count + 1, since));
            self.missing = Some((count, since));
            self.refusals = 0;
            if count >= MISSING_ANSWERS && at.saturating_sub(since) >= MISSING_FOR {
                let lost = Error::new(ErrorKind::TaskLost).with_message(error.message()).with_task(task.clone());
                return Step::Done(Outcome::Ended(lost.with_source(error)));
            }
        } else {
            self.missing = None;
            self.refusals = if error.class() == Class::Permanent { self.refusals + 1 } else { 0 };
            // A proxy's page is not the gateway refusing the key.
            let spoken = error.problem().is_some_and(|problem| problem.is_json);
            let signed_out = spoken && matches!(error.kind(), ErrorKind::Unauthorized | ErrorKind::QuotaExceeded);
            if signed_out {
                return Step::Done(Outcome::Running { task: task.clone(), trouble: Some(error) });
            }
            if self.refusals >= STUBBORN {
                return Step::Done(Outcome::Ended(error));
            }
        }
        if self.deadline.is_some_and(|deadline| at >= deadline) {
            return self.deadline_reached(Some(error));
        }
        self.trouble = Some(Trouble::of(Purpose::Poll, &error, self.streak));
        let delay = self.poll_again_after(at, &error);
        self.wait(at, delay)
    }

    /// A poll that failed in passing is asked again soon, and not later than the schedule would ask: it costs nothing, and
    /// of a server that is down the [`Breaker`](crate::Breaker) of all jobs takes care. A refusal, and whoever says "too
    /// many" or names a delay, is waited for as the retry policy says.
    fn poll_again_after(&mut self, at: Duration, error: &Error) -> Duration {
        let (asked, chance) = (error.retry_after(), self.chance.next());
        let refused = self.missing.map_or(self.refusals, |(count, _)| count);
        let in_passing = refused == 0 && error.kind() != ErrorKind::RateLimited;
        let (tried, policy) = if in_passing && asked.is_none_or(|delay| delay.is_zero()) {
            let hint = self.task.as_ref().and_then(|task| task.poll_after);
            // The delay before the first look is short; who was not seen since does not go on at its beat.
            let ordinary = |hint| self.schedule.delay(at, self.observations.max(2), hint);
            let cap = ordinary(None).max(ordinary(hint)).min(self.retry.cap);
            (self.streak, RetryPolicy { cap, ..self.retry.clone() })
        } else {
            (if refused == 0 { self.streak } else { refused }, self.retry.clone())
        };
        policy.backoff(tried, asked, chance).unwrap_or(policy.patience)
    }
}
