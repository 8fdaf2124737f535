//! What one job does between two looks at its task: the flow, and the journal before each of its steps.

use std::time::Duration;

use tokio::time::Instant;
use video_journal::{End, Event, KEYS_KEPT_FOR, KeyHabit, Order, Prompts, State};
use video_protocol::{
    Error, ErrorKind, Flow, HttpRequest, Input, Lost, Outcome, Purpose, Sent, Step, TaskRef, Trouble,
};
use video_types::Phase;

use super::JournaledJob;
use super::job::{Next, Stage};
use super::looks::Look;
use super::told::{self, Answer};
use crate::events::Activity;
use crate::exchange::{LONGEST_POLL, ask, submit};
use crate::job::{LAST_LOOK, later};

impl JournaledJob {
    /// Goes on until the task was described once more (`true`) or the job has ended.
    pub(super) async fn run_until_seen(&mut self) -> bool {
        loop {
            if let Err(error) = self.catch_up().await {
                self.end(Outcome::Ended(error));
            }
            if let Some(purpose) = self.about_to_send()
                && let Err(held) = self.turn(purpose).await
            {
                self.feed(Input::Lost(held));
            }
            match &mut self.stage {
                Stage::Done(_) => return false,
                Stage::Settle(_) => {
                    if let Err(error) = self.settle_stage().await {
                        self.end(Outcome::Ended(error));
                    }
                }
                Stage::Fly { flow, next } => {
                    if flow.observations() > self.told {
                        self.told = flow.observations();
                        self.tell_seen().await;
                        return true;
                    }
                    // Dropped meanwhile: a poll is asked again, and an order counts as lost.
                    match std::mem::replace(next, Next::Feed(Input::Waited)) {
                        Next::Feed(input) => self.advance(input),
                        Next::Wait(until) => {
                            *next = Next::Wait(until);
                            tokio::time::sleep_until(until).await;
                            self.advance(Input::Waited);
                        }
                        Next::Send(Purpose::Submit, request) => match self.send(request).await {
                            Ok(input) => self.feed(input),
                            Err(error) => self.end(Outcome::Ended(error)),
                        },
                        Next::Send(_, request) => {
                            let asked = Instant::now();
                            let answer = ask(self.desk.client.parts(), request, self.patience()).await;
                            self.teller.exchanged(Activity::Poll, asked, &answer);
                            self.feed(answer.map_or_else(Input::Lost, Input::Response));
                        }
                        Next::End(outcome) => {
                            if let Err(error) = self.over(outcome).await {
                                self.end(Outcome::Ended(error));
                            }
                        }
                    }
                }
            }
        }
    }

    /// Tells how the task is, with an estimate where the journal has seen enough like it.
    async fn tell_seen(&self) {
        if self.teller.wants_past() {
            let (desk, record) = (&self.desk, &self.record);
            let past = desk.past.of(&desk.journal, &record.to.origin, record.request.model()).await;
            // The answer to a submit that was accepted came soon after it was sent.
            self.teller.know_past(past, record.last_sent_at.map(|sent| desk.moment().since(sent)));
        }
        if let Some(task) = self.task() {
            self.teller.seen(task);
        }
    }

    /// Tells the journal what it does not know yet.
    async fn catch_up(&mut self) -> Result<(), Error> {
        let honours = self.flow().is_some_and(Flow::honours_keys);
        if honours && !self.habit.is_some_and(|habit| habit.honoured) {
            let habit = KeyHabit { honoured: true, kept_for: KEYS_KEPT_FOR, noted_at: self.desk.moment() };
            let noted = self.desk.journal.note_keys(self.record.to.origin.clone(), habit);
            noted.await.map_err(|error| self.local(error))?;
            self.habit = Some(habit);
        }
        while let Some(event) = self.to_note.front().cloned() {
            // Noting the same twice is noting it once.
            self.note(event).await?;
            self.to_note.pop_front();
        }
        if !matches!(self.record.state, State::Intent | State::Sent) {
            self.sending = None;
        }
        Ok(())
    }

    pub(super) async fn note(&mut self, event: Event) -> Result<(), Error> {
        let task = match &event {
            Event::Accepted { task } | Event::Adopted { task } => Some(task.clone()),
            _ => None,
        };
        let noted = self.desk.journal.note(self.record.job.clone(), event, self.desk.owner.clone(), self.desk.moment());
        match noted.await {
            Ok(record) => {
                self.record = record;
                if let Some(task) = &task {
                    self.teller.accepted(task);
                }
                Ok(())
            }
            Err(error) => {
                self.to_note.clear();
                Err(told::about(self.local(error), task.as_ref()))
            }
        }
    }

