//! Bars on a terminal: one for a job, or up to eight and a line that sums up.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use video_client::events::Estimate;
use video_protocol::Verdict;

use super::bar::View;
use super::terminal::Terminal;
use crate::columns::of_terminal;
use crate::language::Language;
use crate::line::Line;

/// So many jobs have a bar at once; the others are in the sum.
const MOST: usize = 8;
/// What stands before each line: the spinner and a space.
const SPINNER: usize = 2;
const TICK: Duration = Duration::from_millis(120);

/// The bars of all jobs.
pub(super) struct Board {
    language: Language,
    multi: MultiProgress,
    drawn: Mutex<Drawn>,
}

#[derive(Default)]
struct Drawn {
    bars: BTreeMap<u64, Bar>,
    sum: Option<Sum>,
}

struct Bar {
    bar: ProgressBar,
    view: Arc<Mutex<View>>,
}

/// How a job stands.
#[derive(Debug, Default)]
pub(super) struct Standing {
    pub(super) text: String,
    /// The same in fewer words.
    pub(super) brief: Option<String>,
    pub(super) percent: Option<u8>,
    pub(super) estimate: Option<Estimate>,
}

struct Sum {
    bar: ProgressBar,
    view: Arc<Mutex<View>>,
    jobs: usize,
    saved: usize,
    others: usize,
    at_work: usize,
}

impl Board {
    pub(super) fn new(language: Language) -> Self {
        let target = ProgressDrawTarget::term_like_with_hz(Box::new(Terminal::default()), 10);
        Self { language, multi: MultiProgress::with_draw_target(target), drawn: Mutex::default() }
    }

    /// From now on there are so many jobs, and a line sums them up.
    pub(super) fn of_many(&self, jobs: usize) {
        let mut drawn = self.drawn();
        let view = Arc::<Mutex<View>>::default();
        let bar = self.bar(&view, None);
        let sum = Sum { bar, view, jobs, saved: 0, others: 0, at_work: 0 };
        sum.tell(self.language);
        drawn.sum = Some(sum);
    }

    /// A job is being worked on.
    pub(super) fn begins(&self) {
        if let Some(sum) = &mut self.drawn().sum {
            sum.at_work += 1;
            sum.tell(self.language);
        }
    }

    /// How a job stands now. Where eight others have a bar it gets none.
    pub(super) fn show(&self, stream: u64, name: Option<&str>, standing: Standing) {
        let mut drawn = self.drawn();
        if !drawn.bars.contains_key(&stream) {
            if drawn.bars.len() >= MOST {
                return;
            }
            let view = Arc::<Mutex<View>>::default();
            let bar = self.bar(&view, drawn.sum.as_ref());
            drawn.bars.insert(stream, Bar { bar, view });
        }
        if let Some(Bar { bar, view }) = drawn.bars.get(&stream) {
            let name = name.filter(|_| drawn.sum.is_some()).and_then(short);
            let Standing { text, brief, percent, estimate } = standing;
            let estimate = estimate.map(|estimate| (estimate, bar.elapsed()));
            *lock(view) = View { name, text, brief, percent, estimate };
            bar.tick();
        }
    }

    /// The bar of a job is not needed any more.
    pub(super) fn clear(&self, stream: u64) {
        if let Some(Bar { bar, .. }) = self.drawn().bars.remove(&stream) {
            bar.finish_and_clear();
            self.multi.remove(&bar);
        }
    }

    /// The work on a job is over.
    pub(super) fn ends(&self, stream: u64, verdict: Verdict) {
        self.clear(stream);
        if let Some(sum) = &mut self.drawn().sum {
            let count = if verdict == Verdict::Saved { &mut sum.saved } else { &mut sum.others };
            *count += 1;
            sum.at_work = sum.at_work.saturating_sub(1);
            sum.tell(self.language);
        }
    }

    /// Takes all bars away.
    pub(super) fn clear_all(&self) {
        let drawn = std::mem::take(&mut *self.drawn());
        for Bar { bar, .. } in drawn.bars.into_values() {
            bar.finish_and_clear();
        }
        if let Some(sum) = drawn.sum {
            sum.bar.finish_and_clear();
        }
    }

    /// Prints something without tearing the bars.
    pub(super) fn above(&self, print: impl FnOnce()) {
        self.multi.suspend(print);
    }

    /// A new bar, above the line that sums up.
    fn bar(&self, view: &Arc<Mutex<View>>, sum: Option<&Sum>) -> ProgressBar {
        let (view, language) = (Arc::clone(view), self.language);
        let line = move |state: &ProgressState, into: &mut dyn fmt::Write| {
            let columns = usize::from(of_terminal().unwrap_or(80)).saturating_sub(SPINNER + 1);
            // A string takes all.
            let _ = into.write_str(&lock(&view).line(columns, state.elapsed(), language));
        };
        let style = ProgressStyle::with_template("{spinner} {line}").unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::no_length().with_style(style.with_key("line", line));
        let bar = match sum {
            Some(sum) => self.multi.insert_before(&sum.bar, bar),
            None => self.multi.add(bar),
        };
        bar.enable_steady_tick(TICK);
        bar
    }

    fn drawn(&self) -> MutexGuard<'_, Drawn> {
        lock(&self.drawn)
    }
}

impl Sum {
    fn tell(&self, language: Language) {
        let Self { jobs, saved, others, at_work, .. } = *self;
        let text = Line::BatchSum { jobs, saved, others, at_work }.text(language);
        let percent = u8::try_from((saved + others) * 100 / jobs.max(1)).ok();
        *lock(&self.view) = View { text, percent, ..View::default() };
        self.bar.tick();
    }
}

/// What a bar calls a job: of a path its end, and the path of a folder names no job.
fn short(name: &str) -> Option<String> {
    name.rsplit(std::path::is_separator).next().filter(|name| !name.is_empty()).map(str::to_owned)
}

fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Board")
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        self.clear_all();
    }
}
