//! A well-behaved HTTP server that is told what to answer.

use std::io;
use std::sync::Arc;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;

use crate::listening::Listening;
use crate::reply::{Cut, Pieces};
use crate::{Delivery, Identity, Ledger, Reply};

/// An HTTP/1.1 and HTTP/2 server that reads every request whole, notes it, and answers what it was told to.
#[derive(Debug)]
pub struct FarEnd {
    listening: Listening,
    scheme: &'static str,
}

type Handler = Arc<dyn Fn(&Delivery) -> Reply + Send + Sync>;

impl FarEnd {
    /// Serves over plain TCP: `answer` is asked once per request.
    pub fn start(answer: impl Fn(&Delivery) -> Reply + Send + Sync + 'static) -> io::Result<Self> {
        let answer: Handler = Arc::new(answer);
        let listening = Listening::start(move |stream, number, ledger| {
            let answer = Arc::clone(&answer);
            async move { serve(stream, number, ledger, answer).await }
        })?;
        Ok(Self { listening, scheme: "http" })
    }

    /// Serves over TLS, in the version of HTTP that client and `identity` agree on.
    pub fn start_tls(
        identity: &Identity,
        answer: impl Fn(&Delivery) -> Reply + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let answer: Handler = Arc::new(answer);
        let acceptor = TlsAcceptor::from(identity.server());
        let listening = Listening::start(move |stream, number, ledger| {
            let (answer, acceptor) = (Arc::clone(&answer), acceptor.clone());
            async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    serve(stream, number, ledger, answer).await;
                }
            }
        })?;
        Ok(Self { listening, scheme: "https" })
    }

    /// The URL of a path here.
    pub fn url(&self, path: &str) -> String {
        self.listening.url(self.scheme, path)
    }

    /// What arrived.
    pub fn ledger(&self) -> &Ledger {
        &self.listening.ledger
    }
}

async fn serve<S>(stream: S, number: usize, ledger: Ledger, answer: Handler)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| respond(request, number, ledger.clone(), Arc::clone(&answer)));
    // A client that goes away, or an answer cut on purpose, ends the connection with an error that is no news.
    let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
}

async fn respond(
    request: http::Request<Incoming>,
    connection: usize,
    ledger: Ledger,
    answer: Handler,
) -> Result<http::Response<Pieces>, Cut> {
    let (head, mut body) = request.into_parts();
    let place = ledger.head(Delivery {
        connection,
        method: head.method.to_string(),
        target: head.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        version: head.version,
        headers: head.headers,
        ..Delivery::default()
    });
    while let Some(frame) = body.frame().await {
        if let Some(data) = frame.map_err(|_| Cut)?.data_ref() {
            ledger.note(place, |delivery| delivery.body.extend_from_slice(data));
        }
    }
    answer(&ledger.note(place, |delivery| delivery.whole = true)).given().await
}
