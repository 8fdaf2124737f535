//! A port, a task that accepts on it, and their end.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener};

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::Ledger;

/// A free port of 127.0.0.1 on which connections are served until this is dropped.
#[derive(Debug)]
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    pub(crate) ledger: Ledger,
    task: JoinHandle<()>,
}

impl Listening {
    /// Serves every connection with `serve`, which is given the number of the connection, from 1.
    pub(crate) fn start<F, Served>(serve: F) -> io::Result<Self>
    where
        F: Fn(TcpStream, usize, Ledger) -> Served + Send + 'static,
        Served: Future<Output = ()> + Send + 'static,
    {
        let listener = StdListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let listener = TcpListener::from_std(listener)?;
        let ledger = Ledger::default();
        let noted = ledger.clone();
        let task = tokio::spawn(async move {
            // Dropped with the task, and every connection with it.
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                while connections.try_join_next().is_some() {}
                let number = noted.connected();
                let served = serve(stream, number, noted.clone());
                let noted = noted.clone();
                connections.spawn(async move {
                    served.await;
                    noted.ended();
                });
            }
        });
        Ok(Self { address, ledger, task })
    }

    /// The URL of a path here.
    pub(crate) fn url(&self, scheme: &str, path: &str) -> String {
        format!("{scheme}://{}{path}", self.address)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}
