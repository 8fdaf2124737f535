//! Commands that only look things up.

use clap::Args;

use super::Format;

/// List the known models, or show what one of them takes
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Models {
    /// Show this model: parameters, limits, defaults and sizes
    #[arg(conflicts_with_all = ["provider", "kind", "search"])]
    pub(crate) model: Option<String>,
    /// Only models of this provider, such as kling
    #[arg(long, value_name = "PROVIDER")]
    pub(crate) provider: Option<String>,
    /// Only models that can do this: text, image, first-last-frame, reference, audio, …; may be given several times
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Vec<String>,
    /// Only models whose names hold this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
}

/// Check requests without sending them
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Validate {
    /// One JSON request, or one on each line; - is stdin
    pub(crate) file: String,
    /// Format the requests will be sent in
    #[arg(long, value_enum, default_value = "new-api", env = "VIDEO_FORMAT", hide_env = true)]
    pub(crate) target: Format,
    /// Model of the requests that name none
    #[arg(long, short)]
    pub(crate) model: Option<String>,
}
