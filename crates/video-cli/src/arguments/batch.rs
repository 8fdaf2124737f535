//! What can be typed after `video batch`.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use clap::Args;
use video_client::batch::Template;
use video_types::{Seconds, Size};

use super::job::{interval, seconds, size};
use super::{GatewayChoice, MetricsChoice};

/// Order many videos, one JSON object per line, and go on where an earlier run stopped
///
///   video batch shots.jsonl -o 'shots/{name}.mp4'
///
/// A line is {"prompt":…} with, optional, model, image, size, seconds, fps, seed, metadata and name. The same command
/// again orders nothing twice: what is saved is skipped, what is open is taken up.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Batch {
    /// File with one JSON object per line, or - for stdin
    pub(crate) file: String,
    /// Name of the batch, by which its lines are known again [default: the file's name without its ending]
    #[arg(long = "batch", value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Jobs at once; fewer while the gateway says it is too many
    #[arg(long, default_value = "3", value_name = "N")]
    pub(crate) concurrency: NonZeroUsize,
    /// Begin no more than so many jobs
    #[arg(long, value_name = "N")]
    pub(crate) max_jobs: Option<NonZeroUsize>,
    /// Begin no more after so many failures in a row for the same reason
    #[arg(long, default_value = "5", value_name = "N")]
    pub(crate) stop_after_failures: NonZeroU32,
    /// Order again what ended without a video
    #[arg(long)]
    pub(crate) retry_failed: bool,
    /// Order although the catalogue knows of errors in lines
    #[arg(long)]
    pub(crate) force: bool,
    /// Time between two looks at a task; the server's hints and a schedule decide by default
    #[arg(long, value_parser = interval, value_name = "TIME")]
    pub(crate) poll_every: Option<Duration>,
    /// Where files go: {name} is the line's name, or else made from its request; {id} the task's id
    #[arg(long, short, default_value = "{name}.mp4", value_name = "PATH", help_heading = "File")]
    pub(crate) output: Template,
    /// Replace files that are there
    #[arg(long, help_heading = "File")]
    pub(crate) overwrite: bool,
    #[command(flatten)]
    pub(crate) defaults: LineDefaults,
    #[command(flatten)]
    pub(crate) metrics: MetricsChoice,
    #[command(flatten)]
    pub(crate) gateway: GatewayChoice,
}

/// What lines mean by what they do not say.
#[derive(Debug, Args)]
#[command(next_help_heading = "For lines that do not say; part of the order, so another value orders anew")]
pub(crate) struct LineDefaults {
    /// Model; else the profile's, sandbox-1 in the sandbox
    #[arg(long, short)]
    pub(crate) model: Option<String>,
    /// Size, as WIDTHxHEIGHT or a word of the provider such as 1080p
    #[arg(long, value_parser = size)]
    pub(crate) size: Option<Size>,
    /// Length in whole seconds, 1 to 3600
    #[arg(long, value_parser = seconds)]
    pub(crate) seconds: Option<Seconds>,
    /// Frames a second
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=240))]
    pub(crate) fps: Option<u32>,
    /// Seed
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) seed: Option<i64>,
    /// Parameter of the provider: key=text, key:=JSON, or key=@FILE; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) meta: Vec<String>,
}
