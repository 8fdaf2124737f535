//! Commands over the journal.

use clap::Args;
use video_journal::State;

use super::{GatewayChoice, MetricsChoice, OutputChoice, Watching};

/// List the jobs of the journal, the newest first
///
///   video list --state unknown
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct List {
    /// Only jobs that stand so: intent, sent, accepted, running, succeeded, saved, unknown …; may be given several times
    #[arg(long, value_parser = state)]
    pub(crate) state: Vec<State>,
    /// Only jobs of this batch
    #[arg(long)]
    pub(crate) batch: Option<String>,
    /// How many at most
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) limit: u32,
}

/// Go on with jobs that are open, and save their videos
///
/// A job that was not sent is sent, under its own key; one that was accepted is waited for and saved. What nobody knows the
/// outcome of is looked for, and never ordered again without proof.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Resume {
    /// Jobs, their beginnings or their tasks; every open job at the gateway by default
    #[arg(value_name = "JOB")]
    pub(crate) jobs: Vec<String>,
    #[command(flatten)]
    pub(crate) output: OutputChoice,
    #[command(flatten)]
    pub(crate) watching: Watching,
    #[command(flatten)]
    pub(crate) metrics: MetricsChoice,
    #[command(flatten)]
    pub(crate) gateway: GatewayChoice,
}

/// Settle jobs nobody knows the outcome of
///
/// Without JOB it shows them: when, which model, the first words of the prompt, and what was seen. With JOB it looks in the
/// gateway's list, or does what you found out in the gateway's task log.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Reconcile {
    /// The job, or its beginning
    #[arg(value_name = "JOB")]
    pub(crate) job: Option<String>,
    /// The task log has it: this is its task
    #[arg(long, value_name = "ID", requires = "job", conflicts_with_all = ["absent", "reorder"])]
    pub(crate) task: Option<String>,
    /// The task log does not have it: nothing was ordered
    #[arg(long, requires = "job", conflicts_with = "reorder")]
    pub(crate) absent: bool,
    /// Order it once more as a new job, whatever became of the old one; it may be paid twice
    #[arg(long, requires = "job")]
    pub(crate) reorder: bool,
    #[command(flatten)]
    pub(crate) gateway: GatewayChoice,
}

fn state(word: &str) -> Result<State, String> {
    word.trim().parse().map_err(|error: video_journal::ParseStateError| error.to_string())
}
