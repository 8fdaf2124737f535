//! Links of answers: whose they are, and how they are fetched.

use insta::assert_snapshot;
use video_protocol::{Asset, DataUri, Dialect as _, NewApi};

use crate::transcript::{asked, polled};

fn read(link: &str) -> String {
    Asset::read(link).map_or_else(|| "none".to_owned(), |asset| format!("{asset:?}"))
}

#[test]
fn a_content_route_is_the_gateways_own_whatever_host_it_names() {
    let links = [
        "http://localhost:3000/v1/videos/task_1/content",
        "https://gw.example/v1/videos/task_1/content",
        "https://gw.example/prefix/v1/videos/task_1/content",
        "https://gw.example/v1/videos/task_1/content?variant=video#x",
        "/v1/videos/task_1/content",
        "http://localhost:3000/v1/videos/a%2Fb%20c/content",
        "http://localhost:3000/v1/videos/%E8%A7%86/content",
        "http://localhost:3000/v1/videos/%2E%2E/content",
        "http://localhost:3000/v1/videos/%FF/content",
        "http://localhost:3000/v1/videos//content",
        "http://localhost:3000/v1/videos/task_1/content/",
        "http://localhost:3000/v1/videos/task_1",
        "http://localhost:3000/v2/videos/task_1/content",
        "https://cdn.example/out.mp4",
        "https://cdn.example/x?to=/v1/videos/task_1/content",
        "https://gw.example/v1/tasks/task_1/artifacts/video/content?access=abc",
    ];
    assert_snapshot!(links.map(|link| format!("{link:72} {}", read(link))).join("\n"), @"
    http://localhost:3000/v1/videos/task_1/content                           Content(task_1)
    https://gw.example/v1/videos/task_1/content                              Content(task_1)
    https://gw.example/prefix/v1/videos/task_1/content                       Content(task_1)
    https://gw.example/v1/videos/task_1/content?variant=video#x              Content(task_1)
    /v1/videos/task_1/content                                                Content(task_1)
    http://localhost:3000/v1/videos/a%2Fb%20c/content                        Content(a/b c)
    http://localhost:3000/v1/videos/%E8%A7%86/content                        Content(视)
    http://localhost:3000/v1/videos/%2E%2E/content                           Content(..)
    http://localhost:3000/v1/videos/%FF/content                              Link(http://localhost:3000/v1/videos/%FF/content)
    http://localhost:3000/v1/videos//content                                 Link(http://localhost:3000/v1/videos//content)
    http://localhost:3000/v1/videos/task_1/content/                          Link(http://localhost:3000/v1/videos/task_1/content/)
    http://localhost:3000/v1/videos/task_1                                   Link(http://localhost:3000/v1/videos/task_1)
    http://localhost:3000/v2/videos/task_1/content                           Link(http://localhost:3000/v2/videos/task_1/content)
    https://cdn.example/out.mp4                                              Link(https://cdn.example/out.mp4)
    https://cdn.example/x?to=/v1/videos/task_1/content                       Link(https://cdn.example/x?…)
    https://gw.example/v1/tasks/task_1/artifacts/video/content?access=abc    Link(https://gw.example/v1/tasks/task_1/artifacts/video/content?…)
    ");
}

#[test]
fn text_that_is_no_link_is_no_asset() {
    for text in [
        "",
        "task failed",
        "ftp://cdn.example/v.mp4",
        "data:",
        "data:video/mp4;base64",
        "data:video/mp4;base64,",
        "data:video/mp4;base64,%%%",
    ] {
        assert_eq!(Asset::read(text), None, "{text:?}");
    }
}

#[test]
fn an_asset_is_fetched_plainly_and_stored_bytes_stay_as_they_are() {
    let fetched = |asset: Asset| match NewApi.encode_content(&asset) {
        Ok(request) => format!("{} {} {:?}", request.method(), request.uri(), request.headers()),
        Err(error) => error.to_string(),
    };
    let rows = [
        fetched(Asset::Content("task_1".into())),
        fetched(Asset::Content("a/../b c?d#e".into())),
        fetched(Asset::Content("..".into())),
        fetched(Asset::Link("https://cdn.example/v.mp4?sig=a%2Bb&x=1#t=3".to_owned())),
        fetched(Asset::Link("https://cdn.example/视频|1{2}.mp4".to_owned())),
        fetched(Asset::Link("https://".to_owned())),
        fetched(Asset::Inline(DataUri::new("video/mp4", vec![0, 1]))),
    ];
    assert_snapshot!(rows.join("\n"), @r#"
    GET /v1/videos/task_1/content {"accept-encoding": "identity"}
    GET /v1/videos/a%2F..%2Fb%20c%3Fd%23e/content {"accept-encoding": "identity"}
    GET /v1/videos/%2E%2E/content {"accept-encoding": "identity"}
    GET https://cdn.example/v.mp4?sig=a%2Bb&x=1 {"accept-encoding": "identity"}
    GET https://cdn.example/%E8%A7%86%E9%A2%91%7C1%7B2%7D.mp4 {"accept-encoding": "identity"}
    the request was refused: the address cannot be built
    the request was refused: the video is inside the answer; nothing needs to be fetched
    "#);
}

#[test]
fn of_a_localhost_link_only_the_id_counts() {
    let task = polled("poll-0-10-sora-success").expect("a task");
    let request = NewApi.encode_content(&task.assets[0]).expect("a request");
    assert_eq!(request.uri(), "/v1/videos/video_68e7f1/content");
}

#[test]
fn the_content_route_of_the_task_itself_is_always_the_last_resort() {
    for name in crate::fixture::named("poll") {
        let Ok(task) = polled(&name) else { continue };
        let last = task.assets.last().cloned();
        let expected = (task.phase() == video_types::Phase::Succeeded).then(|| Asset::Content(asked().id));
        assert_eq!(last, expected, "{name}");
    }
}

#[test]
fn a_data_uri_is_decoded_leniently() {
    let uris = [
        "data:video/mp4;base64,AAEC",
        "DATA:Video/MP4;BASE64,AAEC",
        "data:video/mp4;codecs=avc1;base64,AAEC",
        "data:video/mp4;base64,AAE=",
        "data:video/mp4;base64,AAE",
        "data:video/mp4;base64,AA\n EC",
        "data:video/mp4;base64,",
        "data:video/mp4;base64,AA-_",
        "data:video/mp4;base64,A",
        "data:,a%20b%",
        "data:text/plain,%E8%A7%86",
        "data:video/mp4;base64",
        "data",
        "datä:,x",
        "http://x",
    ];
    let rows = uris.map(|uri| {
        let shown =
            DataUri::parse(uri).map_or_else(|| "none".to_owned(), |data| format!("{} {:?}", data.mime, data.bytes));
        format!("{uri:44?} {shown}")
    });
    assert_snapshot!(rows.join("\n"), @r#"
    "data:video/mp4;base64,AAEC" video/mp4 b"\0\x01\x02"
    "DATA:Video/MP4;BASE64,AAEC" video/mp4 b"\0\x01\x02"
    "data:video/mp4;codecs=avc1;base64,AAEC" video/mp4 b"\0\x01\x02"
    "data:video/mp4;base64,AAE=" video/mp4 b"\0\x01"
    "data:video/mp4;base64,AAE" video/mp4 b"\0\x01"
    "data:video/mp4;base64,AA\n EC" video/mp4 b"\0\x01\x02"
    "data:video/mp4;base64," video/mp4 b""
    "data:video/mp4;base64,AA-_" none
    "data:video/mp4;base64,A" none
    "data:,a%20b%" text/plain b"a b%"
    "data:text/plain,%E8%A7%86" text/plain b"\xe8\xa7\x86"
    "data:video/mp4;base64" none
    "data" none
    "datä:,x" none
    "http://x" none
    "#);
    let uri = DataUri::new("video/mp4", vec![0, 1, 2]);
    assert_eq!(DataUri::parse(&uri.to_text()), Some(uri));
}
