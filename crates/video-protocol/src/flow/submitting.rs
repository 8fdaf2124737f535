//! The half of a flow that spends money.

use std::time::Duration;

use http::HeaderValue;

use super::{Flow, Goal, Lost, Outcome, Purpose, Sent, Step};
use crate::{Class, Error, ErrorKind};

impl Flow {
    pub(super) fn send(&mut self, at: Duration) -> Step {
        let encoded = match &self.goal {
            Goal::Submit { generation, key } => {
                let encoded = self.dialect.encode_submit(generation).and_then(|mut request| {
                    let key = HeaderValue::try_from(key.as_str())
                        .map_err(|source| Error::invalid("the idempotency key cannot be sent").with_source(source))?;
                    request.headers_mut().insert("idempotency-key", key);
                    Ok(request)
                });
                encoded.map(|request| (Purpose::Submit, request))
            }
            Goal::Poll(task) => self
                .dialect
                .encode_poll(task)
                .map(|request| (Purpose::Poll, request))
                .map_err(|error| error.with_task(task.clone())),
        };
        match encoded {
            Ok((Purpose::Submit, _)) if self.deadline.is_some_and(|deadline| at >= deadline) => {
                self.deadline_reached(None)
            }
            Ok((purpose, request)) => Step::Send { purpose, request },
            Err(error) => Step::Done(Outcome::Ended(error)),
        }
    }

    pub(super) fn lost(&mut self, at: Duration, lost: Lost) -> Step {
        let words = lost.source.to_string();
        let error = Error::new(ErrorKind::NoAnswer).with_message(words).with_source(lost.source);
        let error = if lost.for_good { error } else { error.temporary(None) };
        match (&self.goal, lost.sent) {
            (Goal::Poll(_), _) => self.poll_failed(at, error),
            (Goal::Submit { .. }, Sent::No) => self.submit_failed(at, error.with_proof_of_no_task()),
            (Goal::Submit { .. }, Sent::Maybe) => self.submit_failed(at, error),
        }
    }

    /// A submit is repeated only when no task can exist, or under a key the server honours.
    pub(super) fn submit_failed(&mut self, at: Duration, error: Error) -> Step {
        self.streak += 1;
        let safe = error.proves_no_task() || self.honours_keys;
        let worth = error.class() == Class::Temporary && self.streak < self.retry.attempts;
        if safe && worth {
            let chance = self.chance.next();
            let delay = self.retry.backoff(self.streak, error.retry_after(), chance);
            match (delay, self.deadline) {
                (Some(delay), Some(deadline)) if at + delay >= deadline => return self.deadline_reached(Some(error)),
                (Some(delay), _) => return Step::Wait(delay),
                (None, _) => {}
            }
        }
        Step::Done(Outcome::Ended(if error.proves_no_task() { error.permanent() } else { unknown(error) }))
    }
}

/// The server may have created a task nobody knows the id of.
fn unknown(cause: Error) -> Error {
    let error = Error::new(ErrorKind::OutcomeUnknown).with_message(cause.to_string());
    let error = match cause.status() {
        Some(status) => error.with_status(status),
        None => error,
    };
    error.with_source(cause)
}
