//! A gateway on a port of its own.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use video_client::{Client, RetryPolicy};
use video_gateway::Gateway;
use video_transport::Transport;

/// A gateway that serves until it is stopped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<io::Result<()>>,
}

impl Running {
    /// Serves on a free port of 127.0.0.1.
    pub(crate) async fn start(gateway: Gateway) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(gateway.serve(listener, async {
            let _ = stopped.await;
        }));
        Self { address, stop: Some(stop), task }
    }

    /// Asks for the end; does not wait for it.
    pub(crate) fn ask_to_stop(&mut self) {
        drop(self.stop.take());
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(mut self) {
        self.ask_to_stop();
        self.task.await.expect("no panic").expect("a clean end");
    }
}

/// A client over a transport, as an upstream; it sends each order once.
pub(crate) fn client(transport: impl Transport) -> Client {
    let mut once = RetryPolicy::default();
    once.attempts = 1;
    Client::builder("http://upstream.example")
        .key("sk-upstream-secret")
        .transport(transport)
        .retry(once)
        .build()
        .expect("a client")
}
