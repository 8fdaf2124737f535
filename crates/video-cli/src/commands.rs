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
use crate::metrics_file::MetricsFile;
use crate::screen::Screen;

pub(crate) async fn run(arguments: Arguments, screen: &Screen) -> Result<ExitCode, Error> {
    let Some(file) = arguments.command.metrics_file().map(MetricsFile::new) else {
        return dispatch(arguments, screen).await;
    };
    // Before anything is spent it shows whether it can be written.
    file.write(screen.recorder())?;
    let done = Box::pin(file.kept(dispatch(arguments, screen), screen.recorder())).await;
    if let Err(error) = file.write(screen.recorder()) {
        screen.trouble(&error);
    }
    done
}

async fn dispatch(arguments: Arguments, screen: &Screen) -> Result<ExitCode, Error> {
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
