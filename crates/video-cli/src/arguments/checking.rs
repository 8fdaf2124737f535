//! Commands that look and change nothing.

use std::path::PathBuf;

use clap::Args;

use super::GatewayChoice;

/// Tell what a gateway speaks and how it behaves, for free
///
/// Asks with GET, HEAD and OPTIONS only, about a task that there is not, so nothing is ever ordered. --dry-run shows
/// each request. The key is that of VIDEO_API_KEY or of the profile of that gateway.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Conform {
    /// Gateway to look at [default: the one in force]
    #[arg(conflicts_with = "profile")]
    pub(crate) url: Option<String>,
    /// Profile whose gateway to look at
    #[arg(long)]
    pub(crate) profile: Option<String>,
    /// Show the requests and send none
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Check key, gateway, clock, disk, terminal and journal
///
/// Each line is ok, a warning or a problem, with what to do next. Asks the gateway in force one free question and nobody
/// else. There is no secret in the report, so it can go into a bug report as it is.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Doctor {
    /// Folder where videos are to be saved [default: this one]
    #[arg(long, short, value_name = "FOLDER")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) gateway: GatewayChoice,
}
