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
mod completions;
mod connect;
mod download_words;
mod exit;
mod help;
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
mod room;
mod screen;
mod settings;
mod table;

use std::process::ExitCode;

use arguments::Arguments;
use clap::FromArgMatches as _;
use screen::Screen;

fn main() -> ExitCode {
    let spoken = language::before_parsing();
    if completions::answered(spoken) {
        return ExitCode::SUCCESS;
    }
    // Up to here nothing is opened, started or made: help and mistakes are answered at once.
    let matches = help::command(spoken).get_matches();
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let screen = Screen::new(&arguments.common, language::of(&arguments.common));
    let code = commands::run(arguments, &screen).unwrap_or_else(|error| {
        screen.error(&error);
        exit::of(error.verdict())
    });
    match screen.unwritten() {
        Some(cause) if code == ExitCode::SUCCESS => unread(cause, &screen),
        _ => code,
    }
}

/// All went well, but what was to be said of it could not be written.
fn unread(cause: std::io::Error, screen: &Screen) -> ExitCode {
    if cause.kind() == std::io::ErrorKind::BrokenPipe {
        return ExitCode::from(exit::UNREAD);
    }
    let error = complaint::What::StdoutUnwritable.because(cause);
    screen.trouble(&error);
    exit::of(error.verdict())
}