    fn local(&self, error: video_journal::JournalError) -> Error {
        let error = told::about(error.into(), self.reference());
        let nothing = matches!(self.record.state, State::Intent | State::Unsent) && !self.record.in_doubt;
        if nothing { error.with_proof_of_no_task() } else { error }
    }

    /// What the next request is for, if one comes next.
    fn about_to_send(&self) -> Option<Purpose> {
        match &self.stage {
            Stage::Fly { next: Next::Send(purpose, _), .. } => Some(*purpose),
            _ => None,
        }
    }

    /// Waits until the next request may go. Nothing is noted meanwhile, so whoever is stopped here has sent nothing.
    async fn turn(&mut self, purpose: Purpose) -> Result<(), Lost> {
        let until = self.deadline();
        loop {
            self.share.turn(self.desk.client.parts(), purpose, until).await?;
            if purpose != Purpose::Submit || self.sending.is_some() {
                return Ok(());
            }
            // An order like it that is settled meanwhile must not wait for one that is held back.
            let sending = self.desk.looks.sending(Look::of(&self.record)).await;
            self.share.abandon();
            if self.share.turn_now(purpose) {
                self.sending = Some(sending);
                return Ok(());
            }
        }
    }

    /// Notes that the order goes out, and sends it.
    async fn send(&mut self, request: HttpRequest) -> Result<Input, Error> {
        let (before, at) = (Instant::now(), self.desk.moment());
        self.note(Event::Sent { to: self.desk.client.destination() }).await?;
        self.sends += 1;
        // Whoever took the job over meanwhile may have settled and sent it.
        let until = self.record.claim.as_ref().map_or(at, |claim| claim.until);
        if self.desk.moment() >= until || before.elapsed() >= until.since(at) {
            self.answer = Answer::default();
            self.share.abandon();
            return Ok(Input::Lost(Lost::new(Sent::No, "the claim on the job was over before it could be sent")));
        }
        self.teller.sent();
        let asked = Instant::now();
        let answer = submit(self.desk.client.parts(), request).await;
        self.teller.exchanged(Activity::Submit, asked, &answer);
        self.answer = answer.as_ref().map(Answer::of).unwrap_or_default();
        Ok(answer.map_or_else(Input::Lost, Input::Response))
    }

    fn feed(&mut self, input: Input) {
        if let Stage::Fly { next, .. } = &mut self.stage {
            *next = Next::Feed(input);
        }
    }

    /// Asks the flow what comes next, and what the journal has to know before.
    fn advance(&mut self, input: Input) {
        let (at, deadline) = (self.began.elapsed(), self.deadline());
        let secrets = self.secrets();
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let (state, has_task) = (self.record.state, self.record.task.is_some());
        let Stage::Fly { flow, next } = &mut self.stage else { return };
        let seen = flow.observations();
        let step = flow.advance(at, input);
        self.share.heard(flow.signal());
        if let Some(task) = flow.task().filter(|_| flow.observations() > seen) {
            if !has_task {
                self.to_note.push_back(Event::Accepted { task: task.reference.clone() });
            }
            match task.phase() {
                Phase::Running if state != State::Running && !knows_the_video(state) => {
                    self.to_note.push_back(Event::Running);
                }
                Phase::Succeeded if !knows_the_video(state) => {
                    self.to_note.push_back(Event::Succeeded { billing: task.billing.clone() });
                }
                _ => {}
            }
        }
        *next = match step {
            Step::Send { purpose, request } => Next::Send(purpose, request),
            Step::Wait(delay) => {
                if state == State::Sent && flow.task().is_none() {
                    let end = if flow.in_doubt() { End::Unknown } else { End::Unsent };
                    self.to_note.push_back(Event::Ended { end, evidence: self.answer.evidence(None, &secrets) });
                }
                let until = self.share.later(self.desk.client.parts(), delay);
                if let Some(trouble) = flow.trouble().filter(|_| flow.observations() == seen) {
                    self.teller.trouble(trouble, until.saturating_duration_since(Instant::now()));
                }
                Next::Wait(deadline.map_or(until, |deadline| until.min(deadline)))
            }
            Step::Done(outcome) => {
                if flow.task().is_some() && !matches!(outcome, Outcome::Running { .. }) {
                    self.share.task_ended();
                }
                if let Outcome::Ended(error) = &outcome {
                    // A first answer may name the task and its end at once.
                    let state = if flow.task().is_some() && !has_task { State::Accepted } else { state };
                    if let Some(end) = End::by(error, state) {
                        let evidence = self.answer.evidence(Some(error), &secrets);
                        self.to_note.push_back(Event::Ended { end, evidence });
                    }
                }
                Next::End(outcome)
            }
        };
    }

