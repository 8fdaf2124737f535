//! Commands that deal with a job.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use video_protocol::TaskRef;
use video_types::{Seconds, Size};

/// Order a video, wait for it, save it, prove it, print its path
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Generate {
    #[command(flatten)]
    pub(crate) wish: Wish,
    #[command(flatten)]
    pub(crate) output: OutputChoice,
    #[command(flatten)]
    pub(crate) watching: Watching,
    /// Only order; print the task and leave
    #[arg(long, conflicts_with_all = ["output", "overwrite"])]
    pub(crate) no_wait: bool,
    /// Take the video of an equal order if one was saved not longer ago than this, or is on its way [default: 1d]
    ///
    /// Equal is what has the same model, prompt, pictures and parameters at the same gateway. The journal is the cache:
    /// every saved video is in it as long as its file is what it was. Nothing is ordered then, and the file is copied to
    /// where it is wanted.
    #[arg(long, value_name = "TTL", num_args = 0..=1, require_equals = true, default_missing_value = "1d",
        value_parser = cache_age, conflicts_with = "no_wait", hide_default_value = true)]
    pub(crate) cache: Option<CacheAge>,
    #[command(flatten)]
    pub(crate) metrics: MetricsChoice,
    #[command(flatten)]
    pub(crate) gateway: GatewayChoice,
}

/// How old a video may be that serves an order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CacheAge(pub(crate) Duration);

/// Order a video and print its task, without waiting
#[derive(Debug, Args)]
pub(crate) struct Submit {
    #[command(flatten)]
    pub(crate) wish: Wish,
    #[command(flatten)]
    pub(crate) gateway: GatewayChoice,
}

/// Wait until a task has ended
#[derive(Debug, Args)]
pub(crate) struct Wait {
    /// The job or its beginning, or the task as it was printed, such as new-api:task_8Jd0@88api.ai
    #[arg(value_name = "JOB")]
    pub(crate) task: String,
    #[command(flatten)]
    pub(crate) watching: Watching,
    #[command(flatten)]
    pub(crate) metrics: MetricsChoice,
    #[command(flatten)]
    pub(crate) gateway: GatewayChoice,
}

/// Show how a job is, with one free question, and what the journal knows of it
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The job or its beginning, or the task as it was printed, such as new-api:task_8Jd0@88api.ai
    #[arg(value_name = "JOB")]
    pub(crate) task: String,
    #[command(flatten)]
    pub(crate) gateway: GatewayChoice,
}

/// Save the video of a task that has succeeded
#[derive(Debug, Args)]
pub(crate) struct Download {
    /// The job or its beginning, or the task as it was printed, such as new-api:task_8Jd0@88api.ai
    #[arg(value_name = "JOB")]
    pub(crate) task: String,
    #[command(flatten)]
    pub(crate) output: OutputChoice,
    #[command(flatten)]
    pub(crate) gateway: GatewayChoice,
}

/// Prove a file on the disk again: is it a whole video, and has it the hash it should have
///
/// The hash it should have is that of the journal, if the file was saved from this machine: by its path, or by --job if
/// it was moved. The journal is only read.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Verify {
    /// File to look at
    pub(crate) file: PathBuf,
    /// SHA-256 it should have, as `generate` and `download` print it
    #[arg(long, value_name = "HEX")]
    pub(crate) sha256: Option<String>,
    /// Job or task it was saved for
    #[arg(long, value_name = "JOB", conflicts_with = "sha256")]
    pub(crate) job: Option<String>,
}

/// What to generate.
#[derive(Debug, Args)]
#[command(next_help_heading = "Video")]
pub(crate) struct Wish {
    /// What the video shows
    pub(crate) prompt: String,
    /// Model; the profile's by default, sandbox-1 in the sandbox
    #[arg(long, short)]
    pub(crate) model: Option<String>,
    /// Picture to begin with: a file, a link, a data URI or base64; may be given several times
    #[arg(long, value_name = "PICTURE")]
    pub(crate) image: Vec<String>,
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
    /// Parameter of the provider: key=TEXT, key:=JSON, or @FILE for either; may be given several times
    ///
    /// TEXT becomes a number, a flag or a list where the catalogue says so, see `video models MODEL`. A dot in the key
    /// descends: parameters.seed=7
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) meta: Vec<String>,
    /// File with a JSON object of provider parameters; --meta wins over it
    #[arg(long, value_name = "FILE")]
    pub(crate) meta_file: Option<PathBuf>,
    /// Print the request and what is known against it instead of sending it; the key is masked
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Send it although it has errors
    #[arg(long)]
    pub(crate) force: bool,
}

