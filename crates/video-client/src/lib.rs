//! Submits, waits for and downloads generated videos, over any transport.
//!
//! ```no_run
//! use video_client::{Client, Outcome, Target};
//! use video_types::Generation;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder("https://88api.ai").key("sk-xxxx").build()?;
//! let job = client.submit(Generation::new("kling-v1-6", "a cat in the sun")).await?;
//! println!("{}", job.reference());                     // keep it: any process can resume with it
//! if let Outcome::Succeeded(task) = job.finish().await {
//!     let saved = client.download(&task, Target::file("cat.mp4"), &|_| ()).await?;
//!     println!("{} bytes, sha256 {}", saved.bytes, saved.sha256);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A submit is sent once unless it is certain that no task exists; once a task has an id, every error
//! names it, and trouble with a poll never ends the job. Nothing is spawned: dropping a future stops
//! the work, and the task goes on at the gateway.

pub mod batch;
mod builder;
mod chance;
mod check;
mod client;
mod clock;
mod content;
pub mod events;
mod exchange;
mod job;
mod journaled;
mod kept_video;
pub mod metrics;
mod repeated_key;
mod restraints;
pub mod scheduler;
mod verbs;

pub use builder::ClientBuilder;
pub use chance::Chance;
pub use client::Client;
pub use clock::Clock;
pub use job::Job;
pub use journaled::{Carried, JobStep, Journaled, JournaledJob, NewJob, OnItsWay, Served};
pub use kept_video::KeptVideo;
pub use restraints::Restraints;

pub use video_catalog::{Fate, FieldReport, Finding, Report, Severity, fit_pictures};
pub use video_download::{
    Container, DownloadError, Flaw, NameFields, ParseSha256Error, Progress, Proof, Saved, Sha256, Target, Template,
    TemplateError, Verified, safe_word, verify,
};
pub use video_protocol::{
    Cancelled, Class, Error, ErrorKind, ListOrder, ListQuery, Outcome, PollSchedule, RetryPolicy, Task, TaskPage,
    TaskRef, Verdict,
};

/// The example of the README, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
