//! `video wait`, `video show` and `video download`: the steps after a submit, one by one.

use std::process::ExitCode;

use serde_json::json;
use video_journal::{Journal, Record, State};
use video_protocol::{Error, ErrorKind, Task, TaskRef};
use video_types::Phase;

use super::follow::{Ended, Follow, Watched, save};
use super::generate::{Accepted, accepted};
use super::kept::Kept;
use crate::advice::one_line;
use crate::arguments::{self, Download, Format, GatewayChoice, Show, Wait, Watching};
use crate::complaint::What;
use crate::connect::{Connection, WithoutGateway, connect};
use crate::exit;
use crate::journal;
use crate::line::Line;
use crate::output_path::{About, Destination};
use crate::result_line::ResultLine;
use crate::room;
use crate::screen::Screen;

pub(super) async fn wait(arguments: Wait, screen: &Screen) -> Result<ExitCode, Error> {
    let mut reached = reach(&arguments.task, &arguments.gateway, Some(&arguments.watching), screen).await?;
    let mut follow = Follow::new(screen, Follow::interrupts()?);
    let mut job = match reached.job(&mut follow).await? {
        Ok(job) => job,
        Err(code) => return Ok(code),
    };
    match follow.watch(&mut job).await? {
        Ended::Succeeded(task) => {
            let handle = task.reference.to_string();
            screen.say(&Line::Succeeded { task: &handle });
            screen.data(&handle);
            screen.result(ResultLine::succeeded().with_task(&task.reference).with_billing(task.billing.clone()));
            Ok(ExitCode::SUCCESS)
        }
        Ended::Left(code) => Ok(code),
    }
}

pub(super) async fn show(arguments: Show, screen: &Screen) -> Result<ExitCode, Error> {
    let reached = reach(&arguments.task, &arguments.gateway, None, screen).await?;
    let kept = match (&reached.journal, reached.record) {
        (Some(journal), Some(record)) => Some(Kept::read(journal, record).await?),
        _ => None,
    };
    let Some(task) = &reached.task else {
        let state = kept.as_ref().map_or(State::Intent, |kept| kept.record.state);
        screen.object(&json!({"schema": "video.task/1", "journal": kept.as_ref().map(Kept::object)}));
        if let Some(kept) = &kept {
            kept.print(screen);
        }
        return Ok(exit::of(state.verdict()));
    };
    let seen = reached.connection.client.show(task).await;
    if let (Err(_), Some(kept)) = (&seen, &kept) {
        kept.print(screen);
    }
    let task = seen?;
    describe(&task, kept.as_ref(), screen);
    Ok(exit_of(&task))
}

pub(super) async fn download(arguments: Download, screen: &Screen) -> Result<ExitCode, Error> {
    let destination = Destination::of(&arguments.output, screen)?;
    let about = About::default();
    destination.check(&about, arguments.output.overwrite)?;
    room::warn(screen, destination.folder());
    let reached = reach(&arguments.task, &arguments.gateway, None, screen).await?;
    let mut follow = Follow::new(screen, Follow::interrupts()?);
    let Some(handle) = reached.task.clone() else {
        let record = reached.record.map(|record| (record.job.to_string(), record.state.as_str()));
        let (job, state) = record.unwrap_or_default();
        return Err(What::NotYetATask { job, state }.into_error());
    };
    // Only looks: a task that runs is not waited for.
    let task = reached.connection.client.show(&handle).await?;
    let mut job = match (reached.journal, reached.record) {
        (Some(journal), Some(record)) if task.end_without_video().is_none() && !record.state.is_final() => {
            let desk = journal::desk(&reached.connection, &journal)?;
            let mut job = desk.take_up(record).await?;
            if task.phase() == Phase::Succeeded {
                // Notes the success before the file.
                job.update().await;
            }
            Watched::Journaled(Box::new(job))
        }
        _ => Watched::Handle(reached.connection.client, None, handle),
    };
    save(&mut job, &task, &destination, &about, arguments.output.overwrite, &mut follow).await
}

/// A job that was named: where it lives, its handle, and what the journal has of it.
pub(super) struct Reached {
    pub(super) connection: Connection,
    pub(super) journal: Option<Journal>,
    pub(super) record: Option<Record>,
    pub(super) task: Option<TaskRef>,
}

