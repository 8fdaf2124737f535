//! `video`: orders, waits for and saves generated videos.
//!
//! Data goes to stdout, talk to stderr, and the exit code says how the job stands.

mod advice;
mod arguments;
mod asking;
mod check;
mod columns;
mod commands;
mod complaint;
mod connect;
mod download_words;
mod exit;
mod interrupt;
mod journal;
mod language;
mod line;
mod metrics_file;
mod order;
mod output_path;
mod picture;
mod report_words;
mod requests;
mod result_line;
mod screen;
mod settings;
mod table;

use std::process::ExitCode;
use std::time::Duration;

use arguments::Arguments;
use clap::Parser as _;
use complaint::What;
use screen::Screen;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let screen = Screen::new(&arguments.common, language::of(&arguments.common));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = match runtime {
        Ok(runtime) => {
            let done = runtime.block_on(commands::run(arguments, &screen));
            // A render or a read of stdin may still hold a thread: leave without it. A file that is being written needs a
            // moment to be left in order.
            runtime.shutdown_timeout(Duration::from_millis(200));
            done
        }
        Err(cause) => Err(What::NoRuntime.because(cause)),
    };
    done.unwrap_or_else(|error| {
        screen.error(&error);
        exit::of(error.verdict())
    })
}
