//! A download from its first attempt to its last.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::attempt::{Opened, Received, look_at, store};
use crate::next::{Next, next};
use crate::part::Part;
use crate::target::Place;
use crate::writer::{BUFFER_BYTES, joined};
use crate::{Container, DownloadError, Flaw, Progress, Proof, Saved, Source, Target};

/// One video on its way to a target.
#[derive(Debug)]
pub struct Download {
    target: Target,
    limit: u64,
    attempts: u32,
}

impl Download {
    /// A download of at most 8 GiB, tried five times.
    pub fn new(target: Target) -> Self {
        Self { target, limit: 8 << 30, attempts: 5 }
    }

    /// The largest video to take, in bytes; 8 GiB by default.
    #[must_use]
    pub fn with_limit(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self
    }

    /// How often to open the source at the most; 5 by default, and 0 counts as 1.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Runs the download to its end: a proved file in place, or an error and nothing in place.
    ///
    /// The target is [checked](Target::check) before the source is opened. `progress` is called after each piece of
    /// the body, on the caller's task, so it should be quick. After several attempts the error is that of the last
    /// one; [`Source::pause`] saw the others.
    ///
    /// Needs a Tokio runtime, for its blocking threads; without one it panics. Dropping the future is safe at any
    /// moment: either the whole file stands under its name, or the unfinished one is removed.
    pub async fn run(
        self,
        source: &mut dyn Source,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Saved, DownloadError> {
        let Self { target, limit, attempts: most } = self;
        let (mut part, place) = joined(tokio::task::spawn_blocking(move || claim(target))).await??;
        let mut attempt = 1;
        loop {
            let error = match open(source, limit).await {
                Ok(opened) => {
                    let total = opened.announced;
                    let report = |received| progress(Progress { attempt, received, total });
                    let (back, stored) = store(opened, part, limit, &report).await?;
                    let (back, proved) = prove(back, stored).await?;
                    part = back;
                    match proved {
                        Ok(proved) => return deliver(part, place, proved, attempt).await,
                        Err(error) => error,
                    }
                }
                Err(error) => error,
            };
            let error = match next(&error) {
                Next::GiveUp => return Err(error),
                _ if attempt == most => return Err(error),
                Next::Again => error,
                Next::Refresh => refresh(source, error).await?,
            };
            source.pause(attempt, &error).await;
            attempt += 1;
        }
    }
}

/// Blocking: looks at the target and makes the unfinished file.
fn claim(target: Target) -> Result<(Part, Place), DownloadError> {
    target.check()?;
    let part = match &target.place {
        Place::File { path, .. } => Part::claim(path)?,
        Place::Writer { spool, .. } => Part::unnamed(spool)?,
    };
    Ok((part, target.place))
}

async fn open(source: &mut dyn Source, limit: u64) -> Result<Opened, DownloadError> {
    let response = source.open(None).await.map_err(|source| DownloadError::Unopened { source })?;
    look_at(response, limit).await
}

/// Asks for a fresh place after `refusal`, and says what the next pause is for. The refusal stands if there is no
/// other place; a question that failed only for now is asked again after the next refusal.
async fn refresh(source: &mut dyn Source, refusal: DownloadError) -> Result<DownloadError, DownloadError> {
    match source.refresh().await {
        Ok(true) => Ok(refusal),
        Ok(false) => Err(refusal),
        Err(source) if source.is_temporary() => Ok(DownloadError::Unopened { source }),
        Err(source) => Err(DownloadError::Unopened { source }),
    }
}

/// A whole file, not yet under its name.
#[derive(Debug)]
struct Proved {
    received: Received,
    container: Container,
}

/// Reads the boxes of what was stored.
async fn prove(
    part: Part,
    stored: Result<Received, DownloadError>,
) -> Result<(Part, Result<Proved, DownloadError>), DownloadError> {
    let received = match stored {
        Ok(received) => received,
        Err(error) => return Ok((part, Err(error))),
    };
    let looking = tokio::task::spawn_blocking(move || {
        let inspection = Container::read(&part.file);
        (part, inspection)
    });
    let (part, inspection) = joined(looking).await?;
    Ok((part, verdict(inspection, &received).map(|container| Proved { received, container })))
}

/// Whether what was found in the file, and what was announced, prove it whole.
fn verdict(inspection: Result<Container, Flaw>, received: &Received) -> Result<Container, DownloadError> {
    match inspection {
        Ok(container) if container.proof > Proof::Start => Ok(container),
        Ok(container) if received.announced.is_some() => Ok(Container { proof: Proof::Length, ..container }),
        Ok(container) => Err(DownloadError::Unprovable { format: container.format }),
        // with the announced length reached it is no cut on the way, but a file that was never whole
        Err(Flaw::Cut { end, .. }) if received.announced.is_none() => {
            Err(DownloadError::Truncated { received: received.bytes, expected: end })
        }
        Err(Flaw::Unreadable(source)) => Err(DownloadError::disk("read the unfinished file back")(source)),
        Err(flaw) => Err(DownloadError::not_video(flaw.to_string(), &[])),
    }
}

/// Puts the proved bytes where they were to go.
async fn deliver(part: Part, place: Place, proved: Proved, attempts: u32) -> Result<Saved, DownloadError> {
    let path = match place {
        Place::File { path, overwrite } => {
            let keeping = tokio::task::spawn_blocking(move || part.keep(&path, overwrite).map(|()| path));
            Some(joined(keeping).await??)
        }
        Place::Writer { mut writer, .. } => {
            copy(part.file, &mut writer).await?;
            None
        }
    };
    let Proved { received: Received { bytes, sha256, .. }, container } = proved;
    Ok(Saved { path, bytes, sha256, container, attempts })
}

/// Copies a file from its start, in large pieces.
async fn copy(mut file: File, writer: &mut (impl AsyncWrite + Unpin)) -> Result<(), DownloadError> {
    let mut at = 0;
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let reading = tokio::task::spawn_blocking(move || {
            let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.read(&mut buffer));
            (file, buffer, read)
        });
        let read;
        (file, buffer, read) = joined(reading).await?;
        let bytes = read.map_err(DownloadError::disk("read the proved file back"))?;
        if bytes == 0 {
            return writer.flush().await.map_err(DownloadError::disk("write the video to the output"));
        }
        writer.write_all(&buffer[..bytes]).await.map_err(DownloadError::disk("write the video to the output"))?;
        at += bytes as u64;
    }
}
