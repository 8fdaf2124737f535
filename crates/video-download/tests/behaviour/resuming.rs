//! What a download leaves for the next one, and what the next one makes of it.

use std::path::Path;

use video_download::{Download, DownloadError, Saved, Target};

use crate::files::{frames, ftyp, listing, moov, mp4, mp4_box};
use crate::sources::{Line, Reply, Script, reply, rest, video};

const V1: &str = "\"v1\"";
const MIB: usize = 1 << 20;

/// A video of somewhat more than 4 MiB.
fn long() -> Vec<u8> {
    [ftyp(), moov(), mp4_box(*b"mdat", &frames(4 * MIB))].concat()
}

fn versioned(bytes: &[u8]) -> Reply {
    video(bytes.to_vec()).with("etag", V1)
}

async fn run(folder: &Path, source: &mut Script) -> Result<Saved, DownloadError> {
    Download::new(Target::file(folder.join("cat.mp4"))).with_attempts(1).run(source, &|_| ()).await
}

/// A folder with what a download has left that broke after so many bytes.
async fn left_after(bytes: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let mut source = Script::once(versioned(&long()).broken_after(bytes));
    run(folder.path(), &mut source).await.expect_err("broken");
    folder
}

/// Goes on with these replies and tells what was asked for and what became of it.
async fn goes_on(folder: &Path, replies: impl IntoIterator<Item = Reply>) -> String {
    let mut source = Script::new(replies.into_iter().map(Line::Open));
    let outcome = match run(folder, &mut source).await {
        Ok(saved) => {
            assert!(std::fs::read(folder.join("cat.mp4")).expect("a file") == long(), "something else is in place");
            format!("saved {} bytes, {} taken over", saved.bytes, saved.taken_over)
        }
        Err(error) => format!("error: {error}"),
    };
    format!("{}{outcome}\n{}", source.played(), listing(folder))
}

#[tokio::test]
async fn the_next_download_goes_on_where_the_last_one_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut source = Script::once(versioned(&long()).broken_after(2_500_000));
    let error = run(folder.path(), &mut source).await.expect_err("broken");
    insta::assert_snapshot!("left", format!("{error}\n{}", listing(folder.path())));
    insta::assert_snapshot!("taken up", goes_on(folder.path(), [rest(&long(), 2_500_000, V1)]).await);
}

#[tokio::test]
async fn a_record_says_what_the_bytes_belong_to_and_holds_no_link() {
    let folder = left_after(2_500_000).await;
    insta::assert_snapshot!(std::fs::read_to_string(folder.path().join("cat.mp4.part.resume")).expect("a record"));
}

#[tokio::test]
async fn what_a_killed_process_left_is_right_up_to_its_last_mark() {
    // killed: more bytes than marks, and half a line
    let folder = left_after(2_500_000).await;
    let record = folder.path().join("cat.mp4.part.resume");
    let text = std::fs::read_to_string(&record).expect("a record");
    let last = text.trim_end().rfind('\n').expect("lines");
    std::fs::write(&record, &text[..last + 20]).expect("a record");
    let last_mark = 9 << 18;
    insta::assert_snapshot!(goes_on(folder.path(), [rest(&long(), last_mark, V1)]).await);
}

#[tokio::test]
async fn after_a_power_cut_the_longest_prefix_with_a_right_hash_counts() {
    let folder = left_after(2_500_000).await;
    let part = folder.path().join("cat.mp4.part");
    let mut bytes = std::fs::read(&part).expect("a part");
    bytes[MIB + 100_000..].fill(0);
    std::fs::write(&part, bytes).expect("a part");
    insta::assert_snapshot!(goes_on(folder.path(), [rest(&long(), MIB, V1)]).await);
}

