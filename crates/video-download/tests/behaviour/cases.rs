//! The cases of a download that go wrong in the field, numbered as in the catalogue of faults of this project.
//!
//! | case | test |
//! |---|---|
//! | 24 a break in the middle | `case_24_…`; over processes: `resuming.rs`; with the real binary: `video-cli`, `downloading.rs` |
//! | 25 a clean short end | `case_25_…`; every cut of a real file: `real_files.rs` |
//! | 26 a length that is not that of the MP4 | `case_26_…` |
//! | 27 the whole in answer to a range | `case_27_…` |
//! | 28 another range or another version | `case_28_…`; all kinds: `head.rs` |
//! | 29 416 for what is complete | `case_29_…` |
//! | 30 HTML, JSON, nothing or a byte with 200 | `case_30_…`; more: `failures.rs` |
//! | 31 a trickle | `case_31_…`; the rule: `pace.rs` |
//! | 32 an expired link | `case_32_…`; with the task looked up again: `video-client`, `content.rs` |
//! | 33 a compressed or endless body | `case_33_…`; the disk's share: `room.rs` |
//! | 34 a disk or a name that does not do | `case_34_…` in `failpoints.rs`; `targets.rs`; names: `names.rs` |

use video_download::{Download, Target};

use crate::files::{frames, ftyp, listing, moov, mp4, mp4_box};
use crate::sources::{Line, Reply, Script, reply, rest, video};

const V1: &str = "\"v1\"";

/// A video of 3 MB.
fn long() -> Vec<u8> {
    [ftyp(), moov(), mp4_box(*b"mdat", &frames(3_000_000))].concat()
}

fn versioned(bytes: &[u8], etag: &str) -> Reply {
    video(bytes.to_vec()).with("etag", etag)
}

/// Plays the lines and tells all; what is under the final name must be `right` or nothing.
async fn transcript(right: &[u8], lines: impl IntoIterator<Item = Line>) -> String {
    let mut source = Script::new(lines);
    source.has_clock = true;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cat.mp4");
    let download = Download::new(Target::file(&path)).with_attempts(3).with_limit(10_000_000);
    let outcome = match download.run(&mut source, &|_| ()).await {
        Ok(saved) => format!("saved {} bytes at attempt {}", saved.bytes, saved.attempts),
        Err(error) => format!("error: {error}"),
    };
    if let Ok(there) = std::fs::read(&path) {
        assert!(there == right, "something else is in place");
    }
    format!("{}{outcome}\n{}", source.played(), listing(folder.path()))
}

fn opens(replies: impl IntoIterator<Item = Reply>) -> impl Iterator<Item = Line> {
    replies.into_iter().map(Line::Open)
}

#[tokio::test]
async fn case_24_a_break_in_the_middle_is_continued_from_the_last_byte() {
    let whole = long();
    let replies = [
        versioned(&whole, V1).broken_after(1_620_000),
        rest(&whole, 1_620_000, V1).broken_after(500_000),
        rest(&whole, 2_120_000, V1),
    ];
    insta::assert_snapshot!(transcript(&whole, opens(replies)).await);
}

#[tokio::test]
async fn case_24_a_break_without_a_validator_begins_again() {
    let whole = long();
    let replies = [
        video(whole.clone()).broken_after(1_620_000),
        versioned(&whole, "W/\"v1\"").broken_after(1_620_000),
        video(whole.clone()),
    ];
    insta::assert_snapshot!(transcript(&whole, opens(replies)).await);
}

#[tokio::test]
async fn case_24_a_date_is_as_good_as_an_etag_if_it_was_old_enough() {
    let whole = long();
    let dated = |reply: Reply| {
        reply.with("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT").with("date", "Sun, 06 Nov 1994 09:00:00 GMT")
    };
    let replies =
        [dated(video(whole.clone())).broken_after(1_620_000), dated(rest(&whole, 1_620_000, V1).without("etag"))];
    insta::assert_snapshot!(transcript(&whole, opens(replies)).await);
}

#[tokio::test]
async fn case_25_a_clean_short_end_is_found_with_and_without_a_length() {
    let whole = long();
    let replies = [
        versioned(&whole, V1).cut_after(1_000_000),
        rest(&whole, 1_000_000, V1).without("content-length").cut_after(1_500_000),
        rest(&whole, 2_500_000, V1),
    ];
    insta::assert_snapshot!("with", transcript(&whole, opens(replies)).await);
    // nobody says how long it is: the boxes do
    let silent = |reply: Reply| reply.without("content-length");
    let replies = [silent(versioned(&whole, V1)).cut_after(1_000_000), rest(&whole, 1_000_000, V1)];
    insta::assert_snapshot!("without", transcript(&whole, opens(replies)).await);
}

#[tokio::test]
async fn case_25_a_file_that_is_short_at_the_server_is_not_asked_for_the_rest_for_ever() {
    let cut = &long()[..1_000_000];
    let gone = || reply(416, "").with("content-range", "bytes */1000000").with("etag", V1);
    let replies = [versioned(cut, V1).without("content-length"), gone(), versioned(cut, V1).without("content-length")];
    insta::assert_snapshot!(transcript(b"", opens(replies)).await);
}

