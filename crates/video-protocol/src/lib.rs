//! The protocol of video-generation gateways, without I/O.
//!
//! Values go in, [`http`] messages come out, and the other way round. Nothing here opens a socket,
//! reads a clock or draws a random number: time, chance and answers are arguments, so one machine
//! drives the asynchronous client, a blocking loop, the gateway and a simulation alike.
//!
//! - [`Dialect`] and [`ServerDialect`] translate one wire format, from both ends; [`NewApi`] is one.
//! - [`Flow`] is the life of a job as a value: submit once, poll, end.
//! - [`Endpoint`] adds host and secret, and only to what goes to its own origin.
//! - [`Error`] says what went wrong, whether repeating helps, and whether a task may exist.

mod address;
mod asset;
mod byte_range;
mod classify;
mod data_uri;
mod delays;
mod dialect;
mod endpoint;
mod error;
mod error_kind;
mod error_table;
mod flow;
mod new_api;
mod policy;
mod signer;
mod task;
mod task_ref;
mod verdict;

pub use asset::Asset;
pub use byte_range::ByteRange;
pub use data_uri::DataUri;
pub use dialect::{Dialect, HttpRequest, HttpResponse, Route, ServerDialect};
pub use endpoint::Endpoint;
pub use error::{BoxError, Error};
pub use error_kind::{Class, ErrorKind};
pub use flow::{Flow, Input, Lost, Outcome, Purpose, Sent, Step};
pub use new_api::NewApi;
pub use policy::{PollSchedule, RetryPolicy};
pub use signer::{Bearer, Signer};
pub use task::Task;
pub use task_ref::{ParseTaskRefError, TaskRef};
pub use verdict::Verdict;
