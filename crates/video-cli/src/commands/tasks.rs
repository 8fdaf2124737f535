//! `video wait`, `video show` and `video download`: the steps after a submit, one by one.

use std::process::ExitCode;

use serde_json::json;
use video_protocol::{Error, Task, TaskRef};

use super::follow::{Ended, Follow, save};
use crate::advice::one_line;
use crate::arguments::{self, Download, Format, GatewayChoice, Show, Wait, Watching};
use crate::complaint::What;
use crate::connect::{Connection, WithoutGateway, connect};
use crate::exit;
use crate::line::Line;
use crate::output_path::{About, Destination};
use crate::result_line::ResultLine;
use crate::screen::Screen;

pub(super) async fn wait(arguments: Wait, screen: &Screen) -> Result<ExitCode, Error> {
    let (connection, task) = reach(&arguments.task, &arguments.gateway, Some(&arguments.watching))?;
    let mut follow = Follow::new(screen, Follow::interrupts()?);
    match follow.watch(connection.client.resume(task)?).await? {
        Ended::Succeeded(task) => {
            let handle = task.reference.to_string();
            screen.say(&Line::Succeeded { task: &handle });
            screen.data(&handle);
            screen.object(&ResultLine::succeeded().with_task(&task.reference).with_billing(task.billing.clone()));
            Ok(ExitCode::SUCCESS)
        }
        Ended::Left(code) => Ok(code),
    }
}

pub(super) async fn show(arguments: Show, screen: &Screen) -> Result<ExitCode, Error> {
    let (connection, task) = reach(&arguments.task, &arguments.gateway, None)?;
    let task = connection.client.show(&task).await?;
    describe(&task, screen);
    Ok(exit_of(&task))
}

pub(super) async fn download(arguments: Download, screen: &Screen) -> Result<ExitCode, Error> {
    let destination = Destination::of(&arguments.output, screen)?;
    let about = About::default();
    destination.check(&about, arguments.output.overwrite)?;
    let (connection, task) = reach(&arguments.task, &arguments.gateway, None)?;
    let mut follow = Follow::new(screen, Follow::interrupts()?);
    let task = connection.client.show(&task).await?;
    save(&connection.client, &task, &destination, &about, arguments.output.overwrite, &mut follow).await
}

/// The gateway a task lives at, and its handle. The handle says the format, unless it is an id alone.
fn reach(text: &str, gateway: &GatewayChoice, watching: Option<&Watching>) -> Result<(Connection, TaskRef), Error> {
    let asked = gateway.format.unwrap_or(Format::NewApi);
    let task = arguments::task_ref(text, asked.name());
    let task = task.map_err(|_| What::NotATask { text: text.to_owned() }.into_error())?;
    let mut gateway = gateway.clone();
    gateway.format = gateway.format.or_else(|| Format::of_name(&task.dialect));
    let connection = connect(&gateway, watching, task.origin.as_deref(), WithoutGateway::Refuse)?;
    Ok((connection, task))
}

fn describe(task: &Task, screen: &Screen) {
    let phase = format!("{:?}", task.phase()).to_lowercase();
    screen.object(&json!({
        "schema": "video.task/1",
        "job": task.reference.to_string(),
        "task_id": task.reference.id,
        "gateway": task.reference.origin,
        "status": task.status,
        "phase": phase,
        "progress": task.progress,
        "model": task.model,
        "created_at": task.created_at,
        "finished_at": task.finished_at,
        "failure": task.failure,
        "billing": task.billing,
    }));
    let mut rows =
        vec![("job", task.reference.to_string()), ("status", format!("{} ({phase})", one_line(task.status.as_str())))];
    rows.extend(task.progress.map(|progress| ("progress", format!("{progress}%"))));
    rows.extend(task.model.as_ref().map(|model| ("model", one_line(model.as_str()))));
    rows.extend(task.failure.as_ref().map(|failure| ("failure", one_line(&failure.message))));
    rows.extend(task.billing.as_ref().map(|billing| ("billing", billing.to_string())));
    for (name, value) in rows {
        screen.data(&format!("{name:<10}{value}"));
    }
}

/// Looking is done whatever was seen, so a running task is no failure of `show`; an end without a video is.
fn exit_of(task: &Task) -> ExitCode {
    task.end_without_video().map_or(ExitCode::SUCCESS, |kind| exit::of(kind.verdict(true)))
}
