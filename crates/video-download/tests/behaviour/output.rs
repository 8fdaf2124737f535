//! A video that goes to a writer (`-o -`).

use tokio::io::AsyncReadExt;
use video_download::{Download, Target};

use crate::files::{frames, ftyp, moov, mp4, mp4_box};
use crate::sources::{Line, Script, video};

#[tokio::test]
async fn a_writer_gets_the_proved_bytes_and_nothing_of_a_failed_attempt() {
    let whole = [ftyp(), moov(), mp4_box(*b"mdat", &frames(1_000_000))].concat();
    let lines = [Line::Open(video(whole.clone()).broken_after(900_000)), Line::Open(video(whole.clone()))];
    let (writer, mut reader) = tokio::io::duplex(1000);
    let reading = tokio::spawn(async move {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).await.map(|_| bytes)
    });
    let saved = Download::new(Target::writer(writer)).run(&mut Script::new(lines), &|_| ()).await.expect("delivered");
    assert!(reading.await.expect("no panic").expect("all read") == whole);
    assert_eq!((saved.path, saved.bytes, saved.attempts), (None, whole.len() as u64, 2));
}

#[tokio::test]
async fn a_writer_gets_no_byte_of_what_is_no_video() {
    let spool = tempfile::tempdir().expect("a folder");
    let (writer, mut reader) = tokio::io::duplex(1000);
    let target = Target::writer(writer).with_spool(spool.path());
    let download = Download::new(target).with_attempts(1);
    download.run(&mut Script::once(video(mp4()).cut_after(4000)), &|_| ()).await.expect_err("cut");
    let mut bytes = Vec::new();
    assert_eq!(reader.read_to_end(&mut bytes).await.expect("closed"), 0);
    assert_eq!(crate::files::listing(spool.path()), "nothing");
}

#[tokio::test]
async fn a_writer_that_is_gone_is_an_error() {
    let (writer, reader) = tokio::io::duplex(1000);
    drop(reader);
    let download = Download::new(Target::writer(writer));
    let error = download.run(&mut Script::once(video(mp4())), &|_| ()).await.expect_err("gone");
    insta::assert_snapshot!(error, @"could not write the video to the output; check free space and permissions, then download again");
}

#[test]
fn a_spool_folder_that_is_not_there_is_told_before_the_download() {
    let target = Target::writer(tokio::io::sink()).with_spool("no/such/folder");
    insta::assert_snapshot!(target.check().expect_err("no folder"), @"no/such/folder cannot be written: its folder does not exist; choose another name or folder");
}
