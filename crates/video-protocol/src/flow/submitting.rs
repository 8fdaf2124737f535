//! The half of a flow that spends money.

use std::time::Duration;

use http::HeaderValue;

use super::{Flow, Goal, Lost, Order, Outcome, Purpose, Sent, Step, Trouble};
use crate::{Class, Error, ErrorKind, Signal};

impl Flow {
    pub(super) fn send(&mut self, at: Duration) -> Step {
        match &self.goal {
            Goal::Poll(task) => match self.dialect.encode_poll(task) {
                Ok(request) => Step::Send { purpose: Purpose::Poll, request },
                Err(error) => Step::Done(Outcome::Ended(error.with_task(task.clone()))),
            },
            Goal::Submit { order: Order::Sent, .. } => {
                self.lost(at, Lost::new(Sent::Maybe, "the answer was not waited for"))
            }
            Goal::Submit { order: Order::Over, .. } => {
                let error = Error::new(ErrorKind::InvalidRequest).with_message("this flow has ended");
                Step::Done(Outcome::Ended(if self.in_doubt { unknown(error) } else { error.with_proof_of_no_task() }))
            }
            Goal::Submit { .. } if self.deadline.is_some_and(|deadline| at >= deadline) => {
                self.ordered(Order::Over);
                self.deadline_reached(None)
            }
            Goal::Submit { wanted, key, .. } => {
                let encoded = wanted.encode(self.dialect.as_ref()).and_then(|mut request| {
                    let key = HeaderValue::try_from(key.as_str())
                        .map_err(|source| Error::invalid("the idempotency key cannot be sent").with_source(source))?;
                    request.headers_mut().insert("idempotency-key", key);
                    Ok(request)
                });
                match encoded {
                    Ok(request) => {
                        self.ordered(Order::Sent);
                        Step::Send { purpose: Purpose::Submit, request }
                    }
                    Err(error) => Step::Done(Outcome::Ended(error)),
                }
            }
        }
    }

    fn ordered(&mut self, now: Order) {
        if let Goal::Submit { order, .. } = &mut self.goal {
            *order = now;
        }
    }

    pub(super) fn lost(&mut self, at: Duration, lost: Lost) -> Step {
        let words = lost.source.to_string();
        let error = Error::new(ErrorKind::NoAnswer).with_message(words).with_source(lost.source);
        let error = if lost.for_good { error } else { error.temporary(None) };
        self.signal = Signal::of::<()>(Err(&error));
        match (&self.goal, lost.sent) {
            (Goal::Poll(_), _) => self.poll_failed(at, error),
            (Goal::Submit { .. }, Sent::No) => self.submit_failed(at, error.with_proof_of_no_task()),
            (Goal::Submit { .. }, Sent::Maybe) => self.submit_failed(at, error),
        }
    }

    /// A submit is repeated only when no task can exist, or under a key the server honours.
    pub(super) fn submit_failed(&mut self, at: Duration, error: Error) -> Step {
        self.streak += 1;
        self.in_doubt |= !error.proves_no_task();
        self.ordered(Order::Over);
        let safe = !self.in_doubt || self.honours_keys;
        let worth = error.class() == Class::Temporary && self.streak < self.retry.attempts;
        if safe && worth {
            let chance = self.chance.next();
            let delay = self.retry.backoff(self.streak, error.retry_after(), chance);
            match (delay, self.deadline) {
                (Some(delay), Some(deadline)) if at.saturating_add(delay) >= deadline => {
                    return self.deadline_reached(Some(error));
                }
                (Some(delay), _) => {
                    self.ordered(Order::Due);
                    self.trouble = Some(Trouble::of(Purpose::Submit, &error, self.streak));
                    return Step::Wait(delay);
                }
                (None, _) => return Step::Done(Outcome::Ended(too_long(error, self.retry.patience, self.in_doubt))),
            }
        }
        // A refusal of the last submit says nothing of one before it that was lost.
        Step::Done(Outcome::Ended(if self.in_doubt { unknown(error) } else { error.permanent() }))
    }
}

/// The server asks for a longer wait than anybody here keeps.
fn too_long(error: Error, patience: Duration, in_doubt: bool) -> Error {
    let asked = error.retry_after().unwrap_or_default().as_secs();
    let words = format!("the server asks to wait {asked} s, longer than the {} s waited here", patience.as_secs());
    let words = if error.message().is_empty() { words } else { format!("{}; {words}", error.message()) };
    let error = error.with_message(words);
    if in_doubt { unknown(error) } else { error.permanent() }
}

/// The server may have created a task nobody knows the id of.
pub(super) fn unknown(cause: Error) -> Error {
    let what = cause.kind().as_str();
    let words = if cause.message().is_empty() { what.to_owned() } else { format!("{what}: {}", cause.message()) };
    let mut error = Error::new(ErrorKind::OutcomeUnknown).with_message(words);
    if let Some(problem) = cause.problem() {
        error = error.with_problem(problem.clone());
    }
    if let Some(status) = cause.status() {
        error = error.with_status(status);
    }
    error.with_source(cause)
}
