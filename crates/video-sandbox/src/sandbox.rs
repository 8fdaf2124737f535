//! The sandbox: a gateway inside the process, reached like any other transport.

mod arrival;
mod content;
mod folder;
mod latency;
mod order;
mod shelf;
mod studio;
mod task;

use std::fmt;
use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use http::StatusCode;
use video_protocol::{Error, ErrorKind, HttpRequest, HttpResponse, NewApi, OpenAi, Route, ServerDialect};
use video_transport::{Body, Request, Response, Transport, TransportError};
use video_types::TaskId;

use folder::Folder;
use latency::Latency;
use studio::Studio;

/// What tells the time; the system's clock unless a test brings its own.
type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// A gateway inside the process that renders what it is asked for.
///
/// A [`Transport`] that ignores host and key and answers the routes of both public formats, list, cancel, delete
/// and remix included, through the gateway's half of the protocol, so a client over it runs exactly the code it runs over the network. Nothing is fetched: an
/// http(s) picture becomes a placeholder that names its host.
///
/// At most one clip per core is rendered at a time, each on a thread of its own that ends with its work;
/// the others are `queued`. The same request gives the same bytes. Nothing of a vendor's limits is
/// enforced; only what cannot be rendered is refused.
///
/// `metadata.sandbox` steers one job: `{"seconds": 3}` keeps it running so long, `{"fail": "failed" |
/// "filtered" | "expired"}` makes it end so, `{"status": "any word"}` is what it says until then.
#[derive(Clone)]
pub struct Sandbox {
    dialects: Arc<[Box<dyn ServerDialect>]>,
    studio: Arc<Studio>,
}

impl Sandbox {
    /// A sandbox that forgets its tasks when it is dropped.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A sandbox with settings.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder { folder: None, at_once: None, room: shelf::ROOM, clock: Arc::new(system_clock), latency: None }
    }

    /// Waits until nothing is queued or being rendered; for programs that want to end in order, and for tests.
    ///
    /// A job that `metadata.sandbox.seconds` keeps running may be rendered and not have ended yet.
    pub async fn idle(&self) {
        self.studio.idle().await;
    }

    async fn answer(&self, request: HttpRequest) -> Response {
        let mut routes = self.dialects.iter().filter_map(|dialect| Some((dialect, dialect.route(&request)?)));
        let Some((dialect, route)) = routes.next() else {
            let words = format!("Invalid URL ({} {})", request.method(), request.uri().path());
            let error =
                Error::new(ErrorKind::NotFound).with_message(words).with_status(StatusCode::NOT_FOUND).with_code("");
            let dialect: &dyn ServerDialect = &NewApi;
            return whole(dialect.encode_error(None, &error));
        };
        let answered = match &route {
            Route::Submit => self.submit(dialect.as_ref(), &request).map(whole),
            Route::Poll(id) => self.studio.task(id).map(|task| whole(dialect.encode_poll_response(&task))),
            Route::Content(id) => match dialect.decode_content_request(&request, &[]) {
                Ok(_) => self.content(id, &request).await,
                Err(error) => Err(error),
            },
            Route::List => self.list(dialect.as_ref(), &request).map(whole),
            Route::Delete(id) => self.studio.delete(id).map(|()| whole(dialect.encode_delete_response(id))),
            Route::Cancel(id) => self.studio.cancel(id).map(|task| whole(dialect.encode_cancel_response(&task))),
            Route::Remix(id) => self.remix(dialect.as_ref(), id, &request).map(whole),
            _ => Err(Error::new(ErrorKind::Misconfigured).with_message("the sandbox does not do this")),
        };
        answered.unwrap_or_else(|error| whole(dialect.encode_error(Some(&route), &error)))
    }

    fn submit(&self, dialect: &dyn ServerDialect, request: &HttpRequest) -> Result<HttpResponse, Error> {
        let generation = dialect.decode_submit_request(request)?;
        let task = self.studio.accept(&generation)?;
        Ok(dialect.encode_submit_response(&task))
    }

    fn list(&self, dialect: &dyn ServerDialect, request: &HttpRequest) -> Result<HttpResponse, Error> {
        let page = self.studio.page(&dialect.decode_list_request(request)?)?;
        Ok(dialect.encode_list_response(&page))
    }

    fn remix(&self, dialect: &dyn ServerDialect, id: &TaskId, request: &HttpRequest) -> Result<HttpResponse, Error> {
        let task = self.studio.remix(id, dialect.decode_remix_request(request)?)?;
        Ok(dialect.encode_submit_response(&task))
    }

    async fn content(&self, id: &TaskId, request: &HttpRequest) -> Result<Response, Error> {
        let clip = self.studio.clip(id).await?;
        Ok(content::respond(request, &clip))
    }
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for Sandbox {
    /// Answers at once, but for content that has to be rendered again first.
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        Ok(self.answer(request).await)
    }
}

/// Settings of a [`Sandbox`].
#[must_use]
pub struct SandboxBuilder {
    folder: Option<PathBuf>,
    at_once: Option<NonZeroUsize>,
    /// Bytes of clips kept in memory.
    room: usize,
    clock: Clock,
    latency: Option<Latency>,
}

impl SandboxBuilder {
    /// Keeps the requests of tasks in a folder, so that another process finds them and renders them again on
    /// demand. Made if it does not exist; files are readable by their owner only. The videos are not kept.
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// How many clips are rendered at the same time; one per core by default.
    pub fn renders_at_once(mut self, renders: NonZeroUsize) -> Self {
        self.at_once = Some(renders);
        self
    }

