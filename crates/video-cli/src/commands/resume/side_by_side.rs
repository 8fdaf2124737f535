//! Many jobs at once, each with its lines as it goes.

use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;
use video_client::scheduler::{JobEnd, Limits, Scheduler};
use video_client::{Carried, JobStep, Journaled};
use video_journal::{Journal, Record};
use video_protocol::{Error, Verdict};

use super::super::follow::Follow;
use super::super::leaving::Leaving;
use super::super::leaving::many::{LeftOpen, Open, Words, part, until_left};
use super::place;
use super::ways::Way;
use crate::arguments::Resume;
use crate::journal;
use crate::line::Line;
use crate::output_path::Destination;
use crate::result_line::ResultLine;
use crate::screen::Screen;

/// How often a job is tried at a gateway that has too many tasks at once.
const MOST_TRIES: u32 = 20;

/// One job, and which desk it belongs to.
struct Errand {
    desk: usize,
    record: Record,
    tries: u32,
}

/// Carries jobs on; gives how the worst of them stands, and who asked to leave.
pub(super) async fn side_by_side(
    ways: Vec<Way>,
    journal: &Journal,
    chosen: Option<&Destination>,
    arguments: &Resume,
    screen: &Screen,
) -> Result<(Verdict, Option<Leaving>), Error> {
    let mut interrupts = Follow::interrupts()?;
    let (mut desks, mut errands) = (Vec::new(), Vec::new());
    // One line sums up the jobs of all gateways.
    let jobs: usize = ways.iter().map(|way| way.records.len()).sum();
    if jobs > 0 {
        screen.many(jobs);
    }
    for way in ways {
        let desk = desks.len();
        screen.follow(&way.connection.client);
        desks.push(journal::desk(&way.connection, journal)?);
        errands.extend(way.records.into_iter().map(|record| Errand { desk, record, tries: 0 }));
    }
    let worst = Mutex::new(Verdict::Saved);
    let report = Report { screen, worst: &worst, left_open: LeftOpen::default() };
    // Videos that follow each other on stdout must not mix.
    let slots =
        if matches!(chosen, Some(Destination::Stdout)) { std::num::NonZeroUsize::MIN } else { arguments.concurrency };
    let scheduler = Scheduler::new(slots);
    let (tell, told) = watch::channel(false);
    let leave = || {
        let mut told = told.clone();
        async move {
            // The sender outlives this.
            drop(told.wait_for(|leave| *leave).await);
        }
    };
    let running = scheduler.run(errands, Limits::default(), leave(), async |errand| {
        let Some(desk) = desks.get(errand.desk) else { return JobEnd::Other };
        let crowded = Errand { desk: errand.desk, record: errand.record.clone(), tries: errand.tries + 1 };
        let carried =
            Box::pin(carried(desk, errand.record, chosen, arguments.output.overwrite, leave(), &report)).await;
        match carried {
            Some(carried) if carried.met_a_crowd() && crowded.tries < MOST_TRIES && !*told.borrow() => {
                JobEnd::Crowded(crowded)
            }
            Some(carried) => {
                report.ended(desk, &carried);
                carried.end()
            }
            None => JobEnd::Other,
        }
    });
    let words = Words { detached: Line::ResumeDetached, at_once: Line::ResumeLeft };
    let leave_now = || {
        report.left_open.begin();
        tell.send_replace(true);
    };
    let (ran, leaving) = until_left(running, leave_now, &words, &mut interrupts, screen).await;
    let mut open = report.left_open.take();
    let leaving = match (ran, leaving) {
        (Some(_), Some(leaving)) => Some(part(&mut open, leaving, &words, &mut interrupts, screen).await),
        (_, leaving) => leaving,
    };
    for Open { record, .. } in &open {
        report.line(record.state.verdict(), ResultLine::of_record(record), record);
    }
    let worst = *worst.lock().unwrap_or_else(PoisonError::into_inner);
    Ok((worst, leaving))
}

async fn carried(
    desk: &Journaled,
    record: Record,
    chosen: Option<&Destination>,
    overwrite: bool,
    leave: impl Future<Output = ()>,
    report: &Report<'_>,
) -> Option<Carried> {
    let job = match desk.take_up(record.clone()).await {
        Ok(job) => job,
        Err(error) => {
            report.failed(&record, &error);
            return None;
        }
    };
    let (destination, about, overwrite) = place(Some(&record), chosen, overwrite);
    let target = |task: &video_client::Task, _: &Record| destination.target(task, &about, overwrite);
    let tell = |step: JobStep<'_>| {
        if let JobStep::Accepted(record) = step {
            report.accepted(record);
        }
    };
    Some(job.carry(target, leave, &tell).await)
}

/// What is printed, and how the worst job stands.
struct Report<'a> {
    screen: &'a Screen,
    worst: &'a Mutex<Verdict>,
    left_open: LeftOpen,
}

impl Report<'_> {
    fn accepted(&self, record: &Record) {
        let Some(task) = &record.task else { return };
        self.screen.say(&Line::Accepted { task: &task.to_string() });
    }

    fn ended(&self, desk: &Journaled, carried: &Carried) {
        if self.left_open.keeps(desk, carried, None) {
            return;
        }
        let record = &carried.record;
        if let Some(error) = &carried.error {
            self.screen.trouble(error);
        }
        if let (Some(saved), Some(file)) = (&carried.saved, &record.file) {
            let sha256 = saved.sha256.to_string();
            self.screen.say(&Line::Saved { path: &file.path, bytes: saved.bytes, sha256: &sha256 });
            self.screen.data(&file.path);
        } else if let (Verdict::Running, Some(task)) = (carried.verdict(), &record.task) {
            self.screen.say(&Line::StillRunning { task: &task.to_string() });
        } else if carried.verdict() == Verdict::Unknown {
            self.screen.say(&Line::Unsettled { job: record.job.as_str() });
        }
        self.line(carried.verdict(), ResultLine::of_carried(carried), record);
    }

    fn failed(&self, record: &Record, error: &Error) {
        self.screen.trouble(error);
        self.line(error.verdict(), ResultLine::of_error(error).of_job(record).standing(error.verdict()), record);
    }

    fn line(&self, verdict: Verdict, line: ResultLine, record: &Record) {
        let mut worst = self.worst.lock().unwrap_or_else(PoisonError::into_inner);
        *worst = verdict.max(*worst);
        self.screen.object(&line.with_job(Some(record.job.to_string())));
    }
}
