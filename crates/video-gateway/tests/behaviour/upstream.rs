//! Upstreams that do as they are told, and write down what they were asked.

use std::fmt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, stream};
use tokio::sync::watch;
use video_transport::{Body, Request, Response, Transport, TransportError, TransportErrorKind};

type Answering = dyn Fn(Request) -> BoxFuture<'static, Result<Response, TransportError>> + Send + Sync;

/// A transport that answers with a function. Clones share the record.
#[derive(Clone)]
pub(crate) struct Upstream {
    answering: Arc<Answering>,
    requests: Arc<Mutex<Vec<Request>>>,
    count: Arc<watch::Sender<usize>>,
}

impl Upstream {
    pub(crate) fn new<F, Answer>(answering: F) -> Self
    where
        F: Fn(Request) -> Answer + Send + Sync + 'static,
        Answer: Future<Output = Result<Response, TransportError>> + Send + 'static,
    {
        let answering = Arc::new(move |request| answering(request).boxed());
        Self { answering, requests: Arc::default(), count: Arc::default() }
    }

    /// The same answer to everything.
    pub(crate) fn always(status: u16, headers: &'static [(&'static str, &'static str)], body: &'static str) -> Self {
        Self::new(move |_| async move { Ok(answer(status, headers, body)) })
    }

    /// A finished task, whose content is what `content` says.
    pub(crate) fn finished(content: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        Self::new(move |request| {
            let polled = request.uri().path().starts_with("/v1/video/generations/");
            let response = if polled { json(200, DONE) } else { content(&request) };
            async move { Ok(response) }
        })
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("a lock nobody broke").clone()
    }

    /// How many requests with this method came.
    pub(crate) fn count(&self, method: &str) -> usize {
        self.requests().iter().filter(|request| request.method() == method).count()
    }

    /// Waits for the `number`-th request.
    pub(crate) async fn asked(&self, number: usize) {
        self.count.subscribe().wait_for(|count| *count >= number).await.expect("a sender in self");
    }
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Upstream")
    }
}

#[async_trait]
impl Transport for Upstream {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.requests.lock().expect("a lock nobody broke").push(request.clone());
        self.count.send_modify(|count| *count += 1);
        (self.answering)(request).await
    }
}

/// A poll of a task that is done.
pub(crate) const DONE: &str = r#"{"code":"success","message":"","data":{"task_id":"task_1","status":"SUCCESS",
    "progress":"100%","result_url":"https://cdn.example/v.mp4?signature=secret","submit_time":1800000000,
    "finish_time":1800000009,"quota":1500}}"#;

pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Body>) -> Response {
    let mut response = http::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(body.into()).expect("a valid answer")
}

pub(crate) fn json(status: u16, body: &'static str) -> Response {
    answer(status, &[("content-type", "application/json")], Body::full(body))
}

pub(crate) fn broken() -> TransportError {
    TransportError::new(TransportErrorKind::Interrupted, "connection reset by peer")
}

/// A body of these pieces, then a break.
pub(crate) fn breaking(pieces: &[&'static str]) -> Body {
    let mut pieces: Vec<Result<Bytes, TransportError>> =
        pieces.iter().map(|piece| Ok(Bytes::from_static(piece.as_bytes()))).collect();
    pieces.push(Err(broken()));
    Body::new(stream::iter(pieces))
}
