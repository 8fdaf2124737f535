//! What counts as a link.

use insta::assert_snapshot;
use video_types::is_link;

use crate::transcript::table;

#[test]
fn only_what_can_be_fetched_is_a_link() {
    let texts = [
        "https://cdn.example/v.mp4",
        "HTTP://cdn.example/v.mp4",
        "https://cdn.example/视频.mp4?sig=a%2Bb",
        "data:video/mp4;base64,AAAA",
        "data:video/mp4;base64,AA\nAA",
        "data: the provider sent nothing, sorry",
        "data:",
        "/v1/videos/task_1/content",
        "/v1/videos/task_1",
        "/etc/passwd",
        "ftp://cdn.example/v.mp4",
        "file:///v.mp4",
        "task failed",
        "https://cdn.example/a b.mp4",
        "see https://cdn.example/v.mp4",
        "",
        "https",
        "é",
    ];
    let rows = texts.into_iter().map(|text| format!("{:5} {text:?}", is_link(text)));
    assert_snapshot!(table(rows), @r#"
    true  "https://cdn.example/v.mp4"
    true  "HTTP://cdn.example/v.mp4"
    true  "https://cdn.example/视频.mp4?sig=a%2Bb"
    true  "data:video/mp4;base64,AAAA"
    true  "data:video/mp4;base64,AA\nAA"
    false "data: the provider sent nothing, sorry"
    false "data:"
    true  "/v1/videos/task_1/content"
    false "/v1/videos/task_1"
    false "/etc/passwd"
    false "ftp://cdn.example/v.mp4"
    false "file:///v.mp4"
    false "task failed"
    false "https://cdn.example/a b.mp4"
    false "see https://cdn.example/v.mp4"
    false ""
    false "https"
    false "é"
    "#);
}
