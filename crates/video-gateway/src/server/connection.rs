//! One connection, from its first request to the moment both sides have let go of it.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use axum::Router;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use http::{Request, Response, Version};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::guarded::{Guarded, LONGEST_SILENCE, Signals};
use crate::fault::CloseWithoutAnswer;
use crate::keeping::Keeping;

/// Longest head of a request, its request line included.
const HEAD_LIMIT: usize = 64 << 10;
/// Most headers of a request.
const HEADER_LIMIT: usize = 100;
/// How long a client may go on sending what was refused: nobody reads it, but closing at once would take the answer from
/// the client's hands (the kernel resets a connection with unread bytes).
const LINGER: Duration = Duration::from_secs(30);
const LINGER_IDLE: Duration = Duration::from_secs(5);

/// Marks a request whose head gave its length in two ways; travels in its extensions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AmbiguousLength;

/// Serves the requests of one connection, one after the other; once `closing`, the one at hand is the last.
pub(super) async fn serve(stream: TcpStream, router: Router, closing: CancellationToken) {
    let signals = Arc::new(Signals::default());
    let service = OneConnection { router: TowerToHyperService::new(router), signals: signals.clone() };
    let io = TokioIo::new(Guarded::new(stream, signals.clone()));
    let mut connection = http1::Builder::new()
        .max_header_size(HEAD_LIMIT)
        .max_headers(HEADER_LIMIT)
        // The socket itself keeps the time, and more finely. But only with a limit of its own does hyper ask the socket
        // again once an answer is out, and only then can the socket begin to count.
        .timer(TokioTimer::new())
        .header_read_timeout(LONGEST_SILENCE)
        .serve_connection(io, service);
    let ended = tokio::select! {
        biased;
        ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => Some(ended),
        () = closing.cancelled() => None,
    };
    let ended = if let Some(ended) = ended {
        ended
    } else {
        Pin::new(&mut connection).graceful_shutdown();
        poll_fn(|cx| connection.poll_without_shutdown(cx)).await
    };
    let Some(mut stream) = connection.into_parts().io.into_inner().into_socket() else { return };
    if ended.is_err_and(|error| error.is_user()) && signals.ends_with_the_connection.load(Relaxed) {
        // The body broke, and to this client the end of the connection is the end of the body: it must not look clean.
        let _ = stream.set_zero_linger();
        return;
    }
    tokio::select! {
        () = closing.cancelled() => {}
        _ = timeout(LINGER, let_go(&mut stream)) => {}
    }
}

/// Says goodbye and throws away what still arrives, until the other side has said goodbye too or falls silent.
async fn let_go(stream: &mut TcpStream) {
    let mut rest = vec![0; 16 << 10];
    if stream.shutdown().await.is_ok() {
        while let Ok(Ok(1..)) = timeout(LINGER_IDLE, stream.read(&mut rest)).await {}
    }
}

/// The router as this connection sees it: it tells the socket when a request is being served.
struct OneConnection {
    router: TowerToHyperService<Router>,
    signals: Arc<Signals>,
}

impl Service<Request<Incoming>> for OneConnection {
    type Response = Response<Keeping<Until>>;
    /// The connection is closed without a word.
    type Error = CloseWithoutAnswer;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        let serving = Until::begin(self.signals.clone());
        self.signals.ends_with_the_connection.store(request.version() < Version::HTTP_11, Relaxed);
        if self.signals.ambiguous.swap(false, Relaxed) {
            request.extensions_mut().insert(AmbiguousLength);
        }
        let answer = self.router.call(request);
        async move {
            let response = answer.await.unwrap_or_else(|never| match never {});
            match response.extensions().get::<CloseWithoutAnswer>() {
                Some(close) => Err(*close),
                None => Ok(response.map(|body| Keeping::new(body, serving))),
            }
        }
        .boxed()
    }
}

/// The time in which a request is served: from its head to the last byte of its answer.
#[derive(Debug)]
pub(super) struct Until(Arc<Signals>);

impl Until {
    fn begin(signals: Arc<Signals>) -> Self {
        signals.serving.store(true, Relaxed);
        Self(signals)
    }
}

impl Drop for Until {
    fn drop(&mut self) {
        self.0.serving.store(false, Relaxed);
    }
}
