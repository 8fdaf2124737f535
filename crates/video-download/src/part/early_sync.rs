//! Bytes brought to the disk while others still come, so that the last sync finds little to do.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

use crate::disk::Disk;

/// How many bytes are written before a sync is worth its while.
const WORTHWHILE: u64 = 32 << 20;

/// Syncs a file beside the thread that writes it, one sync at a time.
///
/// The system tells of a write that failed once for each open file, and so it may tell an early sync: what that said is
/// never dropped.
#[derive(Debug, Default)]
pub(super) struct EarlySync {
    /// Bytes that no sync has seen.
    waiting: u64,
    running: Option<Receiver<io::Result<()>>>,
}

impl EarlySync {
    /// Notes that bytes were written, and has them synced when there are enough. Never waits. Needs a Tokio runtime.
    pub(super) fn wrote(&mut self, bytes: u64, file: &File, disk: &Arc<dyn Disk>) -> io::Result<()> {
        self.waiting += bytes;
        if self.waiting < WORTHWHILE {
            return Ok(());
        }
        match self.running.as_ref().map(Receiver::try_recv) {
            Some(Err(TryRecvError::Empty)) => return Ok(()),
            Some(ended) => {
                self.running = None;
                ended.map_err(io::Error::other)??;
            }
            None => {}
        }
        self.waiting = 0;
        let (file, disk) = (file.try_clone()?, Arc::clone(disk));
        let (done, running) = sync_channel(1);
        self.running = Some(running);
        tokio::task::spawn_blocking(move || done.send(disk.sync_data(&file)));
        Ok(())
    }

    /// Waits for the sync that is running, and says how it went.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.running.take().map_or(Ok(()), |running| running.recv().map_err(io::Error::other)?)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// A disk whose syncs fail.
    #[derive(Debug)]
    struct Broken;

    impl Disk for Broken {
        fn create(&self, _: &Path) -> io::Result<File> {
            tempfile::tempfile()
        }
        fn sync_data(&self, _: &File) -> io::Result<()> {
            Err(io::Error::other("the disk is gone"))
        }
    }

    #[tokio::test]
    async fn what_an_early_sync_said_is_never_dropped() {
        let disk: Arc<dyn Disk> = Arc::new(Broken);
        let file = disk.create(Path::new("")).expect("a file");
        let told = tokio::task::spawn_blocking(move || {
            let mut early = EarlySync::default();
            early.wrote(WORTHWHILE - 1, &file, &disk).expect("too few to be synced");
            early.finish().expect("nothing ran");
            early.wrote(1, &file, &disk).expect("begun");
            early.finish().map_err(|error| error.to_string())
        });
        assert_eq!(told.await.expect("no panic"), Err("the disk is gone".to_owned()));
    }
}
