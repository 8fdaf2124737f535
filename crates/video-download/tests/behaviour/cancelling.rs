//! A download whose caller has lost interest.

use std::task::Poll;

use async_trait::async_trait;
use bytes::Bytes;
use video_download::{Download, Resume, Source, SourceError, Target};
use video_transport::{Body, Response};

use crate::files::{listing, mp4};

/// Sends half a video, then nothing more.
struct Stalled;

#[async_trait]
impl Source for Stalled {
    async fn open(&mut self, _: Option<&Resume>) -> Result<Response, SourceError> {
        let mut half = Some(Bytes::from(mp4()).slice(..3000));
        Ok(Response::new(Body::new(futures_util::stream::poll_fn(move |_| match half.take() {
            Some(half) => Poll::Ready(Some(Ok(half))),
            None => Poll::Pending,
        }))))
    }

    async fn refresh(&mut self) -> Result<bool, SourceError> {
        Ok(false)
    }
}

#[test]
fn a_download_that_is_dropped_in_the_middle_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = Target::file(folder.path().join("cat.mp4"));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let (begun, mut beginning) = tokio::sync::mpsc::unbounded_channel();
        let progress = move |_| begun.send(()).expect("still waiting");
        let mut source = Stalled;
        let mut download = std::pin::pin!(Download::new(target).run(&mut source, &progress));
        tokio::select! {
            ended = &mut download => panic!("{ended:?}"),
            _ = beginning.recv() => assert_eq!(listing(folder.path()), "cat.mp4.part (0)"),
        }
    });
    // waits for the blocking threads
    drop(runtime);
    assert_eq!(listing(folder.path()), "nothing");
}
