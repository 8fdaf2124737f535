//! What may stand under a name, before a download and after it.

use std::path::Path;

use video_download::{Download, DownloadError, Target};

use crate::files::{listing, mp4};
use crate::sources::{Script, video};

/// What `check` says to a target, and that a download of it says the same without opening its source.
async fn refused(folder: &Path, target: impl Fn() -> Target) -> String {
    let before = listing(folder);
    let checked = target().check().expect_err("a refusal").to_string();
    let mut never_opened = Script::new([]);
    let ran = Download::new(target()).run(&mut never_opened, &|_| ()).await.expect_err("a refusal").to_string();
    assert_eq!(checked, ran);
    assert_eq!(listing(folder), before);
    checked.replace(&folder.display().to_string(), "FOLDER")
}

#[tokio::test]
async fn a_target_that_cannot_be_written_is_told_before_the_source_is_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    std::fs::create_dir(here.join("sub")).expect("a folder");
    std::fs::write(here.join("file"), "mine").expect("a file");
    let mut table = Vec::new();
    for name in ["file", "sub", "file/cat.mp4", "none/cat.mp4", "new/", "..", "c\0t.mp4"] {
        table.push(format!("{name:?}: {}", refused(here, || Target::file(here.join(name))).await));
    }
    insta::assert_snapshot!(table.join("\n"), @r#"
    "file": FOLDER/file exists already and was left alone; choose another name or allow overwriting
    "sub": FOLDER/sub cannot be written: it is a folder; choose another name or folder
    "file/cat.mp4": FOLDER/file/cat.mp4 cannot be written: its folder is a file; choose another name or folder
    "none/cat.mp4": FOLDER/none/cat.mp4 cannot be written: its folder does not exist; choose another name or folder
    "new/": FOLDER/new/ cannot be written: it names a folder; choose another name or folder
    "..": FOLDER/.. cannot be written: it names no file; choose another name or folder
    "c\0t.mp4": FOLDER/c\0t.mp4 cannot be written: its name has a NUL byte in it; choose another name or folder
    "#);
}

#[tokio::test]
async fn a_name_may_have_255_bytes_and_not_one_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let longest = folder.path().join("n".repeat(255));
    let saved = Download::new(Target::file(&longest)).run(&mut Script::once(video(mp4())), &|_| ()).await;
    assert_eq!(saved.expect("saved").path.as_deref(), Some(&*longest));
    for length in [256, 300] {
        let told = refused(folder.path(), || Target::file(folder.path().join("n".repeat(length)))).await;
        assert!(told.contains("longer than 255 bytes"), "{told}");
    }
}

#[tokio::test]
async fn an_existing_file_is_replaced_only_when_allowed_and_only_by_a_proved_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cat.mp4");
    std::fs::write(&path, "mine").expect("a file");
    let overwriting = || Download::new(Target::file(&path).with_overwrite(true)).with_attempts(1);

    overwriting().run(&mut Script::once(video("not a video")), &|_| ()).await.expect_err("no video");
    assert_eq!(std::fs::read(&path).expect("a file"), b"mine");
    overwriting().run(&mut Script::once(video(mp4())), &|_| ()).await.expect("saved");
    assert_eq!(std::fs::read(&path).expect("a file"), mp4());
    assert_eq!(listing(folder.path()), "cat.mp4 (4148)");
}

#[tokio::test]
async fn a_file_that_appears_while_the_download_runs_is_not_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cat.mp4");
    let meanwhile = |_| std::fs::write(&path, "mine").expect("a file");
    let error = Download::new(Target::file(&path)).run(&mut Script::once(video(mp4())), &meanwhile).await;
    insta::assert_snapshot!(error.expect_err("it exists").to_string().replace(&folder.path().display().to_string(), "FOLDER"), @"FOLDER/cat.mp4 exists already and was left alone; choose another name or allow overwriting");
    assert_eq!(std::fs::read(&path).expect("a file"), b"mine");
    assert_eq!(listing(folder.path()), "cat.mp4 (4)");
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_under_the_name_is_never_written_through() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    std::fs::write(here.join("mine"), "mine").expect("a file");
    symlink(here.join("mine"), here.join("link.mp4")).expect("a link");
    symlink(here.join("nowhere"), here.join("dangling.mp4")).expect("a link");
    for name in ["link.mp4", "dangling.mp4"] {
        let told = refused(here, || Target::file(here.join(name))).await;
        assert!(told.contains("exists already"), "{told}");
        let target = Target::file(here.join(name)).with_overwrite(true);
        Download::new(target).run(&mut Script::once(video(mp4())), &|_| ()).await.expect("saved");
    }
    assert_eq!(std::fs::read(here.join("mine")).expect("a file"), b"mine");
    assert_eq!(listing(here), "dangling.mp4 (4148), link.mp4 (4148), mine (4)");
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_under_the_name_of_the_unfinished_file_is_not_written_through_either() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    std::fs::write(here.join("mine"), "mine").expect("a file");
    std::os::unix::fs::symlink(here.join("mine"), here.join("cat.mp4.part")).expect("a link");
    let download = Download::new(Target::file(here.join("cat.mp4")));
    let error = download.run(&mut Script::new([]), &|_| ()).await.expect_err("in the way");
    insta::assert_snapshot!(error.to_string().replace(&here.display().to_string(), "FOLDER"), @"FOLDER/cat.mp4 cannot be written: FOLDER/cat.mp4.part is in the way and cannot be taken over; choose another name or folder");
    assert_eq!(std::fs::read(here.join("mine")).expect("a file"), b"mine");
}

