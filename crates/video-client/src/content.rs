//! The places of one finished video, as a source of its bytes.

use std::collections::VecDeque;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use video_download::{DownloadError, Resume, Source, SourceError};
use video_protocol::{Asset, Error, ErrorKind, HttpRequest, HttpResponse, Task};
use video_transport::{Body, Response};
use video_types::Phase;

use crate::Client;
use crate::exchange::{ERROR_LIMIT, beginning, now};

/// How many redirects of one content request are followed.
const HOPS: usize = 5;

/// The places of one finished video.
///
/// The best place is asked until it fails for good; then the task is looked up once more for fresh
/// links, and then the next place is tried.
#[derive(Debug)]
pub(crate) struct Content {
    client: Client,
    task: Task,
    places: VecDeque<Asset>,
    looked_again: bool,
    failures_here: u32,
    refusal: Option<Error>,
}

impl Content {
    pub(crate) fn new(client: Client, task: &Task) -> Result<Self, Error> {
        let kind = match task.phase() {
            Phase::Succeeded if task.assets.is_empty() => Some(ErrorKind::Undelivered),
            Phase::Succeeded => None,
            Phase::Failed | Phase::Cancelled | Phase::Expired => Some(ErrorKind::TaskFailed),
            Phase::Pending | Phase::Running | Phase::Unknown => Some(ErrorKind::NotReady),
        };
        if let Some(kind) = kind {
            let reason = task.failure.as_ref().map(|failure| failure.message.clone()).unwrap_or_default();
            return Err(Error::new(kind).with_message(reason).with_task(task.reference.clone()));
        }
        let places = task.assets.iter().cloned().collect();
        Ok(Self { client, task: task.clone(), places, looked_again: false, failures_here: 0, refusal: None })
    }

    /// What the server said when it last refused.
    pub(crate) fn take_refusal(&mut self) -> Option<Error> {
        self.refusal.take()
    }

    /// The first place that answers with content, for passing it on.
    pub(crate) async fn open_best(mut self, range: &HeaderMap) -> Result<Response, Error> {
        loop {
            let opened = self.ask(range).await;
            let trouble = match opened {
                Ok(response) if response.status().is_success() || matches!(response.status().as_u16(), 304 | 416) => {
                    return Ok(response);
                }
                Ok(_) => self.refusal.take(),
                Err(error) => Some(error),
            };
            if !self.move_on().await {
                let error = Error::new(ErrorKind::Undelivered).with_task(self.task.reference.clone());
                return Err(match trouble {
                    Some(trouble) => error.with_message(trouble.to_string()).with_source(trouble),
                    None => error,
                });
            }
        }
    }

    async fn ask(&mut self, range: &HeaderMap) -> Result<Response, Error> {
        let nowhere = || Error::new(ErrorKind::Undelivered).with_message("the answer names no place of the video");
        let place = self.places.front().cloned().ok_or_else(nowhere)?;
        if let Asset::Inline(data) = place {
            return Ok(inline(&data.mime, data.bytes));
        }
        let mut request = self.client.parts().dialect.encode_content(&place)?;
        for (name, value) in range {
            request.headers_mut().insert(name, value.clone());
        }
        let response = self.send(request).await?;
        if response.status().is_success() {
            self.refusal = None;
            return Ok(response);
        }
        self.remember(response).await
    }

    /// Reads a refusal for what it says, and hands its text on.
    async fn remember(&mut self, response: Response) -> Result<Response, Error> {
        let (head, body) = response.into_parts();
        let body = beginning(body, ERROR_LIMIT).await;
        let answer = HttpResponse::from_parts(head, body);
        self.refusal = Some(self.client.parts().dialect.decode_content_error(&self.task.reference, &answer));
        let (head, body) = answer.into_parts();
        Ok(Response::from_parts(head, Body::full(body)))
    }

    async fn send(&self, request: HttpRequest) -> Result<Response, Error> {
        let parts = self.client.parts();
        let mut request = request;
        for _ in 0..=HOPS {
            let sent = parts.endpoint.prepare(request, now())?;
            let response = parts.transport.send(sent.clone()).await.map_err(|source| {
                Error::new(ErrorKind::NoAnswer).with_message(source.to_string()).with_source(source).temporary(None)
            })?;
            match parts.endpoint.follow(&sent, &response)? {
                Some(next) => request = next,
                None => return Ok(response),
            }
        }
        Err(Error::new(ErrorKind::Decode).with_message("redirected more than five times"))
    }

    /// Fresh links if the task was not looked up yet, else the next place.
    async fn move_on(&mut self) -> bool {
        self.failures_here = 0;
        if !self.looked_again {
            self.looked_again = true;
            if let Ok(task) = self.client.show(&self.task.reference).await {
                let fresh: VecDeque<Asset> =
                    task.assets.iter().filter(|place| !self.task.assets.contains(place)).cloned().collect();
                if !fresh.is_empty() {
                    self.places = task.assets.iter().cloned().collect();
                    self.task.assets = task.assets;
                    return true;
                }
            }
        }
        self.places.pop_front();
        !self.places.is_empty()
    }
}

#[async_trait]
impl Source for Content {
    async fn open(&mut self, resume: Option<&Resume>) -> Result<Response, SourceError> {
        let mut range = HeaderMap::new();
        if let Some(resume) = resume {
            let from = HeaderValue::try_from(format!("bytes={}-", resume.offset)).map_err(SourceError::permanent)?;
            range.insert(header::RANGE, from);
            range.insert(header::IF_RANGE, resume.if_range.clone());
        }
        self.ask(&range).await.map_err(|error| {
            if error.class() == video_protocol::Class::Temporary {
                SourceError::temporary(error)
            } else {
                SourceError::permanent(error)
            }
        })
    }

    async fn refresh(&mut self) -> Result<bool, SourceError> {
        Ok(self.move_on().await)
    }

    /// Backs off, and leaves a place that failed twice for another if there is one.
    async fn pause(&mut self, attempt: u32, error: &DownloadError) {
        let asked = self.refusal.as_ref().and_then(Error::retry_after);
        self.failures_here += 1;
        let moved_already = matches!(error, DownloadError::Refused { status, .. } if !again(*status));
        if !moved_already && self.failures_here >= 2 && self.places.len() > 1 {
            self.move_on().await;
        }
        let retry = &self.client.parts().retry;
        let delay = retry.backoff(attempt, asked, fastrand::f64()).unwrap_or(retry.patience);
        if !moved_already {
            tokio::time::sleep_until(later(delay)).await;
        }
    }
}

/// Statuses after which the download asks the same place again.
fn again(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429) || status.is_server_error()
}

fn later(delay: std::time::Duration) -> tokio::time::Instant {
    tokio::time::Instant::now() + delay
}

fn inline(mime: &str, bytes: Bytes) -> Response {
    let mut response = Response::new(Body::empty());
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    if let Ok(mime) = HeaderValue::try_from(mime) {
        response.headers_mut().insert(header::CONTENT_TYPE, mime);
    }
    *response.body_mut() = Body::full(bytes);
    response
}