    /// What tells the time; the system's clock by default.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// How long jobs take at least, from acceptance to their end; as long as their rendering takes by default.
    ///
    /// Each task gets a time of its own from the range, in whole milliseconds and the same for the same seed: it depends
    /// on the seed and on how many orders this sandbox was given before. A job with `metadata.sandbox.seconds` keeps
    /// that. Its progress is the share of the time that is over. A range that ends before it begins counts as its
    /// beginning. In a folder the time outlives the process.
    pub fn latency(mut self, range: RangeInclusive<Duration>, seed: u64) -> Self {
        self.latency = Some(Latency::new(&range, seed));
        self
    }

    /// Another bound for the clips kept in memory.
    #[cfg(test)]
    fn room(mut self, bytes: usize) -> Self {
        self.room = bytes;
        self
    }

    /// The sandbox. Touches no disk yet.
    pub fn build(self) -> Sandbox {
        let cores = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let folder = self.folder.map(Folder::new);
        Sandbox {
            dialects: Arc::new([Box::new(NewApi), Box::new(OpenAi::default())]),
            studio: Studio::new(folder, self.at_once.unwrap_or(cores), cores, self.room, self.clock, self.latency),
        }
    }
}

impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder")
            .field("folder", &self.folder)
            .field("at_once", &self.at_once)
            .field("latency", &self.latency)
            .finish_non_exhaustive()
    }
}

#[expect(clippy::disallowed_methods, reason = "an edge: the sandbox stands for a server, and servers have clocks")]
fn system_clock() -> SystemTime {
    SystemTime::now()
}

fn whole(response: HttpResponse) -> Response {
    response.map(|body: Bytes| Body::full(body))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
    use std::sync::{Mutex, PoisonError};
    use std::task::{Context, Waker};
    use std::time::UNIX_EPOCH;

    use super::*;

    /// A sandbox that keeps no clip but the last. Its one worker reports each clip it has rendered, and goes on when it
    /// is let.
    struct Forgetful {
        sandbox: Sandbox,
        rendered: Receiver<()>,
        go_on: SyncSender<()>,
    }

    impl Forgetful {
        fn new() -> Self {
            let (report, rendered) = channel();
            let (go_on, let_go) = sync_channel(0);
            let let_go = Mutex::new(let_go);
            let clock = move || {
                // A thread that renders asks for the time when it is done.
                if std::thread::current().name() == Some("video-sandbox") {
                    let _ = report.send(());
                    let _ = let_go.lock().unwrap_or_else(PoisonError::into_inner).recv();
                }
                UNIX_EPOCH
            };
            let sandbox = Sandbox::builder().room(1).renders_at_once(NonZeroUsize::MIN).clock(clock).build();
            Self { sandbox, rendered, go_on }
        }

        async fn order(&self, prompt: &str) -> String {
            let body = serde_json::json!({"model": "m", "prompt": prompt, "size": "64x64", "duration": 1, "fps": 4});
            let request = http::Request::post("http://sandbox/v1/video/generations")
                .header(http::header::CONTENT_TYPE, "application/json");
            let response = self.sandbox.send(request.body(body.to_string().into()).unwrap()).await.unwrap();
            let answer = response.into_body().collect(1 << 20).await.unwrap();
            serde_json::from_slice::<serde_json::Value>(&answer).unwrap()["task_id"].as_str().unwrap().to_owned()
        }

        /// Lets one clip through.
        fn one(&self) {
            self.rendered.recv().unwrap();
            self.go_on.send(()).unwrap();
        }

        async fn content(&self, id: &str) -> (String, Bytes) {
            let request = http::Request::get(format!("http://sandbox/v1/videos/{id}/content"));
            let response = self.sandbox.send(request.body(Bytes::new()).unwrap()).await.unwrap();
            let (head, body) = response.into_parts();
            assert_eq!(head.status, 200);
            (head.headers["etag"].to_str().unwrap().to_owned(), body.collect(1 << 24).await.unwrap())
        }
    }

    #[tokio::test]
    async fn a_clip_that_left_the_memory_is_rendered_again_the_same() {
        let studio = Forgetful::new();
        let id = studio.order("fox").await;
        studio.one();
        studio.sandbox.idle().await;
        let before = studio.content(&id).await;
        studio.order("dog").await;
        studio.one();
        studio.sandbox.idle().await;
        let mut again = Box::pin(studio.content(&id));
        assert!(again.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        studio.one();
        assert_eq!(again.await, before);
    }

    #[tokio::test]
    async fn a_clip_that_several_ask_for_is_rendered_again_once() {
        let studio = Forgetful::new();
        let id = studio.order("fox").await;
        studio.one();
        studio.order("dog").await;
        studio.one();
        studio.sandbox.idle().await;
        let (mut first, mut second) = (Box::pin(studio.content(&id)), Box::pin(studio.content(&id)));
        assert!(first.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        // It is under way, and not noted yet, when somebody else asks, twice.
        studio.rendered.recv().unwrap();
        for _ in 0..2 {
            assert!(second.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        studio.go_on.send(()).unwrap();
        assert_eq!(first.await, second.await);
        studio.sandbox.idle().await;
        assert!(studio.rendered.try_recv().is_err(), "rendered once more");
    }
}