    /// The flow is over; what nobody knows is tried once more, or looked for.
    async fn over(&mut self, outcome: Outcome) -> Result<(), Error> {
        let outcome = match outcome {
            Outcome::Ended(error) if self.record.state == State::Unknown && self.may_go_on() => {
                self.habit = self.desk.key_habit().await?;
                let honoured = self.record.key_is_honoured(self.habit, self.desk.moment());
                if honoured && self.order.is_some() && self.may_send() {
                    let parts = self.desk.client.parts();
                    let delay = parts.retry.backoff(self.sends, error.retry_after(), parts.chance.unit());
                    let delay = delay.unwrap_or(parts.retry.patience);
                    self.teller.trouble(&Trouble::of(Purpose::Submit, &error, self.sends), delay);
                    return self.submit_stage(delay);
                }
                if self.desk.settle_after.is_some() {
                    self.stage = Stage::Settle(Some(error));
                    return Ok(());
                }
                Outcome::Ended(error)
            }
            outcome => outcome,
        };
        self.end(outcome);
        Ok(())
    }

    async fn settle_stage(&mut self) -> Result<(), Error> {
        let Stage::Settle(cause) = std::mem::replace(&mut self.stage, Stage::Settle(None)) else { return Ok(()) };
        self.settle(cause).await?;
        match self.reference().cloned() {
            Some(task) => self.poll_stage(task),
            None if self.may_send() => self.submit_stage(Duration::ZERO)?,
            None => {
                let words = "every attempt at the order was lost on its way, and the gateway's list has none of them";
                return Err(Error::new(ErrorKind::NoAnswer).with_message(words).with_proof_of_no_task());
            }
        }
        Ok(())
    }

    pub(super) fn submit_stage(&mut self, delay: Duration) -> Result<(), Error> {
        let parts = self.desk.client.parts();
        let (dialect, key) = (parts.dialect.clone(), self.record.idempotency_key.clone());
        let flow = match self.order.clone() {
            Some(Order::Generation(wanted)) => Flow::submit(dialect, *wanted, key),
            Some(Order::Remix { of, prompt }) => Flow::remix(dialect, of, prompt, key),
            None => return Err(told::not_kept(&self.record)),
        };
        let in_doubt = self.record.in_doubt || matches!(self.record.state, State::Sent | State::Unknown);
        let honoured = match self.record.first_sent_at {
            Some(_) => self.record.key_is_honoured(self.habit, self.desk.moment()),
            None => self.habit.is_some_and(|habit| habit.honoured),
        };
        let flow = flow.with_honoured_keys(honoured).with_earlier_doubt(in_doubt);
        self.fly(flow, if delay.is_zero() { Next::Feed(Input::Start) } else { Next::Wait(later(delay)) });
        Ok(())
    }

    pub(super) fn poll_stage(&mut self, task: TaskRef) {
        let flow = Flow::resume(self.desk.client.parts().dialect.clone(), task);
        self.fly(flow, Next::Feed(Input::Start));
    }

    fn fly(&mut self, flow: Flow, next: Next) {
        let client = &self.desk.client;
        let flow = client.with_settings(flow.with_origin(client.origin()));
        self.told = 0;
        self.stage = Stage::Fly { flow: Box::new(flow), next };
    }

    fn end(&mut self, outcome: Outcome) {
        self.teller.outcome(&outcome);
        self.to_note.clear();
        self.stage = Stage::Done(Some(outcome));
    }

    fn may_go_on(&self) -> bool {
        self.remaining().is_none_or(|left| !left.is_zero())
    }

    /// Whether the retry policy has another attempt for the order.
    fn may_send(&self) -> bool {
        self.sends < self.desk.client.parts().retry.attempts
    }

    pub(super) fn remaining(&self) -> Option<Duration> {
        let deadline = self.desk.client.parts().deadline?;
        Some(deadline.saturating_sub(self.began.elapsed()))
    }

    /// When the job ends as it stands; a moment past the end of time is none.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.began.checked_add(self.desk.client.parts().deadline?)
    }

    fn patience(&self) -> Duration {
        self.remaining().map_or(LONGEST_POLL, |left| left.max(LAST_LOOK).min(LONGEST_POLL))
    }

    pub(super) fn secrets(&self) -> Vec<String> {
        let mut secrets = vec![self.desk.client.parts().secret.0.trim().to_owned()];
        if self.desk.prompts == Prompts::Hashed {
            secrets.extend(self.order.as_ref().map(|order| match order {
                Order::Generation(wanted) => wanted.prompt.clone(),
                Order::Remix { prompt, .. } => prompt.clone(),
            }));
        }
        secrets
    }
}

/// Whether the journal has noted that there is a video.
const fn knows_the_video(state: State) -> bool {
    matches!(state, State::Succeeded | State::Saved | State::Undelivered | State::Local)
}
