//! What can be typed.

#![expect(clippy::doc_markdown, reason = "these docs are help texts, not Markdown")]
// For rustdoc alone, so there is nothing the compiler could expect.
#![allow(rustdoc::bare_urls, rustdoc::invalid_html_tags)]

mod batch;
mod catalogue;
mod checking;
mod completions;
mod job;
mod jobs;
mod latency;
mod setup;
mod storage;

use clap::{Args, Parser, Subcommand};

pub(crate) use batch::Batch;
pub(crate) use catalogue::{Models, Validate};
pub(crate) use checking::{Conform, Doctor};
pub(crate) use completions::Completions;
pub(crate) use job::{
    CacheAge, Download, Format, GatewayChoice, Generate, MetricsChoice, OutputChoice, Show, Submit, Verify, Wait,
    Watching, Wish, task_ref,
};
pub(crate) use jobs::{Cancel, List, Reconcile, Resume};
pub(crate) use setup::{Compat, Config, ConfigCommand, Serve, Trying};
pub(crate) use storage::{Prune, Storage, StorageCommand};

use crate::exit;
use crate::language::Language;

/// Orders, waits for and saves generated videos.
///
/// The first command needs nothing set up: without a gateway it renders the clip itself, offline, and says so.
///
///   video generate "一只橘猫在阳光下打盹" -o cat.mp4
#[derive(Debug, Parser)]
#[command(name = "video", version, verbatim_doc_comment, after_help = exit::HELP)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// One JSON object per line on stdout: events, then the result
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// No talk on stderr, only errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Language of messages; the locale decides by default
    #[arg(long, global = true, value_enum, env = "VIDEO_LANG", hide_env = true)]
    pub(crate) lang: Option<Language>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Generate(Box<Generate>),
    Batch(Box<Batch>),
    Submit(Box<Submit>),
    Wait(Wait),
    Show(Show),
    Download(Download),
    Cancel(Cancel),
    Models(Models),
    Validate(Validate),
    Verify(Verify),
    List(List),
    Resume(Resume),
    Reconcile(Reconcile),
    Serve(Serve),
    Config(Config),
    Conform(Conform),
    Doctor(Doctor),
    Storage(Storage),
    Completions(Completions),
}

impl Command {
    /// Where what was counted is to be written.
    pub(crate) fn metrics_file(&self) -> Option<&std::path::Path> {
        let choice = match self {
            Self::Generate(arguments) => &arguments.metrics,
            Self::Batch(arguments) => &arguments.metrics,
            Self::Wait(arguments) => &arguments.metrics,
            Self::Resume(arguments) => &arguments.metrics,
            _ => return None,
        };
        choice.metrics.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Arguments;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
