//! HTTP/2 by frames: the refusals and farewells of the protocol, each at the exact moment a test wants it.

use std::io;
use std::ops::ControlFlow;

use http::Version;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

use crate::listening::Listening;
use crate::{Delivery, Identity, Ledger};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// The longest frame a peer may send unless told otherwise (RFC 9113 section 4.2).
const LONGEST_FRAME: usize = 16_384;

const DATA: u8 = 0x0;
const HEADERS: u8 = 0x1;
const RST_STREAM: u8 = 0x3;
const SETTINGS: u8 = 0x4;
const PING: u8 = 0x6;
const GOAWAY: u8 = 0x7;

const ACK: u8 = 0x1;
const END_STREAM: u8 = 0x1;
const END_HEADERS: u8 = 0x4;

const REFUSED_STREAM: u32 = 0x7;
/// `:status: 200`, as the static table of HPACK has it.
const STATUS_200: &[u8] = &[0x88];

/// An HTTP/2 server over TLS that looks at frames only, and plays one [`Move`] per stream.
///
/// It opens no window, so the bodies of one connection may have 65,535 bytes together. Streams beyond the moves are held.
#[derive(Debug)]
pub struct FrameServer(Listening);

/// What a [`FrameServer`] does with one stream. The numbers are error codes of RFC 9113 section 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "tests write them down")]
pub enum Move {
    /// Answers the whole request with 200 and no body.
    Answer,
    /// Answers as [`Answer`](Self::Answer), after a setting (RFC 9113 section 6.5.2) that the client so has read first.
    AnswerAfter(Setting, u32),
    /// Throws the whole request away and says so: `RST_STREAM` with `REFUSED_STREAM`.
    Refuse,
    /// Takes the whole request, then resets the stream with this error.
    Reset(u32),
    /// Resets the stream with this error as soon as its head is there.
    ResetAtHead(u32),
    /// Throws the whole request away and says so: `GOAWAY` with this error and a last stream below this one.
    GoAwayBelow(u32),
    /// Takes the whole request, says goodbye after it (`GOAWAY` without error, this stream the last), and closes.
    GoAwayAtThenClose,
    /// Answers the whole request with 200 and the start of a body, then resets the stream with this error.
    AnswerThenReset(u32),
    /// Takes what comes and does nothing.
    Hold,
}

/// A setting of HTTP/2 that holds a client back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "tests write them down")]
pub enum Setting {
    /// How many streams a client may have open.
    MaxConcurrentStreams = 0x3,
    /// How many bytes a client may send on a new stream.
    InitialWindowSize = 0x4,
}

impl FrameServer {
    /// Plays `moves[0]` on the first stream of a connection, and so on, the same on every connection.
    pub fn start(identity: &Identity, moves: impl IntoIterator<Item = Move>) -> io::Result<Self> {
        let acceptor = TlsAcceptor::from(identity.server());
        let moves: Vec<_> = moves.into_iter().collect();
        Listening::start(move |stream, number, ledger| {
            let (acceptor, moves) = (acceptor.clone(), moves.clone());
            async move {
                if let Ok(io) = acceptor.accept(stream).await {
                    // A client that goes away ends the play; the ledger has what came before.
                    let _ = Play { io, number, ledger, moves, streams: Vec::new() }.all().await;
                }
            }
        })
        .map(Self)
    }

    /// The URL of a path here.
    pub fn url(&self, path: &str) -> String {
        self.0.url("https", path)
    }

    /// What arrived. Methods and paths are not looked at: a request is noted as `STREAM` and its number.
    pub fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }
}

struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: Vec<u8>,
}

/// A stream of a connection: its number, its place in the ledger, its move.
#[derive(Clone, Copy)]
struct Stream {
    id: u32,
    place: usize,
    turn: Move,
}

