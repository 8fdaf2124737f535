//! What a right video becomes.

use std::sync::Mutex;

use video_download::{Download, Target};

use crate::files::{ftyp, listing, long_box, moov, mp4, mp4_box, open_box, webm};
use crate::sources::{Reply, Script, reply, video};

/// Downloads once into a fresh folder; the result as text, then what is left.
async fn saved(reply: Reply) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let target = Target::file(folder.path().join("cat.mp4"));
    let result = Download::new(target).with_attempts(1).run(&mut Script::once(reply), &|_| ()).await;
    let outcome = match result {
        Ok(saved) => format!("{saved:#?}").replace(&folder.path().display().to_string(), "FOLDER"),
        Err(error) => error.to_string(),
    };
    format!("{outcome}\n{}", listing(folder.path()))
}

#[tokio::test]
async fn a_whole_video_stands_under_its_name_with_its_hash() {
    insta::assert_snapshot!(saved(video(mp4())).await, @r#"
    Saved {
        path: Some(
            "FOLDER/cat.mp4",
        ),
        bytes: 4148,
        sha256: Sha256(20d5553152e9d221d9578f5de4308d196107c7bbde27d777d6d88ec1d1cab3af),
        container: Container {
            format: Mp4,
            brand: Some(
                "isom",
            ),
            duration_ms: Some(
                2500,
            ),
            fragmented: false,
            proof: Boxes,
        },
        attempts: 1,
        taken_over: 0,
    }
    cat.mp4 (4148)
    "#);
}

#[tokio::test]
async fn the_bytes_in_the_file_are_those_that_came_however_they_were_cut_into_pieces() {
    let whole = [ftyp(), moov(), mp4_box(*b"mdat", &crate::files::frames(1_000_000))].concat();
    for pieces in [7, 2048, 2049, 262_144, 300_000, 2_000_000] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("cat.mp4");
        let mut source = Script::once(video(whole.clone()).in_pieces(pieces));
        let saved = Download::new(Target::file(&path)).run(&mut source, &|_| ()).await.expect("saved");
        assert!(std::fs::read(&path).expect("a file") == whole, "pieces of {pieces}");
        assert_eq!(
            saved.sha256.to_string(),
            "efb82c6feb2e15ed9d7e078562778e43f0c1a9d0cde36b7c6af0c5209302860d",
            "pieces of {pieces}"
        );
    }
}

#[tokio::test]
async fn types_and_lengths_that_say_nothing_leave_it_to_the_bytes() {
    let bare = reply(200, mp4());
    let mut outcomes = Vec::new();
    for headers in [
        &[][..],
        &[("content-type", "application/octet-stream")],
        &[("content-type", "binary/octet-stream"), ("content-length", "nonsense")],
        &[("content-type", "application/mp4"), ("content-encoding", "identity")],
    ] {
        let reply = headers.iter().fold(bare.clone(), |reply, (name, value)| reply.with(name, *value));
        let saved = saved(reply).await;
        outcomes.push(format!("{headers:?} {}", saved.lines().last().unwrap_or_default()));
    }
    insta::assert_snapshot!(outcomes.join("\n"), @r#"
    [] cat.mp4 (4148)
    [("content-type", "application/octet-stream")] cat.mp4 (4148)
    [("content-type", "binary/octet-stream"), ("content-length", "nonsense")] cat.mp4 (4148)
    [("content-type", "application/mp4"), ("content-encoding", "identity")] cat.mp4 (4148)
    "#);
}

#[tokio::test]
async fn a_video_without_boxes_is_proved_by_its_announced_length_and_says_so() {
    insta::assert_snapshot!(saved(video(webm())).await, @r#"
    Saved {
        path: Some(
            "FOLDER/cat.mp4",
        ),
        bytes: 4004,
        sha256: Sha256(fa9f0e9ef48efbf9d17e7ec86b9300cf4a61c56fdc598432179d29da2073ed5c),
        container: Container {
            format: WebM,
            brand: None,
            duration_ms: None,
            fragmented: false,
            proof: Length,
        },
        attempts: 1,
        taken_over: 0,
    }
    cat.mp4 (4004)
    "#);
}

#[tokio::test]
async fn a_video_without_boxes_and_without_a_length_cannot_be_proved() {
    insta::assert_snapshot!(saved(video(webm()).without("content-length")).await, @r"
    the WebM could not be proved whole: the server announced no length and the file holds none; nothing was stored, fetch its link by other means and look at it
    nothing
    ");
}

#[tokio::test]
async fn frames_that_run_to_the_end_of_the_file_need_an_announced_length_too() {
    let open = [ftyp(), moov(), open_box(*b"mdat", &[7; 4000])].concat();
    insta::assert_snapshot!(saved(video(open.clone())).await, @r#"
    Saved {
        path: Some(
            "FOLDER/cat.mp4",
        ),
        bytes: 4148,
        sha256: Sha256(5036bb5aa7a53b1e223e07569457b1f5a901074e4a98ae73c12c61e223dd2123),
        container: Container {
            format: Mp4,
            brand: Some(
                "isom",
            ),
            duration_ms: Some(
                2500,
            ),
            fragmented: false,
            proof: Length,
        },
        attempts: 1,
        taken_over: 0,
    }
    cat.mp4 (4148)
    "#);
    insta::assert_snapshot!(saved(video(open).without("content-length")).await, @r"
    the MP4 could not be proved whole: the server announced no length and the file holds none; nothing was stored, fetch its link by other means and look at it
    nothing
    ");
}

#[tokio::test]
async fn a_video_with_64_bit_sizes_is_whole() {
    let long = [ftyp(), long_box(*b"mdat", &[7; 4000]), moov()].concat();
    let saved = saved(video(long).without("content-length")).await;
    assert!(saved.contains("proof: Boxes"), "{saved}");
}

#[tokio::test]
async fn progress_counts_bytes_up_to_the_announced_total_and_starts_again_with_each_attempt() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen = Mutex::new(Vec::new());
    let mut source = Script::new([
        crate::sources::Line::Open(video(mp4()).broken_after(3000).in_pieces(1000)),
        crate::sources::Line::Open(video(mp4()).in_pieces(2000)),
    ]);
    let target = Target::file(folder.path().join("cat.mp4"));
    let progress = |report: video_download::Progress| {
        let line = format!("{} {} {:?}", report.attempt, report.received, report.total);
        seen.lock().expect("no panic").push(line);
    };
    Download::new(target).run(&mut source, &progress).await.expect("saved");
    insta::assert_snapshot!(seen.into_inner().expect("no panic").join("\n"), @r"
    1 2048 Some(4148)
    1 3000 Some(4148)
    2 2048 Some(4148)
    2 4000 Some(4148)
    2 4148 Some(4148)
    ");
}
