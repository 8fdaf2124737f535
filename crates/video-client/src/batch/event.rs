//! What a batch tells while it runs.

use video_journal::{Owner, Record};
use video_protocol::Error;

use super::LinePlace;
use crate::{Carried, JobStep};

/// What a batch tells while it runs.
#[derive(Debug)]
#[non_exhaustive]
pub enum BatchEvent<'a> {
    /// A step of the job of a line.
    Step {
        /// The line.
        line: &'a LinePlace,
        /// What happened.
        step: JobStep<'a>,
    },
    /// Another process works on the job of a line; it is waited for.
    Held {
        /// The line.
        line: &'a LinePlace,
        /// Who works on it.
        owner: &'a Owner,
    },
    /// The line needed nothing, or was left alone.
    Settled {
        /// The line.
        line: &'a LinePlace,
        /// How it stands.
        record: &'a Record,
    },
    /// The work on a line ended, for this run.
    Ended {
        /// The line.
        line: &'a LinePlace,
        /// How its job stands.
        carried: &'a Carried,
    },
    /// Nothing could be done with a line, and nothing was.
    Failed {
        /// The line.
        line: &'a LinePlace,
        /// Why.
        error: &'a Error,
    },
}
