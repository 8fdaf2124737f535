//! What the journal is told of answers and errors, without secrets.

use video_journal::{End, Event, Evidence, Excerpt, Record};
use video_protocol::{Error, ErrorKind, HttpResponse, TaskRef};

/// Most of an answer that is looked at for its excerpt, in bytes.
const LOOKED_AT: usize = 4096;
/// Where gateways put the name of the exchange.
const REQUEST_IDS: [&str; 3] = ["x-oneapi-request-id", "x-request-id", "request-id"];

/// The last answer to a submit, as far as it is evidence.
#[derive(Debug, Default)]
pub(super) struct Answer {
    status: Option<u16>,
    request_id: Option<String>,
    body: String,
}

impl Answer {
    pub(super) fn of(response: &HttpResponse) -> Self {
        let body = response.body();
        let id = REQUEST_IDS.iter().find_map(|name| response.headers().get(*name)?.to_str().ok());
        Self {
            status: Some(response.status().as_u16()),
            request_id: id.map(str::to_owned),
            body: String::from_utf8_lossy(&body[..body.len().min(LOOKED_AT)]).into_owned(),
        }
    }

    /// What was seen, with `secrets` masked.
    pub(super) fn evidence(&self, error: Option<&Error>, secrets: &[&str]) -> Evidence {
        let mut evidence = match error {
            Some(error) => Evidence::of(word(error.kind()), error, secrets),
            None => Evidence::new(if self.status.is_some() { "answered" } else { "no-answer" }, Excerpt::default()),
        };
        evidence.http_status = evidence.http_status.or(self.status);
        if let (None, Some(id)) = (&evidence.request_id, &self.request_id) {
            evidence.request_id = Some(Excerpt::new(id, secrets).to_string());
        }
        if !self.body.trim().is_empty() {
            evidence.body = Some(Excerpt::new(self.body.trim(), secrets));
        }
        evidence
    }
}

/// A job that was left between sending and answer.
pub(super) fn left() -> Event {
    let words = Excerpt::new("the program ended before the answer came", &[]);
    Event::Ended { end: End::Unknown, evidence: Evidence::new("left", words) }
}

/// The order is needed again, and the journal has only a part of it.
pub(super) fn not_kept(record: &Record) -> Error {
    let words =
        format!("the journal keeps only a hash of the prompt or a picture of job {}: give the order again", record.job);
    Error::new(ErrorKind::InvalidRequest).with_message(words)
}

/// The error, with the handle if there is one.
pub(super) fn about(error: Error, task: Option<&TaskRef>) -> Error {
    match task {
        Some(task) if error.task().is_none() => error.with_task(task.clone()),
        _ => error,
    }
}

/// `OutcomeUnknown` → `outcome-unknown`.
fn word(kind: ErrorKind) -> String {
    let mut word = String::new();
    for c in format!("{kind:?}").chars() {
        if c.is_ascii_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.push(c.to_ascii_lowercase());
    }
    word
}
