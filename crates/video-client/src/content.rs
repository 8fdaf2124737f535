//! The places of one finished video, as a source of its bytes.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tokio::time::Instant;
use video_download::{DownloadError, Resume, Source, SourceError, Tick};
use video_protocol::{Asset, Class, Error, ErrorKind, HttpRequest, HttpResponse, Purpose, Signal, Task};
use video_transport::{Body, Response};
use video_types::Phase;

use crate::Client;
use crate::client::LONGEST_HOLD;
use crate::exchange::error_text;
use crate::job::later;
use crate::repeated_key;
use crate::restraints::Share;

/// How many redirects of one content request are followed.
const HOPS: usize = 5;
/// How often in a row a place may fail in passing before another one is tried.
const PATIENCE: u32 = 2;
/// How much more than before a place has to bring to count as good.
const HEADWAY: u64 = 1 << 20;
/// The beat of the stall limit.
const TICK: Duration = Duration::from_secs(1);
/// Fewest and most attempts at one download. Where every fifth answer is bad, six failures in a row are one in ten
/// thousand: too many of those who have paid.
const ATTEMPTS: std::ops::RangeInclusive<usize> = 7..=16;
/// The pause after a failure doubles so often at most: asking again is free, and a place among the downloads is held.
const DOUBLINGS: u32 = 3;

/// The places of one finished video.
///
/// The best place is asked until it fails for good, or twice in passing; then the task is looked up once more for
/// fresh links, and then the next place is tried.
#[derive(Debug)]
pub(crate) struct Content {
    client: Client,
    task: Task,
    /// Those still to be tried; the first is asked.
    places: VecDeque<Asset>,
    /// Those that were left.
    left: Vec<Asset>,
    looked_again: bool,
    failures_here: u32,
    /// Name of the place that was asked last.
    asked: String,
    /// How much there was when the download last got on.
    reached: u64,
    /// The download was told of another place, so it need not wait for it.
    fresh: bool,
    refusal: Option<Refusal>,
    /// Why there is no video, if a later look at the task said so.
    end: Option<Error>,
    /// Longest time for which the gateway is not asked because it is down or wants fewer requests.
    longest_hold: Duration,
}

/// What was last said instead of sending the video.
#[derive(Debug)]
struct Refusal {
    error: Arc<Error>,
    /// Said by the gateway, which knows the task, and not by whoever keeps the file.
    by_gateway: bool,
}

impl Content {
    pub(crate) fn new(client: Client, task: &Task) -> Result<Self, Error> {
        if let Some(why) = why_no_video(task) {
            return Err(why);
        }
        if task.assets.is_empty() {
            let error = Error::new(ErrorKind::Undelivered).with_message("the answer names no place of the video");
            return Err(error.with_task(task.reference.clone()));
        }
        let longest_hold = client.parts().retry.patience;
        Ok(Self {
            client,
            longest_hold,
            task: task.clone(),
            places: task.assets.iter().cloned().collect(),
            left: Vec::new(),
            looked_again: false,
            failures_here: 0,
            asked: String::new(),
            reached: 0,
            fresh: false,
            refusal: None,
            end: None,
        })
    }

    /// How many attempts it takes until no place is left untried.
    pub(crate) fn attempts(&self) -> u32 {
        let needed = (2 * self.places.len() + 1).clamp(*ATTEMPTS.start(), *ATTEMPTS.end());
        u32::try_from(needed).unwrap_or(u32::MAX)
    }

