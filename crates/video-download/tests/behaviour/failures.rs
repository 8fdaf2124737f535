//! Every fault: what the caller is told, and that nothing is left behind.

use video_download::{Download, DownloadError, Target};

use crate::files::{ftyp, listing, moov, mp4, mp4_box, open_box};
use crate::sources::{Line, Reply, Script, reply, video};

const PAGE: &str = "<!DOCTYPE html>\r\n<title>502 Bad Gateway</title>\r\n";

/// Downloads once into a fresh folder, and gives the error and what is left.
async fn failed(reply: Reply) -> (DownloadError, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let download = Download::new(Target::file(folder.path().join("cat.mp4"))).with_attempts(1).with_limit(100_000);
    let error = download.run(&mut Script::once(reply), &|_| ()).await.expect_err("a fault");
    (error, listing(folder.path()))
}

#[tokio::test]
async fn no_fault_leaves_anything_behind() {
    let whole = mp4().len();
    let faults = [
        ("cut, length announced", video(mp4()).cut_after(3000)),
        ("cut inside the first bytes", video(mp4()).cut_after(5)),
        ("cut, no length", video(mp4()).cut_after(3000).without("content-length")),
        ("cut, no length, between boxes", video(mp4()).cut_after(140).without("content-length")),
        ("cut, no length, inside a box head", video(mp4()).cut_after(144).without("content-length")),
        ("cut before it was stored", video(mp4()[..3000].to_vec())),
        ("longer than announced", video(mp4()).announcing(4000)),
        ("longer than its boxes", video([mp4(), b"tail".to_vec()].concat())),
        ("two glued together", video([mp4(), mp4()].concat())),
        ("zeros behind the boxes", video([mp4(), vec![0; 500]].concat())),
        ("broken", video(mp4()).broken_after(3000)),
        ("broken at the first byte", video(mp4()).broken_after(0)),
        ("HTML with 200", reply(200, PAGE).with("content-type", "text/html")),
        ("HTML as video/mp4", video(PAGE)),
        (
            "JSON with 200",
            reply(200, r#"{"error":{"message":"no such task"}}"#).with("content-type", "application/json"),
        ),
        ("JSON without a type", reply(200, r#"{"error":"no such task"}"#)),
        ("empty", video("")),
        ("empty, no length", video("").without("content-length")),
        ("one byte", video("x")),
        ("gzip", video(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab][..])),
        ("gzip, said so", video(mp4()).with("content-encoding", "gzip")),
        ("a picture", video([mp4_box(*b"ftyp", b"avif\0\0\0\0"), mp4_box(*b"mdat", b"picture")].concat())),
        ("no frames", video([ftyp(), moov()].concat())),
        ("a box too small for itself", video([ftyp(), vec![0, 0, 0, 7, b'f', b'r', b'e', b'e']].concat())),
        ("only the last box open, no index", video([ftyp(), open_box(*b"mdat", &[7; 40])].concat())),
        ("too large, announced", video(mp4()).announcing(100_001)),
        ("too large, not announced", reply(200, [mp4(), vec![7; 100_000]].concat())),
        ("part of it, unasked", reply(206, mp4()).with("content-range", format!("bytes 0-{}/{whole}", whole - 1))),
        ("no content", reply(204, "")),
        ("moved", reply(302, "").with("location", "https://cdn.example/cat.mp4")),
        ("unauthorised", reply(401, r#"{"error":{"message":"invalid key"}}"#)),
        ("no such route", reply(404, PAGE)),
        ("malformed", reply(400, "bad range")),
        ("too many", reply(429, "slow down").with("retry-after", "1")),
        ("in trouble", reply(503, PAGE)),
    ];
    let mut table = Vec::new();
    for (fault, reply) in faults {
        let (error, left) = failed(reply).await;
        table.push(format!("{fault:33} | {left} | {error}"));
    }
    insta::assert_snapshot!(table.join("\n"), @r#"
    cut, length announced             | nothing | the video ended after 3000 of 4148 bytes; nothing was stored, download again
    cut inside the first bytes        | nothing | the video ended after 5 of 4148 bytes; nothing was stored, download again
    cut, no length                    | nothing | the video ended after 3000 of 4148 bytes; nothing was stored, download again
    cut, no length, between boxes     | nothing | the answer is not a video: it has no box mdat; nothing was stored, download again or show this to the operator
    cut, no length, inside a box head | nothing | the answer is not a video: it has 4 bytes behind its last box; nothing was stored, download again or show this to the operator
    cut before it was stored          | nothing | the answer is not a video: its box mdat at byte 140 ends at byte 4148, behind the end of the file at 3000; nothing was stored, download again or show this to the operator
    longer than announced             | nothing | the answer is not a video: it is longer than the 4000 bytes announced; nothing was stored, download again or show this to the operator
    longer than its boxes             | nothing | the answer is not a video: it has 4 bytes behind its last box; nothing was stored, download again or show this to the operator
    two glued together                | nothing | the answer is not a video: its box ftyp is there twice, the second time at byte 4148; nothing was stored, download again or show this to the operator
    zeros behind the boxes            | nothing | the answer is not a video: its box \x00\x00\x00\x00 at byte 4148 has the impossible size 0; nothing was stored, download again or show this to the operator
    broken                            | nothing | the connection broke after 3000 bytes; nothing was stored, download again
    broken at the first byte          | nothing | the connection broke after 0 bytes; nothing was stored, download again
    HTML with 200                     | nothing | the answer is not a video: its content type is text/html: <!DOCTYPE html>\r\n<title>502 Bad Gateway</title>; nothing was stored, download again or show this to the operator
    HTML as video/mp4                 | nothing | the answer is not a video: it starts like no known video: <!DOCTYPE html>\r\n<title>502 Bad Gateway</title>; nothing was stored, download again or show this to the operator
    JSON with 200                     | nothing | the answer is not a video: its content type is application/json: {"error":{"message":"no such task"}}; nothing was stored, download again or show this to the operator
    JSON without a type               | nothing | the answer is not a video: it starts like no known video: {"error":"no such task"}; nothing was stored, download again or show this to the operator
    empty                             | nothing | the answer is not a video: it is empty; nothing was stored, download again or show this to the operator
    empty, no length                  | nothing | the answer is not a video: it is empty; nothing was stored, download again or show this to the operator
    one byte                          | nothing | the answer is not a video: it starts like no known video: x; nothing was stored, download again or show this to the operator
    gzip                              | nothing | the answer is not a video: it starts like no known video: 1f 8b 08 00 00 00 00 00 00 03 ab; nothing was stored, download again or show this to the operator
    gzip, said so                     | nothing | the answer is not a video: its content encoding is gzip: 00 00 00 18 66 74 79 70 69 73 6f 6d 00 00 02 00 69 73 6f 6d 6d 70 34 31 00 00 00 74 6d 6f 6f 76; nothing was stored, download again or show this to the operator
    a picture                         | nothing | the answer is not a video: it has no box moov; nothing was stored, download again or show this to the operator
    no frames                         | nothing | the answer is not a video: it has no box mdat; nothing was stored, download again or show this to the operator
    a box too small for itself        | nothing | the answer is not a video: its box free at byte 24 has the impossible size 7; nothing was stored, download again or show this to the operator
    only the last box open, no index  | nothing | the answer is not a video: it has no box moov; nothing was stored, download again or show this to the operator
    too large, announced              | nothing | the video is larger than the limit of 100000 bytes (100001 announced); nothing was stored, raise the limit
    too large, not announced          | nothing | the video is larger than the limit of 100000 bytes; nothing was stored, raise the limit
    part of it, unasked               | nothing | the server answered 206 Partial Content: 00 00 00 18 66 74 79 70 69 73 6f 6d 00 00 02 00 69 73 6f 6d 6d 70 34 31 00 00 00 74 6d 6f 6f 76; that is not a whole video: download again
    no content                        | nothing | the server answered 204 No Content; that is not a whole video: download again
    moved                             | nothing | the server answered 302 Found; the redirect was not followed: look the task up again
    unauthorised                      | nothing | the server answered 401 Unauthorized: {"error":{"message":"invalid key"}}; the link may have expired or the key may not fit: look the task up again
    no such route                     | nothing | the server answered 404 Not Found: <!DOCTYPE html>\r\n<title>502 Bad Gateway</title>; the file is gone or not there yet: look the task up again
    malformed                         | nothing | the server answered 400 Bad Request: bad range; repeating will not help: show this answer to the operator
    too many                          | nothing | the server answered 429 Too Many Requests: slow down; wait a while and download again
    in trouble                        | nothing | the server answered 503 Service Unavailable: <!DOCTYPE html>\r\n<title>502 Bad Gateway</title>; the server is in trouble: download again later
    "#);
}

#[tokio::test]
async fn an_error_keeps_two_kilobytes_of_what_the_server_said_with_control_characters_escaped() {
    let body = format!("\u{1b}[2J\u{202e}\n{}", "视频".repeat(2000));
    let (error, _) = failed(reply(500, body)).await;
    let DownloadError::Refused { excerpt, .. } = &error else { panic!("{error:?}") };
    insta::assert_snapshot!(error, @r#"the server answered 500 Internal Server Error: \u{1b}[2J\u{202e}\n视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视频视…; the server is in trouble: download again later"#);
    insta::assert_snapshot!(excerpt.as_str().len(), @"2047");
}

#[tokio::test]
async fn the_cause_of_a_broken_body_stays_in_the_chain() {
    let (error, _) = failed(video(mp4()).broken_after(3000)).await;
    let mut chain = Vec::new();
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = cause {
        chain.push(error.to_string());
        cause = error.source();
    }
    insta::assert_snapshot!(chain.join("\n"), @"
    the connection broke after 3000 bytes; nothing was stored, download again
    the connection broke before the answer was whole
    connection reset by peer
    ");
}

#[tokio::test]
async fn a_broken_error_page_still_tells_what_it_said_so_far() {
    let (error, _) = failed(reply(502, PAGE).broken_after(24)).await;
    insta::assert_snapshot!(error, @r#"the server answered 502 Bad Gateway: <!DOCTYPE html>\r\n<title>; the server is in trouble: download again later"#);
}

#[tokio::test]
async fn the_last_attempt_gives_the_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut source = Script::new([Line::Open(reply(503, "busy")), Line::Open(video(PAGE))]);
    let download = Download::new(Target::file(folder.path().join("cat.mp4"))).with_attempts(2);
    let error = download.run(&mut source, &|_| ()).await.expect_err("a fault");
    insta::assert_snapshot!(format!("{}{error}", source.played()), @r#"
    open -> 503
    pause after 1: the server answered 503 Service Unavailable: busy; the server is in trouble: download again later
    open -> 200
    the answer is not a video: it starts like no known video: <!DOCTYPE html>\r\n<title>502 Bad Gateway</title>; nothing was stored, download again or show this to the operator
    "#);
}
