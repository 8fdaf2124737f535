//! Wire types of video-generation gateways: what a request says and what an answer means.
//!
//! Pure data: serde and `serde_json`, no clock, no socket, no file. Decoding is lenient (a gateway may
//! spell a number as text, wrap an answer twice or invent a status word), encoding is strict and
//! canonical, and what this version does not know is kept.
//!
//! ```
//! use video_types::{Answer, Phase};
//!
//! let body = br#"{"code":"success","message":"","data":{"task_id":"task_1","status":"SUCCESS",
//!     "progress":"100%","result_url":"https://cdn.example/v.mp4"}}"#;
//! let Answer::Task(report) = Answer::parse(body)? else { panic!("a task was described") };
//! assert_eq!(report.phase(), Phase::Succeeded);
//! assert_eq!(report.links, ["https://cdn.example/v.mp4"]);
//! # Ok::<(), serde_json::Error>(())
//! ```

mod answer;
mod fields;
mod generated;
mod generation;
mod links;
mod media;
mod metadata;
pub mod new_api;
mod open_text;
pub mod openai;
mod problem;
mod report;
mod status;

pub use answer::Answer;
pub use fields::{Extra, FieldError};
pub use generation::Generation;
pub use links::is_link;
pub use media::{ImageInput, ImageKind, Seconds, Size};
pub use metadata::{Metadata, MetadataError, ProviderMetadata};
pub use problem::Problem;
pub use report::{Failure, Report};
pub use status::{Phase, TaskStatus};

open_text::open_text! {
    /// Name of a generation model, exactly as the gateway lists it.
    ///
    /// Any text is taken: resellers rename models. Provider crates export the names they know.
    ModelId
}

open_text::open_text! {
    /// Identifier a gateway gave to a task.
    ///
    /// Opaque: New API makes `task_` and 32 characters, older versions pass the provider's id on
    /// (100 to 200 characters for Google). It is percent-encoded wherever it enters a path.
    TaskId
}
