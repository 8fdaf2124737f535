//! A port that refuses.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpSocket;

/// A port of 127.0.0.1 that is taken and refuses every connection, until this is dropped.
#[derive(Debug)]
pub struct ClosedPort {
    address: SocketAddr,
    /// Bound and never listening: nobody else gets the port meanwhile.
    _socket: TcpSocket,
}

impl ClosedPort {
    /// Takes a free port.
    pub fn take() -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        Ok(Self { address: socket.local_addr()?, _socket: socket })
    }

    /// The URL of a path here.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}