    /// The first place that answers with content, for passing it on.
    pub(crate) async fn open_best(mut self, range: &HeaderMap) -> Result<Response, Error> {
        self.longest_hold = LONGEST_HOLD;
        loop {
            let opened = self.ask(range).await;
            let trouble = match opened {
                Ok(response) if response.status().is_success() || matches!(response.status().as_u16(), 304 | 416) => {
                    return Ok(response);
                }
                Ok(_) => self.refusal.take().map(|refusal| refusal.error),
                Err(error) => Some(Arc::new(error)),
            };
            if !self.move_on().await {
                let error = Error::new(ErrorKind::Undelivered).with_task(self.task.reference.clone());
                let Some(trouble) = trouble else { return Err(error) };
                // The status stands in the error itself, so the words come without it.
                let mut error = error.with_message(match trouble.message() {
                    "" => trouble.kind().as_str().to_owned(),
                    words => format!("{}: {words}", trouble.kind().as_str()),
                });
                if let Some(status) = trouble.status() {
                    error = error.with_status(status);
                }
                if trouble.class() == Class::Temporary {
                    error = error.temporary(trouble.retry_after());
                }
                return Err(error.with_source(trouble));
            }
        }
    }

    /// Why the video was not delivered: what the gateway said of its task counts for more than that it was no video.
    pub(crate) fn undelivered(self, cause: DownloadError) -> Error {
        let kind = match cause {
            DownloadError::Disk { .. }
            | DownloadError::Target { .. }
            | DownloadError::Exists { .. }
            | DownloadError::NoSpace { .. }
            | DownloadError::Busy { .. } => ErrorKind::Local,
            _ => ErrorKind::Undelivered,
        };
        if let Some(end) = self.end.filter(|_| kind != ErrorKind::Local) {
            return end.with_source(cause);
        }
        let of_the_task = self.refusal.filter(|refusal| refusal.by_gateway && kind != ErrorKind::Local);
        let of_the_task = of_the_task.map(|refusal| refusal.error).filter(|said| speaks_of_the_task(said.kind()));
        let error = match of_the_task {
            Some(said) => {
                let error = Error::new(said.kind()).with_message(said.message());
                let error = if said.class() == Class::Temporary { error.temporary(said.retry_after()) } else { error };
                match said.status() {
                    Some(status) => error.with_status(status),
                    None => error,
                }
            }
            None => Error::new(kind).with_message(cause.to_string()),
        };
        error.with_task(self.task.reference).with_source(cause)
    }

    /// Asks the first place.
    async fn ask(&mut self, range: &HeaderMap) -> Result<Response, Error> {
        self.refusal = None;
        let nowhere = || Error::new(ErrorKind::Undelivered).with_message("no place of the video is left");
        let place = self.places.front().cloned().ok_or_else(nowhere)?;
        let by_gateway = matches!(place, Asset::Content(_));
        self.asked = self.name_of(&place);
        if let Asset::Inline(data) = place {
            return Ok(inline(&data.mime, data.bytes));
        }
        let mut request = self.client.parts().dialect.encode_content(&place)?;
        for (name, value) in range {
            request.headers_mut().insert(name, value.clone());
        }
        if by_gateway {
            return self.ask_in_turn(request).await;
        }
        let response = self.send(request).await?;
        if response.status().is_success() { Ok(response) } else { Ok(self.remember(response, by_gateway).await) }
    }

    /// Asks the gateway, under the restraint of all its requests. That it wants fewer of them holds for all; that it has
    /// or has not a file tells nothing of its other routes, unless nothing else may ask.
    async fn ask_in_turn(&mut self, request: HttpRequest) -> Result<Response, Error> {
        let is_question = self.longest_hold <= LONGEST_HOLD;
        let new = if is_question { Share::of_question } else { Share::new };
        let mut share = new(&self.client.parts().restraint);
        let held = share.turn(self.client.parts(), Purpose::Poll, Some(later(self.longest_hold))).await;
        held.map_err(|held| {
            Error::new(ErrorKind::NoAnswer)
                .with_message(held.source.to_string())
                .with_source(held.source)
                .temporary(None)
        })?;
        let answer = match self.send(request).await {
            Ok(response) if response.status().is_success() => Ok(response),
            Ok(response) => Ok(self.remember(response, true).await),
            Err(error) => Err(error),
        };
        let signal = match (&answer, &self.refusal) {
            (Err(error), _) => Signal::of::<()>(Err(error)),
            (Ok(_), Some(refusal)) => Signal::of::<()>(Err(&refusal.error)),
            (Ok(_), None) => Some(Signal::AtWork),
        };
        let tells = share.is_probe() || matches!(signal, Some(Signal::Throttled(..)));
        share.heard(signal.filter(|_| tells));
        answer
    }

