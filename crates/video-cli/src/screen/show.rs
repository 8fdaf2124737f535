//! What happens to jobs, for whoever looks: bars, lines, or JSON.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};
use video_client::events::{Difficulty, Estimate, JobEvent, JobEventKind, Observer, Seen};
use video_journal::State;
use video_types::Phase;

use super::bar::left;
use super::board::{Board, Standing};
use super::stdout::Stdout;
use crate::advice::{clause, one_line};
use crate::language::Language;
use crate::line::Line;
use crate::result_line::kind_of;

/// A download shorter than this is told by its end alone; a longer one this often.
const DOWNLOAD_TOLD_EVERY: Duration = Duration::from_secs(1);

/// Shows what happens to jobs.
#[derive(Debug)]
pub(super) struct Show {
    language: Language,
    json: bool,
    quiet: bool,
    board: Option<Board>,
    /// There are too many jobs for a line about each step of each.
    many: AtomicBool,
    said: Mutex<BTreeMap<u64, Said>>,
    stdout: Stdout,
}

/// What was said of a job.
#[derive(Debug, Default)]
struct Said {
    status: Option<(Phase, String, Option<u8>)>,
    warned: bool,
    download: Option<Duration>,
}

impl Show {
    pub(super) fn new(language: Language, json: bool, quiet: bool, bars: bool) -> Self {
        let board = bars.then(|| Board::new(language));
        Self {
            language,
            json,
            quiet,
            board,
            many: AtomicBool::new(false),
            said: Mutex::default(),
            stdout: Stdout::default(),
        }
    }

    /// From now on it is about so many jobs.
    pub(super) fn many(&self, jobs: usize) {
        self.many.store(true, Ordering::Relaxed);
        if let Some(board) = &self.board {
            board.of_many(jobs);
        }
    }

    /// Takes all bars away.
    pub(super) fn clear(&self) {
        if let Some(board) = &self.board {
            board.clear_all();
        }
    }

    /// One line on stderr, without tearing bars.
    pub(super) fn talk(&self, line: &str) {
        self.above(|| {
            let _ = writeln!(std::io::stderr().lock(), "{line}");
        });
    }

    /// One line on stdout, without tearing bars.
    pub(super) fn print(&self, line: &str) {
        self.above(|| self.stdout.print(line));
    }

    /// Where data goes.
    pub(super) const fn stdout(&self) -> &Stdout {
        &self.stdout
    }

    fn above(&self, print: impl FnOnce()) {
        match &self.board {
            Some(board) => board.above(print),
            None => print(),
        }
    }

    fn say(&self, line: &Line<'_>) {
        if !self.quiet {
            self.talk(&line.text(self.language));
        }
    }

    /// A line where there is no bar and one job alone.
    fn say_of_one(&self, line: &Line<'_>) {
        if !self.many.load(Ordering::Relaxed) {
            self.say(line);
        }
    }

    fn emit(&self, event: &JobEvent, members: Value) {
        if !self.json {
            return;
        }
        let Value::Object(mut object) = members else { return };
        object.insert("schema".to_owned(), json!("video.event/1"));
        object.insert("event".to_owned(), json!(event.kind.as_str()));
        object.insert("job".to_owned(), json!(event.subject.job.as_ref().map(ToString::to_string)));
        object.insert("sequence".to_owned(), json!(event.sequence));
        let at = UNIX_EPOCH + Duration::from_millis(event.at.get());
        object.insert("at".to_owned(), json!(humantime::format_rfc3339_millis(at).to_string()));
        object.insert("task".to_owned(), json!(event.task.as_ref().map(ToString::to_string)));
        if let Some(name) = &event.subject.name {
            object.insert("name".to_owned(), json!(name));
        }
        if let Ok(line) = serde_json::to_string(&object) {
            self.print(&line);
        }
    }

    fn seen(&self, event: &JobEvent, seen: &Seen) {
        let (phase, word, percent) = (seen.status.phase(), one_line(seen.status.as_str()), seen.progress.percent());
        let is_unknown = phase == Phase::Unknown;
        let (is_news, is_first_warning) = {
            let mut said = self.said();
            let said = said.entry(event.subject.stream).or_default();
            // Lines and objects come in steps of ten percent; a bar follows each.
            let step = if self.board.is_some() { 1 } else { 10 };
            let now = (phase, word.clone(), percent.map(|percent| percent / step * step));
            let is_news = said.status.as_ref() != Some(&now);
            said.status = Some(now);
            (is_news, is_unknown && !std::mem::replace(&mut said.warned, true))
        };
        let left = seen.estimate.as_ref().and_then(|estimate| left(estimate, Duration::ZERO, self.language));
        if let Some(board) = self.board.as_ref().filter(|_| !phase.is_terminal()) {
            let text = Line::Status { phase, word: &word, progress: percent, left: None }.text(self.language);
            let brief = Some(Line::Phase { phase, progress: percent }.text(self.language));
            let standing = Standing { text, brief, percent, estimate: seen.estimate };
            board.show(event.subject.stream, event.subject.name.as_deref(), standing);
        }
        if is_news {
            let members = json!({
                "status": word,
                "phase": format!("{phase:?}").to_lowercase(),
                "stage": seen.progress.stage().as_str(),
                "progress": percent,
                "estimate": seen.estimate.as_ref().map(estimate),
            });
            self.emit(event, members);
            if self.board.is_none() && !phase.is_terminal() {
                self.say_of_one(&Line::Status { phase, word: &word, progress: percent, left: left.as_deref() });
            }
        }
        if is_first_warning {
            self.say(&Line::UnknownStatus { word: &word });
        }
    }

