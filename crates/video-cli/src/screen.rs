//! Where output goes: data to stdout, talk to stderr.

mod bar;

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};
use video_catalog::{Finding, Severity};
use video_journal::JobId;
use video_protocol::{Error, Task};

use crate::advice::{describe, next_step, one_line};
use crate::arguments::Common;
use crate::language::Language;
use crate::line::Line;
use crate::report_words;
use crate::result_line::ResultLine;

pub(crate) use bar::Bar;

/// Where output goes.
#[derive(Debug)]
pub(crate) struct Screen {
    language: Language,
    json: bool,
    quiet: bool,
    terminal: bool,
    /// The job at hand, as the journal calls it.
    job: Mutex<Option<String>>,
    /// The first error of stdout.
    unwritten: Mutex<Option<io::Error>>,
}

impl Screen {
    pub(crate) fn new(common: &Common, language: Language) -> Self {
        let terminal = io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self {
            language,
            json: common.json,
            quiet: common.quiet,
            terminal,
            job: Mutex::default(),
            unwritten: Mutex::default(),
        }
    }

    /// The language to talk in.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// One thing to know about a request: an event, and a line of talk that `--quiet` leaves out unless it is an error.
    pub(crate) fn finding(&self, finding: &Finding) {
        self.event("finding", finding.to_json());
        if !self.quiet || finding.severity == Severity::Error {
            talk(&report_words::finding(finding, self.language));
        }
    }

    /// Whether only errors are wanted on stderr.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether stdout is for objects.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// One line of talk.
    pub(crate) fn say(&self, line: &Line<'_>) {
        if !self.quiet {
            talk(&line.text(self.language));
        }
    }

    /// One line of data for people; nothing with `--json`.
    pub(crate) fn data(&self, line: &str) {
        if !self.json {
            self.print(line);
        }
    }

    /// Lines of data for people; nothing with `--json`.
    pub(crate) fn lines(&self, lines: &[String]) {
        for line in lines {
            self.data(line);
        }
    }

    /// One line of data, with `--json` too.
    pub(crate) fn line_of_data(&self, line: &str) {
        self.print(line);
    }

    /// One object of data; nothing without `--json`.
    pub(crate) fn object(&self, object: &impl Serialize) {
        if self.json
            && let Ok(line) = serde_json::to_string(object)
        {
            self.print(&line);
        }
    }

    /// One event; nothing without `--json`.
    pub(crate) fn event(&self, event: &str, mut members: Value) {
        if let Value::Object(members) = &mut members {
            members.insert("schema".to_owned(), json!("video.event/1"));
            members.insert("event".to_owned(), json!(event));
        }
        self.object(&members);
    }

    /// From now on events and results are about this job of the journal, or about none.
    pub(crate) fn at_hand(&self, job: Option<&JobId>) {
        *self.job.lock().unwrap_or_else(PoisonError::into_inner) = job.map(ToString::to_string);
    }

    /// The job at hand, as the journal calls it.
    pub(crate) fn job(&self) -> Option<String> {
        self.job.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The line that ends a job; nothing without `--json`.
    pub(crate) fn result(&self, line: ResultLine) {
        self.object(&line.with_job(self.job()));
    }

    /// What went wrong and what to do next; with `--json` also the result line.
    pub(crate) fn error(&self, error: &Error) {
        self.trouble(error);
        self.result(ResultLine::of_error(error));
    }

    /// What went wrong on the way, where another line is the result.
    pub(crate) fn trouble(&self, error: &Error) {
        let (what, next) = match self.language {
            Language::English => ("error", "next"),
            Language::Chinese => ("错误", "下一步"),
        };
        let job = error.task().map(|task| format!("{task}: ")).unwrap_or_default();
        talk(&format!("{what}: {job}{}", describe(error, self.language)));
        if let Some(step) = next_step(error, self.language) {
            talk(&format!("{next}: {step}"));
        }
    }

    /// The task as it is now, as an event and in the bar or a line.
    pub(crate) fn status(&self, bar: &mut Bar, task: &Task) {
        let word = one_line(task.status.as_str());
        let phase = task.phase();
        if !bar.is_news(phase, &word, task.progress) {
            return;
        }
        let members = json!({
            "job": self.job(),
            "task": task.reference.to_string(),
            "status": word,
            "phase": format!("{phase:?}").to_lowercase(),
            "progress": task.progress,
        });
        self.event("status", members);
        let line = Line::Status { phase, word: &word, progress: task.progress };
        if phase.is_terminal() {
            bar.clear();
        } else if !bar.show(&line.text(self.language), task.progress) {
            self.say(&line);
        }
        if phase == video_types::Phase::Unknown && bar.is_first_warning() {
            bar.above(|| self.say(&Line::UnknownStatus { word: &word }));
        }
    }

    /// What kept a line of data from being written, if anything did.
    pub(crate) fn unwritten(&self) -> Option<io::Error> {
        self.unwritten.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// A reader that left does not stop a job: the rest is dropped, and the exit code says so.
    fn print(&self, line: &str) {
        let mut out = io::stdout().lock();
        if let Err(error) = writeln!(out, "{line}").and_then(|()| out.flush()) {
            self.unwritten.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    }

    /// A bar where there is a terminal and nobody asked for silence.
    pub(crate) fn bar(&self) -> Bar {
        Bar::new(self.terminal && !self.quiet && !self.json)
    }
}

/// A terminal that is gone is nobody listening: not an error.
fn talk(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
