//! `video batch`.

mod report;

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use tokio::sync::watch;
use video_client::batch::{self, BatchError, BatchFile, Defaults, LineProblem, Plan};
use video_client::scheduler::{Limits, Scheduler, Stopped};
use video_protocol::{Error, Verdict};

use self::report::Report;
use super::follow::Follow;
use super::leaving::Leaving;
use super::leaving::many::{Words, part, until_left};
use crate::advice::clause;
use crate::arguments::Batch;
use crate::check;
use crate::complaint::What;
use crate::connect::{Connection, SANDBOX_ORIGIN, connect_batch};
use crate::exit;
use crate::interrupt::Interrupts;
use crate::journal;
use crate::line::Line;
use crate::order::parameter;
use crate::output_path::today;
use crate::picture;
use crate::screen::Screen;

pub(super) async fn batch(arguments: Batch, screen: &Screen) -> Result<ExitCode, Error> {
    let connection = connect_batch(&arguments.gateway, arguments.poll_every)?;
    let name = name_of(&arguments)?;
    // What the sandbox made is no answer to a real order, so its batches are others.
    let name = if connection.is_sandbox { format!("{SANDBOX_ORIGIN}:{name}") } else { name };
    let read_picture =
        |text: &str| picture::read(text).map(|picture| picture.image).map_err(|error| error.message().to_owned());
    let defaults = defaults(&arguments, &connection)?;
    let file = BatchFile::read(open(&arguments.file)?, &defaults, &read_picture, |line| {
        let generation = check::fitted(&connection, line.generation.clone());
        if let Some(error) = check::first_error(&connection, &generation, arguments.force, screen) {
            return Err(LineProblem::Refused(error));
        }
        let preview = connection.client.preview(&generation);
        preview.map(drop).map_err(|error| LineProblem::Refused(error.message().to_owned()))
    });
    let file = file.map_err(|error| refused(error, &arguments.file))?;
    crate::room::warn(screen, arguments.output.folder());
    let desk = journal::desk(&connection, &journal::open()?)?;
    let batch = batch::Batch::new(desk.clone(), &name, file, defaults, &read_picture, arguments.output.clone());
    let batch = batch.with_overwrite(arguments.overwrite).with_day(today());
    let plan = batch.plan(arguments.retry_failed).await?;
    batch.make_folder(&plan).map_err(|cause| {
        What::FolderNotMade { path: arguments.output.folder().display().to_string() }.because(cause)
    })?;
    batch.check_files(&plan).map_err(|error| refused(error, &arguments.file))?;
    screen.say(&Line::BatchPlan { batch: &name, counts: &plan.counts });

    let idle = plan.counts.done + plan.counts.ended + plan.counts.unknown;
    screen.follow_many(&connection.client, batch.places().len().saturating_sub(idle));
    let report = Report::new(screen, desk);
    let left = run(&arguments, &batch, &plan, &report, screen).await?;
    screen.clear();
    report.summary(&name, batch.places().len());
    Ok(match left {
        Some(code) => code,
        None if report.saved() == batch.places().len() => exit::of(Verdict::Saved),
        None => ExitCode::from(exit::NOT_ALL_SAVED),
    })
}

/// Runs what there is to do; gives the exit code if the person left.
async fn run(
    arguments: &Batch,
    batch: &batch::Batch<'_, File>,
    plan: &Plan,
    report: &Report<'_>,
    screen: &Screen,
) -> Result<Option<ExitCode>, Error> {
    let mut interrupts: Interrupts = Follow::interrupts()?;
    let limits =
        Limits::default().max_jobs(arguments.max_jobs).stop_after_failures(Some(arguments.stop_after_failures));
    let scheduler = Scheduler::new(arguments.concurrency);
    let (tell, mut told) = watch::channel(false);
    let leave = async {
        // The sender outlives this.
        drop(told.wait_for(|leave| *leave).await);
    };
    let tell_report = |event: batch::BatchEvent<'_>| report.tell(&event);
    let running = batch.run(plan, &scheduler, limits, leave, &tell_report);
    let words = Words { detached: Line::BatchDetached, at_once: Line::BatchLeft };
    let leave = || {
        report.left_open().begin();
        tell.send_replace(true);
    };
    let (ran, leaving) = until_left(running, leave, &words, &mut interrupts, screen).await;
    if let Some(Stopped::Failures(kind)) = ran.map(|ran| ran.stopped) {
        let failures = arguments.stop_after_failures.get();
        screen.say(&Line::BatchStopped { why: clause(kind, screen.language()), failures });
    }
    let mut open = report.left_open().take();
    let leaving = match (ran, leaving) {
        (Some(_), Some(leaving)) => Some(part(&mut open, leaving, &words, &mut interrupts, screen).await),
        (_, leaving) => leaving,
    };
    report.parted(&open);
    Ok(leaving.map(Leaving::exit_code))
}

/// What the batch is called.
fn name_of(arguments: &Batch) -> Result<String, Error> {
    let stem = || Path::new(&arguments.file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let name = match &arguments.name {
        Some(name) => Some(name.clone()),
        None if arguments.file == "-" => None,
        None => stem(),
    };
    name.filter(|name| !name.trim().is_empty()).ok_or_else(|| What::BatchWithoutName.into_error())
}

fn defaults(arguments: &Batch, connection: &Connection) -> Result<Defaults, Error> {
    let given = &arguments.defaults;
    let mut defaults = Defaults::default();
    defaults.model = given.model.as_ref().or(connection.model.as_ref()).map(|model| model.as_str().into());
    defaults.size.clone_from(&given.size);
    (defaults.seconds, defaults.fps, defaults.seed) = (given.seconds, given.fps, given.seed);
    for pair in &given.meta {
        let model = defaults.model.as_ref().map(ToString::to_string).unwrap_or_default();
        let (key, value) = parameter(pair, &model)?;
        defaults.metadata.insert(key, value);
    }
    Ok(defaults)
}

/// The file, or what comes from stdin or a pipe put into an unnamed file: lines are read twice.
fn open(path: &str) -> Result<File, Error> {
    let unreadable = |cause| What::Unreadable { path: path.to_owned() }.because(cause);
    let mut source: Box<dyn io::Read> = if path == "-" {
        Box::new(io::stdin().lock())
    } else {
        let file = File::open(path).map_err(unreadable)?;
        if file.metadata().is_ok_and(|found| found.is_file()) {
            return Ok(file);
        }
        Box::new(file)
    };
    let mut kept = tempfile::tempfile().map_err(unreadable)?;
    io::copy(&mut source, &mut kept).map_err(unreadable)?;
    Ok(kept)
}

fn refused(error: BatchError, path: &str) -> Error {
    match error {
        BatchError::Unreadable { source, .. } => What::Unreadable { path: path.to_owned() }.because(source),
        other => What::BadBatch { problems: other.to_string() }.into_error(),
    }
}
