//! The disk side of a download: one blocking thread hashes what the network side hands over, another writes it.

use std::io;

use sha2::{Digest, Sha256 as Hasher};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinHandle;

use crate::DownloadError;
use crate::part::Part;
use crate::version::Version;

/// How much is gathered before it is handed over. Larger ones were not faster when measured.
pub(crate) const BUFFER_BYTES: usize = 1 << 18;
/// How many such buffers there are: being filled, hashed and written, and one that waits. That is all the memory a
/// download takes, whatever its length, and all that a killed process loses.
const BUFFERS: usize = 4;

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
    /// How many buffers were made.
    made: usize,
    full: Sender<Vec<u8>>,
    empty: Receiver<Vec<u8>>,
    thread: JoinHandle<(Part, io::Result<()>)>,
}

/// Bytes on their way to the disk, with the hash of everything up to their end.
struct Hashed {
    bytes: Vec<u8>,
    hasher: Hasher,
}

impl Writer {
    /// Begins to write; `expected` bytes are likely to come.
    pub(crate) fn start(part: Part, begin: Begin, expected: Option<u64>) -> Self {
        let (full, full_buffers) = mpsc::channel(BUFFERS);
        let (ready, ready_buffers) = mpsc::channel(BUFFERS);
        let (empty_buffers, empty) = mpsc::channel(BUFFERS);
        let hasher = match begin {
            Begin::Anew(_) => Hasher::new(),
            Begin::GoOn => part.hasher().clone(),
        };
        tokio::task::spawn_blocking(move || hash_all(hasher, full_buffers, &ready));
        let thread = tokio::task::spawn_blocking(move || {
            let mut part = part;
            let written = write_all(&mut part, begin, ready_buffers, &empty_buffers);
            (part, written)
        });
        let capacity = expected.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(BUFFER_BYTES);
        Self { buffer: Vec::with_capacity(capacity.min(BUFFER_BYTES)), made: 1, full, empty, thread }
    }

    /// Takes the next bytes; `false` when the disk has failed, and [`finish`](Self::finish) tells how.
    pub(crate) async fn write(&mut self, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() {
            if self.buffer.len() == BUFFER_BYTES && !self.hand_over().await {
                return false;
            }
            let (now, later) = bytes.split_at(bytes.len().min(BUFFER_BYTES - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
        }
        true
    }

    /// Sends a full buffer off as soon as there is another one to be filled.
    async fn hand_over(&mut self) -> bool {
        let next = match self.empty.try_recv() {
            Ok(next) => Some(next),
            Err(_) if self.made < BUFFERS => {
                self.made += 1;
                Some(Vec::with_capacity(BUFFER_BYTES))
            }
            Err(_) => self.empty.recv().await,
        };
        let Some(next) = next else { return false };
        self.full.send(std::mem::replace(&mut self.buffer, next)).await.is_ok()
    }

    /// Writes what is left, and gives the part back.
    pub(crate) async fn finish(self) -> Result<(Part, io::Result<()>), DownloadError> {
        // a send that fails means that a thread has stopped, and the other one says why
        let _ = self.full.send(self.buffer).await;
        drop(self.full);
        joined(self.thread).await
    }
}

/// Waits for a blocking task; a task that is gone (the runtime is shutting down) counts as a failed disk.
pub(crate) async fn joined<T>(thread: JoinHandle<T>) -> Result<T, DownloadError> {
    thread.await.map_err(|error| DownloadError::disk("finish writing")(io::Error::other(error)))
}

/// Ends when the side before it has no more, or the side behind it wants no more.
fn hash_all(mut hasher: Hasher, mut full: Receiver<Vec<u8>>, ready: &Sender<Hashed>) {
    while let Some(bytes) = full.blocking_recv() {
        hasher.update(&bytes);
        if ready.blocking_send(Hashed { bytes, hasher: hasher.clone() }).is_err() {
            return;
        }
    }
}

/// Ends when the other side drops its end, whether that was in good order or not; what came until then is noted as right.
fn write_all(part: &mut Part, begin: Begin, mut ready: Receiver<Hashed>, empty: &Sender<Vec<u8>>) -> io::Result<()> {
    match begin {
        Begin::Anew(version) => part.restart(version)?,
        Begin::GoOn => part.go_on()?,
    }
    while let Some(Hashed { mut bytes, hasher }) = ready.blocking_recv() {
        part.append(&bytes, hasher)?;
        bytes.clear();
        let _ = empty.try_send(bytes);
    }
    part.mark();
    Ok(())
}
