//! A socket that does not wait for ever.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::head_watch::HeadWatch;

/// Time for the head of a request: from the connection for the first one, from its first byte for the others.
const HEAD: Duration = Duration::from_secs(10);
/// Time between two requests. Longer than clients keep a connection they do not use (mostly 60 s or less), so that they
/// rarely send an order into one that is just being closed.
const IDLE: Duration = Duration::from_secs(90);
/// No head takes longer than this, from the end of the answer before it.
pub(super) const LONGEST_SILENCE: Duration = Duration::from_secs(HEAD.as_secs() + IDLE.as_secs() + 1);
/// Time in which the client must take a byte of an answer.
const STALL: Duration = Duration::from_secs(60);

/// What the socket and the service behind it tell each other.
#[derive(Debug, Default)]
pub(super) struct Signals {
    /// A request is being served: silence is the service's, not the client's.
    pub(super) serving: AtomicBool,
    /// The head that arrived last gave its length in two ways.
    pub(super) ambiguous: AtomicBool,
    /// The end of the connection is the end of the answer (HTTP/1.0 without a length).
    pub(super) ends_with_the_connection: AtomicBool,
}

/// A socket that gives up on a client that sends no head, or takes no answer.
#[derive(Debug)]
pub(super) struct Guarded<S> {
    socket: S,
    signals: Arc<Signals>,
    watch: HeadWatch,
    /// When the head must be there, as far as the bytes seen so far say.
    head_due: Option<Instant>,
    /// The last byte either way.
    active: Instant,
    reading: Option<Pin<Box<Sleep>>>,
    writing: Option<Pin<Box<Sleep>>>,
    timed_out: bool,
}

impl<S> Guarded<S> {
    pub(super) fn new(socket: S, signals: Arc<Signals>) -> Self {
        let now = Instant::now();
        Self {
            socket,
            signals,
            watch: HeadWatch::default(),
            head_due: Some(now + HEAD),
            active: now,
            reading: None,
            writing: None,
            timed_out: false,
        }
    }

    /// The socket, unless it was given up.
    pub(super) fn into_socket(self) -> Option<S> {
        (!self.timed_out).then_some(self.socket)
    }

    /// Notes bytes that arrived while no request was being served.
    fn saw(&mut self, bytes: &[u8]) {
        let ended = self.watch.feed(bytes);
        if let Some(ambiguous) = ended {
            self.signals.ambiguous.store(ambiguous, Relaxed);
            (self.watch, self.head_due) = (HeadWatch::default(), None);
        } else if self.watch.begun() {
            self.head_due.get_or_insert(self.active + HEAD);
        }
    }

    fn give_up(&mut self, what: &'static str) -> io::Error {
        self.timed_out = true;
        io::Error::new(io::ErrorKind::TimedOut, what)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let ready = Pin::new(&mut this.socket).poll_read(cx, buffer);
        let serving = this.signals.serving.load(Relaxed);
        if ready.is_ready() {
            this.active = Instant::now();
            if !serving {
                this.saw(&buffer.filled()[before..]);
            }
            return ready;
        }
        if serving {
            return Poll::Pending;
        }
        let due = this.head_due.unwrap_or(this.active + IDLE);
        if expired(&mut this.reading, due, cx) {
            return Poll::Ready(Err(this.give_up("no request arrived in time")));
        }
        Poll::Pending
    }
}

impl<S: AsyncWrite + Unpin> Guarded<S> {
    fn wrote<T>(&mut self, cx: &mut Context<'_>, progress: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if progress.is_ready() {
            self.active = Instant::now();
            self.writing = None;
            return progress;
        }
        let due = self.active + STALL;
        // Bytes that arrive while nothing is taken do not prolong it.
        let due = self.writing.as_ref().map_or(due, |sleep| sleep.deadline());
        if expired(&mut self.writing, due, cx) {
            return Poll::Ready(Err(self.give_up("the client takes no more of the answer")));
        }
        Poll::Pending
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let progress = Pin::new(&mut this.socket).poll_write(cx, bytes);
        this.wrote(cx, progress)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let progress = Pin::new(&mut this.socket).poll_write_vectored(cx, pieces);
        this.wrote(cx, progress)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The kernel flushes; this never waits for a TCP socket.
        Pin::new(&mut self.get_mut().socket).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(cx)
    }
}

/// Whether `due` is past; if not, the task is woken then.
fn expired(sleep: &mut Option<Pin<Box<Sleep>>>, due: Instant, cx: &mut Context<'_>) -> bool {
    let sleep = sleep.get_or_insert_with(|| Box::pin(sleep_until(due)));
    if sleep.deadline() != due {
        sleep.as_mut().reset(due);
    }
    sleep.as_mut().poll(cx).is_ready()
}
