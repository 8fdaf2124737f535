//! A server that does with bytes what no well-behaved server would.

use std::io;

use http::{HeaderMap, HeaderName, HeaderValue, Version, header};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::listening::Listening;
use crate::{Delivery, Ledger};

/// The longest head this server reads, in bytes.
const LONGEST_HEAD: usize = 65_536;

/// A TCP server that plays one list of [`Step`]s per connection, then closes it.
///
/// Closing is clean: it sends nothing more, and reads and forgets until the client has closed too. (Closing a socket with
/// unread bytes would be a reset, sometimes.) So a connection is over for the ledger once both ends know.
///
/// Connections beyond the lists are accepted, noted and closed.
#[derive(Debug)]
pub struct RawServer(Listening);

/// One thing a [`RawServer`] does on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "tests write them down")]
pub enum Step {
    /// Waits until the first unread byte is there, and leaves it unread.
    AwaitByte,
    /// Reads this many bytes of something that is no request, and notes nothing.
    Forget(usize),
    /// Reads this many bytes, wherever in a request that ends.
    ReadBytes(usize),
    /// Reads one request head and not a byte more.
    ReadHead,
    /// Reads one request: its head, and as much body as its `Content-Length` says.
    ReadRequest,
    /// Writes these bytes.
    Write(Vec<u8>),
    /// Ends the connection with a reset, whatever is on its way.
    Reset,
    /// Reads and forgets until the client has closed.
    AwaitClose,
    /// Does nothing more, and keeps the connection open.
    Hold,
}

impl Step {
    /// [`Write`](Self::Write) of a text.
    pub fn write(text: impl Into<String>) -> Self {
        Self::Write(text.into().into_bytes())
    }
}

impl RawServer {
    /// Plays `scripts[0]` on the first connection, and so on.
    pub fn start(scripts: impl IntoIterator<Item = Vec<Step>>) -> io::Result<Self> {
        let scripts: Vec<_> = scripts.into_iter().collect();
        Listening::start(move |stream, number, ledger| {
            let script = scripts.get(number - 1).cloned().unwrap_or_default();
            async move {
                // A client that goes away in the middle ends the play; the ledger has what came before.
                let _ = Play { stream, number, ledger, head: Vec::new(), body: None }.all(script).await;
            }
        })
        .map(Self)
    }

    /// The URL of a path here, with `http`.
    pub fn url(&self, path: &str) -> String {
        self.0.url("http", path)
    }

    /// The URL of a path here, with `https`, to say it to a server that cannot.
    pub fn https_url(&self, path: &str) -> String {
        self.0.url("https", path)
    }

    /// What arrived.
    pub fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }
}

/// A connection on which a script is played.
struct Play {
    stream: TcpStream,
    number: usize,
    ledger: Ledger,
    /// What was read of a head that is not whole.
    head: Vec<u8>,
    /// The place of the request whose body is being read, and how much of it is to come.
    body: Option<(usize, usize)>,
}

impl Play {
    async fn all(mut self, script: Vec<Step>) -> io::Result<()> {
        for step in script {
            match step {
                Step::AwaitByte => {
                    self.stream.peek(&mut [0]).await?;
                }
                Step::Forget(count) => {
                    self.stream.read_exact(&mut vec![0; count]).await?;
                }
                Step::ReadBytes(count) => {
                    for _ in 0..count {
                        self.read().await?;
                    }
                }
                Step::ReadHead => while !self.read().await? {},
                Step::ReadRequest => {
                    while !self.read().await? {}
                    while self.body.is_some() {
                        self.read().await?;
                    }
                }
                Step::Write(bytes) => self.stream.write_all(&bytes).await?,
                Step::Reset => return self.stream.set_zero_linger(),
                Step::AwaitClose => self.drain().await?,
                Step::Hold => std::future::pending().await,
            }
        }
        self.stream.shutdown().await?;
        self.drain().await
    }

    async fn drain(&mut self) -> io::Result<()> {
        while self.stream.read(&mut [0; 1024]).await? > 0 {}
        Ok(())
    }

    /// Reads and notes one byte; `true` if a head is whole with it.
    ///
    /// What is not read stays with the kernel, so the ledger does not claim it.
    async fn read(&mut self) -> io::Result<bool> {
        let byte = self.stream.read_u8().await?;
        if let Some((place, missing)) = self.body {
            self.body = (missing > 1).then_some((place, missing - 1));
            self.ledger.note(place, |delivery| {
                delivery.body.push(byte);
                delivery.whole = missing == 1;
            });
            return Ok(false);
        }
        self.head.push(byte);
        if !self.head.ends_with(b"\r\n\r\n") {
            return if self.head.len() < LONGEST_HEAD { Ok(false) } else { Err(io::ErrorKind::InvalidData.into()) };
        }
        let delivery = parse(self.number, &String::from_utf8_lossy(&std::mem::take(&mut self.head)));
        let length = delivery.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        let length = length.unwrap_or(0);
        let place = self.ledger.head(Delivery { whole: length == 0, ..delivery });
        self.body = (length > 0).then_some((place, length));
        Ok(true)
    }
}

/// What a head says. A line that is none is left out: this server judges nobody's grammar.
fn parse(connection: usize, head: &str) -> Delivery {
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let (method, target) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let headers: HeaderMap = lines
        .filter_map(|line| line.split_once(':'))
        .filter_map(|(name, value)| Some((name.parse::<HeaderName>().ok()?, value.trim().parse::<HeaderValue>().ok()?)))
        .collect();
    Delivery { connection, method, target, version: Version::HTTP_11, headers, ..Delivery::default() }
}
