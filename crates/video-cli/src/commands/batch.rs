//! `video batch`.

mod drive;
mod lines;
mod report;

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use tokio::sync::watch;
use video_client::batch::{BatchError, BatchFile, Defaults, LineProblem, Plan, is_intact, plan};
use video_client::scheduler::{Limits, Ran, Scheduler, Stopped};
use video_journal::{Destination, LineDecision};
use video_protocol::{Error, Verdict};

use self::drive::{Driver, PlannedJob, myself};
use self::lines::{Lines, Room};
use self::report::Report;
use super::follow::Follow;
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
use crate::picture;
use crate::screen::Screen;

pub(super) async fn batch(arguments: Batch, screen: &Screen) -> Result<ExitCode, Error> {
    let connection = connect_batch(&arguments.gateway, arguments.poll_every)?;
    let name = name_of(&arguments)?;
    // What the sandbox made is no answer to a real order, so its batches are others.
    let name = if connection.is_sandbox { format!("{SANDBOX_ORIGIN}:{name}") } else { name };
    let read_picture =
        |text: &str| picture::read(text).map(|picture| picture.image).map_err(|error| error.message().to_owned());
    let lines = Lines {
        batch: &name,
        defaults: defaults(&arguments, &connection)?,
        picture: &read_picture,
        template: &arguments.output,
        overwrite: arguments.overwrite,
    };
    let file = BatchFile::read(open(&arguments.file)?, &lines.defaults, lines.picture, |line| {
        let generation = check::fitted(&connection, line.generation.clone());
        if let Some(error) = check::first_error(&connection, &generation, arguments.force, screen) {
            return Err(LineProblem::Refused(error));
        }
        let preview = connection.client.preview(&generation);
        preview.map(drop).map_err(|error| LineProblem::Refused(error.message().to_owned()))
    });
    let file = file.map_err(|error| refused(error, &arguments.file))?;
    let places = file.places().to_vec();
    let journal = journal::open()?;
    let planned = plan(&places, &name, &journal, arguments.retry_failed, is_intact, |_, _, _| ()).await?;
    let room = Room::new(arguments.overwrite);
    planned
        .check_paths(&places, &arguments.output, |path| room.for_file(path))
        .map_err(|error| refused(error, &arguments.file))?;
    screen.say(&Line::BatchPlan { batch: &name, counts: &planned.counts });

    screen.follow_many(&connection.client, places.len());
    let report = Report::new(screen);
    let interrupts = Follow::interrupts()?;
    let (tell, leave) = watch::channel(false);
    let driver = Driver {
        client: &connection.client,
        fits_pictures: !connection.is_sandbox,
        prompts: journal::prompts()?,
        journal: &journal,
        lines,
        file: RefCell::new(file),
        places: &places,
        report: &report,
        me: myself(),
        to: Destination {
            dialect: connection.client.dialect_name().to_owned(),
            origin: connection.client.origin(),
            key_fingerprint: connection.key.clone(),
        },
        leave,
    };
    settled(&planned, &driver).await?;
    let left = run(&arguments, &planned, &driver, interrupts, &tell, screen).await;
    screen.clear();
    report.summary(&name, places.len());
    Ok(match left {
        Some(code) => code,
        None if report.saved() == places.len() => exit::of(Verdict::Saved),
        None => ExitCode::from(exit::NOT_ALL_SAVED),
    })
}

/// Prints how the lines stand with which there is nothing to do.
async fn settled(plan: &Plan, driver: &Driver<'_>) -> Result<(), Error> {
    let settled =
        plan.lines.iter().filter(|planned| matches!(planned.decision, LineDecision::Skip | LineDecision::Leave));
    for place in settled.filter_map(|planned| driver.places.get(planned.place)) {
        if let Some(record) = driver.journal.last_of_line(driver.lines.line(place)).await? {
            driver.report.ended(place, &record, None, None);
        }
    }
    Ok(())
}

/// Runs the rest; gives the exit code if the person left.
async fn run(
    arguments: &Batch,
    plan: &Plan,
    driver: &Driver<'_>,
    mut interrupts: Interrupts,
    tell: &watch::Sender<bool>,
    screen: &Screen,
) -> Option<ExitCode> {
    let jobs = plan.lines.iter().filter_map(|planned| match planned.decision {
        LineDecision::Skip | LineDecision::Leave => None,
        decision => Some(PlannedJob { place: planned.place, decision, tries: 0 }),
    });
    let limits =
        Limits::default().max_jobs(arguments.max_jobs).stop_after_failures(Some(arguments.stop_after_failures));
    let scheduler = Scheduler::new(arguments.concurrency);
    let mut told = driver.leave.clone();
    let stop = async {
        // The sender outlives this.
        drop(told.wait_for(|leave| *leave).await);
    };
    let running = scheduler.run(jobs, limits, stop, async |job| driver.run(job).await);
    let claims = driver.keep_claims();
    tokio::pin!(running, claims);
    let mut asked_to_leave = None;
    let ran: Ran = loop {
        tokio::select! {
            ran = &mut running => break ran,
            () = &mut claims => {}
            interrupt = interrupts.next() => {
                if asked_to_leave.is_some() {
                    screen.say(&Line::BatchLeft);
                    return Some(interrupt.exit_code());
                }
                asked_to_leave = Some(interrupt);
                screen.say(&Line::BatchLeaving);
                tell.send_replace(true);
            }
        }
    };
    match ran.stopped {
        Stopped::Failures(kind) => {
            screen.say(&Line::BatchStopped {
                why: clause(kind, screen.language()),
                failures: arguments.stop_after_failures.get(),
            });
        }
        Stopped::AtTheEnd | Stopped::MaxJobs | Stopped::Told => {}
    }
    let interrupt = asked_to_leave?;
    screen.say(&Line::BatchDetached);
    Some(interrupt.exit_code())
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
