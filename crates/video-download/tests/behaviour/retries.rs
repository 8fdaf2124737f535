//! What is opened again, what is asked for afresh, and what ends at once.

use video_download::{Download, SourceError, Target};

use crate::files::{frames, ftyp, listing, moov, mp4, mp4_box};
use crate::sources::{Line, Reply, Script, broken, reply, video};

/// The transcript of a download with three attempts, then its outcome, then what is left.
async fn transcript(lines: impl IntoIterator<Item = Line>) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let mut source = Script::new(lines);
    let download = Download::new(Target::file(folder.path().join("cat.mp4"))).with_attempts(3).with_limit(1_000_000);
    let outcome = match download.run(&mut source, &|_| ()).await {
        Ok(saved) => format!("saved at attempt {}: {}", saved.attempts, saved.sha256),
        Err(error) => format!("error: {error}"),
    };
    format!("{}{outcome}\n{}", source.played(), listing(folder.path()))
}

fn opens(replies: impl IntoIterator<Item = Reply>) -> impl Iterator<Item = Line> {
    replies.into_iter().map(Line::Open)
}

#[tokio::test]
async fn a_broken_body_is_opened_again_and_nothing_of_it_stays_in_the_file() {
    let longer = [ftyp(), moov(), mp4_box(*b"mdat", &frames(600_000))].concat();
    let replies = [video(longer).broken_after(590_000), video(mp4())];
    insta::assert_snapshot!(transcript(opens(replies)).await, @r"
    open -> 200
    pause after 1: the connection broke after 590000 bytes; nothing was stored, download again
    open -> 200
    saved at attempt 2: 20d5553152e9d221d9578f5de4308d196107c7bbde27d777d6d88ec1d1cab3af
    cat.mp4 (4148)
    ");
}

#[tokio::test]
async fn a_cut_body_is_opened_again() {
    let replies = [video(mp4()).cut_after(3000), video(mp4()).cut_after(3000).without("content-length"), video(mp4())];
    insta::assert_snapshot!(transcript(opens(replies)).await, @r"
    open -> 200
    pause after 1: the video ended after 3000 of 4148 bytes; nothing was stored, download again
    open -> 200
    pause after 2: the video ended after 3000 of 4148 bytes; nothing was stored, download again
    open -> 200
    saved at attempt 3: 20d5553152e9d221d9578f5de4308d196107c7bbde27d777d6d88ec1d1cab3af
    cat.mp4 (4148)
    ");
}

#[tokio::test]
async fn a_busy_server_and_its_error_pages_are_asked_again() {
    let page = "<html>please wait</html>";
    let replies = [reply(429, "slow down"), reply(200, page).with("content-type", "text/html"), video(mp4())];
    insta::assert_snapshot!(transcript(opens(replies)).await, @r"
    open -> 429
    pause after 1: the server answered 429 Too Many Requests: slow down; wait a while and download again
    open -> 200
    pause after 2: the answer is not a video: its content type is text/html: <html>please wait</html>; nothing was stored, download again or show this to the operator
    open -> 200
    saved at attempt 3: 20d5553152e9d221d9578f5de4308d196107c7bbde27d777d6d88ec1d1cab3af
    cat.mp4 (4148)
    ");
}

#[tokio::test]
async fn no_answer_at_all_is_asked_again() {
    let lines = [Line::Unanswered(broken().into()), Line::Open(video(mp4()))];
    insta::assert_snapshot!(transcript(lines).await, @r"
    open -> no answer from the server
    pause after 1: the download could not be opened; check the network and download again
    open -> 200
    saved at attempt 2: 20d5553152e9d221d9578f5de4308d196107c7bbde27d777d6d88ec1d1cab3af
    cat.mp4 (4148)
    ");
}

#[tokio::test]
async fn a_source_that_cannot_ask_ends_at_once() {
    let lines = [Line::Unanswered(SourceError::permanent("not a URL"))];
    insta::assert_snapshot!(transcript(lines).await, @r"
    open -> the video cannot be asked for
    error: the download could not be opened; look the task up again
    nothing
    ");
}

#[tokio::test]
async fn an_expired_link_is_asked_for_afresh() {
    let lines = [Line::Open(reply(403, "expired")), Line::Refresh(Ok(true)), Line::Open(video(mp4()))];
    insta::assert_snapshot!(transcript(lines).await, @r"
    open -> 403
    refresh -> Ok(true)
    pause after 1: the server answered 403 Forbidden: expired; the link may have expired or the key may not fit: look the task up again
    open -> 200
    saved at attempt 2: 20d5553152e9d221d9578f5de4308d196107c7bbde27d777d6d88ec1d1cab3af
    cat.mp4 (4148)
    ");
}

#[tokio::test]
async fn a_refusal_stands_when_there_is_no_other_place() {
    for status in [401, 403, 404, 410] {
        let lines = [Line::Open(reply(status, "no")), Line::Refresh(Ok(false))];
        let transcript = transcript(lines).await;
        assert!(transcript.contains(&format!("error: the server answered {status}")), "{transcript}");
    }
}

#[tokio::test]
async fn a_refresh_that_fails_for_now_costs_an_attempt_and_one_that_fails_for_good_ends_it() {
    let lines = [
        Line::Open(reply(410, "gone")),
        Line::Refresh(Err(broken().into())),
        Line::Open(reply(410, "gone")),
        Line::Refresh(Err(SourceError::permanent("the task is unknown"))),
    ];
    insta::assert_snapshot!(transcript(lines).await, @r#"
    open -> 410
    refresh -> Err(SourceError { temporary: true, source: TransportError { kind: Interrupted, sent: Maybe, source: "connection reset by peer" } })
    pause after 1: the download could not be opened; check the network and download again
    open -> 410
    refresh -> Err(SourceError { temporary: false, source: "the task is unknown" })
    error: the download could not be opened; look the task up again
    nothing
    "#);
}

#[tokio::test]
async fn attempts_are_bounded_and_the_last_failure_is_followed_by_nothing() {
    let replies = [reply(403, ""), reply(404, ""), reply(403, "")];
    let mut lines: Vec<Line> = Vec::new();
    for reply in replies {
        lines.extend([Line::Open(reply), Line::Refresh(Ok(true))]);
    }
    lines.pop();
    insta::assert_snapshot!(transcript(lines).await, @r"
    open -> 403
    refresh -> Ok(true)
    pause after 1: the server answered 403 Forbidden; the link may have expired or the key may not fit: look the task up again
    open -> 404
    refresh -> Ok(true)
    pause after 2: the server answered 404 Not Found; the file is gone or not there yet: look the task up again
    open -> 403
    error: the server answered 403 Forbidden; the link may have expired or the key may not fit: look the task up again
    nothing
    ");
}

#[tokio::test]
async fn what_repeating_cannot_help_ends_at_once() {
    let finals = [reply(400, "bad request"), reply(451, "not here"), video(mp4()).announcing(1_000_001)];
    for reply in finals {
        let transcript = transcript(opens([reply])).await;
        assert!(!transcript.contains("pause"), "{transcript}");
    }
}
