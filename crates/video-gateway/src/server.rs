//! The listener: accepts, serves, and ends in order.

mod connection;
mod guarded;
mod head_watch;

use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) use connection::AmbiguousLength;

/// First pause after a failure to accept; it doubles up to the longest.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Serves `router` until `shutdown`, then finishes connections and `orders` within `drain_limit`.
pub(crate) async fn run(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()>,
    drain_limit: Duration,
    orders: &TaskTracker,
) {
    let connections = TaskTracker::new();
    let (closing, cutting) = (CancellationToken::new(), CancellationToken::new());
    {
        let mut shutdown = pin!(shutdown);
        let mut pause = None;
        loop {
            let accepted = tokio::select! {
                () = &mut shutdown => break,
                accepted = accept(&listener, &mut pause) => accepted,
            };
            let Some(stream) = accepted else { continue };
            let (router, closing, cutting) = (router.clone(), closing.clone(), cutting.clone());
            connections.spawn(async move {
                tokio::select! {
                    () = cutting.cancelled() => {}
                    () = connection::serve(stream, router, closing) => {}
                }
            });
        }
    }
    // Closes the port, so that new connections are refused at once.
    drop(listener);
    tracing::info!(connections = connections.len(), orders = orders.len(), "stopped accepting");
    closing.cancel();
    connections.close();
    orders.close();
    let drained = timeout(drain_limit, async {
        connections.wait().await;
        orders.wait().await;
    });
    if drained.await.is_err() {
        // Orders are not cancelled: as long as the process lives, they may still be answered and logged.
        tracing::warn!(
            connections = connections.len(),
            orders = orders.len(),
            "cut what was left after the drain limit"
        );
        cutting.cancel();
        connections.wait().await;
    }
}

/// The next connection. Trouble of one connection is its own; trouble of the machine, as no free file descriptor, is
/// waited out.
async fn accept(listener: &TcpListener, pause: &mut Option<Duration>) -> Option<TcpStream> {
    if let Some(pause) = *pause {
        sleep_until(Instant::now() + pause).await;
    }
    match listener.accept().await {
        Ok((stream, _)) => {
            *pause = None;
            // Answers are written whole; waiting for more would only delay them.
            let _ = stream.set_nodelay(true);
            Some(stream)
        }
        Err(error) if of_one_connection(&error) => None,
        Err(error) => {
            if pause.is_none() {
                tracing::warn!(%error, "cannot accept connections, trying again");
            }
            *pause = Some(pause.map_or(SHORTEST_PAUSE, |pause| (pause * 2).min(LONGEST_PAUSE)));
            None
        }
    }
}

fn of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