    /// Names a place as it stays when its link is signed afresh, so that a partial video is continued from there alone. The
    /// task is part of it: some stores tell files by the query.
    fn name_of(&self, place: &Asset) -> String {
        let place = match place {
            Asset::Link(link) => link.split(['?', '#']).next().unwrap_or_default(),
            _ => "",
        };
        format!("{} {place}", self.task.reference)
    }

    /// What to ask the first place for, so that it continues what there is: nothing special, if that came from elsewhere.
    fn range(&self, resume: Option<&Resume>) -> Result<HeaderMap, SourceError> {
        let mut range = HeaderMap::new();
        let here = self.places.front().map(|place| self.name_of(place)).unwrap_or_default();
        if let Some(resume) = resume.filter(|resume| resume.is_from(&here)) {
            let from = HeaderValue::try_from(format!("bytes={}-", resume.offset)).map_err(SourceError::permanent)?;
            range.insert(header::RANGE, from);
            range.insert(header::IF_RANGE, resume.if_range.clone());
        }
        Ok(range)
    }

    /// Notes how much there is. A place that brings a video on has all its patience again, and a link that expired on
    /// the way may be replaced once more.
    fn note_headway(&mut self, resume: Option<&Resume>) {
        let there = resume.map_or(0, |resume| resume.offset);
        if there >= self.reached + HEADWAY {
            (self.reached, self.failures_here, self.looked_again) = (there, 0, false);
        }
    }

    /// Reads a refusal for what it says, and hands its text on.
    async fn remember(&mut self, response: Response, by_gateway: bool) -> Response {
        let (head, body) = response.into_parts();
        let answer = HttpResponse::from_parts(head, error_text(body).await);
        let answer = repeated_key::without(&self.client.parts().secret.0, answer);
        let error = self.client.parts().dialect.decode_content_error(&self.task.reference, &answer);
        self.refusal = Some(Refusal { error: Arc::new(error), by_gateway });
        answer.map(Body::full)
    }

    async fn send(&self, request: HttpRequest) -> Result<Response, Error> {
        let parts = self.client.parts();
        let mut request = request;
        for _ in 0..=HOPS {
            let sent = parts.endpoint.prepare(request, parts.clock.now())?;
            let response = parts.transport.send(sent.clone()).await.map_err(|source| {
                let for_good = source.kind() == video_transport::TransportErrorKind::Invalid;
                let error = Error::new(ErrorKind::NoAnswer).with_message(source.to_string()).with_source(source);
                if for_good { error } else { error.temporary(None) }
            })?;
            match parts.endpoint.follow(&sent, &response)? {
                Some(next) => request = next,
                None => return Ok(response),
            }
        }
        Err(Error::new(ErrorKind::Decode).with_message("redirected more than five times"))
    }

    /// Leaves the first place. Whether there is another: a fresh link if the task names one now, else the next.
    async fn move_on(&mut self) -> bool {
        self.failures_here = 0;
        self.left.extend(self.places.pop_front());
        if !self.looked_again
            && let Ok(task) = self.client.show(&self.task.reference).await
        {
            self.looked_again = true;
            self.end = why_no_video(&task).filter(|why| why.kind() != ErrorKind::NotReady);
            for place in task.assets.into_iter().rev() {
                if !self.left.contains(&place) && !self.places.contains(&place) {
                    self.places.push_front(place);
                }
            }
        }
        !self.places.is_empty()
    }
}

