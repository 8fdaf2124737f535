//! Watching one job, and saving its video.

use std::process::ExitCode;

use video_client::{Client, Job, JournaledJob, Saved, Target};
use video_protocol::{Error, Outcome, Task, TaskRef, Verdict};

use crate::complaint::What;
use crate::exit;
use crate::interrupt::{Interrupt, Interrupts};
use crate::line::Line;
use crate::output_path::{About, Destination};
use crate::result_line::ResultLine;
use crate::screen::Screen;

impl Interrupt {
    pub(super) fn exit_code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Interrupted => exit::INTERRUPTED,
            Self::Terminated => exit::TERMINATED,
        })
    }
}

/// How the watching ended, errors aside.
pub(super) enum Ended {
    Succeeded(Box<Task>),
    Left(ExitCode),
}

/// What is watched: a job of the journal, or a task only its handle is known of.
pub(super) enum Watched {
    Journaled(Box<JournaledJob>),
    Handle(Client, Option<Box<Job>>, TaskRef),
}

impl Watched {
    pub(super) fn reference(&self) -> Option<&TaskRef> {
        match self {
            Self::Journaled(job) => job.reference(),
            Self::Handle(_, _, task) => Some(task),
        }
    }

    /// Goes on until the gateway has described the task again; `None` once the job has ended.
    async fn update(&mut self) -> Option<&Task> {
        match self {
            Self::Journaled(job) => job.update().await,
            Self::Handle(_, job, _) => job.as_mut()?.update().await,
        }
    }

    async fn finish(&mut self) -> Outcome {
        match self {
            Self::Journaled(job) => job.finish().await,
            Self::Handle(_, job, _) => match job.take() {
                Some(job) => job.finish().await,
                None => Outcome::Ended(What::UnknownEnd.into_error()),
            },
        }
    }

    async fn save(&mut self, task: &Task, target: Target) -> Result<Saved, Error> {
        match self {
            Self::Journaled(job) => job.save(task, target, &|_| ()).await,
            Self::Handle(client, _, _) => client.download(task, target, &|_| ()).await,
        }
    }
}

/// Watches one job.
pub(super) struct Follow<'a> {
    pub(super) screen: &'a Screen,
    pub(super) interrupts: Interrupts,
}

impl<'a> Follow<'a> {
    /// To be called before anything is sent: from then on nothing is cut off by a signal.
    pub(super) fn interrupts() -> Result<Interrupts, Error> {
        Interrupts::watch().map_err(|cause| What::NoSignals.because(cause))
    }

    pub(super) fn new(screen: &'a Screen, interrupts: Interrupts) -> Self {
        Self { screen, interrupts }
    }

    /// Watches a job to its end, its deadline or an interrupt.
    pub(super) async fn watch(&mut self, job: &mut Watched) -> Result<Ended, Error> {
        loop {
            tokio::select! {
                seen = job.update() => match seen {
                    Some(_) => {}
                    None => break,
                },
                interrupt = self.interrupts.next() => return Ok(self.leave(job.reference(), interrupt)),
            }
        }
        self.screen.clear();
        match job.finish().await {
            Outcome::Succeeded(task) => Ok(Ended::Succeeded(task)),
            Outcome::Running { task, trouble } => {
                if let Some(trouble) = trouble {
                    self.screen.trouble(&trouble);
                }
                self.screen.say(&Line::StillRunning { task: &task.to_string() });
                self.screen.result(ResultLine::new(Verdict::Running).with_task(&task));
                Ok(Ended::Left(exit::of(Verdict::Running)))
            }
            Outcome::Ended(error) => Err(error),
            _ => Err(What::UnknownEnd.into_error()),
        }
    }

    fn leave(&self, task: Option<&TaskRef>, interrupt: Interrupt) -> Ended {
        self.screen.clear();
        let mut line = ResultLine::new(Verdict::Running);
        if let Some(task) = task {
            self.screen.say(&Line::Detached { task: &task.to_string() });
            line = line.with_task(task);
        }
        self.screen.result(line);
        Ended::Left(interrupt.exit_code())
    }

    /// Leaves a download; what came of it may be continued.
    fn leave_download(&self, task: &TaskRef, interrupt: Interrupt) -> ExitCode {
        self.screen.clear();
        self.screen.say(&Line::LeftDownload { task: &task.to_string() });
        self.screen.result(ResultLine::new(Verdict::Running).with_task(task));
        interrupt.exit_code()
    }
}

/// Saves the video of a task that has succeeded and prints where.
pub(super) async fn save(
    job: &mut Watched,
    task: &Task,
    destination: &Destination,
    about: &About,
    overwrite: bool,
    follow: &mut Follow<'_>,
) -> Result<ExitCode, Error> {
    let target = destination.target(task, about, overwrite);
    let path = target.path().map(|path| path.display().to_string());
    let downloaded = tokio::select! {
        saved = job.save(task, target) => Some(saved),
        interrupt = follow.interrupts.next() => return Ok(follow.leave_download(&task.reference, interrupt)),
    };
    let Some(saved) = downloaded.transpose()? else { return Ok(exit::of(Verdict::Undelivered)) };
    let shown = path.clone().unwrap_or_else(|| "-".to_owned());
    let screen = follow.screen;
    if let Some(asked) = about.seconds
        && let Some(found_ms) = saved.container.duration_off(u64::from(asked) * 1000)
    {
        screen.say(&Line::OtherLength { asked, found_ms });
    }
    if let Some(path) = &path {
        screen.data(path);
    }
    let line = ResultLine::new(Verdict::Saved).with_task(&task.reference).with_billing(task.billing.clone());
    screen.result(line.with_file(shown, &saved));
    Ok(exit::of(Verdict::Saved))
}
