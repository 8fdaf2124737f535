//! The protocol of video-generation gateways, without I/O.
//!
//! Values go in, [`http`] messages come out, and the other way round. Nothing here opens a socket,
//! reads a clock or draws a random number: time, chance and answers are arguments, so one machine
//! drives the asynchronous client, a blocking loop, the gateway and a simulation alike.
//!
//! - [`Dialect`] and [`ServerDialect`] translate one wire format, from both ends: [`NewApi`] and [`OpenAi`].
//! - [`Flow`] is the life of a job as a value: submit once, poll, end.
//! - [`TaskProgress`] is how far a task is, whatever its gateway writes for it.
//! - [`Settle`] finds out by listing whether a submit without a usable answer created a task.
//! - [`RetryBudget`], [`Breaker`], [`Throttle`] and [`Pace`] are what the jobs of one origin and key share.
//! - [`Survey`] tells what a gateway is and has, from answers to [`Question`]s that cost nothing.
//! - [`Endpoint`] adds host and secret, and only to what goes to its own origin.
//! - [`Error`] says what went wrong, whether repeating helps, and whether a task may exist.
//!
//! ```
//! use std::time::SystemTime;
//! use video_protocol::{Bearer, Dialect as _, Endpoint, NewApi};
//! use video_types::Generation;
//!
//! let gateway = Endpoint::new("https://88api.ai/v1", Bearer::new("sk-xxxx")?)?;
//! let generation = Generation::new("kling-v1-6", "a lighthouse in fog");
//! let request = gateway.prepare(NewApi.encode_submit(&generation)?, SystemTime::now())?;
//! assert_eq!(request.uri(), "https://88api.ai/v1/video/generations"); // send it with any HTTP client
//!
//! let answer = http::Response::new(r#"{"task_id":"7501234567"}"#.into());
//! let task = NewApi.decode_submit(&generation, &answer)?;
//! assert_eq!(task.reference.to_string(), "new-api:7501234567");
//! # Ok::<(), video_protocol::Error>(())
//! ```

mod address;
mod asset;
mod byte_range;
mod chance;
mod classify;
mod content_refusal;
mod data_uri;
mod delays;
mod detour;
mod dialect;
mod endpoint;
mod error;
mod error_kind;
mod error_table;
mod flow;
mod generated;
mod list;
mod multipart;
mod new_api;
mod openai;
mod picture;
mod policy;
mod probe;
mod progress;
mod requests;
mod restraint;
mod server;
mod settle;
mod signer;
mod task;
mod task_answer;
mod task_ref;
mod verdict;
mod videos;

pub use asset::Asset;
pub use byte_range::ByteRange;
pub use data_uri::DataUri;
pub use dialect::{Dialect, HttpRequest, HttpResponse, Route, ServerDialect};
pub use endpoint::Endpoint;
pub use error::{BoxError, Error};
pub use error_kind::{Class, ErrorKind};
pub use flow::{Flow, Input, Lost, Outcome, Purpose, Sent, Step, Trouble};
pub use list::{ListOrder, ListQuery, TaskPage};
pub use new_api::NewApi;
pub use openai::OpenAi;
pub use policy::{PollSchedule, RetryPolicy};
pub use probe::{Caller, Feature, Finding, Question, Quirk, Reason, State, Survey};
pub use progress::{Stage, TaskProgress};
pub use restraint::Restraint;
pub use restraint::breaker::{Admission, Breaker};
pub use restraint::pace::Pace;
pub use restraint::retry_budget::{Repetition, RetryBudget};
pub use restraint::signal::Signal;
pub use restraint::throttle::Throttle;
pub use settle::{Settle, Settled, Undecided};
pub use signer::{Bearer, Signer};
pub use task::Task;
pub use task_ref::{ParseTaskRefError, TaskRef};
pub use verdict::Verdict;
