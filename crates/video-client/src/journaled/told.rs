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

    /// What was seen, with `secrets` masked and what follows the `?` of a link left out.
    pub(super) fn evidence(&self, error: Option<&Error>, secrets: &[&str]) -> Evidence {
        let mut evidence = match error {
            Some(error) => {
                let mut evidence = Evidence::of(word(error.kind()), error, secrets);
                evidence.message = Excerpt::new(&without_queries(&error.to_string()), secrets);
                evidence
            }
            None => Evidence::new(if self.status.is_some() { "answered" } else { "no-answer" }, Excerpt::default()),
        };
        evidence.http_status = evidence.http_status.or(self.status);
        if let (None, Some(id)) = (&evidence.request_id, &self.request_id) {
            evidence.request_id = Some(Excerpt::new(id, secrets).to_string());
        }
        if !self.body.trim().is_empty() {
            evidence.body = Some(Excerpt::new(&without_queries(self.body.trim()), secrets));
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

/// The same without what follows the `?` of a link: there the signatures are.
fn without_queries(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    // In JSON the slashes may be escaped.
    let next = |text: &str| ["://", r":\/\/"].iter().filter_map(|sign| Some(text.find(sign)? + sign.len())).min();
    while let Some(at) = next(rest) {
        let (before, link) = rest.split_at(at);
        kept.push_str(before);
        let end = link.find(|c: char| c.is_whitespace() || "\"'<>`".contains(c)).unwrap_or(link.len());
        let (link, after) = link.split_at(end);
        match link.split_once('?') {
            Some((place, _)) => {
                kept.push_str(place);
                kept.push_str("?***");
            }
            None => kept.push_str(link),
        }
        rest = after;
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::without_queries;

    #[test]
    fn a_signature_in_a_link_is_left_out() {
        let said = r#"{"url":"https:\/\/cdn.example\/v.mp4?sig=s3cret","link":"https://cdn.example/v.mp4?sig=s3cret&x=1"} see http://a/b?c d"#;
        assert_eq!(
            without_queries(said),
            r#"{"url":"https:\/\/cdn.example\/v.mp4?***","link":"https://cdn.example/v.mp4?***"} see http://a/b?*** d"#
        );
    }
}
