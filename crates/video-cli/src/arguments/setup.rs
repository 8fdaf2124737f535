//! Commands that set something up.

use std::net::SocketAddr;

use clap::{Args, Subcommand, ValueEnum};

use super::GatewayChoice;

/// Run a local gateway that any client in any language can use
///
///   video serve --sandbox
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
    ///
    ///   echo "$KEY" | video config add --preset 88api --model kling-v1-6 --key-stdin
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
