//! The two halves of a wire format.

use std::fmt;

use bytes::Bytes;
use video_types::openai::ContentVariant;
use video_types::{Generation, TaskId};

use crate::server::query::content_variant;
use crate::{Asset, Error, ErrorKind, ListQuery, Task, TaskPage, TaskRef};

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

    /// The request that fetches a still or another variant of a finished video. Not every format has them.
    fn encode_variant(&self, _task: &TaskRef, _variant: &ContentVariant) -> Result<HttpRequest, Error> {
        Err(unsupported(self.name(), "fetch variants of a video"))
    }
    /// The request that asks for one page of all tasks. Not every format has one.
    fn encode_list(&self, _query: &ListQuery) -> Result<HttpRequest, Error> {
        Err(unsupported(self.name(), "list tasks"))
    }
    /// The page that the answer to a list describes. The handles in it are not pinned to an origin.
    fn decode_list(&self, _query: &ListQuery, _response: &HttpResponse) -> Result<TaskPage, Error> {
        Err(unsupported(self.name(), "list tasks"))
    }
    /// The request that makes the server forget a task that has ended. Not every format has one.
    fn encode_delete(&self, _task: &TaskRef) -> Result<HttpRequest, Error> {
        Err(unsupported(self.name(), "delete tasks"))
    }
    /// Whether the answer to a delete says that the task is gone; an error if not.
    fn decode_delete(&self, _task: &TaskRef, _response: &HttpResponse) -> Result<(), Error> {
        Err(unsupported(self.name(), "delete tasks"))
    }
    /// The request that asks the server to stop a task that runs. Not every format has one.
    fn encode_cancel(&self, _task: &TaskRef) -> Result<HttpRequest, Error> {
        Err(unsupported(self.name(), "cancel tasks"))
    }
    /// Whether the answer to a cancel says that the server took it; an error if not.
    ///
    /// It proves nothing about the task: that takes a look at it, see [`Cancelled`](crate::Cancelled).
    fn decode_cancel(&self, _task: &TaskRef, _response: &HttpResponse) -> Result<(), Error> {
        Err(unsupported(self.name(), "cancel tasks"))
    }
    /// The request that creates a task from a finished one and another prompt: it spends money. Not every format has one.
    fn encode_remix(&self, _task: &TaskRef, _prompt: &str) -> Result<HttpRequest, Error> {
        Err(unsupported(self.name(), "remix videos"))
    }
    /// The new task that the answer to a remix of `task` describes, by the rules of [`decode_submit`](Self::decode_submit).
    fn decode_remix(&self, _task: &TaskRef, _response: &HttpResponse) -> Result<Task, Error> {
        Err(unsupported(self.name(), "remix videos"))
    }
}

fn unsupported(dialect: &str, what: &str) -> Error {
    let error = Error::new(ErrorKind::Misconfigured).with_message(format!("the format {dialect} cannot {what}"));
    error.with_proof_of_no_task()
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

    /// Which variant of a video a content request asks for.
    ///
    /// # Errors
    ///
    /// It is neither the video itself nor among those `offered`; the error names `variant`.
    fn decode_content_request(
        &self,
        request: &HttpRequest,
        offered: &[ContentVariant],
    ) -> Result<ContentVariant, Error> {
        content_variant(request, offered)
    }
    /// Reads which page of the list is asked for.
    fn decode_list_request(&self, _request: &HttpRequest) -> Result<ListQuery, Error> {
        Err(unserved("lists tasks"))
    }
    /// Answers a list.
    fn encode_list_response(&self, _page: &TaskPage) -> HttpResponse {
        self.encode_error(Some(&Route::List), &unserved("lists tasks"))
    }
    /// Answers a delete.
    fn encode_delete_response(&self, task: &TaskId) -> HttpResponse {
        self.encode_error(Some(&Route::Delete(task.clone())), &unserved("deletes tasks"))
    }
    /// Answers a cancel that was taken, with the task as it is after it: in the words of a poll.
    fn encode_cancel_response(&self, task: &Task) -> HttpResponse {
        self.encode_poll_response(task)
    }
    /// Reads the prompt of a remix; its answer is that of a submit.
    fn decode_remix_request(&self, _request: &HttpRequest) -> Result<String, Error> {
        Err(unserved("remixes videos"))
    }
}

fn unserved(what: &str) -> Error {
    Error::new(ErrorKind::Misconfigured).with_message(format!("no route of this format {what}"))
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