    fn trouble(&self, event: &JobEvent, trouble: &Difficulty) {
        let members = json!({
            "activity": trouble.activity.as_str(),
            "error": {"kind": kind_of(trouble.kind), "message": one_line(&trouble.message), "status": trouble.status},
            "in_a_row": trouble.in_a_row,
            "again_in_ms": milliseconds(trouble.again_in),
        });
        self.emit(event, members);
        let what = clause(trouble.kind, self.language);
        let line = Line::Trouble { activity: trouble.activity, what, again_in: trouble.again_in };
        if let Some(board) = &self.board {
            let standing = Standing { text: line.text(self.language), ..Standing::default() };
            board.show(event.subject.stream, event.subject.name.as_deref(), standing);
        } else if trouble.in_a_row.is_power_of_two() {
            // Long trouble is said less and less often.
            self.say_of_one(&line);
        }
    }

    fn downloading(&self, event: &JobEvent, received: u64, total: Option<u64>) {
        let is_due = {
            let mut said = self.said();
            let told = &mut said.entry(event.subject.stream).or_default().download;
            let is_due = told.is_some_and(|told| event.elapsed.saturating_sub(told) >= DOWNLOAD_TOLD_EVERY);
            if is_due || told.is_none() {
                *told = Some(event.elapsed);
            }
            is_due
        };
        if is_due {
            self.emit(event, json!({"received": received, "total": total}));
        }
        if let Some(board) = &self.board {
            let text = Line::Downloading { received, total }.text(self.language);
            let percent = total.filter(|total| *total > 0).map(|total| received.saturating_mul(100) / total);
            let percent = percent.and_then(|percent| u8::try_from(percent.min(100)).ok());
            let standing = Standing { text, percent, ..Standing::default() };
            board.show(event.subject.stream, event.subject.name.as_deref(), standing);
        }
    }

    fn said(&self) -> MutexGuard<'_, BTreeMap<u64, Said>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Show {
    fn event(&self, event: &JobEvent) {
        let stream = event.subject.stream;
        match &event.kind {
            JobEventKind::Ordered => {
                if let Some(board) = &self.board {
                    board.begins();
                }
                self.emit(event, json!({"model": event.subject.model, "gateway": event.subject.gateway}));
            }
            JobEventKind::TakenUp { state } => {
                if let Some(board) = &self.board {
                    board.begins();
                }
                self.emit(event, json!({"state": state.map(State::as_str)}));
            }
            JobEventKind::Sent { attempt } => self.emit(event, json!({"attempt": attempt})),
            JobEventKind::Accepted => {
                let task = event.task.as_ref();
                let members = json!({"task_id": task.map(|task| &task.id), "gateway": task.and_then(|task| task.origin.as_ref())});
                self.emit(event, members);
                self.say_of_one(&Line::Accepted { task: &task.map(ToString::to_string).unwrap_or_default() });
            }
            JobEventKind::Seen(seen) => self.seen(event, seen),
            JobEventKind::Trouble(trouble) => self.trouble(event, trouble),
            JobEventKind::Settling { again_in } => {
                self.emit(event, json!({"again_in_ms": again_in.map(milliseconds)}));
                self.say_of_one(&Line::Settling { again_in: *again_in });
            }
            JobEventKind::Succeeded { .. } => {
                if let Some(board) = self.board.as_ref().filter(|_| !self.many.load(Ordering::Relaxed)) {
                    board.clear(stream);
                }
                self.emit(event, json!({}));
            }
            JobEventKind::Downloading { received, total } => self.downloading(event, *received, *total),
            JobEventKind::Saved(stored) => {
                if let Some(board) = &self.board {
                    board.clear(stream);
                }
                let path = stored.path.as_ref().map_or_else(|| "-".to_owned(), |path| path.display().to_string());
                let (bytes, sha256) = (stored.bytes, stored.sha256.to_string());
                self.emit(event, json!({"path": path, "bytes": bytes, "sha256": sha256}));
                if stored.taken_over > 0 {
                    self.say_of_one(&Line::TakenOver { bytes: stored.taken_over });
                }
                self.say_of_one(&Line::Saved { path: &path, bytes, sha256: &sha256 });
            }
            JobEventKind::Ended(ending) => {
                if let Some(board) = &self.board {
                    board.ends(stream, ending.verdict);
                }
                self.said().remove(&stream);
                self.emit(event, json!({"outcome": ending.verdict.as_str(), "kind": ending.error.map(kind_of)}));
            }
            _ => {}
        }
    }
}

fn estimate(estimate: &Estimate) -> Value {
    json!({
        "remaining_ms": milliseconds(estimate.remaining),
        "least_ms": milliseconds(estimate.least),
        "most_ms": milliseconds(estimate.most),
        "samples": estimate.samples,
    })
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