#[tokio::test]
async fn case_26_a_length_that_is_not_that_of_the_mp4_inside_is_rejected() {
    let longer = [mp4(), b"tail".to_vec()].concat();
    let replies = [versioned(&mp4()[..4000], V1), versioned(&longer, V1), versioned(&mp4(), V1).announcing(4000)];
    insta::assert_snapshot!(transcript(b"", opens(replies)).await);
}

#[tokio::test]
async fn case_27_the_whole_in_answer_to_a_range_begins_again() {
    let whole = long();
    let replies = [versioned(&whole, V1).broken_after(1_620_000), versioned(&whole, V1)];
    insta::assert_snapshot!(transcript(&whole, opens(replies)).await);
}

#[tokio::test]
async fn case_28_a_range_that_was_not_asked_for_is_never_glued_on() {
    let whole = long();
    let wrong = rest(&whole, 1_000_000, V1);
    let replies = [versioned(&whole, V1).broken_after(1_620_000), wrong, versioned(&whole, V1)];
    insta::assert_snapshot!(transcript(&whole, opens(replies)).await);
}

#[tokio::test]
async fn case_28_two_versions_never_meet() {
    let (old, mut new) = (long(), long());
    new[2_000_000] ^= 1;
    // the server kept to If-Range
    let replies = [versioned(&old, V1).broken_after(1_620_000), versioned(&new, "\"v2\"")];
    insta::assert_snapshot!("kept", transcript(&new, opens(replies)).await);
    // and one that ignored it
    let replies =
        [versioned(&old, V1).broken_after(1_620_000), rest(&new, 1_620_000, "\"v2\""), versioned(&new, "\"v2\"")];
    insta::assert_snapshot!("ignored", transcript(&new, opens(replies)).await);
}

#[tokio::test]
async fn case_29_a_416_of_a_complete_file_is_the_end_and_no_loop() {
    // the connection broke at the very end, and nobody had said where that is
    let whole = long();
    let replies = [
        versioned(&whole, V1).without("content-length").broken_after(whole.len()),
        reply(416, "").with("content-range", format!("bytes */{}", whole.len())),
    ];
    insta::assert_snapshot!(transcript(&whole, opens(replies)).await);
}

#[tokio::test]
async fn case_29_a_416_of_another_length_begins_again() {
    let whole = long();
    let replies = [
        versioned(&whole, V1).broken_after(1_620_000),
        reply(416, "").with("content-range", "bytes */1000"),
        versioned(&whole, V1),
    ];
    insta::assert_snapshot!(transcript(&whole, opens(replies)).await);
}

#[tokio::test]
async fn case_30_what_is_no_video_is_not_stored_and_spoils_nothing_that_is_there() {
    let whole = long();
    let page = reply(200, "<html>please wait</html>").with("content-type", "text/html");
    let replies = [versioned(&whole, V1).broken_after(1_620_000), page, rest(&whole, 1_620_000, V1)];
    insta::assert_snapshot!("a page", transcript(&whole, opens(replies)).await);
    for body in ["", "x", "{\"error\":\"busy\"}"] {
        let replies = [video(body), reply(200, body), video(body)];
        let told = transcript(b"", opens(replies)).await;
        assert!(told.ends_with("nothing") && told.contains("error: the answer is not a video"), "{told}");
    }
}

#[tokio::test]
async fn case_31_a_trickle_and_a_silence_are_continued_over_another_connection() {
    let whole = long();
    let replies = [versioned(&whole, V1).silent_after(1_620_000), rest(&whole, 1_620_000, V1)];
    insta::assert_snapshot!("silence", transcript(&whole, opens(replies)).await);
    // an error page that never ends is cut short too
    let page = reply(503, "one moment").silent_after(5);
    insta::assert_snapshot!("page", transcript(&whole, opens([page, versioned(&whole, V1)])).await);
}

#[tokio::test]
async fn case_32_an_expired_link_is_replaced_and_the_download_goes_on() {
    let whole = long();
    let lines = [
        Line::Open(versioned(&whole, V1).broken_after(1_620_000)),
        Line::Open(reply(403, "Request has expired")),
        Line::Refresh(Ok(true)),
        Line::Open(rest(&whole, 1_620_000, V1)),
    ];
    insta::assert_snapshot!(transcript(&whole, lines).await);
}

#[tokio::test]
async fn case_33_a_compressed_body_is_refused_and_an_endless_one_is_capped() {
    let replies = [video(mp4()).with("content-encoding", "gzip"), video(mp4()).with("content-encoding", "br")];
    let endless = [ftyp(), moov(), mp4_box(*b"mdat", &frames(12_000_000))].concat();
    let replies = replies.into_iter().chain([reply(200, endless).in_pieces(100_000)]);
    insta::assert_snapshot!(transcript(b"", opens(replies)).await);
}
