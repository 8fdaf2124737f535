//! How much of a video is in memory at one moment.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use video_download::{Download, Resume, Source, SourceError, Target};
use video_transport::{Body, Response};

use crate::files::{ftyp, moov, mp4_box};

/// Sends 64 MiB, and looks at each piece how much of the former ones is not on the disk yet.
struct Counting {
    part: PathBuf,
    most: Arc<AtomicU64>,
}

const PIECES: u64 = 1024;
const PIECE: usize = 64 << 10;

#[async_trait]
impl Source for Counting {
    async fn open(&mut self, _: Option<&Resume>) -> Result<Response, SourceError> {
        let (part, most) = (self.part.clone(), Arc::clone(&self.most));
        let mut head = [ftyp(), moov(), mp4_box(*b"mdat", &vec![0; PIECE * 1024])].concat();
        head.truncate(head.len() - PIECE * 1024);
        let mut handed_out = head.len() as u64;
        let piece = Bytes::from(vec![7; PIECE]);
        let pieces = (0..PIECES).map(move |_| {
            let written = std::fs::metadata(&part).map_or(0, |about| about.len());
            most.fetch_max(handed_out.saturating_sub(written), Ordering::Relaxed);
            handed_out += PIECE as u64;
            Ok(piece.clone())
        });
        Ok(Response::new(Body::new(futures_util::stream::iter(std::iter::once(Ok(head.into())).chain(pieces)))))
    }

    async fn refresh(&mut self) -> Result<bool, SourceError> {
        Ok(false)
    }
}

#[tokio::test]
async fn never_more_than_a_megabyte_of_a_long_video_is_in_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let most = Arc::new(AtomicU64::new(0));
    let mut source = Counting { part: folder.path().join("long.mp4.part"), most: Arc::clone(&most) };
    let target = Target::file(folder.path().join("long.mp4"));
    let saved = Download::new(target).run(&mut source, &|_| ()).await.expect("saved");
    assert!(saved.bytes > 64 << 20, "{}", saved.bytes);
    let most = most.load(Ordering::Relaxed);
    assert!((1..=1 << 20).contains(&most), "{most} bytes were handed out and not written");
}
