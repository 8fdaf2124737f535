//! Every answer an upstream may give to a range, and what becomes of it.

use super::*;

fn headers(lines: &str) -> HeaderMap {
    lines
        .split(" | ")
        .filter(|line| !line.is_empty())
        .map(|line| {
            let (name, value) = line.split_once(": ").expect("a header");
            (name.parse::<HeaderName>().unwrap(), HeaderValue::try_from(value).unwrap())
        })
        .collect()
}

fn show(asked: &str, status: u16, said: &str) -> String {
    let asked = headers(asked);
    let wish = wish(&asked);
    let plan = plan(&asked, &wish, StatusCode::from_u16(status).unwrap(), &headers(said));
    let plan = match plan {
        Ok(Plan::Send { status, headers, skip, take }) => {
            let mut lines: Vec<String> =
                headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
            lines.sort();
            format!("{}, skip {skip}, take {take:?} | {}", status.as_u16(), lines.join(" | "))
        }
        Ok(Plan::AskWhole) => "ask for the whole".to_owned(),
        Err(refusal) => format!("{refusal:?}").split("message: ").nth(1).unwrap().split('"').nth(1).unwrap().to_owned(),
    };
    format!("asked: {}, upstream: {status} {said}\n  -> {plan}\n", if wish.is_empty() { "whole" } else { "part" })
}

#[test]
fn an_upstream_that_sends_everything_is_cut_here() {
    let everything = "content-length: 10 | content-type: video/mp4 | etag: \"v1\"";
    let rows = [
        ("", 200, everything),
        ("range: bytes=2-4", 200, everything),
        ("range: bytes=-3", 200, everything),
        ("range: bytes=10-", 200, everything),
        ("range: bytes=-0", 200, everything),
        ("range: bytes=0-1,4-5", 200, everything),
        ("range: bytes=2- | if-range: \"v1\"", 200, everything),
        ("range: bytes=2- | if-range: \"v2\"", 200, everything),
        ("range: bytes=2- | if-range: \"v1\"", 200, "content-length: 10 | etag: W/\"v1\""),
        ("range: bytes=2-", 200, "content-type: video/webm"),
        ("range: bytes=2-", 200, "content-length: 10 | content-encoding: gzip"),
    ];
    let table: String = rows.into_iter().map(|(asked, status, said)| show(asked, status, said)).collect();
    insta::assert_snapshot!(table);
}

#[test]
fn a_part_is_passed_on_only_if_it_is_the_one_that_was_asked_for() {
    let rows = [
        ("range: bytes=2-4", 206, "content-range: bytes 2-4/10 | content-length: 3 | etag: \"v1\""),
        ("range: bytes=-3", 206, "content-range: bytes 7-9/10"),
        ("range: bytes=2-99", 206, "content-range: bytes 2-9/10"),
        ("range: bytes=2-4", 206, "content-range: bytes 0-4/10"),
        ("range: bytes=2-4", 206, "content-range: bytes 2-4/*"),
        ("range: bytes=2-4", 206, "content-range: bytes 2-4/10 | content-length: 10"),
        ("range: bytes=2-4", 206, "content-type: multipart/byteranges; boundary=x"),
        ("range: bytes=2-4 | if-range: \"v1\"", 206, "content-range: bytes 2-4/10 | etag: \"v1\""),
        ("range: bytes=2-4 | if-range: \"v1\"", 206, "content-range: bytes 2-4/10 | etag: \"v2\""),
        ("range: bytes=2-4 | if-range: \"v1\"", 206, "content-range: bytes 2-4/10"),
        ("", 206, "content-range: bytes 0-9/10"),
        ("range: bytes=99-", 416, "content-range: bytes */10"),
        ("range: bytes=99-", 416, ""),
        ("", 416, ""),
    ];
    let table: String = rows.into_iter().map(|(asked, status, said)| show(asked, status, said)).collect();
    insta::assert_snapshot!(table);
}

#[test]
fn only_a_video_is_passed_on() {
    let rows = [
        ("", 200, "content-type: video/quicktime; codecs=x"),
        ("", 200, "content-type: application/octet-stream"),
        ("", 200, "content-type: binary/octet-stream"),
        ("", 200, ""),
        ("", 200, "content-type: text/html; charset=utf-8"),
        ("", 200, "content-type: Application/Problem+JSON"),
        ("", 200, "content-type: image/svg+xml"),
        ("", 204, ""),
        ("", 304, ""),
    ];
    let table: String = rows.into_iter().map(|(asked, status, said)| show(asked, status, said)).collect();
    insta::assert_snapshot!(table);
}

#[test]
fn a_file_name_holds_nothing_that_could_end_it() {
    let rows = ["task_1", "a\"b\r\nSet-Cookie: x", "../../etc/passwd", "..", "视频", "a/b\\c", &"x".repeat(300)];
    let table: Vec<String> = rows.into_iter().map(|id| file_name(&TaskId::from(id.to_owned()))).collect();
    insta::assert_snapshot!(table.join("\n"));
}
