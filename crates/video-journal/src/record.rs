//! One job as the journal knows it, and how an event changes it.

use serde_json::Value;
use video_protocol::TaskRef;
use video_types::TaskId;

use crate::{
    Change, Destination, Event, Evidence, HistoryEntry, Intent, JobId, JournalError, KeyHabit, Lease, Line, Millis,
    Next, Past, Request, SavedFile, State, next,
};

/// One job as the journal knows it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Record {
    /// Its place in the order of arrival, from 1: what pages of lists go by.
    pub number: u64,
    /// What it is called.
    pub job: JobId,
    /// How it stands.
    pub state: State,
    /// How many changes it has seen, the intent being the first.
    pub revision: u64,
    /// When it was intended.
    pub created_at: Millis,
    /// When it last changed.
    pub changed_at: Millis,
    /// What was ordered.
    pub request: Request,
    /// The key every submit of it carries.
    pub idempotency_key: String,
    /// Where it goes or went.
    pub to: Destination,
    /// Which line of which batch it is, if it is one.
    pub line: Option<Line>,
    /// How often the line has been ordered, this time included; 1 outside of batches too.
    pub attempt: u32,
    /// What its file is called, in the words of the caller.
    pub name: Option<String>,
    /// The job whose place it took.
    pub reorder_of: Option<JobId>,
    /// The job that took its place.
    pub reordered_as: Option<JobId>,
    /// How often it was sent.
    pub sends: u32,
    /// When it was first sent.
    pub first_sent_at: Option<Millis>,
    /// When it was last sent.
    pub last_sent_at: Option<Millis>,
    /// Whether it was sent again while nobody knew what became of the time before.
    pub in_doubt: bool,
    /// The task, pinned to its gateway, once there is one.
    pub task: Option<TaskRef>,
    /// What the gateway said of the bill, as sent.
    pub billing: Option<Value>,
    /// The proved file, if there was one.
    pub file: Option<SavedFile>,
    /// What was seen when it last took a turn for the worse.
    pub evidence: Option<Evidence>,
    /// Who works on it, if somebody does or did.
    pub claim: Option<Lease>,
    /// When it was [pruned](crate::Pruning), if it was and nothing happened since: lists leave it out.
    pub pruned_at: Option<Millis>,
}

impl Record {
    /// The record of an order that was only intended so far.
    pub(crate) fn intended(intent: Intent, claim: Lease) -> Self {
        let line = intent.line();
        Self {
            number: 0,
            job: intent.job,
            state: State::Intent,
            revision: 1,
            created_at: intent.at,
            changed_at: intent.at,
            request: intent.request,
            idempotency_key: intent.idempotency_key,
            to: intent.to,
            line,
            attempt: 1,
            name: intent.name,
            reorder_of: None,
            reordered_as: None,
            sends: 0,
            first_sent_at: None,
            last_sent_at: None,
            in_doubt: false,
            task: None,
            billing: None,
            file: None,
            evidence: None,
            claim: Some(claim),
            pruned_at: None,
        }
    }

    /// The record after an event; `None` if the journal knew that already.
    ///
    /// `habit` is what is known of how the gateway treats idempotency keys. Claims and other jobs are not looked at.
    ///
    /// # Errors
    ///
    /// The event cannot follow, sends elsewhere what is in doubt, or brings a task of another job or gateway.
    pub fn after(&self, event: &Event, at: Millis, habit: Option<KeyHabit>) -> Result<Option<Self>, JournalError> {
        let not_allowed =
            || JournalError::NotAllowed { job: self.job.clone(), state: self.state, event: event.kind().as_str() };
        let past = Past { in_doubt: self.in_doubt, key_honoured: self.key_is_honoured(habit, at) };
        let state = match next(self.state, event.kind(), past) {
            Next::Refused => return Err(not_allowed()),
            Next::Same => {
                self.check_task(event)?;
                return Ok(None);
            }
            Next::To(state) => state,
        };
        self.check_task(event)?;
        // No id comes from an order that never went out: it is another job's.
        if matches!(event, Event::Accepted { .. }) && self.sends == 0 {
            return Err(not_allowed());
        }
        if let Event::Sent { to } = event {
            if self.reordered_as.is_some() {
                return Err(not_allowed());
            }
            if matches!(self.state, State::Sent | State::Unknown) && *to != self.to {
                return Err(JournalError::SentElsewhere { job: self.job.clone(), origin: self.to.origin.clone() });
            }
        }
        if let Event::Saved { file } = event
            && self.state == State::Saved
            && self.file.as_ref() == Some(file)
        {
            return Ok(None);
        }
        let mut after = self.clone();
        after.take(state, event, at);
        Ok(Some(after))
    }

