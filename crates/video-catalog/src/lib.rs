//! What every video model takes, and what will become of a request before anything is sent.
//!
//! The facts are data, generated from `spec/` with a source for each: [`providers()`], their models, parameters, rules
//! and what New API's channel for them passes on. [`report`] holds one request against them.
//!
//! ```
//! use video_catalog::{Severity, Target, report};
//! use video_types::{Generation, Seconds};
//!
//! let generation = Generation::new("kling-v1", "a cat").with_seconds(Seconds::new(3).expect("within 1 to 3600"));
//! let report = report(&generation, Target::Generations);
//! let finding = report.findings.iter().find(|finding| finding.severity == Severity::Error).expect("3 s do not exist");
//! assert_eq!(finding.to_string(), "error: seconds: `3` is not one of 5, 10 (nearest: 5) [kling-docs, comfy]");
//! ```
//!
//! Pure: no clock, no file, no socket. Nothing here prevents a request; whoever sends decides what an error means.

mod channel;
mod evaluate;
mod finding;
mod fit;
mod forms;
mod generated;
mod limits;
mod lookup;
mod members;
mod model;
mod near;
mod param;
mod pattern;
mod pictures;
mod provider;
mod report;
mod rule;
mod seen;
mod sent;
mod typed;

pub use channel::{Carrier, Channel, Form, ImageForm, Member, MetadataForm, Target};
pub use finding::{Confidence, Finding, Language, Severity, Text};
pub use fit::fit_pictures;
pub use lookup::{Found, NameMatch, Selection, find, models, near_models, provider, providers, source, sources};
pub use model::{Kind, Model, Status, Taken};
pub use param::{Field, Limits, Param, Reach, ValueType, Word};
pub use pattern::Piece;
pub use pictures::{PictureFacts, PictureLimits};
pub use provider::{Dispute, Provider, Source};
pub use report::{Fate, FieldReport, Report, report, report_as};
pub use rule::{Condition, Requirement, Rule};
pub use typed::typed;