#[async_trait]
impl Source for Content {
    async fn open(&mut self, resume: Option<&Resume>) -> Result<Response, SourceError> {
        self.note_headway(resume);
        // A download ends with what is final at one place; here it is not, as long as there is another.
        loop {
            let range = self.range(resume)?;
            let ranged = !range.is_empty();
            let error = match self.ask(&range).await {
                Ok(response) if ranged && response.status() == StatusCode::RANGE_NOT_SATISFIABLE => {
                    return Ok(response);
                }
                Ok(response) if !ends_a_download(response.status()) => {
                    // A place that sends the whole to a range, as New API's content route does (seen 2026-08), sends
                    // the whole again after each break: the next one is its last.
                    if ranged && response.status() == StatusCode::OK {
                        self.failures_here = self.failures_here.max(PATIENCE - 1);
                    }
                    return Ok(response);
                }
                Ok(response) => {
                    let said = self.refusal.as_ref().map(|refusal| refusal.error.clone());
                    if let Some(said) = said.filter(|said| said.class() == Class::Temporary) {
                        return Err(SourceError::temporary(said));
                    }
                    if !self.move_on().await {
                        return Ok(response);
                    }
                    continue;
                }
                Err(error) => error,
            };
            if error.class() == Class::Temporary {
                return Err(SourceError::temporary(error));
            }
            if !self.move_on().await {
                return Err(SourceError::permanent(error));
            }
        }
    }

    fn place(&self) -> String {
        self.asked.clone()
    }

    fn tick(&mut self) -> Tick {
        Box::pin(tokio::time::sleep_until(Instant::now() + TICK))
    }

    async fn refresh(&mut self) -> Result<bool, SourceError> {
        self.fresh = self.move_on().await;
        Ok(self.fresh)
    }

    /// Backs off, and leaves a place that failed twice for another if there is one. How long to wait is between this
    /// client and that place.
    async fn pause(&mut self, _attempt: u32, _error: &DownloadError) {
        if std::mem::take(&mut self.fresh) {
            return;
        }
        let mut asked = self.refusal.as_ref().and_then(|refusal| refusal.error.retry_after());
        self.failures_here += 1;
        if self.failures_here >= PATIENCE && self.places.len() > 1 {
            self.move_on().await;
            asked = None;
        }
        let parts = self.client.parts();
        let delay = parts.retry.backoff(self.failures_here.clamp(1, 1 + DOUBLINGS), asked, parts.chance.unit());
        let delay = delay.unwrap_or(parts.retry.patience);
        tokio::time::sleep_until(Instant::now() + delay).await;
    }
}

/// Why a task has no video to fetch, if it has none.
fn why_no_video(task: &Task) -> Option<Error> {
    let kind = match task.phase() {
        Phase::Succeeded => return None,
        Phase::Failed => ErrorKind::TaskFailed,
        Phase::Cancelled => ErrorKind::TaskCancelled,
        Phase::Expired => ErrorKind::TaskExpired,
        Phase::Pending | Phase::Running | Phase::Unknown => ErrorKind::NotReady,
    };
    let reason = task.failure.as_ref().map(|failure| failure.message.clone()).unwrap_or_default();
    Some(Error::new(kind).with_message(reason).with_task(task.reference.clone()))
}

/// Whether a refusal tells how the task is, not only that there is no video at this place.
fn speaks_of_the_task(kind: ErrorKind) -> bool {
    use ErrorKind::{NotReady, TaskCancelled, TaskExpired, TaskFailed};
    matches!(kind, NotReady | TaskCancelled | TaskExpired | TaskFailed)
}

/// Statuses that a download takes for final: it asks again after the others, or for another place.
fn ends_a_download(status: StatusCode) -> bool {
    status.is_client_error() && !matches!(status.as_u16(), 401 | 403 | 404 | 408 | 410 | 425 | 429)
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
