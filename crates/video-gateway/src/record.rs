//! One line of the log for each request.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use axum::body::{Body, Bytes, HttpBody};
use http::{Method, StatusCode};
use hyper::body::{Frame, SizeHint};
use tracing::field::{debug, display};
use video_protocol::{Error, ErrorKind, Route};
use video_types::TaskId;

use crate::fault::Fault;
use crate::request_id::RequestId;

/// What the service says of its answer for the log; travels in the answer's extensions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    task: Option<TaskId>,
    kind: Option<ErrorKind>,
    code: Option<String>,
}

impl Told {
    /// An order was accepted as this task.
    pub(crate) fn task(id: TaskId) -> Self {
        Self { task: Some(id), ..Self::default() }
    }

    /// An answer that says no. Its words stay out of the log: an upstream may repeat the prompt in them.
    pub(crate) fn refusal(error: &Error) -> Self {
        Self { task: None, kind: Some(error.kind()), code: error.code().map(str::to_owned) }
    }
}

/// What the log line of one request will say. Written when it is dropped: after the last byte of the answer, or when the
/// client is gone.
#[derive(Debug)]
pub(crate) struct Record {
    id: RequestId,
    method: Method,
    route: &'static str,
    began: Instant,
    status: Option<StatusCode>,
    told: Told,
    fault: Option<Fault>,
    bytes: u64,
    end: End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The answer was sent whole.
    Whole,
    /// The client went away before it had all.
    ClientLeft,
    /// The body of the answer broke on the upstream's side.
    UpstreamBroke,
    /// A fault closed the connection instead of an answer.
    Closed,
}

impl Record {
    pub(crate) fn begin(id: RequestId, method: Method, route: Option<&Route>, fault: Option<Fault>) -> Self {
        let (route, task) = match route {
            Some(Route::Submit) => ("submit", None),
            Some(Route::Poll(id)) => ("poll", Some(id.clone())),
            Some(Route::Content(id)) => ("content", Some(id.clone())),
            Some(Route::Remix(id)) => ("remix", Some(id.clone())),
            Some(Route::List) => ("list", None),
            Some(Route::Delete(id)) => ("delete", Some(id.clone())),
            Some(Route::Cancel(id)) => ("cancel", Some(id.clone())),
            Some(_) => ("other", None),
            None => ("none", None),
        };
        let told = Told { task, ..Told::default() };
        Self { id, method, route, began: now(), status: None, told, fault, bytes: 0, end: End::ClientLeft }
    }

    /// There will be no answer.
    pub(crate) fn closed(&mut self) {
        self.end = End::Closed;
    }

    /// The head of the answer is known.
    pub(crate) fn answered(&mut self, status: StatusCode, told: Option<Told>) {
        self.status = Some(status);
        let told = told.unwrap_or_default();
        self.told = Told { task: told.task.or_else(|| self.told.task.take()), ..told };
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let status = self.status.map(|status| status.as_u16());
        let task = self.told.task.as_ref().map(|id| debug(id.as_str()));
        let kind = self.told.kind.map(debug);
        let code = self.told.code.as_deref().map(debug);
        let fault = self.fault.map(display);
        let end = match self.end {
            End::Whole => "answered",
            End::ClientLeft => "client left",
            End::UpstreamBroke if self.fault.is_some() => "a fault broke off",
            End::UpstreamBroke => "upstream broke off",
            End::Closed => "a fault closed the connection",
        };
        let fine = self.status.is_none_or(|status| !status.is_server_error()) && self.end != End::UpstreamBroke;
        let (id, method, route, bytes) = (display(&self.id), display(&self.method), self.route, self.bytes);
        if fine {
            tracing::info!(request_id = id, method, route, status, ms, bytes, task, kind, code, fault, "{end}");
        } else {
            tracing::warn!(request_id = id, method, route, status, ms, bytes, task, kind, code, fault, "{end}");
        }
    }
}

/// The body of an answer, which keeps the record until it is sent.
#[derive(Debug)]
pub(crate) struct Recorded {
    body: Body,
    record: Record,
    /// The head alone is the answer.
    head_only: bool,
}

impl Recorded {
    pub(crate) fn new(body: Body, record: Record) -> Self {
        let head_only = record.method == Method::HEAD;
        Self { body, record, head_only }
    }
}

impl HttpBody for Recorded {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                let sent = frame.data_ref().map_or(0, Bytes::len);
                self.record.bytes += u64::try_from(sent).unwrap_or(0);
            }
            Some(Err(_)) => self.record.end = End::UpstreamBroke,
            None => self.record.end = End::Whole,
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Recorded {
    fn drop(&mut self) {
        if self.record.end == End::ClientLeft && (self.head_only || self.body.is_end_stream()) {
            self.record.end = End::Whole;
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "an edge: how long a request took is a fact of the log, nothing waits for it"
)]
fn now() -> Instant {
    Instant::now()
}
