//! From the file of a batch to what is to be done with each of its lines, and to their videos.
//!
//! [`BatchFile::read`] checks every line before the first is ordered, [`plan`] says what the journal knows of each,
//! [`Batch`] carries them through. Until [`Batch::run`] nothing is sent and nothing noted.

mod event;
mod file;
mod intact;
mod line;
mod plan;
mod problem;
mod run;
mod whole;

pub use event::BatchEvent;
pub use file::{BatchFile, LONGEST_LINE, LinePlace};
pub use intact::is_intact;
pub use line::{BatchLine, Defaults, ReadPicture};
pub use plan::{Plan, PlanCounts, PlannedLine, plan};
pub use problem::{BatchError, LineError, LineProblem, MOST_SHOWN};
pub use whole::Batch;
