//! The disk side of a download: a blocking thread that hashes and writes what the network side hands over.

use std::io;

use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinHandle;

use crate::DownloadError;
use crate::part::Part;
use crate::version::Version;

/// How much is gathered before it is handed over. One such buffer is being filled, one waits and one is being written:
/// that is all the memory a download takes, whatever its length. Larger ones were not faster when measured.
pub(crate) const BUFFER_BYTES: usize = 1 << 18;

/// Where in the file the first byte goes.
#[derive(Debug)]
pub(crate) enum Begin {
    /// To the start; what was there is forgotten. The bytes are of this version, if it has a validator.
    Anew(Option<Version>),
    /// Behind what is there.
    GoOn,
}

/// Writes an unfinished file.
#[derive(Debug)]
pub(crate) struct Writer {
    buffer: Vec<u8>,
    full: Sender<Vec<u8>>,
    empty: Receiver<Vec<u8>>,
    thread: JoinHandle<(Part, io::Result<()>)>,
}

impl Writer {
    /// Begins to write; `expected` bytes are likely to come.
    pub(crate) fn start(part: Part, begin: Begin, expected: Option<u64>) -> Self {
        let (full, full_buffers) = mpsc::channel(1);
        let (empty_buffers, empty) = mpsc::channel(2);
        let thread = tokio::task::spawn_blocking(move || {
            let mut part = part;
            let written = write_all(&mut part, begin, full_buffers, &empty_buffers);
            (part, written)
        });
        let capacity = expected.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(BUFFER_BYTES);
        Self { buffer: Vec::with_capacity(capacity.min(BUFFER_BYTES)), full, empty, thread }
    }

    /// Takes the next bytes; `false` when the disk has failed, and [`finish`](Self::finish) tells how.
    pub(crate) async fn write(&mut self, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(BUFFER_BYTES - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() == BUFFER_BYTES {
                let next = self.empty.try_recv().unwrap_or_else(|_| Vec::with_capacity(BUFFER_BYTES));
                let full = std::mem::replace(&mut self.buffer, next);
                if self.full.send(full).await.is_err() {
                    return false;
                }
            }
        }
        true
    }

    /// Writes what is left, and gives the part back.
    pub(crate) async fn finish(mut self) -> Result<(Part, io::Result<()>), DownloadError> {
        // a send that fails means that the thread has stopped, and says why
        let _ = self.full.send(std::mem::take(&mut self.buffer)).await;
        self.stop().await
    }

    /// Gives the part back with what was handed over; a buffer that was not full is left out.
    async fn stop(self) -> Result<(Part, io::Result<()>), DownloadError> {
        drop(self.full);
        joined(self.thread).await
    }
}

/// Waits for a blocking task; a task that is gone (the runtime is shutting down) counts as a failed disk.
pub(crate) async fn joined<T>(thread: JoinHandle<T>) -> Result<T, DownloadError> {
    thread.await.map_err(|error| DownloadError::disk("finish writing")(io::Error::other(error)))
}

/// Ends when the other side drops its end, whether that was in good order or not; what came until then is noted as right.
fn write_all(part: &mut Part, begin: Begin, mut full: Receiver<Vec<u8>>, empty: &Sender<Vec<u8>>) -> io::Result<()> {
    match begin {
        Begin::Anew(version) => part.restart(version)?,
        Begin::GoOn => part.go_on()?,
    }
    while let Some(mut buffer) = full.blocking_recv() {
        part.append(&buffer)?;
        buffer.clear();
        let _ = empty.try_send(buffer);
    }
    part.mark();
    Ok(())
}
