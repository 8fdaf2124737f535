//! Commands that set something up.

use std::net::SocketAddr;

use clap::{Args, Subcommand, ValueEnum};
use video_gateway::FaultPlan;

use super::GatewayChoice;
use super::latency::Latency;

/// Run a local gateway that any client in any language can use
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Serve {
    /// Address to listen on; port 0 takes any free one
    #[arg(long, default_value = "127.0.0.1:8787", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
    /// Key that clients must send; may be given several times. Without one, any key is taken, on loopback only
    #[arg(long, value_name = "KEY", env = "VIDEO_SERVE_TOKENS", value_delimiter = ',', hide_env_values = true)]
    pub(crate) token: Vec<String>,
    /// Whose clients are served where clients contradict each other
    #[arg(long, value_enum, default_value_t, value_name = "WHOSE")]
    pub(crate) compat: Compat,
    #[command(flatten)]
    pub(crate) trying: Trying,
    #[command(flatten)]
    pub(crate) gateway: GatewayChoice,
}

/// Whose clients a gateway serves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Compat {
    /// The official clients: a success at /v1/videos is "completed"
    #[default]
    Official,
    /// Clients written after the pages of New API's resellers: it is "succeeded", with its "url"
    Docs,
}

/// What makes the sandbox hard to live with.
#[derive(Debug, Args)]
#[command(next_help_heading = "Trying clients, with --sandbox")]
pub(crate) struct Trying {
    /// Get answers wrong at these rates: ROUTE:KIND=RATE, such as submit:500=0.1,poll:429=0.2,content:cut=0.1
    ///
    /// ROUTE is submit, poll, content or list. KIND is a status from 400 to 599, drop, lost, lost-500, html, html-502,
    /// empty, json, late, late-10s, cut, short, stall or stall-10s. RATE is from 0 to 1, and those of one route are
    /// together at most 1. The table of kinds, and how the seed decides, is in docs/guide/gateway.md#faults-on-purpose
    #[arg(long, value_name = "FAULTS")]
    pub(crate) fault: Option<FaultPlan>,
    /// How long each job takes at least: a time such as 3s or 500ms, or a range such as 2s..5s
    #[arg(long, value_name = "TIME")]
    pub(crate) latency: Option<Latency>,
    /// Seed of --fault and --latency: the same seed gives the same sequence
    #[arg(long, default_value_t = FaultPlan::DEFAULT_SEED, value_name = "N")]
    pub(crate) seed: u64,
}

/// Keep gateways as profiles
#[derive(Debug, Args)]
pub(crate) struct Config {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// List the known gateways that need only a key
    Presets,
    /// Add or change a profile; the first one becomes the default
    #[command(verbatim_doc_comment)]
    Add {
        /// Name of the profile; the preset's by default
        #[arg(required_unless_present = "preset")]
        name: Option<String>,
        /// A known gateway, see `video config presets`
        #[arg(long)]
        preset: Option<String>,
        /// Gateway, such as https://88api.ai
        #[arg(long, value_name = "URL")]
        base_url: Option<String>,
        /// Model to use when none is named
        #[arg(long)]
        model: Option<String>,
        /// How much of prompts and pictures the journal keeps: stored or hashed
        #[arg(long, value_name = "HOW", value_parser = ["stored", "hashed"])]
        journal_prompts: Option<String>,
        /// Read the key from stdin; it is kept in a file only you can read
        #[arg(long)]
        key_stdin: bool,
    },
    /// List the profiles
    List,
    /// Make a profile the default
    Use {
        /// Name of the profile
        name: String,
    },
    /// Forget a profile and its key
    Remove {
        /// Name of the profile
        name: String,
    },
    /// Show the settings in force, and where each comes from
    Show(GatewayChoice),
}
