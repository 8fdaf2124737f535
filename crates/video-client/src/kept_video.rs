//! A video that is on the disk already, as a source of the same bytes.

use std::fs::File;
use std::io::Read as _;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream;
use http::header;
use video_download::{Download, Progress, Resume, Saved, Source, SourceError, Target};
use video_journal::{Record, SavedFile};
use video_protocol::{Error, ErrorKind};
use video_transport::{Body, Response, TransportError, TransportErrorKind};

/// How much is read at once, in bytes.
const PIECE: usize = 256 << 10;

/// A video that an earlier job saved, and whose file was what it was a moment ago.
#[derive(Debug, Clone)]
pub struct KeptVideo {
    record: Record,
    file: SavedFile,
}

impl KeptVideo {
    pub(crate) const fn new(record: Record, file: SavedFile) -> Self {
        Self { record, file }
    }

    /// The job that saved it.
    pub const fn record(&self) -> &Record {
        &self.record
    }

    /// Where it is.
    pub const fn file(&self) -> &SavedFile {
        &self.file
    }

    /// Copies it to a target, proved on the way as a download is. Asks nobody, and notes nothing in the journal.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Local`]: the file cannot be read any more, or the target cannot be written.
    pub async fn copy_to(&self, target: Target, progress: &(dyn Fn(Progress) + Send + Sync)) -> Result<Saved, Error> {
        let copied = Download::new(target).with_attempts(1).run(&mut Copy(&self.file.path), progress).await;
        copied.map_err(|cause| {
            let words = format!("the video of job {} cannot be copied: {cause}", self.record.job);
            Error::new(ErrorKind::Local).with_message(words).with_source(cause)
        })
    }
}

struct Copy<'a>(&'a str);

#[async_trait]
impl Source for Copy<'_> {
    async fn open(&mut self, _resume: Option<&Resume>) -> Result<Response, SourceError> {
        let path = self.0.to_owned();
        let opened = blocking(move || {
            let file = File::open(path)?;
            let length = file.metadata()?.len();
            Ok((file, length))
        });
        let (file, length) = opened.await.map_err(SourceError::permanent)?;
        let pieces = stream::try_unfold(file, |mut file| async move {
            let read = blocking(move || {
                let mut piece = Vec::with_capacity(PIECE);
                file.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
                Ok((Bytes::from(piece), file))
            });
            let (piece, file) =
                read.await.map_err(|error| TransportError::new(TransportErrorKind::Interrupted, error))?;
            Ok((!piece.is_empty()).then_some((piece, file)))
        });
        let mut response = Response::new(Body::new(pieces));
        response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
        Ok(response)
    }

    async fn refresh(&mut self) -> Result<bool, SourceError> {
        Ok(false)
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> std::io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(std::io::Error::other)?
}
