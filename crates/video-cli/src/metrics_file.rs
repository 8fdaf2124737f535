//! Counts and times in a file that a collector reads.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use video_client::metrics::Recorder;
use video_protocol::Error;

use crate::complaint::What;

/// How often it is written while jobs run.
const EVERY: Duration = Duration::from_secs(5);

/// The file of `--metrics`.
#[derive(Debug)]
pub(crate) struct MetricsFile {
    path: PathBuf,
}

impl MetricsFile {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Puts what was counted into the file, whole or not at all: a reader finds the old one or the new one.
    pub(crate) fn write(&self, recorder: &Recorder) -> Result<(), Error> {
        let text = recorder.snapshot().to_prometheus();
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".video-metrics-");
        // The collector is often another user.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
        let written = builder.tempfile_in(folder).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.persist(&self.path).map_err(|error| error.error)
        });
        let path = self.path.display().to_string();
        written.map(drop).map_err(|cause| What::FolderUnwritable { path }.because(cause))
    }

    /// Does a piece of work and keeps the file up to date meanwhile.
    pub(crate) async fn kept<T>(&self, work: impl Future<Output = T>, recorder: &Recorder) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            match tokio::time::timeout(EVERY, work.as_mut()).await {
                Ok(done) => return done,
                // What cannot be written now may be at the end, and then it is told.
                Err(_) => drop(self.write(recorder)),
            }
        }
    }
}
