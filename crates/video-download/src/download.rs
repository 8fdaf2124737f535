//! A download from its first attempt to its last.

use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::attempt::{Terms, fetch};
use crate::disk::{Disk, SystemDisk};
use crate::next::{Next, next};
use crate::pace::StallLimit;
use crate::part::Part;
use crate::target::{Place, make_folders};
use crate::writer::{BUFFER_BYTES, joined};
use crate::{Container, DownloadError, Flaw, Progress, Proof, Saved, Source, Target};

/// How many bytes more than ever before make an attempt a success of sorts: the count of attempts begins again.
const HEADWAY: u64 = 1 << 20;

/// One video on its way to a target.
#[derive(Debug)]
pub struct Download {
    target: Target,
    terms: Terms,
    attempts: u32,
    disk: Arc<dyn Disk>,
}

impl Download {
    /// A download of at most 8 GiB, tried five times, that stalls below 1 KiB in each of 30 ticks.
    pub fn new(target: Target) -> Self {
        let stall = StallLimit { bytes: 1 << 10, ticks: 30 };
        Self { target, terms: Terms { limit: 8 << 30, stall }, attempts: 5, disk: Arc::new(SystemDisk) }
    }

    /// The largest video to take, in bytes; 8 GiB by default.
    #[must_use]
    pub fn with_limit(mut self, bytes: u64) -> Self {
        self.terms.limit = bytes;
        self
    }

    /// How often to open the source without getting anywhere; 5 by default, and 0 counts as 1.
    ///
    /// An attempt that leaves at least a MiB more on the disk, to be continued, than there ever was begins the count
    /// again: so a long video comes over a bad line, and no server can keep a download busy for ever.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// How slow a body may be: fewer than `bytes` in each of `ticks` [ticks](Source::tick) in a row end an attempt, and
    /// the next goes on where it stopped. 1 KiB and 30 by default; 0 bytes is no limit, and 0 ticks count as 1.
    ///
    /// There is no limit on the whole time.
    #[must_use]
    pub fn with_stall_limit(mut self, bytes: u64, ticks: u32) -> Self {
        self.terms.stall = StallLimit { bytes, ticks: ticks.max(1) };
        self
    }

    #[cfg(test)]
    pub(crate) fn with_disk(mut self, disk: Arc<dyn Disk>) -> Self {
        self.disk = disk;
        self
    }