impl Reached {
    /// Takes the job up; one that has no task yet is ordered first.
    pub(super) async fn job(&mut self, follow: &mut Follow<'_>) -> Result<Result<Watched, ExitCode>, Error> {
        if let (Some(journal), Some(record)) = (&self.journal, &self.record)
            && !record.state.is_final()
        {
            let job = journal::desk(&self.connection, journal)?.take_up(record.clone()).await?;
            return Ok(match accepted(job, &mut follow.interrupts, follow.screen).await? {
                Accepted::Job(job) => Ok(Watched::Journaled(job)),
                Accepted::Left(code) => Err(code),
            });
        }
        let client = self.connection.client.clone();
        if let Some(task) = self.task.clone() {
            let job = client.resume(task.clone())?;
            return Ok(Ok(Watched::Handle(client, Some(Box::new(job)), task)));
        }
        let record = self.record.as_ref();
        let job = record.map(|record| record.job.to_string()).unwrap_or_default();
        let state = record.map_or("", |record| record.state.as_str());
        Err(What::HasEnded { job, state }.into_error())
    }
}

/// Finds a job by its name. A handle says gateway and format; an id alone is that of a task at the gateway that is set up,
/// unless the journal knows it.
pub(super) async fn reach(
    text: &str,
    gateway: &GatewayChoice,
    watching: Option<&Watching>,
    screen: &Screen,
) -> Result<Reached, Error> {
    let journal = journal::open_if_any()?;
    let record = match &journal {
        Some(journal) => journal::named(journal, text).await?,
        None => None,
    };
    let mut gateway = gateway.clone();
    if let Some(record) = record {
        screen.at_hand(Some(&record.job));
        gateway.format = gateway.format.or_else(|| Format::of_name(&record.to.dialect));
        let connection = connect(&gateway, watching, Some(&record.to.origin), WithoutGateway::Refuse)?;
        screen.follow(&connection.client);
        let task = record.task.clone();
        return Ok(Reached { connection, journal, record: Some(record), task });
    }
    let asked = gateway.format.unwrap_or(Format::NewApi);
    let task = arguments::task_ref(text, asked.name());
    let task = task.map_err(|_| What::NotATask { text: text.to_owned() }.into_error())?;
    gateway.format = gateway.format.or_else(|| Format::of_name(&task.dialect));
    let connection = connect(&gateway, watching, task.origin.as_deref(), WithoutGateway::Refuse)?;
    screen.follow(&connection.client);
    Ok(Reached { connection, journal: None, record: None, task: Some(task) })
}

fn describe(task: &Task, kept: Option<&Kept>, screen: &Screen) {
    let phase = format!("{:?}", task.phase()).to_lowercase();
    // The words of an error hold no signature of a link.
    let failure = task.failure.clone().map(|mut failure| {
        let words = Error::new(ErrorKind::TaskFailed).with_message(std::mem::take(&mut failure.message));
        words.message().clone_into(&mut failure.message);
        failure
    });
    screen.object(&json!({
        "schema": "video.task/1",
        "job": screen.job(),
        "task": task.reference.to_string(),
        "task_id": task.reference.id,
        "gateway": task.reference.origin,
        "status": task.status,
        "phase": phase,
        "progress": task.progress,
        "model": task.model,
        "created_at": task.created_at,
        "finished_at": task.finished_at,
        "failure": failure,
        "billing": task.billing,
        "journal": kept.map(Kept::object),
    }));
    let mut rows =
        vec![("task", task.reference.to_string()), ("status", format!("{} ({phase})", one_line(task.status.as_str())))];
    rows.extend(task.progress.map(|progress| ("progress", format!("{progress}%"))));
    rows.extend(task.model.as_ref().map(|model| ("model", one_line(model.as_str()))));
    rows.extend(failure.map(|failure| ("failure", one_line(&failure.message))));
    rows.extend(task.billing.as_ref().map(|billing| ("billing", billing.to_string())));
    for (name, value) in rows {
        screen.data(&format!("{name:<10}{value}"));
    }
    if let Some(kept) = kept {
        kept.print(screen);
    }
}

/// Looking is done whatever was seen, so a running task is no failure of `show`; an end without a video is.
fn exit_of(task: &Task) -> ExitCode {
    task.end_without_video().map_or(ExitCode::SUCCESS, |kind| exit::of(kind.verdict(true)))
}