#[cfg(unix)]
#[tokio::test]
async fn a_device_is_never_replaced() {
    let told = Target::file("/dev/null").with_overwrite(true).check().expect_err("a device").to_string();
    insta::assert_snapshot!(told, @"/dev/null cannot be written: it is no plain file; choose another name or folder");
}

#[tokio::test]
async fn what_a_killed_process_left_is_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("cat.mp4.part"), "half of it").expect("a file");
    let download = Download::new(Target::file(folder.path().join("cat.mp4")));
    download.run(&mut Script::once(video(mp4())), &|_| ()).await.expect("saved");
    assert_eq!(listing(folder.path()), "cat.mp4 (4148)");
}

#[tokio::test]
async fn two_downloads_of_one_target_do_not_meet() {
    let folder = tempfile::tempdir().expect("a folder");
    let part = folder.path().join("cat.mp4.part");
    std::fs::write(&part, "half of it").expect("a file");
    let other = std::fs::File::open(&part).expect("a file");
    other.lock().expect("a lock");

    let download = || Download::new(Target::file(folder.path().join("cat.mp4")));
    let error = download().run(&mut Script::new([]), &|_| ()).await.expect_err("busy");
    insta::assert_snapshot!(error.to_string().replace(&folder.path().display().to_string(), "FOLDER"), @"another download to FOLDER/cat.mp4 is running; wait for it or choose another name");
    assert_eq!(listing(folder.path()), "cat.mp4.part (10)");
    drop(other);
    download().run(&mut Script::once(video(mp4())), &|_| ()).await.expect("saved");
}

#[tokio::test]
async fn of_many_downloads_of_one_target_at_once_exactly_one_is_saved() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cat.mp4");
    std::fs::write(folder.path().join("cat.mp4.part"), "left by a killed process").expect("a file");
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let path = path.clone();
        running.spawn(async move {
            // a source for each of them, though all but one may stay unopened
            let mut source = Script::once(video(mp4()));
            Download::new(Target::file(path)).run(&mut source, &|_| ()).await
        });
    }
    let (mut saved, mut others) = (0, Vec::new());
    for result in running.join_all().await {
        match result {
            Ok(_) => saved += 1,
            Err(DownloadError::Busy { .. } | DownloadError::Exists { .. }) => {}
            Err(error) => others.push(error.to_string()),
        }
    }
    assert_eq!((saved, others), (1, vec![]));
    assert_eq!(std::fs::read(&path).expect("a file"), mp4());
    assert_eq!(listing(folder.path()), "cat.mp4 (4148)");
}

#[test]
fn a_check_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    Target::file(folder.path().join("cat.mp4")).check().expect("fit");
    assert_eq!(listing(folder.path()), "nothing");
}

#[tokio::test]
async fn folders_are_made_when_asked_for_and_only_when_the_download_begins() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let target = || Target::file(here.join("a/b/cat.mp4")).with_folders(true);
    target().check().expect("fit");
    assert_eq!(listing(here), "nothing");
    Download::new(target()).run(&mut Script::once(video(mp4())), &|_| ()).await.expect("saved");
    assert_eq!(listing(&here.join("a/b")), "cat.mp4 (4148)");

    std::fs::write(here.join("file"), "mine").expect("a file");
    let long = format!("{}/cat.mp4", "n".repeat(256));
    let mut table = Vec::new();
    for name in ["file/cat.mp4", "file/b/cat.mp4", "a/b", long.as_str()] {
        let told = refused(here, || Target::file(here.join(name)).with_folders(true)).await;
        table.push(told.replace(&"n".repeat(256), "NNN"));
    }
    insta::assert_snapshot!(table.join("\n"));
}