    /// Runs the download to its end: a proved file in place, or an error and nothing in place.
    ///
    /// The target is [checked](Target::check) before the source is opened. `progress` is called after each piece of
    /// the body, on the caller's task, so it should be quick. After several attempts the error is that of the last
    /// one; [`Source::pause`] saw the others.
    ///
    /// What came of a video whose server named its version stays beside the target when the download fails, is dropped
    /// or killed, and the next download to the same target goes on from there. Everything else is removed.
    ///
    /// Needs a Tokio runtime, for its blocking threads; without one it panics. Dropping the future is safe at any
    /// moment: either the whole file stands under its name, or nothing new does.
    pub async fn run(
        self,
        source: &mut dyn Source,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Saved, DownloadError> {
        let Self { target, terms, attempts: most, disk } = self;
        let (mut part, place) = joined(tokio::task::spawn_blocking(move || claim(target, disk))).await??;
        let (mut attempt, mut fruitless, mut furthest) = (0, 0, part.bytes());
        loop {
            // what an earlier download left may be another video, so somebody has to be asked
            let asked = !part.is_complete() || part.taken_over() > 0;
            attempt += u32::from(asked);
            let report = |received, total| progress(Progress { attempt, received, total });
            let (back, fetched) = if asked {
                fetch(part, source, terms, &report).await?
            } else {
                let bytes = part.bytes();
                let limit = terms.limit;
                let fits = bytes <= limit;
                let too_large = || DownloadError::TooLarge { limit, announced: Some(bytes) };
                (part, fits.then_some(Some(bytes)).ok_or_else(too_large))
            };
            let (back, proved) = prove(back, fetched).await?;
            part = back;
            let error = match proved {
                Ok(container) => {
                    let saved = Saved {
                        path: None,
                        bytes: part.bytes(),
                        sha256: part.sha256(),
                        container,
                        attempts: attempt,
                        taken_over: part.taken_over(),
                    };
                    return deliver(part, place, saved).await;
                }
                Err(error) => error.keeping(part.kept()),
            };
            if part.bytes() >= furthest + HEADWAY {
                (furthest, fruitless) = (part.bytes(), 0);
            }
            // what an earlier download left and what is not right after all was no attempt
            fruitless += u32::from(asked);
            let error = match next(&error) {
                Next::GiveUp => return Err(error),
                _ if fruitless >= most => return Err(error),
                Next::Again => error,
                Next::Refresh => refresh(source, error).await?,
            };
            if asked {
                source.pause(attempt, &error).await;
            }
        }
    }
}

/// Blocking: looks at the target and makes the unfinished file, or takes up what was left of it.
fn claim(target: Target, disk: Arc<dyn Disk>) -> Result<(Part, Place), DownloadError> {
    target.check()?;
    let part = match &target.place {
        Place::File { path, folders, .. } => {
            if *folders {
                make_folders(path, &*disk)?;
            }
            Part::claim(path, disk)?
        }
        Place::Writer { spool, .. } => Part::unnamed(spool, disk)?,
    };
    Ok((part, target.place))
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

/// Reads the boxes of what was stored. Bytes that are not right are forgotten; those that are only too few may be
/// continued.
async fn prove(
    part: Part,
    fetched: Result<Option<u64>, DownloadError>,
) -> Result<(Part, Result<Container, DownloadError>), DownloadError> {
    let announced = match fetched {
        Ok(announced) => announced,
        Err(error) => return Ok((part, Err(error))),
    };
    let looking = tokio::task::spawn_blocking(move || {
        let inspection = Container::read(&part.file);
        (part, inspection)
    });
    let (mut part, inspection) = joined(looking).await?;
    let verdict = verdict(inspection, part.bytes(), announced);
    if !matches!(verdict, Ok(_) | Err(DownloadError::Truncated { .. })) {
        part.forget();
    }
    Ok((part, verdict))
}

/// Whether what was found in the file, and what was announced, prove it whole.
fn verdict(
    inspection: Result<Container, Flaw>,
    bytes: u64,
    announced: Option<u64>,
) -> Result<Container, DownloadError> {
    match inspection {
        Ok(container) if container.proof > Proof::Start => Ok(container),
        Ok(container) if announced.is_some() => Ok(Container { proof: Proof::Length, ..container }),
        Ok(container) => Err(DownloadError::Unprovable { format: container.format }),
        // with the announced length reached it is no cut on the way, but a file that was never whole
        Err(Flaw::Cut { end, .. }) if announced.is_none() => {
            Err(DownloadError::Truncated { received: bytes, expected: end, kept: 0 })
        }
        Err(Flaw::Unreadable(source)) => Err(DownloadError::disk("read the unfinished file back")(source)),
        Err(flaw) => Err(DownloadError::not_video(flaw.to_string(), &[])),
    }
}

/// Puts the proved bytes where they were to go.
async fn deliver(part: Part, place: Place, saved: Saved) -> Result<Saved, DownloadError> {
    let path = match place {
        Place::File { path, overwrite, .. } => {
            let keeping = tokio::task::spawn_blocking(move || part.keep(&path, overwrite).map(|()| path));
            Some(joined(keeping).await??)
        }
        Place::Writer { mut writer, .. } => {
            copy(part, &mut writer).await?;
            None
        }
    };
    Ok(Saved { path, ..saved })
}

/// Copies a file from its start, in large pieces.
async fn copy(mut part: Part, writer: &mut (impl AsyncWrite + Unpin)) -> Result<(), DownloadError> {
    let mut at = 0;
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let reading = tokio::task::spawn_blocking(move || {
            let read = part.file.seek(SeekFrom::Start(at)).and_then(|_| part.file.read(&mut buffer));
            (part, buffer, read)
        });
        let read;
        (part, buffer, read) = joined(reading).await?;
        let bytes = read.map_err(DownloadError::disk("read the proved file back"))?;
        if bytes == 0 {
            return writer.flush().await.map_err(DownloadError::disk("write the video to the output"));
        }
        writer.write_all(&buffer[..bytes]).await.map_err(DownloadError::disk("write the video to the output"))?;
        at += bytes as u64;
    }
}