/// What is done to the files, and how.
type Spoil = (&'static str, fn(&Path));

#[tokio::test]
async fn what_is_not_proved_is_not_taken_up() {
    let from_the_start = || [versioned(&long())];
    let spoil: [Spoil; 5] = [
        ("no record", |folder| std::fs::remove_file(folder.join("cat.mp4.part.resume")).expect("a record")),
        ("an empty record", |folder| std::fs::write(folder.join("cat.mp4.part.resume"), "").expect("a record")),
        ("another file", |folder| std::fs::write(folder.join("cat.mp4.part"), vec![7; 3_000_000]).expect("a part")),
        ("an empty file", |folder| std::fs::write(folder.join("cat.mp4.part"), "").expect("a part")),
        ("a folder for a record", |folder| {
            std::fs::remove_file(folder.join("cat.mp4.part.resume")).expect("a record");
            std::fs::create_dir(folder.join("cat.mp4.part.resume")).expect("a folder");
        }),
    ];
    let mut told = Vec::new();
    for (what, spoil) in spoil {
        let folder = left_after(2_500_000).await;
        spoil(folder.path());
        told.push(format!("{what}\n{}", goes_on(folder.path(), from_the_start()).await));
    }
    insta::assert_snapshot!(told.join("\n\n"));
}

#[cfg(unix)]
#[tokio::test]
async fn links_under_the_names_of_the_left_over_files_are_never_written_through() {
    use std::os::unix::fs::symlink;
    // a second name of somebody else's file
    let folder = left_after(2_500_000).await;
    let part = folder.path().join("cat.mp4.part");
    std::fs::hard_link(&part, folder.path().join("mine")).expect("a link");
    let before = std::fs::read(folder.path().join("mine")).expect("a file");
    insta::assert_snapshot!("hard", goes_on(folder.path(), [versioned(&long())]).await);
    assert!(std::fs::read(folder.path().join("mine")).expect("a file") == before);
    // a record that is a link
    let folder = left_after(2_500_000).await;
    let record = folder.path().join("cat.mp4.part.resume");
    std::fs::rename(&record, folder.path().join("mine")).expect("renamed");
    let before = std::fs::read(folder.path().join("mine")).expect("a file");
    symlink(folder.path().join("mine"), &record).expect("a link");
    insta::assert_snapshot!("symbolic", goes_on(folder.path(), [versioned(&long())]).await);
    assert!(std::fs::read(folder.path().join("mine")).expect("a file") == before);
}

#[tokio::test]
async fn a_file_that_was_all_there_is_asked_for_and_not_fetched_again() {
    let whole = long();
    let all_there = async || {
        let folder = tempfile::tempdir().expect("a folder");
        let mut source = Script::once(versioned(&whole).broken_after(whole.len()));
        run(folder.path(), &mut source).await.expect_err("broken at the end");
        folder
    };
    let folder = all_there().await;
    let complete = reply(416, "").with("content-range", format!("bytes */{}", whole.len()));
    insta::assert_snapshot!("same", goes_on(folder.path(), [complete]).await);
    // another video, to be saved under the same name
    let folder = all_there().await;
    let mut source = Script::once(video(mp4()));
    source.place = "another".to_owned();
    run(folder.path(), &mut source).await.expect("saved");
    assert!(std::fs::read(folder.path().join("cat.mp4")).expect("a file") == mp4());
}

#[tokio::test]
async fn another_place_is_told_apart_from_the_one_the_bytes_came_from() {
    let folder = left_after(2_500_000).await;
    let mut source = Script::new([Line::Open(rest(&long(), 2_500_000, V1))]);
    source.place = "elsewhere".to_owned();
    let error = run(folder.path(), &mut source).await.expect_err("another place");
    insta::assert_snapshot!(format!("{}{error}\n{}", source.played(), listing(folder.path())));
}

#[tokio::test]
async fn a_long_video_comes_over_a_bad_line_and_no_server_keeps_a_download_busy_for_ever() {
    let whole = long();
    let folder = tempfile::tempdir().expect("a folder");
    let download = || Download::new(Target::file(folder.path().join("cat.mp4"))).with_attempts(2);
    // every answer brings more than a MiB and breaks: three in all, though only two may be in vain
    let steps = [versioned(&whole).broken_after(1_200_000), rest(&whole, 1_200_000, V1).broken_after(1_200_000)];
    let last = rest(&whole, 2_400_000, V1);
    let mut source = Script::new(steps.into_iter().chain([last]).map(Line::Open));
    assert_eq!(download().run(&mut source, &|_| ()).await.expect("saved").attempts, 3);
    std::fs::remove_file(folder.path().join("cat.mp4")).expect("a file");
    // a byte at a time is in vain
    let steps = [versioned(&whole).broken_after(3000), rest(&whole, 3000, V1).broken_after(1)];
    let mut source = Script::new(steps.map(Line::Open));
    download().run(&mut source, &|_| ()).await.expect_err("in vain");
}

#[tokio::test]
async fn a_dropped_download_leaves_what_can_be_continued() {
    let folder = tempfile::tempdir().expect("a folder");
    let (begun, mut beginning) = tokio::sync::mpsc::unbounded_channel();
    {
        let mut source = Script::once(versioned(&long()).silent_after(2_500_000));
        let target = Target::file(folder.path().join("cat.mp4"));
        let progress = move |_| begun.send(()).expect("still waiting");
        let mut download = std::pin::pin!(Download::new(target).run(&mut source, &progress));
        for _ in 0..2 {
            tokio::select! {
                ended = &mut download => panic!("{ended:?}"),
                _ = beginning.recv() => {}
            }
        }
    }
    // its thread lets go of the lock when it has written what it had
    let part = std::fs::File::open(folder.path().join("cat.mp4.part")).expect("a part");
    tokio::task::spawn_blocking(move || part.lock().expect("the lock")).await.expect("no panic");
    let kept = 9 << 18;
    insta::assert_snapshot!(goes_on(folder.path(), [rest(&long(), kept, V1)]).await);
}
