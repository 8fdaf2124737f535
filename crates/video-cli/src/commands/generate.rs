//! `video generate` and `video submit`.

use std::process::ExitCode;

use serde_json::json;
use video_client::Job;
use video_protocol::{Error, ErrorKind, Verdict};
use video_types::Generation;

use super::dry_run;
use super::follow::{Ended, Follow, save};
use crate::arguments::{GatewayChoice, Generate, Wish};
use crate::check;
use crate::connect::{Connection, WithoutGateway, connect};
use crate::exit;
use crate::interrupt::{Interrupt, Interrupts};
use crate::line::Line;
use crate::order;
use crate::output_path::{About, Destination};
use crate::result_line::ResultLine;
use crate::screen::Screen;

pub(super) async fn generate(arguments: Generate, screen: &Screen) -> Result<ExitCode, Error> {
    if arguments.no_wait {
        return order(&arguments.wish, &arguments.gateway, WithoutGateway::Sandbox, screen).await;
    }
    let destination = Destination::of(&arguments.output, screen)?;
    let overwrite = arguments.output.overwrite;
    let connection = connect(&arguments.gateway, Some(&arguments.watching), None, WithoutGateway::Sandbox)?;
    let generation = check::fitted(&connection, order::generation(&arguments.wish, connection.model.as_deref())?);
    if arguments.wish.dry_run {
        return dry_run::print(&connection, &generation, arguments.wish.force, screen);
    }
    let about = About::of(&generation);
    destination.check(&about, overwrite)?;
    check::before_submit(&connection, &generation, arguments.wish.force, screen)?;
    let mut interrupts = Follow::interrupts()?;
    let job = match accepted(&connection, generation, &mut interrupts, screen).await? {
        Accepted::Job(job) => *job,
        Accepted::Left(code) => return Ok(code),
    };
    let mut follow = Follow::new(screen, interrupts);
    match follow.watch(job).await? {
        Ended::Succeeded(task) => save(&connection.client, &task, &destination, &about, overwrite, &mut follow).await,
        Ended::Left(code) => Ok(code),
    }
}

pub(super) async fn submit(wish: &Wish, gateway: &GatewayChoice, screen: &Screen) -> Result<ExitCode, Error> {
    order(wish, gateway, WithoutGateway::Refuse, screen).await
}

/// Orders and prints the handle.
async fn order(
    wish: &Wish,
    gateway: &GatewayChoice,
    without: WithoutGateway,
    screen: &Screen,
) -> Result<ExitCode, Error> {
    let connection = connect(gateway, None, None, without)?;
    let generation = check::fitted(&connection, order::generation(wish, connection.model.as_deref())?);
    if wish.dry_run {
        return dry_run::print(&connection, &generation, wish.force, screen);
    }
    check::before_submit(&connection, &generation, wish.force, screen)?;
    let mut interrupts = Follow::interrupts()?;
    match accepted(&connection, generation, &mut interrupts, screen).await? {
        Accepted::Left(code) => Ok(code),
        Accepted::Job(job) => {
            screen.data(&job.reference().to_string());
            let billing = job.task().and_then(|task| task.billing.clone());
            screen.object(&ResultLine::new(Verdict::Running).with_task(job.reference()).with_billing(billing));
            Ok(ExitCode::SUCCESS)
        }
    }
}

enum Accepted {
    Job(Box<Job>),
    Left(ExitCode),
}

/// Orders. An interrupt does not cut the answer off, or a paid task would have no name; a second one does.
async fn accepted(
    connection: &Connection,
    generation: Generation,
    interrupts: &mut Interrupts,
    screen: &Screen,
) -> Result<Accepted, Error> {
    if connection.is_fallback {
        screen.say(&Line::Fallback);
    }
    let submit = connection.client.submit(generation);
    tokio::pin!(submit);
    let mut asked_to_leave = None;
    let job = loop {
        tokio::select! {
            job = &mut submit => break job?,
            interrupt = interrupts.next() => {
                if asked_to_leave.is_some() {
                    screen.say(&Line::LeftUnknown);
                    let left = Error::new(ErrorKind::OutcomeUnknown).with_message("left before the answer to the order came");
                    screen.object(&ResultLine::of_error(&left));
                    return Ok(Accepted::Left(exit::of(Verdict::Unknown)));
                }
                asked_to_leave = Some(interrupt);
                screen.say(&Line::WaitingForAnswer);
            }
        }
    };
    let task = job.reference().to_string();
    screen.say(&Line::Accepted { task: &task });
    screen.event("accepted", json!({"job": task, "task_id": job.reference().id, "gateway": job.reference().origin}));
    Ok(match asked_to_leave {
        Some(interrupt) => Accepted::Left(detached(&job, interrupt, screen)),
        None => Accepted::Job(Box::new(job)),
    })
}

fn detached(job: &Job, interrupt: Interrupt, screen: &Screen) -> ExitCode {
    screen.say(&Line::Detached { task: &job.reference().to_string() });
    screen.object(&ResultLine::new(Verdict::Running).with_task(job.reference()));
    interrupt.exit_code()
}
