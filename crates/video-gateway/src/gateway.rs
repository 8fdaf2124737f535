//! The gateway as a value: an upstream and its settings.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;
use video_client::Client;

use crate::body_memory::BodyMemory;
use crate::fault::FaultSource;
use crate::order_keys::OrderKeys;
use crate::pass::Passes;
use crate::service::{self, Shared};
use crate::{Compat, FaultPlan, Token, check_exposure, server};

/// Longest request body: 128 MiB, as New API takes by default.
const BODY_LIMIT: usize = 128 << 20;
/// Bytes of request bodies held at once: 512 MiB.
const BODY_MEMORY: usize = 512 << 20;
/// Requests in flight, answers that are still being sent included.
const CONCURRENCY: usize = 1024;
/// Time for finishing answers and orders once the end was asked for.
const DRAIN_LIMIT: Duration = Duration::from_secs(30);

/// A gateway over one upstream.
///
/// The upstream's own retry policy applies to orders: what may be repeated safely (nothing was sent, or a refusal for
/// load) is repeated while the caller waits. Polls and content are asked once.
#[derive(Debug)]
#[must_use]
pub struct Gateway {
    upstream: Client,
    compat: Compat,
    tokens: Vec<Token>,
    any_origin: bool,
    honours_keys: bool,
    body_limit: usize,
    body_memory: usize,
    concurrency: usize,
    drain_limit: Duration,
    faults: Option<FaultPlan>,
    orders: TaskTracker,
}

impl Gateway {
    /// A gateway without tokens, within the default limits.
    pub fn new(upstream: Client) -> Self {
        Self {
            upstream,
            compat: Compat::default(),
            tokens: Vec::new(),
            any_origin: false,
            honours_keys: false,
            body_limit: BODY_LIMIT,
            body_memory: BODY_MEMORY,
            concurrency: CONCURRENCY,
            drain_limit: DRAIN_LIMIT,
            faults: None,
            orders: TaskTracker::new(),
        }
    }

    /// The keys that are let in. None, the default: any key that is not empty, and only on a loopback address
    /// ([`check_exposure`]).
    pub fn with_tokens(mut self, tokens: Vec<Token>) -> Self {
        self.tokens = tokens;
        self
    }

    /// Whom the answers are for where clients contradict each other; the official ones by default.
    pub fn with_compat(mut self, compat: Compat) -> Self {
        self.compat = compat;
        self
    }

    /// Serves web pages of every origin although there are no tokens.
    ///
    /// With tokens, any page may call: it has to know one. Without, only pages of this machine may (`localhost` and
    /// loopback addresses, as `Origin` and as `Host`); otherwise every page its user visits could order videos
    /// on the bill of the upstream's key. Call this where nothing costs money, as over the sandbox.
    pub fn with_any_origin(mut self) -> Self {
        self.any_origin = true;
        self
    }

    /// Promises, by echoing `Idempotency-Key`, that an order may be repeated under its key.
    ///
    /// Within the life of the process that holds in any case: under one key (and one caller's token) one order is sent
    /// upstream, its answer is given again, and another order under it gets 409. But keys are kept in memory, 24 hours
    /// and 50,000 at most, so after a restart a repetition is a second order: do not promise it where orders cost money.
    /// Without this call the key is echoed only if the upstream echoed it.
    pub fn with_honoured_keys(mut self) -> Self {
        self.honours_keys = true;
        self
    }

    /// Longest request body in bytes; longer ones get 413. 128 MiB by default, and never more than the
    /// [budget](Self::with_body_memory) for all.
    pub fn with_body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Bytes of request bodies held at once, from the first byte until the order is answered; beyond, 503 with
    /// `Retry-After`. 512 MiB by default; what is decoded from a body comes on top, at most about twice its size.
    pub fn with_body_memory(mut self, bytes: usize) -> Self {
        self.body_memory = bytes;
        self
    }

    /// Requests in flight, answers that are still being sent included; beyond, 503 with `Retry-After`. 1,024 by
    /// default.
    pub fn with_concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests;
        self
    }

    /// How long [`serve`](Self::serve) finishes answers and orders after the shutdown; then it cuts what is left.
    /// 30 s by default.
    pub fn with_drain_limit(mut self, limit: Duration) -> Self {
        self.drain_limit = limit;
        self
    }

    /// Gets things wrong on purpose, as often as the plan says; each [`router`](Self::router) counts for itself.
    ///
    /// For trying clients. Not over an upstream that costs money: `lost` and its like leave paid orders nobody knows of.
    /// The line of a request in the log names its fault, and the answer, if there is one, has its request id.
    pub fn with_faults(mut self, plan: FaultPlan) -> Self {
        self.faults = Some(plan);
        self
    }

    /// The routes, for tests and for embedding in a server of your own.
    ///
    /// Such a server brings its own limits for connections and headers, and awaits
    /// [`orders_finished`](Self::orders_finished) before it exits. Faults that close a connection without an answer are
    /// bodies that break at once there.
    pub fn router(&self) -> Router {
        service::router(Arc::new(Shared {
            upstream: self.upstream.clone(),
            compat: self.compat,
            dialects: self.compat.dialects(),
            tokens: self.tokens.clone(),
            passes: Passes::new(),
            any_origin: self.any_origin,
            honours_keys: self.honours_keys,
            order_keys: OrderKeys::new(),
            body_limit: self.body_limit.min(self.body_memory),
            body_memory: BodyMemory::new(self.body_memory),
            in_flight: Arc::new(Semaphore::new(self.concurrency.min(Semaphore::MAX_PERMITS))),
            orders: self.orders.clone(),
            faults: self.faults.clone().map(FaultSource::new),
        }))
    }

    /// Waits until every order that was begun has been answered by the upstream, those whose caller hung up included.
    pub async fn orders_finished(&self) {
        self.orders.close();
        self.orders.wait().await;
        self.orders.reopen();
    }

    /// Serves until `shutdown` is ready, then stops accepting, finishes what is in flight and returns.
    ///
    /// Idle connections are closed at once; answers and orders get the [drain limit](Self::with_drain_limit).
    ///
    /// # Errors
    ///
    /// The listener has no address, or it can be reached from other machines and there are no tokens. Trouble while
    /// accepting is logged and waited out, never an end.
    pub async fn serve(self, listener: TcpListener, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        let exposed = |error| io::Error::new(io::ErrorKind::PermissionDenied, error);
        check_exposure(listener.local_addr()?, !self.tokens.is_empty()).map_err(exposed)?;
        server::run(listener, self.router(), shutdown, self.drain_limit, &self.orders).await;
        Ok(())
    }
}
