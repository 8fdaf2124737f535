//! What each command does.

mod batch;
mod cached;
mod cancel;
mod config;
mod conform;
mod doctor;
mod dry_run;
mod follow;
mod generate;
mod jobs;
mod kept;
mod leaving;
mod links;
mod models;
mod reconcile;
mod resume;
mod serve;
mod storage;
mod tasks;
mod validate;
mod verify;

use std::process::ExitCode;
use std::time::Duration;

use video_protocol::Error;

use crate::arguments::{Arguments, Command};
use crate::complaint::What;
use crate::completions;
use crate::metrics_file::MetricsFile;
use crate::screen::Screen;

pub(crate) fn run(arguments: Arguments, screen: &Screen) -> Result<ExitCode, Error> {
    match arguments.command {
        // These wait for nobody, so no runtime is started for them.
        Command::Models(arguments) => models::models(&arguments, screen),
        Command::Validate(arguments) => validate::validate(&arguments, screen),
        Command::Config(arguments) => config::config(arguments.command, screen),
        Command::List(arguments) => jobs::list(arguments, screen),
        Command::Storage(arguments) => storage::storage(arguments, screen),
        Command::Completions(arguments) => {
            let script = completions::script(&arguments.shell).unwrap_or_default();
            // A closed pipe is nobody listening.
            let _ = completions::print(&script);
            Ok(ExitCode::SUCCESS)
        }
        command => wait_for(command, screen),
    }
}

fn wait_for(command: Command, screen: &Screen) -> Result<ExitCode, Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|cause| What::NoRuntime.because(cause))?;
    let done = runtime.block_on(counted(command, screen));
    // A render or a read of stdin may still hold a thread: leave without it. A file that is being written needs a
    // moment to be left in order.
    runtime.shutdown_timeout(Duration::from_millis(200));
    done
}

/// With `--metrics`, what is done is counted, and the counts are written.
async fn counted(command: Command, screen: &Screen) -> Result<ExitCode, Error> {
    let Some(file) = command.metrics_file().map(MetricsFile::new) else {
        return Box::pin(act(command, screen)).await;
    };
    // Before anything is spent it shows whether it can be written.
    file.write(screen.recorder())?;
    let done = Box::pin(file.kept(act(command, screen), screen.recorder())).await;
    if let Err(error) = file.write(screen.recorder()) {
        screen.trouble(&error);
    }
    done
}

async fn act(command: Command, screen: &Screen) -> Result<ExitCode, Error> {
    match command {
        Command::Generate(arguments) => generate::generate(*arguments, screen).await,
        Command::Batch(arguments) => batch::batch(*arguments, screen).await,
        Command::Submit(arguments) => generate::submit(&arguments.wish, &arguments.gateway, screen).await,
        Command::Wait(arguments) => tasks::wait(arguments, screen).await,
        Command::Show(arguments) => tasks::show(arguments, screen).await,
        Command::Download(arguments) => tasks::download(arguments, screen).await,
        Command::Cancel(arguments) => Box::pin(cancel::cancel(arguments, screen)).await,
        Command::Verify(arguments) => verify::verify(arguments, screen).await,
        Command::Resume(arguments) => Box::pin(resume::resume(arguments, screen)).await,
        Command::Reconcile(arguments) => Box::pin(reconcile::reconcile(arguments, screen)).await,
        Command::Serve(arguments) => serve::serve(arguments, screen).await,
        Command::Conform(arguments) => conform::conform(arguments, screen).await,
        Command::Doctor(arguments) => doctor::doctor(arguments, screen).await,
        Command::Models(_)
        | Command::Validate(_)
        | Command::Config(_)
        | Command::List(_)
        | Command::Storage(_)
        | Command::Completions(_) => Ok(ExitCode::SUCCESS),
    }
}
