//! From the file of a batch to what is to be done with each of its lines.
//!
//! Nothing here sends or writes anything: [`BatchFile::read`] checks every line before the first is ordered,
//! [`Template`] says where each video goes, [`plan`] what the journal knows of it.

mod file;
mod intact;
mod line;
mod plan;
mod problem;
mod template;

pub use file::{BatchFile, LONGEST_LINE, LinePlace};
pub use intact::is_intact;
pub use line::{BatchLine, Defaults, ReadPicture};
pub use plan::{Plan, PlanCounts, PlannedLine, plan};
pub use problem::{BatchError, LineError, LineProblem, MOST_SHOWN, TemplateError};
pub use template::Template;
