//! What can be typed after `video completions`.

use clap::Args;

/// Print the script that makes a shell complete commands, options, jobs, models and profiles
///
/// The script asks this program at every TAB, so a job that was just ordered is offered. Reading is all it does.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Completions {
    /// Shell: bash, zsh, fish, elvish or powershell
    #[arg(value_parser = crate::completions::shells())]
    pub(crate) shell: String,
}
