//! Where output goes: data to stdout, talk to stderr.

mod bar;
mod board;
mod show;
mod stdout;
mod terminal;
mod width;

use std::io::{self, IsTerminal as _};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};
use video_catalog::{Finding, Severity};
use video_client::Client;
use video_client::metrics::Recorder;
use video_journal::JobId;
use video_protocol::Error;

use crate::advice::{describe, next_step};
use crate::arguments::Common;
use crate::language::Language;
use crate::line::Line;
use crate::report_words;
use crate::result_line::ResultLine;
use crate::table;

use show::Show;

/// Where output goes.
#[derive(Debug)]
pub(crate) struct Screen {
    language: Language,
    json: bool,
    quiet: bool,
    show: Arc<Show>,
    recorder: Recorder,
    /// The job at hand, as the journal calls it.
    job: Mutex<Option<String>>,
}

impl Screen {
    pub(crate) fn new(common: &Common, language: Language) -> Self {
        let terminal = io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let bars = terminal && !common.quiet && !common.json;
        let show = Arc::new(Show::new(language, common.json, common.quiet, bars));
        Self {
            language,
            json: common.json,
            quiet: common.quiet,
            show,
            recorder: Recorder::new(),
            job: Mutex::default(),
        }
    }

    /// Shows and counts from here on what happens to the jobs of a client.
    pub(crate) fn follow(&self, client: &Client) {
        client.events().observe(self.show.clone());
        client.events().observe(Arc::new(self.recorder.clone()));
    }

    /// The same for a client with so many jobs.
    pub(crate) fn follow_many(&self, client: &Client, jobs: usize) {
        self.many(jobs);
        self.follow(client);
    }

    /// From here on it is about so many jobs, of whatever clients.
    pub(crate) fn many(&self, jobs: usize) {
        self.show.many(jobs);
    }

    /// What was counted.
    pub(crate) fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// Takes all bars away.
    pub(crate) fn clear(&self) {
        self.show.clear();
    }

    /// The language to talk in.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// One thing to know about a request: an event, and a line of talk that `--quiet` leaves out unless it is an error.
    pub(crate) fn finding(&self, finding: &Finding) {
        self.event("finding", finding.to_json());
        if !self.quiet || finding.severity == Severity::Error {
            self.show.talk(&report_words::finding(finding, self.language));
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
            self.show.talk(&line.text(self.language));
        }
    }

    /// One line of data for people; nothing with `--json`.
    pub(crate) fn data(&self, line: &str) {
        if !self.json {
            self.show.print(line);
        }
    }

    /// Lines of data for people; nothing with `--json`.
    pub(crate) fn lines(&self, lines: &[String]) {
        for line in lines {
            self.data(line);
        }
    }

    /// Rows of data as columns that line up, cut to the width of the terminal; nothing with `--json`.
    pub(crate) fn table(&self, rows: &[Vec<String>]) {
        self.cut_lines(&table::lines(rows));
    }

    /// Lines of data, cut to the width of the terminal; nothing with `--json`.
    pub(crate) fn cut_lines(&self, lines: &[String]) {
        let width = self.width();
        for line in lines {
            self.data(&width.map_or_else(|| line.clone(), |width| table::cut(line, width)));
        }
    }

    /// Columns of the terminal that data goes to; `None` if it is none.
    pub(crate) fn width(&self) -> Option<usize> {
        let _ = self;
        width::of_stdout()
    }

    /// Something to know before it is too late: an event, and a line of talk.
    pub(crate) fn warning(&self, kind: &str, text: &str) {
        self.event("warning", json!({"kind": kind, "text": text}));
        let word = match self.language {
            Language::English => "warning: ",
            Language::Chinese => "警告：",
        };
        self.talk(&format!("{word}{text}"));
    }

    /// One line of talk in words of its own.
    pub(crate) fn talk(&self, line: &str) {
        if !self.quiet {
            self.show.talk(line);
        }
    }

    /// One line of data, with `--json` too.
    pub(crate) fn line_of_data(&self, line: &str) {
        self.show.print(line);
    }

    /// Many lines of data at once, in whichever form they have.
    pub(crate) fn block(&self, lines: &[String]) {
        if !lines.is_empty() {
            self.show.print(&lines.join("\n"));
        }
    }

    /// Whether anybody reads what goes to stdout.
    pub(crate) fn is_listened_to(&self) -> bool {
        self.show.stdout().is_listened_to()
    }

    /// For a list: a reader who left has seen enough of it.
    pub(crate) fn may_end_early(&self) {
        self.show.stdout().may_end_early();
    }

    /// What kept data from being written to stdout, if anything did; to be asked once.
    pub(crate) fn unwritten(&self) -> Option<io::Error> {
        self.show.stdout().unwritten()
    }

    /// One object of data; nothing without `--json`.
    pub(crate) fn object(&self, object: &impl Serialize) {
        if self.json
            && let Ok(line) = serde_json::to_string(object)
        {
            self.show.print(&line);
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
        self.show.talk(&format!("{what}: {job}{}", describe(error, self.language)));
        if let Some(step) = next_step(error, self.language) {
            self.show.talk(&format!("{next}: {step}"));
        }
    }
}