struct Play<S> {
    io: S,
    number: usize,
    ledger: Ledger,
    moves: Vec<Move>,
    streams: Vec<Stream>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Play<S> {
    async fn all(mut self) -> io::Result<()> {
        let mut preface = [0; PREFACE.len()];
        self.io.read_exact(&mut preface).await?;
        if preface != PREFACE {
            return Err(io::ErrorKind::InvalidData.into());
        }
        self.write(SETTINGS, 0, 0, &[]).await?;
        loop {
            let frame = self.read().await?;
            match frame.kind {
                SETTINGS if frame.flags & ACK == 0 => self.write(SETTINGS, ACK, 0, &[]).await?,
                PING if frame.flags & ACK == 0 => self.write(PING, ACK, 0, &frame.payload).await?,
                HEADERS if self.opened(frame.stream, frame.flags & END_STREAM != 0).await?.is_break() => break,
                DATA if self.arrived(&frame).await?.is_break() => break,
                _ => {}
            }
        }
        self.io.shutdown().await
    }

    /// Plays as much of a stream's move as its head asks for; breaks if the connection ends with it.
    async fn opened(&mut self, id: u32, whole: bool) -> io::Result<ControlFlow<()>> {
        let turn = self.moves.get(self.streams.len()).copied().unwrap_or(Move::Hold);
        let place = self.ledger.head(Delivery {
            connection: self.number,
            method: "STREAM".to_owned(),
            target: id.to_string(),
            version: Version::HTTP_2,
            whole,
            ..Delivery::default()
        });
        let stream = Stream { id, place, turn };
        self.streams.push(stream);
        match turn {
            Move::ResetAtHead(code) => self.write(RST_STREAM, 0, id, &code.to_be_bytes()).await?,
            _ if whole => return self.finished(stream).await,
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Notes a piece of a body, and plays the move of its stream if it was the last.
    async fn arrived(&mut self, frame: &Frame) -> io::Result<ControlFlow<()>> {
        let Some(stream) = self.streams.iter().copied().find(|stream| stream.id == frame.stream) else {
            return Ok(ControlFlow::Continue(()));
        };
        let whole = frame.flags & END_STREAM != 0;
        self.ledger.note(stream.place, |delivery| {
            delivery.body.extend_from_slice(&frame.payload);
            delivery.whole = whole;
        });
        if whole { self.finished(stream).await } else { Ok(ControlFlow::Continue(())) }
    }

    /// Plays the move of a stream whose request is whole; breaks if the connection ends with it.
    async fn finished(&mut self, Stream { id, place, turn }: Stream) -> io::Result<ControlFlow<()>> {
        let throw_away = |delivery: &mut Delivery| delivery.thrown_away = true;
        match turn {
            Move::Answer => self.write(HEADERS, END_HEADERS | END_STREAM, id, STATUS_200).await?,
            Move::AnswerAfter(setting, value) => {
                let setting = [&(setting as u16).to_be_bytes()[..], &value.to_be_bytes()].concat();
                self.write(SETTINGS, 0, 0, &setting).await?;
                self.write(HEADERS, END_HEADERS | END_STREAM, id, STATUS_200).await?;
            }
            Move::AnswerThenReset(code) => {
                self.write(HEADERS, END_HEADERS, id, STATUS_200).await?;
                self.write(DATA, 0, id, b"start").await?;
                self.write(RST_STREAM, 0, id, &code.to_be_bytes()).await?;
            }
            Move::Refuse => {
                self.ledger.note(place, throw_away);
                self.write(RST_STREAM, 0, id, &REFUSED_STREAM.to_be_bytes()).await?;
            }
            Move::Reset(code) => self.write(RST_STREAM, 0, id, &code.to_be_bytes()).await?,
            Move::GoAwayBelow(code) => {
                self.ledger.note(place, throw_away);
                self.go_away(id.saturating_sub(2), code).await?;
            }
            Move::GoAwayAtThenClose => {
                self.go_away(id, 0).await?;
                return Ok(ControlFlow::Break(()));
            }
            Move::ResetAtHead(_) | Move::Hold => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    async fn go_away(&mut self, last: u32, code: u32) -> io::Result<()> {
        let payload = [last.to_be_bytes(), code.to_be_bytes()].concat();
        self.write(GOAWAY, 0, 0, &payload).await
    }

    async fn read(&mut self) -> io::Result<Frame> {
        let mut head = [0; 9];
        self.io.read_exact(&mut head).await?;
        let [a, b, c, kind, flags, stream @ ..] = head;
        let length = u32::from_be_bytes([0, a, b, c]) as usize;
        if length > LONGEST_FRAME {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut payload = vec![0; length];
        self.io.read_exact(&mut payload).await?;
        Ok(Frame { kind, flags, stream: u32::from_be_bytes(stream) & 0x7fff_ffff, payload })
    }

    async fn write(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> io::Result<()> {
        let length = u32::try_from(payload.len()).unwrap_or(0).to_be_bytes();
        let mut frame = vec![length[1], length[2], length[3], kind, flags];
        frame.extend_from_slice(&stream.to_be_bytes());
        frame.extend_from_slice(payload);
        self.io.write_all(&frame).await?;
        self.io.flush().await
    }
}
