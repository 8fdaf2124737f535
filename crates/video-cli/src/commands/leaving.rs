//! Leaving a job: detached at once, cancelled if it is asked for twice, and gone at the third.

pub(super) mod many;

use std::process::ExitCode;
use std::time::Instant;

use serde_json::json;
use video_client::Cancelled;
use video_protocol::{Error, Task, Verdict};

use super::follow::Watched;
use crate::exit;
use crate::interrupt::{Interrupt, Interrupts, TWICE_WITHIN, Wish};
use crate::line::Line;
use crate::result_line::ResultLine;
use crate::screen::Screen;

impl Interrupt {
    pub(super) fn exit_code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Interrupted => exit::INTERRUPTED,
            Self::Terminated => exit::TERMINATED,
            Self::HungUp => exit::HUNG_UP,
        })
    }
}

/// Somebody wants the program to leave.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaving {
    interrupt: Interrupt,
    since: Instant,
    pub(super) wish: Wish,
}

impl Leaving {
    /// The first request.
    pub(super) fn by(interrupt: Interrupt) -> Self {
        let since = now();
        Self { interrupt, since, wish: Wish::after(None, interrupt, since.elapsed()) }
    }

    /// One more.
    pub(super) fn again(&mut self, interrupt: Interrupt) {
        self.wish = Wish::after(Some(self.wish), interrupt, self.since.elapsed());
        // The shell is told of what ended the program.
        self.interrupt = interrupt;
    }

    pub(super) fn exit_code(self) -> ExitCode {
        self.interrupt.exit_code()
    }

    /// Waits for one more request, as long as it would be a wish to cancel.
    async fn changes_its_mind(&mut self, interrupts: &mut Interrupts) {
        let left = TWICE_WITHIN.saturating_sub(self.since.elapsed());
        if self.interrupt == Interrupt::Interrupted
            && let Ok(interrupt) = tokio::time::timeout(left, interrupts.next()).await
        {
            self.again(interrupt);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a program is where time comes from")]
fn now() -> Instant {
    Instant::now()
}

/// Leaves a job of which nothing is on its way, and says how it stands. What was dropped on the way here was dropped
/// where nothing is lost by it.
pub(super) async fn leave(
    job: &mut Watched,
    mut leaving: Leaving,
    interrupts: &mut Interrupts,
    screen: &Screen,
) -> ExitCode {
    if leaving.wish == Wish::Detach {
        match (job.reference(), job.record()) {
            (Some(task), _) => screen.say(&Line::Detached { task: &task.to_string() }),
            (None, Some(record)) => screen.say(&Line::DetachedUnsent {
                job: record.job.as_str(),
                in_doubt: record.state.verdict() == Verdict::Unknown,
            }),
            (None, None) => {}
        }
        leaving.changes_its_mind(interrupts).await;
    }
    let mut line = stands(job);
    if leaving.wish == Wish::Cancel {
        screen.say(&Line::Cancelling);
        let answered = tokio::select! {
            answered = job.cancel() => Some(answered),
            interrupt = interrupts.next() => {
                leaving.again(interrupt);
                None
            }
        };
        match answered {
            Some(Ok(cancelled)) => {
                told(job, &cancelled, screen);
                if let Some(verdict) = verdict(&cancelled) {
                    line = line.standing(verdict);
                } else if let Cancelled::TooLate(_) = &cancelled {
                    line = named(job, ResultLine::succeeded());
                }
            }
            Some(Err(error)) => screen.trouble(&error),
            // What became of it is left to whoever looks next.
            None => screen.say(&Line::CancelUnanswered),
        }
    }
    screen.result(line);
    leaving.exit_code()
}

/// How the job stands, as its result line.
fn stands(job: &Watched) -> ResultLine {
    let verdict = match job.record() {
        Some(record) if record.task.is_none() => record.state.verdict(),
        _ => Verdict::Running,
    };
    named(job, ResultLine::new(verdict))
}

fn named(job: &Watched, line: ResultLine) -> ResultLine {
    match job.reference() {
        Some(task) => line.with_task(task),
        None => line,
    }
}

/// Says what became of the wish to cancel.
fn told(job: &Watched, cancelled: &Cancelled, screen: &Screen) {
    let name = job.reference().map(ToString::to_string).or_else(|| screen.job()).unwrap_or_default();
    screen.say(&Line::Cancelled { name: &name, cancelled });
    let mut members = answer(cancelled);
    members["job"] = json!(screen.job());
    members["task"] = json!(job.reference().map(ToString::to_string));
    screen.event("cancel", members);
}

/// What became of the wish to cancel, for programs.
pub(super) fn answer(cancelled: &Cancelled) -> serde_json::Value {
    let reason = match cancelled {
        Cancelled::Unsupported(why) => Some(crate::advice::one_line(&why.to_string())),
        _ => None,
    };
    let outcome = verdict(cancelled).map_or("succeeded", Verdict::as_str);
    json!({"answer": cancelled.as_str(), "outcome": outcome, "goes_on": cancelled.goes_on(), "reason": reason})
}

/// How the job stands after it; `None`: it has a video nobody saved yet.
fn verdict(cancelled: &Cancelled) -> Option<Verdict> {
    match cancelled {
        Cancelled::Confirmed => Some(Verdict::Cancelled),
        Cancelled::TooLate(task) => ended(task),
        _ => Some(Verdict::Running),
    }
}

fn ended(task: &Task) -> Option<Verdict> {
    task.end_without_video().map(|kind| Error::new(kind).with_task(task.reference.clone()).verdict())
}
