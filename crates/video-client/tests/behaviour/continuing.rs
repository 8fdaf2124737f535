//! A download that goes on where it stopped: who is asked for the rest, with which version, and who gets the key.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use video_client::Target;
use video_transport::{Answer, Request, Response, Transport, TransportError, TransportErrorKind};

use crate::answers::{mp4, page, redirect, succeeded, task, video};
use crate::stage::{Record, Stage, over};

const LINK: &str = "https://cdn.example/v.mp4?sig=old";
const FRESH: &str = "https://cdn.example/v.mp4?sig=new";

/// The whole, of version `"v1"`.
fn versioned() -> Answer {
    video().header("etag", "\"v1\"")
}

/// The same, breaking after 3000 bytes.
fn half() -> Answer {
    let whole = mp4();
    Answer::status(200)
        .header("etag", "\"v1\"")
        .header("content-length", whole.len().to_string())
        .body(whole[..3000].to_vec())
        .breaking(TransportError::new(TransportErrorKind::Interrupted, "connection reset by peer"))
}

/// What is missing after 3000 bytes.
fn rest() -> Answer {
    let whole = mp4();
    Answer::status(206)
        .header("etag", "\"v1\"")
        .header("content-range", format!("bytes 3000-{}/{}", whole.len() - 1, whole.len()))
        .body(whole[3000..].to_vec())
}

async fn transcript(links: &[&str], answers: impl IntoIterator<Item = Answer>) -> String {
    let stage = Stage::new(answers);
    stage.download(&task(links)).await;
    let saved = std::fs::read(stage.folder.path().join("cat.mp4"));
    assert!(saved.is_ok_and(|saved| saved == mp4()), "not the video\n{}", stage.record.text());
    stage.transcript()
}

#[tokio::test(start_paused = true)]
async fn what_is_missing_is_asked_of_the_same_link_and_without_the_key() {
    insta::assert_snapshot!(transcript(&[LINK], [half(), rest()]).await);
}

#[tokio::test(start_paused = true)]
async fn the_content_route_is_asked_for_the_rest_with_the_key() {
    insta::assert_snapshot!(transcript(&[], [half(), rest()]).await);
}

#[tokio::test(start_paused = true)]
async fn a_link_that_expired_on_the_way_is_signed_afresh_and_continued() {
    insta::assert_snapshot!(transcript(&[LINK], [half(), page(403, "Expired"), succeeded(FRESH), rest()]).await);
}

#[tokio::test(start_paused = true)]
async fn another_place_is_asked_for_the_whole() {
    let answers = [half(), page(403, "Expired"), succeeded(""), versioned()];
    insta::assert_snapshot!(transcript(&[LINK], answers).await);
}

#[tokio::test(start_paused = true)]
async fn a_redirect_takes_the_range_along_and_not_the_key() {
    let to = || redirect(302, "https://store.example/v.mp4?sig=x");
    insta::assert_snapshot!(transcript(&[], [to(), half(), to(), rest()]).await);
}

#[tokio::test(start_paused = true)]
async fn a_place_that_sends_the_whole_to_a_range_and_breaks_again_is_left_though_much_came() {
    // So does New API's content route up to rc.24: it knows no ranges and stops after 60 s.
    let frames = vec![7; 2 << 20];
    let size = u32::try_from(frames.len() + 8).expect("a small box");
    let whole = [&mp4()[..140], &size.to_be_bytes(), b"mdat", &frames].concat();
    let big = || Answer::status(200).header("etag", "\"v1\"").header("content-length", whole.len().to_string());
    let cut = || {
        let broken = TransportError::new(TransportErrorKind::Interrupted, "connection reset by peer");
        big().body(whole[..2_000_000].to_vec()).breaking(broken)
    };
    let stage = Stage::new([cut(), cut(), succeeded(""), big().body(whole.clone())]);
    stage.download(&task(&[LINK])).await;
    insta::assert_snapshot!(stage.transcript());
}

#[tokio::test(start_paused = true)]
async fn a_416_of_what_is_complete_ends_the_download() {
    let whole = mp4();
    let broken = TransportError::new(TransportErrorKind::Interrupted, "connection reset by peer");
    let all = Answer::status(200).header("etag", "\"v1\"").body(whole.clone()).breaking(broken);
    let complete = Answer::status(416).header("content-range", format!("bytes */{}", whole.len()));
    insta::assert_snapshot!(transcript(&[LINK], [all, complete]).await);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_falls_silent_is_left_after_half_a_minute() {
    let silent = Answer::status(200)
        .header("etag", "\"v1\"")
        .header("content-length", mp4().len().to_string())
        .body(mp4()[..3000].to_vec())
        .stalling();
    let stage = Stage::new([silent, rest()]);
    // While a file is open for writing, the virtual clock has to be pushed; by how much in all is then no news.
    let pushed = async {
        loop {
            tokio::time::advance(std::time::Duration::from_millis(500)).await;
        }
    };
    let task = task(&[LINK]);
    tokio::select! {
        () = stage.download(&task) => {}
        () = pushed => {}
    }
    let untimed: Vec<_> =
        stage.transcript().lines().filter_map(|line| Some(line.split_once(" s  ")?.1.to_owned())).collect();
    insta::assert_snapshot!(untimed.join("\n"));
}

/// Answers everything with a video, but only once several requests are there or nothing else happens.
struct Crowd {
    running: AtomicUsize,
    most: Arc<AtomicUsize>,
}

impl std::fmt::Debug for Crowd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Crowd")
    }
}

#[async_trait]
impl Transport for Crowd {
    async fn send(&self, _: Request) -> Result<Response, TransportError> {
        let now = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        // virtual time goes on when every other download waits too
        tokio::time::sleep_until(tokio::time::Instant::now() + std::time::Duration::from_secs(1)).await;
        self.running.fetch_sub(1, Ordering::SeqCst);
        Ok(Response::new(mp4().into()))
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_downloads_run_at_once_than_are_allowed() {
    let most = Arc::new(AtomicUsize::new(0));
    let crowd = Crowd { running: AtomicUsize::new(0), most: Arc::clone(&most) };
    let client = over(crate::stage::BASE, crowd, &Record::new(), |builder| builder.downloads(3));
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let client = client.clone();
        running.spawn(async move { client.download(&task(&[]), Target::writer(tokio::io::sink()), &|_| ()).await });
    }
    for saved in running.join_all().await {
        saved.expect("saved");
    }
    assert_eq!(most.load(Ordering::SeqCst), 3);
}