/// Where the file goes.
#[derive(Debug, Args)]
#[command(next_help_heading = "File")]
pub(crate) struct OutputChoice {
    /// File or folder, or - for stdout; a file's name may have {name}, {id}, {model}, {seed} and {date} in it [default: ./video-<id>.mp4]
    #[arg(long, short)]
    pub(crate) output: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long)]
    pub(crate) overwrite: bool,
}

/// How long and how often to look.
#[derive(Debug, Args)]
#[command(next_help_heading = "Waiting")]
pub(crate) struct Watching {
    /// Longest time to wait, such as 90s, 30m or 2h; then the task goes on without us [default: 30m]
    #[arg(long, value_parser = duration)]
    pub(crate) deadline: Option<Duration>,
    /// Time between two looks; the server's hints and a schedule decide by default
    #[arg(long, value_parser = interval, value_name = "TIME")]
    pub(crate) poll_every: Option<Duration>,
}

/// Where counts and times go.
#[derive(Debug, Args)]
pub(crate) struct MetricsChoice {
    /// File for counts and times of this run, as Prometheus reads them; written every five seconds and at the end
    #[arg(long, value_name = "FILE")]
    pub(crate) metrics: Option<PathBuf>,
}

/// Which gateway.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Gateway")]
pub(crate) struct GatewayChoice {
    /// Gateway, such as https://88api.ai
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Profile to use
    #[arg(long)]
    pub(crate) profile: Option<String>,
    /// Wire format
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Render offline in the embedded sandbox
    #[arg(long, conflicts_with_all = ["base_url", "profile"])]
    pub(crate) sandbox: bool,
}

/// A wire format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// New API and its resellers: POST /v1/video/generations
    NewApi,
    /// OpenAI and everything that speaks like it: POST /v1/videos
    #[value(name = "openai")]
    OpenAi,
}

impl Format {
    /// The name that stands in handles of tasks and in VIDEO_FORMAT.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::NewApi => "new-api",
            Self::OpenAi => "openai",
        }
    }

    pub(crate) fn of_name(name: &str) -> Option<Self> {
        [Self::NewApi, Self::OpenAi].into_iter().find(|format| format.name() == name)
    }
}

pub(super) fn size(text: &str) -> Result<Size, String> {
    let size = Size::from(text.trim());
    if text.trim().is_empty() || text.contains(char::is_control) {
        return Err("write it as 1280x720, or as the provider's word such as 1080p".to_owned());
    }
    Ok(size)
}

pub(super) fn seconds(text: &str) -> Result<Seconds, String> {
    let seconds = text.trim().trim_end_matches('s').parse().ok().and_then(Seconds::new);
    seconds.ok_or_else(|| "must be a whole number from 1 to 3600".to_owned())
}

/// `90`, `90s`, `30m`, `1h30m`.
fn duration(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.trim().parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    humantime::parse_duration(text.trim()).map_err(|_| "write it as 90s, 30m or 2h".to_owned())
}

fn cache_age(text: &str) -> Result<CacheAge, String> {
    duration(text).map(CacheAge)
}

pub(super) fn interval(text: &str) -> Result<Duration, String> {
    let interval = duration(text)?;
    if interval < Duration::from_millis(100) { Err("must be at least 100ms".to_owned()) } else { Ok(interval) }
}

/// A task as it was printed, or its id alone.
pub(crate) fn task_ref(text: &str, dialect: &str) -> Result<TaskRef, video_protocol::ParseTaskRefError> {
    text.parse().or_else(|error| if text.contains(':') { Err(error) } else { format!("{dialect}:{text}").parse() })
}
