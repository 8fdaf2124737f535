//! The line that ends every job: `video.result/1`.

use serde::Serialize;
use serde_json::Value;
use video_client::{Carried, Saved, TaskRef};
use video_journal::{Record, State};
use video_protocol::{Error, ErrorKind, Verdict};

/// How one job stands. Members are only ever added within a version.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ResultLine {
    schema: &'static str,
    /// Name of the line in a batch; not used by single jobs.
    name: Option<String>,
    /// What the journal calls it.
    job: Option<String>,
    /// The handle of its task, to resume or download with from anywhere.
    task: Option<String>,
    task_id: Option<String>,
    /// Host of the gateway, or `sandbox`.
    gateway: Option<String>,
    outcome: &'static str,
    path: Option<String>,
    sha256: Option<String>,
    bytes: Option<u64>,
    cached: bool,
    /// What the gateway said of the bill, as sent.
    billing: Option<Value>,
    error: Option<ErrorLine>,
}

#[derive(Debug, Clone, Serialize)]
struct ErrorLine {
    kind: String,
    message: String,
    status: Option<u16>,
    code: Option<String>,
}

impl ResultLine {
    pub(crate) fn new(verdict: Verdict) -> Self {
        Self {
            schema: "video.result/1",
            name: None,
            job: None,
            task: None,
            task_id: None,
            gateway: None,
            outcome: verdict.as_str(),
            path: None,
            sha256: None,
            bytes: None,
            cached: false,
            billing: None,
            error: None,
        }
    }

    /// A task that has a video nobody saved yet: the journal's word, since no verdict fits.
    pub(crate) fn succeeded() -> Self {
        Self { outcome: "succeeded", ..Self::new(Verdict::Running) }
    }

    /// How a job stands that ended with an error.
    pub(crate) fn of_error(error: &Error) -> Self {
        let mut line = Self::new(error.verdict());
        if let Some(task) = error.task() {
            line = line.with_task(task);
        }
        line.error = Some(ErrorLine {
            kind: kind_word(error),
            message: crate::advice::one_line(error.message()),
            status: error.status().map(|status| status.as_u16()),
            code: error.code().map(str::to_owned),
        });
        line
    }

    pub(crate) fn with_task(mut self, task: &TaskRef) -> Self {
        self.task = Some(task.to_string());
        self.task_id = Some(task.id.to_string());
        self.gateway.clone_from(&task.origin);
        self
    }

    /// The name of a line of a batch.
    pub(crate) fn named(mut self, name: Option<&str>) -> Self {
        self.name = name.map(str::to_owned);
        self
    }

    /// How a job of the journal stands, as far as the journal knows.
    pub(crate) fn of_record(record: &Record) -> Self {
        let mut line = Self { outcome: record.state.verdict().as_str(), ..Self::new(Verdict::Running) };
        line = line.of_job(record);
        if let Some(file) = record.file.as_ref().filter(|_| record.state == State::Saved) {
            line.path = Some(file.path.clone());
            line.sha256 = Some(file.sha256.clone());
            line.bytes = Some(file.bytes);
        }
        line.error = record.evidence.as_ref().map(|evidence| ErrorLine {
            kind: evidence.kind.clone(),
            message: crate::advice::one_line(evidence.message.as_str()),
            status: evidence.http_status,
            code: None,
        });
        line
    }

    /// How a job stands after the work on it.
    pub(crate) fn of_carried(carried: &Carried) -> Self {
        match &carried.error {
            Some(error) => Self::of_error(error).of_job(&carried.record).standing(carried.verdict()),
            None => Self::of_record(&carried.record),
        }
    }

    /// Which job of the journal it is: its handle if there is one, else its id in the journal.
    pub(crate) fn of_job(mut self, record: &Record) -> Self {
        self.gateway = Some(record.to.origin.clone());
        self.job = Some(record.job.to_string());
        self.billing.clone_from(&record.billing);
        match &record.task {
            Some(task) => self.with_task(task),
            None => self,
        }
    }

    /// Says how it stands in other words than its error does.
    pub(crate) fn standing(mut self, verdict: Verdict) -> Self {
        self.outcome = verdict.as_str();
        self
    }

    /// What the journal calls the job.
    pub(crate) fn with_job(mut self, job: Option<String>) -> Self {
        self.job = job;
        self
    }

    pub(crate) fn with_billing(mut self, billing: Option<Value>) -> Self {
        self.billing = billing;
        self
    }

    /// A file that was there already: nothing was ordered.
    pub(crate) fn with_kept(mut self, path: &str, sha256: &str, bytes: u64) -> Self {
        self.path = Some(path.to_owned());
        self.sha256 = Some(sha256.to_owned());
        self.bytes = Some(bytes);
        self.cached = true;
        self
    }

    pub(crate) fn with_file(mut self, path: String, saved: &Saved) -> Self {
        self.path = Some(path);
        self.sha256 = Some(saved.sha256.to_string());
        self.bytes = Some(saved.bytes);
        self
    }
}

/// The kind of an error, as result lines and the journal say it.
pub(crate) fn kind_word(error: &Error) -> String {
    kind_of(error.kind())
}

/// The same of a kind alone.
pub(crate) fn kind_of(kind: ErrorKind) -> String {
    kebab(&format!("{kind:?}"))
}

/// `OutcomeUnknown` → `outcome-unknown`.
fn kebab(name: &str) -> String {
    let mut word = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.extend(c.to_lowercase());
    }
    word
}