    /// The record as its history tells it, over what never changes in it; a claim is no part of the history.
    ///
    /// # Errors
    ///
    /// The history does not begin with the intent, as that of a record that was pruned.
    pub fn replayed(&self, history: &[HistoryEntry]) -> Result<Self, JournalError> {
        let missing = || JournalError::Unreadable { what: format!("the history of job {} has no beginning", self.job) };
        let (first, rest) = history.split_first().ok_or_else(missing)?;
        let Change::Intended { to } = &first.change else { return Err(missing()) };
        let mut record = Self {
            state: State::Intent,
            revision: 1,
            changed_at: first.at,
            to: to.clone(),
            reordered_as: None,
            sends: 0,
            first_sent_at: None,
            last_sent_at: None,
            in_doubt: false,
            task: None,
            billing: None,
            file: None,
            evidence: None,
            claim: None,
            pruned_at: None,
            ..self.clone()
        };
        for entry in rest {
            match &entry.change {
                Change::Event(event) => record.take(entry.state, event, entry.at),
                Change::Reordered { by } => record.reordered(by.clone(), entry.at),
                Change::Intended { .. } => return Err(missing()),
            }
        }
        Ok(record)
    }

    /// Notes that another job took the place of this one.
    pub(crate) fn reordered(&mut self, by: JobId, at: Millis) {
        self.reordered_as = Some(by);
        self.changed_at = at;
        self.revision += 1;
    }

    fn take(&mut self, state: State, event: &Event, at: Millis) {
        match event {
            Event::Sent { to } => {
                self.in_doubt |= matches!(self.state, State::Sent | State::Unknown);
                self.to = to.clone();
                self.sends = self.sends.saturating_add(1);
                self.first_sent_at = self.first_sent_at.or(Some(at));
                self.last_sent_at = Some(at);
            }
            Event::Accepted { task } | Event::Adopted { task } => {
                self.task = Some(task.clone().with_origin(self.to.origin.clone()));
                self.in_doubt = false;
                self.evidence = None;
            }
            Event::Absent => self.in_doubt = false,
            Event::Succeeded { billing } => self.billing = billing.clone().or_else(|| self.billing.take()),
            Event::Saved { file } => {
                self.file = Some(file.clone());
                self.evidence = None;
            }
            Event::Ended { evidence, .. } => self.evidence = Some(evidence.clone()),
            Event::Running => {}
        }
        self.state = state;
        // What moves again is seen again.
        self.pruned_at = None;
        self.changed_at = at;
        self.revision += 1;
        if state.ends_claim() {
            self.claim = None;
        }
    }

    /// A job has one task, and that lives where the job went.
    fn check_task(&self, event: &Event) -> Result<(), JournalError> {
        let (Event::Accepted { task } | Event::Adopted { task }) = event else { return Ok(()) };
        let (job, boxed) = (self.job.clone(), Box::new(task.clone()));
        if task.origin.as_ref().is_some_and(|origin| *origin != self.to.origin) {
            return Err(JournalError::TaskElsewhere { task: boxed, job, origin: self.to.origin.clone() });
        }
        match &self.task {
            Some(has) if has.id != task.id => {
                Err(JournalError::SecondTask { job, has: Box::new(has.clone()), task: boxed })
            }
            _ => Ok(()),
        }
    }

    /// The task's id, under which one job only may be known at [`Destination::origin`].
    pub(crate) fn task_id(&self) -> Option<&TaskId> {
        self.task.as_ref().map(|task| &task.id)
    }
}
