//! What the journal has of one job, for people and programs.

use std::borrow::Cow;
use std::time::{Duration, UNIX_EPOCH};

use serde::Deserialize;
use serde_json::{Value, json};
use video_journal::{Change, Event, HistoryEntry, Journal, Millis, Record};
use video_protocol::Error;

use crate::advice::one_line;
use crate::screen::Screen;

/// How much of a prompt is shown, in characters.
const FIRST_WORDS: usize = 48;
/// How much of an answer is shown, in characters.
const BODY: usize = 300;

/// A job with its history.
pub(super) struct Kept {
    pub(super) record: Record,
    history: Vec<HistoryEntry>,
}

impl Kept {
    pub(super) async fn read(journal: &Journal, record: Record) -> Result<Self, Error> {
        let history = journal.history(record.job.clone()).await?;
        Ok(Self { record, history })
    }

    pub(super) fn object(&self) -> Value {
        let mut object = object(&self.record);
        object["history"] = self.history.iter().map(|entry| {
            json!({"at": time(entry.at), "event": entry.change.as_str(), "state": entry.state.as_str(), "by": entry.by.as_str()})
        }).collect();
        object
    }

    /// The rows that `video show` ends with.
    pub(super) fn print(&self, screen: &Screen) {
        for (name, value) in rows(&self.record) {
            screen.data(&format!("{name:<10}{value}"));
        }
        screen.data("history");
        for entry in &self.history {
            let detail = match &entry.change {
                Change::Event(Event::Accepted { task } | Event::Adopted { task }) => format!(" {task}"),
                Change::Event(Event::Saved { file }) => format!(" {}", file.path),
                Change::Reordered { by } => format!(" as {by}"),
                _ => String::new(),
            };
            screen.data(&format!("  {}  {}{detail}", time(entry.at), entry.change.as_str()));
        }
    }
}

/// A job as one object, without its history.
pub(super) fn object(record: &Record) -> Value {
    json!({
        "job": record.job.as_str(),
        "state": record.state.as_str(),
        "model": record.request.model(),
        "prompt": prompt(record),
        "gateway": record.to.origin,
        "task": record.task.as_ref().map(ToString::to_string),
        "batch": record.line.as_ref().map(|line| &line.batch),
        "name": record.name,
        "created_at": time(record.created_at),
        "changed_at": time(record.changed_at),
        "first_sent_at": record.first_sent_at.map(time),
        "sends": record.sends,
        "path": record.file.as_ref().map(|file| &file.path),
        "evidence": record.evidence,
        "pruned_at": record.pruned_at.map(time),
        "reorder_of": record.reorder_of.as_ref().map(video_journal::JobId::as_str),
        "reordered_as": record.reordered_as.as_ref().map(video_journal::JobId::as_str),
    })
}

/// What there is to know of a job to recognise it in the gateway's task log.
pub(super) fn rows(record: &Record) -> Vec<(&'static str, String)> {
    let mut rows = vec![
        ("job", record.job.to_string()),
        ("state", record.state.to_string()),
        ("gateway", record.to.origin.clone()),
        ("ordered", time(record.created_at)),
    ];
    rows.extend(record.last_sent_at.map(|at| ("sent", format!("{}, {} in all", time(at), record.sends))));
    rows.push(("model", one_line(record.request.model())));
    rows.push(("prompt", prompt_or_why_not(record)));
    if let Some(seen) = &record.evidence {
        rows.push(("seen", format!("{} {}", seen.kind, one_line(seen.message.as_str()))));
        rows.extend(seen.http_status.map(|status| ("status", format!("HTTP {status}"))));
        rows.extend(seen.request_id.as_deref().map(|id| ("request", one_line(id))));
        rows.extend(seen.body.as_ref().map(|body| ("body", first(&one_line(body.as_str()), BODY))));
    }
    rows.extend(record.file.as_ref().map(|file| ("file", file.path.clone())));
    rows.extend(record.reordered_as.as_ref().map(|job| ("again as", job.to_string())));
    rows
}

/// The first words of the prompt, if it was kept.
pub(super) fn prompt(record: &Record) -> Option<String> {
    /// Of all that was kept, pictures and all, nothing else is read.
    #[derive(Deserialize)]
    struct Words<'a> {
        #[serde(borrow)]
        prompt: Cow<'a, str>,
    }
    let kept: Words<'_> = serde_json::from_str(record.request.kept()).ok()?;
    Some(first(&one_line(&kept.prompt), FIRST_WORDS))
}

/// The first words of the prompt, or why they are not there.
pub(super) fn prompt_or_why_not(record: &Record) -> String {
    let why = if record.pruned_at.is_some() { "(pruned)" } else { "(hashed)" };
    prompt(record).unwrap_or_else(|| why.to_owned())
}

fn first(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// UTC, to the second.
pub(super) fn time(at: Millis) -> String {
    humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_millis(at.get())).to_string()
}
