//! The network and the gateway at its end, in this process and in virtual time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use fastrand::Rng;
use http::header;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until, timeout};
use video_testkit::{LocalBody, LocalGateway};
use video_transport::{Body, Request, Response, Transport, TransportError, TransportErrorKind};

use crate::disk::Disk;
use crate::history::History;
use crate::life::Life;
use crate::plan::Plan;

/// Where the gateway is.
pub(crate) const HOST: &str = "gateway.example";
/// Where contents are, if the gateway does not hand them out itself.
const CDN: &str = "cdn.example";
/// The key of every client here; nothing but the gateway may ever see it.
pub(crate) const KEY: &str = "planted-key-6f1d";
/// How long a transport waits for the head of an answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// The world outside of the program: it goes on when the program is dead.
#[derive(Debug)]
pub(crate) struct Outside {
    pub(crate) gateway: LocalGateway,
    pub(crate) disk: Arc<Disk>,
    pub(crate) history: Arc<History>,
    lost: f64,
    rng: Mutex<Rng>,
    /// How many orders left under each key.
    orders: Mutex<std::collections::BTreeMap<String, u64>>,
}

impl Outside {
    pub(crate) fn new(plan: &Plan, gateway: LocalGateway, disk: Arc<Disk>, history: Arc<History>) -> Self {
        let rng = Mutex::new(Rng::with_seed(plan.seed ^ 0xFA2));
        Self { gateway, disk, history, lost: plan.lost, rng, orders: Mutex::default() }
    }

    pub(crate) fn draw<T>(&self, draw: impl FnOnce(&mut Rng) -> T) -> T {
        draw(&mut self.rng.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks at a request as it leaves: what the journal must know by now, and who may see the key.
    fn inspect(&self, request: &Request) {
        let (host, path) = (request.uri().host().unwrap_or_default(), request.uri().path());
        if host != HOST
            && request
                .headers()
                .values()
                .any(|value| value.as_bytes().windows(KEY.len()).any(|part| part == KEY.as_bytes()))
        {
            self.history.wrong(format!("the key went to {host}"));
        }
        if request.method() == http::Method::POST {
            let key = request.headers().get("idempotency-key").and_then(|key| key.to_str().ok()).unwrap_or_default();
            let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
            let orders = orders.entry(key.to_owned()).or_default();
            *orders += 1;
            if key.is_empty() || *orders > self.disk.sent(key) {
                self.history.wrong(format!("an order left under the key {key:?} before the journal had it for good"));
            }
            return;
        }
        let id = path.split('/').find(|part| part.starts_with("task_"));
        if let Some(id) = id.filter(|id| !self.disk.has_task(id)) {
            self.history.wrong(format!("{path} was asked for before the journal had {id} for good"));
        }
    }

    /// Takes a request to where it goes. What comes back is `None` if the connection was closed.
    async fn carry(&self, request: Request) -> Option<http::Response<LocalBody>> {
        let (there, back) = self.draw(|rng| (rng.u64(1..=400), rng.u64(1..=400)));
        later(Duration::from_millis(there)).await;
        let reply = self.gateway.take(&request);
        let answer = reply.arrive().await;
        let status = answer.as_ref().map_or(0, |answer| answer.status().as_u16());
        self.history.note("answer", format_args!("{} {} {status}", request.method(), request.uri()));
        later(Duration::from_millis(back)).await;
        answer
    }
}

/// The transport of one run of the program.
#[derive(Debug)]
pub(crate) struct Far {
    pub(crate) outside: Arc<Outside>,
    pub(crate) life: Arc<Life>,
}

#[async_trait]
impl Transport for Far {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        if !self.life.step() {
            return std::future::pending().await;
        }
        let outside = &self.outside;
        outside.inspect(&request);
        outside.history.note("request", format_args!("{} {} {}", self.life.number, request.method(), request.uri()));
        match outside.draw(|rng| if rng.f64() < outside.lost { rng.u8(..3) } else { 3 }) {
            0 => {
                later(Duration::from_secs(1)).await;
                return Err(TransportError::new(TransportErrorKind::Connect, "refused"));
            }
            // It never arrives, and nobody can tell.
            1 => return Err(TransportError::new(TransportErrorKind::Interrupted, "reset")),
            // A portal answers in the gateway's place; only what is asked for free is led elsewhere.
            2 if request.method() != http::Method::POST => return Ok(elsewhere(&request)),
            _ => {}
        }
        if request.uri().host() != Some(HOST) {
            return Ok(self.foreign(request).await);
        }
        let (tell, told) = oneshot::channel();
        let carrier = outside.clone();
        // What has left arrives, whatever becomes of whoever sent it.
        tokio::spawn(async move { drop(tell.send(carrier.carry(request).await)) });
        let answer = timeout(PATIENCE, told).await;
        if !self.life.step() {
            return std::future::pending().await;
        }
        match answer {
            Ok(Ok(Some(answer))) => Ok(answer.map(body)),
            Ok(_) => Err(TransportError::new(TransportErrorKind::Interrupted, "closed")),
            Err(_) => Err(TransportError::new(TransportErrorKind::Timeout, "no answer within 120 s")),
        }
    }
}

impl Far {
    /// A place that is not the gateway: it has videos behind links, and pages.
    async fn foreign(&self, mut request: Request) -> Response {
        if request.uri().host() != Some(CDN) {
            let page = http::Response::builder().header(header::CONTENT_TYPE, "text/html");
            return page.body(Body::full("<html>Sign in to the network</html>")).unwrap_or_default();
        }
        let at_home = header::HeaderValue::from_static("Bearer the-cdn's-own");
        request.headers_mut().insert(header::AUTHORIZATION, at_home);
        match self.outside.carry(request).await {
            Some(answer) => answer.map(body),
            None => http::Response::builder().status(502).body(Body::empty()).unwrap_or_default(),
        }
    }
}

fn elsewhere(request: &Request) -> Response {
    let path = request.uri().path();
    let content = path.ends_with("/content");
    let to = if content { format!("http://{CDN}{path}") } else { "http://portal.example/login".to_owned() };
    http::Response::builder().status(302).header(header::LOCATION, to).body(Body::empty()).unwrap_or_default()
}

fn body(body: LocalBody) -> Body {
    Body::new(futures_util::stream::unfold(body, |mut body| async move {
        let piece: Result<Bytes, _> = body.piece().await?;
        Some((piece.map_err(|_| TransportError::new(TransportErrorKind::Interrupted, "cut")), body))
    }))
}

/// Lets virtual time pass.
pub(crate) async fn later(delay: Duration) {
    sleep_until(Instant::now() + delay).await;
}
