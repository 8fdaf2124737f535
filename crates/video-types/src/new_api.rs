//! The format of New API and its resellers: `POST /v1/video/generations` and what it answers.
//!
//! Field by field as the gateway reads and writes it, by version; the source of every fact is the
//! project's collected wire notes of 2026-11 (New API v0.8.6 to v1.0.0-rc.24).

mod submit;
mod task_report;

pub use submit::SubmitRequest;
pub(crate) use submit::unknown_members;
pub use task_report::{LiveReport, TaskProperties, TaskReport, Wrapper};
