//! The two halves of a wire format.

use std::fmt;

use bytes::Bytes;
use video_types::{Generation, TaskId};

use crate::{Asset, Error, Task, TaskRef};

/// A request ready for [`Endpoint::prepare`](crate::Endpoint::prepare).
pub type HttpRequest = http::Request<Bytes>;
/// An answer whose body has been read whole.
pub type HttpResponse = http::Response<Bytes>;

/// The client's half: translates between values and one HTTP wire format.
///
/// Pure: no clock, no socket, no chance. Requests for the gateway itself are in origin form
/// (`/v1/…`) and hold neither host nor secret; requests in absolute form leave the gateway.
pub trait Dialect: fmt::Debug + Send + Sync + 'static {
    /// Stable name, also the first word of a [`TaskRef`].
    fn name(&self) -> &'static str;
    /// The request that creates a task.
    fn encode_submit(&self, generation: &Generation) -> Result<HttpRequest, Error>;
    /// The task that the answer to a submit describes.
    ///
    /// An error says through [`Error::proves_no_task`] whether the answer rules out that a task exists.
    fn decode_submit(&self, generation: &Generation, response: &HttpResponse) -> Result<Task, Error>;
    /// The request that asks how a task is.
    fn encode_poll(&self, task: &TaskRef) -> Result<HttpRequest, Error>;
    /// The task that the answer to a poll describes.
    fn decode_poll(&self, task: &TaskRef, response: &HttpResponse) -> Result<Task, Error>;
    /// The request that fetches one asset of a task; an inline asset needs none and is an error.
    fn encode_content(&self, asset: &Asset) -> Result<HttpRequest, Error>;
    /// What an answer to a content request says, if its status is not a success.
    fn decode_content_error(&self, task: &TaskRef, response: &HttpResponse) -> Error;
}

/// The gateway's half: the mirror of [`Dialect`].
///
/// For every generation and task, one half reads what the other wrote.
pub trait ServerDialect: fmt::Debug + Send + Sync + 'static {
    /// What a request asks for, if it belongs to this format.
    fn route(&self, request: &HttpRequest) -> Option<Route>;
    /// Reads a submit.
    fn decode_submit_request(&self, request: &HttpRequest) -> Result<Generation, Error>;
    /// Answers a submit.
    fn encode_submit_response(&self, task: &Task) -> HttpResponse;
    /// Answers a poll.
    fn encode_poll_response(&self, task: &Task) -> HttpResponse;
    /// Answers whatever went wrong on `route`.
    fn encode_error(&self, route: Option<&Route>, error: &Error) -> HttpResponse;
}

/// What an incoming request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Route {
    /// Create a task.
    Submit,
    /// Describe a task.
    Poll(TaskId),
    /// Send the video of a task.
    Content(TaskId),
    /// Create a task from another one.
    Remix(TaskId),
    /// Describe many tasks.
    List,
    /// Forget a task that has ended.
    Delete(TaskId),
    /// Stop a task.
    Cancel(TaskId),
}
