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
/// Connections beyond the lists are accepted, noted and closed.
#[derive(Debug)]
pub struct RawServer(Listening);

/// One thing a [`RawServer`] does on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "tests write them down")]
pub enum Step {
    /// Waits until the first unread byte is there, and leaves it unread.
    AwaitByte,
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
                let _ = Play { stream, number, ledger, reading: None }.all(script).await;
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
    /// The place of the request whose body is being read, and how much of it is to come.
    reading: Option<(usize, usize)>,
}

impl Play {
    async fn all(mut self, script: Vec<Step>) -> io::Result<()> {
        for step in script {
            match step {
                Step::AwaitByte => {
                    self.stream.peek(&mut [0]).await?;
                }
                Step::ReadHead => self.read_head().await?,
                Step::ReadRequest => {
                    self.read_head().await?;
                    self.read_body().await?;
                }
                Step::Write(bytes) => self.stream.write_all(&bytes).await?,
                Step::Reset => return self.stream.set_zero_linger(),
                Step::AwaitClose => while self.stream.read(&mut [0; 1024]).await? > 0 {},
                Step::Hold => std::future::pending().await,
            }
        }
        self.stream.shutdown().await
    }

    /// One byte at a time: what follows the head stays with the kernel, so the ledger does not claim it.
    async fn read_head(&mut self) -> io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") && head.len() < LONGEST_HEAD {
            head.push(self.stream.read_u8().await?);
        }
        let delivery = parse(self.number, &String::from_utf8_lossy(&head));
        let length = delivery.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        let length = length.unwrap_or(0);
        let place = self.ledger.head(Delivery { whole: length == 0, ..delivery });
        self.reading = Some((place, length));
        Ok(())
    }

    async fn read_body(&mut self) -> io::Result<()> {
        let Some((place, mut missing)) = self.reading.take() else { return Ok(()) };
        let mut buffer = [0; 4096];
        while missing > 0 {
            let part = buffer.len().min(missing);
            let read = self.stream.read(&mut buffer[..part]).await?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            missing -= read;
            self.ledger.note(place, |delivery| {
                delivery.body.extend_from_slice(&buffer[..read]);
                delivery.whole = missing == 0;
            });
        }
        Ok(())
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
