//! Case 34 and kill -9: a disk on which every call fails once, and one that dies at every call.
//!
//! Whatever happens, the final name holds the whole right file or nothing, and the next download ends well.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use video_transport::{Body, Response, TransportError, TransportErrorKind};

use crate::disk::{Disk, SystemDisk};
use crate::{Download, DownloadError, Resume, Saved, Source, SourceError, Target};

/// What the disk does at the call that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// That call fails; a write stores half of its bytes first.
    Fails,
    /// That call and all that follow: so it looks to the next process when this one was killed.
    Dies,
}

/// A disk whose n-th call goes wrong.
#[derive(Debug)]
struct Failing {
    fault: Fault,
    at: usize,
    calls: Mutex<Vec<&'static str>>,
}

impl Failing {
    fn call(&self, name: &'static str) -> io::Result<()> {
        let mut calls = self.calls.lock().expect("no panic");
        let number = calls.len();
        calls.push(name);
        let fails = if self.fault == Fault::Dies { number >= self.at } else { number == self.at };
        if fails { Err(io::Error::from(io::ErrorKind::StorageFull)) } else { Ok(()) }
    }
}

impl Disk for Failing {
    fn create(&self, path: &Path) -> io::Result<File> {
        self.call("create")?;
        SystemDisk.create(path)
    }
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        let called = self.call("write");
        let dead = self.fault == Fault::Dies && self.calls.lock().expect("no panic").len() > self.at.saturating_add(1);
        if called.is_err() && !dead {
            file.write_all(&bytes[..bytes.len() / 2])?;
        }
        called?;
        SystemDisk.write(file, bytes)
    }
    fn set_length(&self, file: &File, bytes: u64) -> io::Result<()> {
        self.call("set length")?;
        SystemDisk.set_length(file, bytes)
    }
    fn sync(&self, file: &File) -> io::Result<()> {
        // no power cut is played here, and real syncs take most of the time
        let _ = file;
        self.call("sync")
    }
    fn rename(&self, from: &Path, to: &Path, overwrite: bool) -> io::Result<()> {
        self.call("rename")?;
        SystemDisk.rename(from, to, overwrite)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.call("remove")?;
        SystemDisk.remove(path)
    }
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let _ = folder;
        self.call("sync folder")
    }
}

/// A server that knows ranges, and breaks the first answer in the middle.
struct Server {
    video: Bytes,
    breaks: bool,
}

#[async_trait]
impl Source for Server {
    async fn open(&mut self, resume: Option<&Resume>) -> Result<Response, SourceError> {
        let length = self.video.len();
        let from = resume.map_or(0, |resume| usize::try_from(resume.offset).expect("small"));
        let mut response = http::Response::builder().header("etag", "\"v1\"");
        if from >= length {
            let complete = response.status(416).header("content-range", format!("bytes */{length}"));
            return Ok(complete.body(Body::empty()).expect("a head"));
        }
        if from > 0 {
            response = response.status(206).header("content-range", format!("bytes {from}-{}/{length}", length - 1));
        } else {
            response = response.header("content-length", length);
        }
        let mut pieces: Vec<_> = self.video.slice(from..).chunks(100_000).map(Bytes::copy_from_slice).map(Ok).collect();
        if std::mem::take(&mut self.breaks) {
            pieces.truncate(pieces.len() / 2);
            pieces.push(Err(TransportError::new(TransportErrorKind::Interrupted, "reset")));
        }
        Ok(response.body(Body::new(futures_util::stream::iter(pieces))).expect("a head"))
    }

    async fn refresh(&mut self) -> Result<bool, SourceError> {
        Ok(false)
    }
}

/// A video of about 2.5 MB, made once.
fn video() -> Bytes {
    static VIDEO: LazyLock<Bytes> = LazyLock::new(make_video);
    VIDEO.clone()
}

fn make_video() -> Bytes {
    let boxed = |kind: &[u8; 4], content: &[u8]| {
        let size = u32::try_from(content.len() + 8).expect("a small box");
        [&size.to_be_bytes(), &kind[..], content].concat()
    };
    let frames: Vec<u8> = (0..2_500_000_u32).map(|at| u8::try_from(at % 251).expect("below 251")).collect();
    [boxed(b"ftyp", b"isom\0\0\x02\0isommp41"), boxed(b"moov", &[]), boxed(b"mdat", &frames)].concat().into()
}

async fn download(folder: &Path, disk: Arc<dyn Disk>, overwrite: bool) -> Result<Saved, DownloadError> {
    let target = Target::file(folder.join("cat.mp4")).with_overwrite(overwrite);
    let mut server = Server { video: video(), breaks: true };
    Download::new(target).with_disk(disk).run(&mut server, &|_| ()).await
}

/// Lets the disk go wrong at its first call, its second, and so on until nothing goes wrong any more. What became of
/// each, one line a call.
async fn every_call(fault: Fault, before: Option<&[u8]>) -> String {
    let whole = video();
    let mut told = Vec::new();
    for at in 0.. {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("cat.mp4");
        if let Some(before) = before {
            std::fs::write(&path, before).expect("a file");
        }
        let disk = Arc::new(Failing { fault, at, calls: Mutex::default() });
        let outcome = download(folder.path(), disk.clone(), before.is_some()).await;
        let there = std::fs::read(&path).ok();
        assert!(there.as_deref() == before || there.as_deref() == Some(&*whole), "{fault:?} at {at}: not right");
        let calls = disk.calls.lock().expect("no panic").clone();
        let what = calls.get(at).copied().unwrap_or("nothing");
        let outcome = match &outcome {
            Ok(_) => "saved".to_owned(),
            Err(error) => error.to_string().replace(&folder.path().display().to_string(), "FOLDER"),
        };
        // the next process, with a disk that works again
        let placed = there.as_deref() == Some(&*whole);
        let works = Failing { fault, at: usize::MAX, calls: Mutex::default() };
        let next = download(folder.path(), Arc::new(works), before.is_some()).await;
        let next = match next {
            Ok(saved) => format!("the next one takes over {} of its bytes", saved.taken_over),
            Err(DownloadError::Exists { .. }) if placed => "there is nothing left to do".to_owned(),
            Err(error) => panic!("{fault:?} at {at}: {error}"),
        };
        assert!(std::fs::read(&path).expect("a file") == whole);
        let mut left: Vec<_> =
            std::fs::read_dir(folder.path()).expect("a folder").flatten().map(|file| file.file_name()).collect();
        left.retain(|name| name != "cat.mp4" && !(placed && name == "cat.mp4.part.resume"));
        assert!(left.is_empty(), "{fault:?} at {at}: {left:?}");
        told.push(format!("{at:2} {what:11} {outcome}; {next}"));
        if at >= calls.len() {
            return told.join("\n");
        }
    }
    unreachable!("a download has an end")
}

#[tokio::test]
async fn case_34_whichever_call_fails_the_name_holds_the_whole_file_or_nothing() {
    insta::assert_snapshot!(every_call(Fault::Fails, None).await);
}

#[tokio::test]
async fn case_34_killed_at_whichever_call_the_name_holds_the_whole_file_or_nothing() {
    insta::assert_snapshot!(every_call(Fault::Dies, None).await);
}

#[tokio::test]
async fn case_34_a_file_that_is_replaced_is_the_old_one_or_the_new_one() {
    every_call(Fault::Fails, Some(b"mine")).await;
    every_call(Fault::Dies, Some(b"mine")).await;
}
