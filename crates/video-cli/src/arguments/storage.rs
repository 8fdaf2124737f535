//! What can be typed after `video storage`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

/// Show what lies on the disk: videos, unfinished downloads, sandbox, cache and journal
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, args_conflicts_with_subcommands = true)]
pub(crate) struct Storage {
    #[command(subcommand)]
    pub(crate) command: Option<StorageCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum StorageCommand {
    Parts(Parts),
    Prune(Prune),
}

/// List unfinished downloads: in the folders the journal knows, in this one, and in those named
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Parts {
    /// Folders to look into as well
    #[arg(value_name = "FOLDER")]
    pub(crate) folders: Vec<PathBuf>,
}

/// Remove what is old and not needed: journal records, unfinished downloads, sandbox tasks
///
/// A job that is open or unknown is never touched, nor one that is paid for and not delivered, nor what they need. What is
/// left of a record keeps a batch from ordering its line again. Videos stay, unless --results is given with --yes.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option somebody types")]
pub(crate) struct Prune {
    /// Only what has not changed for so long, such as 30d or 12h
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub(crate) older_than: Duration,
    /// Show what would go, and remove nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Records of jobs that have ended
    #[arg(long, help_heading = "Only these; without any, all but --results")]
    pub(crate) journal: bool,
    /// Unfinished downloads nobody works on
    #[arg(long, help_heading = "Only these; without any, all but --results")]
    pub(crate) parts: bool,
    /// Tasks of the embedded sandbox
    #[arg(long = "sandbox", help_heading = "Only these; without any, all but --results")]
    pub(crate) sandbox_tasks: bool,
    /// Videos that were saved, where they still are what was saved; needs --yes
    #[arg(long, help_heading = "Only these; without any, all but --results")]
    pub(crate) results: bool,
    /// Do remove videos
    #[arg(long, requires = "results")]
    pub(crate) yes: bool,
    /// Folder to look for unfinished downloads in as well; may be given several times
    #[arg(long, value_name = "FOLDER")]
    pub(crate) folder: Vec<PathBuf>,
}
