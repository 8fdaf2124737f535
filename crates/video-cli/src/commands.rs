//! What each command does.

mod batch;
mod config;
mod conform;
mod doctor;
mod dry_run;
mod follow;
mod generate;
mod jobs;
mod kept;
mod models;
mod reconcile;
mod serve;
mod tasks;
mod validate;
mod verify;

use std::process::ExitCode;

use video_protocol::Error;

use crate::arguments::{Arguments, Command};
use crate::screen::Screen;

pub(crate) async fn run(arguments: Arguments, screen: &Screen) -> Result<ExitCode, Error> {
    match arguments.command {
        Command::Generate(arguments) => generate::generate(*arguments, screen).await,
        Command::Batch(arguments) => batch::batch(*arguments, screen).await,
        Command::Submit(arguments) => generate::submit(&arguments.wish, &arguments.gateway, screen).await,
        Command::Wait(arguments) => tasks::wait(arguments, screen).await,
        Command::Show(arguments) => tasks::show(arguments, screen).await,
        Command::Download(arguments) => tasks::download(arguments, screen).await,
        Command::Models(arguments) => models::models(&arguments, screen),
        Command::Validate(arguments) => validate::validate(&arguments, screen),
        Command::Verify(arguments) => verify::verify(arguments, screen).await,
        Command::List(arguments) => jobs::list(arguments, screen).await,
        Command::Resume(arguments) => Box::pin(jobs::resume(arguments, screen)).await,
        Command::Reconcile(arguments) => reconcile::reconcile(arguments, screen).await,
        Command::Serve(arguments) => serve::serve(arguments, screen).await,
        Command::Config(arguments) => config::config(arguments.command, screen),
        Command::Conform(arguments) => conform::conform(arguments, screen).await,
        Command::Doctor(arguments) => doctor::doctor(arguments, screen).await,
    }
}
