//! Where requests go, and which of them carry the key.

use std::time::SystemTime;

use http::{Method, header};
use insta::assert_snapshot;
use video_protocol::{Bearer, Endpoint, HttpRequest, HttpResponse};

pub(crate) const KEY: &str = "sk-plantedKEY0123456789";

pub(crate) fn endpoint(base: &str) -> Endpoint {
    Endpoint::new(base, Bearer::new(KEY).expect("a key")).expect("a base URL")
}

fn get(uri: &str) -> HttpRequest {
    http::Request::get(uri).body(bytes::Bytes::new()).expect("a request")
}

/// Whether a request to `uri` leaves `base` with the key, and where it goes.
fn sent(base: &str, uri: &str) -> String {
    let request = endpoint(base).prepare(get(uri), SystemTime::UNIX_EPOCH).expect("it can be prepared");
    let key = if request.headers().contains_key(header::AUTHORIZATION) { "key" } else { "-" };
    format!("{key:4}{}", request.uri())
}

#[test]
fn a_base_url_has_many_spellings_and_one_meaning() {
    let bases = [
        "https://88api.ai",
        "https://88api.ai/",
        "https://88api.ai/v1",
        "https://88api.ai/v1/",
        " https://88API.ai ",
        "HTTPS://88api.ai:443/v1//",
        "http://localhost:3000",
        "http://localhost:80",
        "http://localhost:",
        "https://host/prefix",
        "https://host/prefix/v1/",
        "https://host/v1beta",
        "https://host/a@b",
        "http://[::1]:8787/v1",
        "https://host:8443/v1",
    ];
    let rows = bases.map(|base| format!("{base:28} {:28} {}", endpoint(base).base_url(), endpoint(base).origin()));
    assert_snapshot!(rows.join("\n"), @"
    https://88api.ai             https://88api.ai             88api.ai
    https://88api.ai/            https://88api.ai             88api.ai
    https://88api.ai/v1          https://88api.ai             88api.ai
    https://88api.ai/v1/         https://88api.ai             88api.ai
     https://88API.ai            https://88API.ai             88api.ai
    HTTPS://88api.ai:443/v1//    https://88api.ai             88api.ai
    http://localhost:3000        http://localhost:3000        localhost:3000
    http://localhost:80          http://localhost             localhost
    http://localhost:            http://localhost             localhost
    https://host/prefix          https://host/prefix          host/prefix
    https://host/prefix/v1/      https://host/prefix          host/prefix
    https://host/v1beta          https://host/v1beta          host/v1beta
    https://host/a@b             https://host/a@b             host/a@b
    http://[::1]:8787/v1         http://[::1]:8787            [::1]:8787
    https://host:8443/v1         https://host:8443            host:8443
    ");
}

#[test]
fn what_is_no_base_url_is_refused_with_what_to_write_instead() {
    let bases = [
        "",
        "88api.ai",
        "88api.ai/v1",
        "//88api.ai",
        "/v1",
        "ftp://88api.ai",
        "file:///v1",
        "https://",
        "https:///v1",
        "https://user:secret@88api.ai",
        "https://88api.ai?key=secret",
        "https://88api.ai#x",
        "https://88 api.ai",
        "https://88api.ai/a b",
        "https：//88api.ai",
        "https://88api.ai/视频",
        "https://视频.ai",
        "https://88api.ai:0",
        "https://88api.ai:99999",
        "https://88api.ai:x",
    ];
    let rows = bases.map(|base| {
        let error = Endpoint::new(base, Bearer::new(KEY).expect("a key")).expect_err(base);
        assert!(error.proves_no_task() && !error.to_string().contains("secret"), "{error}");
        format!("{base:30} {error}")
    });
    assert_snapshot!(rows.join("\n"), @"
                                   the request was refused: base URL must begin with https:// or http://, such as https://88api.ai
    88api.ai                       the request was refused: base URL must begin with https:// or http://, such as https://88api.ai
    88api.ai/v1                    the request was refused: base URL must begin with https:// or http://, such as https://88api.ai
    //88api.ai                     the request was refused: base URL must begin with https:// or http://, such as https://88api.ai
    /v1                            the request was refused: base URL must begin with https:// or http://, such as https://88api.ai
    ftp://88api.ai                 the request was refused: base URL must begin with https:// or http://, such as https://88api.ai
    file:///v1                     the request was refused: base URL must be a URL, such as https://88api.ai
    https://                       the request was refused: base URL must be a URL, such as https://88api.ai
    https:///v1                    the request was refused: base URL must be a URL, such as https://88api.ai
    https://user:secret@88api.ai   the request was refused: base URL must not hold a user name or password, such as https://88api.ai
    https://88api.ai?key=secret    the request was refused: base URL must not have a query or a fragment; write only scheme, host and path, such as https://88api.ai
    https://88api.ai#x             the request was refused: base URL must not have a query or a fragment; write only scheme, host and path, such as https://88api.ai
    https://88 api.ai              the request was refused: base URL must be a URL, such as https://88api.ai
    https://88api.ai/a b           the request was refused: base URL must be a URL, such as https://88api.ai
    https：//88api.ai               the request was refused: base URL must be written in ASCII; look for full-width signs, such as https://88api.ai
    https://88api.ai/视频            the request was refused: base URL must be written in ASCII; look for full-width signs, such as https://88api.ai
    https://视频.ai                  the request was refused: base URL must be written in ASCII; look for full-width signs, such as https://88api.ai
    https://88api.ai:0             the request was refused: base URL must have a port between 1 and 65535, or none, such as https://88api.ai
    https://88api.ai:99999         the request was refused: base URL must have a port between 1 and 65535, or none, such as https://88api.ai
    https://88api.ai:x             the request was refused: base URL must have a port between 1 and 65535, or none, such as https://88api.ai
    ");
}

#[test]
fn a_request_in_origin_form_gets_the_host_the_prefix_and_the_key() {
    assert_snapshot!(sent("https://88api.ai/v1", "/v1/video/generations/task_1?x=1"), @"key https://88api.ai/v1/video/generations/task_1?x=1");
    assert_snapshot!(sent("https://host/prefix/v1", "/v1/videos/a%2Fb/content"), @"key https://host/prefix/v1/videos/a%2Fb/content");
    assert_snapshot!(sent("https://host/prefix", "/v1/videos/%2E%2E/content"), @"-   https://host/prefix/v1/videos/%2E%2E/content");
}

#[test]
fn only_the_endpoints_own_scheme_host_port_and_prefix_get_the_key() {
    let uris = [
        "https://host/v1/videos/t/content",
        "https://HOST/v1/videos/t/content",
        "https://host:443/v1/videos/t/content",
        "https://host/elsewhere",
        "http://host/v1/videos/t/content",
        "https://host:8443/v1/videos/t/content",
        "https://host.evil.example/v1/videos/t/content",
        "https://sub.host/v1/videos/t/content",
        "https://host@evil.example/v1/videos/t/content",
        "https://user@host/v1/videos/t/content",
        "https://cdn.example/v.mp4",
    ];
    assert_snapshot!(uris.map(|uri| sent("https://host", uri)).join("\n"), @"
    key https://host/v1/videos/t/content
    key https://HOST/v1/videos/t/content
    key https://host:443/v1/videos/t/content
    key https://host/elsewhere
    -   http://host/v1/videos/t/content
    -   https://host:8443/v1/videos/t/content
    -   https://host.evil.example/v1/videos/t/content
    -   https://sub.host/v1/videos/t/content
    -   https://host@evil.example/v1/videos/t/content
    -   https://user@host/v1/videos/t/content
    -   https://cdn.example/v.mp4
    ");
}

#[test]
fn a_path_that_could_leave_the_prefix_gets_no_key() {
    let uris = [
        "https://host/prefix/v1/x",
        "https://host/prefix",
        "https://host/prefixed/v1/x",
        "https://host/other/v1/x",
        "https://host/PREFIX/v1/x",
        "https://host/prefix/../x",
        "https://host/prefix/./x",
        "https://host/prefix/%2e%2e/x",
        "https://host/prefix/.%2E/x",
        "https://host/prefix/..%2fx",
        "https://host/prefix/a%2F..%2F..%2Fx",
        "https://host/prefix/..%5cx",
        "https://host/prefix/a..b/x",
    ];
    assert_snapshot!(uris.map(|uri| sent("https://host/prefix", uri)).join("\n"), @"
    key https://host/prefix/v1/x
    -   https://host/prefix
    -   https://host/prefixed/v1/x
    -   https://host/other/v1/x
    -   https://host/PREFIX/v1/x
    -   https://host/prefix/../x
    -   https://host/prefix/./x
    -   https://host/prefix/%2e%2e/x
    -   https://host/prefix/.%2E/x
    -   https://host/prefix/..%2fx
    -   https://host/prefix/a%2F..%2F..%2Fx
    -   https://host/prefix/..%5cx
    key https://host/prefix/a..b/x
    ");
}

#[test]
fn an_authorization_somebody_else_put_in_never_leaves() {
    let mut request = get("https://cdn.example/v.mp4");
    request.headers_mut().insert(header::AUTHORIZATION, "Bearer another".parse().expect("a header"));
    let prepared = endpoint("https://host").prepare(request, SystemTime::UNIX_EPOCH).expect("it can be prepared");
    assert!(!prepared.headers().contains_key(header::AUTHORIZATION));
}

/// Where a redirect of a GET leads, and whether the key goes along.
fn redirected(status: u16, location: &str) -> String {
    let endpoint = endpoint("https://host/prefix");
    let mut first = get("/v1/videos/t/content?x=1");
    first.headers_mut().insert(header::RANGE, "bytes=5-".parse().expect("a header"));
    let first = endpoint.prepare(first, SystemTime::UNIX_EPOCH).expect("it can be prepared");
    match endpoint.follow(&first, &redirect(status, location)) {
        Ok(None) => "not followed".to_owned(),
        Ok(Some(next)) => {
            assert!(!next.headers().contains_key(header::AUTHORIZATION));
            assert_eq!(next.headers()[header::RANGE], "bytes=5-");
            let next = endpoint.prepare(next, SystemTime::UNIX_EPOCH).expect("it can be prepared");
            let key = if next.headers().contains_key(header::AUTHORIZATION) { "key" } else { "-" };
            format!("{key:4}{}", next.uri())
        }
        Err(error) => error.to_string(),
    }
}

fn redirect(status: u16, location: &str) -> HttpResponse {
    let answer = http::Response::builder().status(status).header(header::LOCATION, location.as_bytes());
    answer.body(bytes::Bytes::new()).expect("an answer")
}

#[test]
fn a_redirect_is_resolved_and_the_key_goes_along_only_at_home() {
    let locations = [
        "https://cdn.example/v.mp4?sig=a%2Bb",
        "https://cdn.example",
        "//cdn.example/v.mp4",
        "/prefix/v1/other",
        "/other",
        "video.mp4",
        "../../../x",
        "?variant=thumbnail",
        "https://host/prefix/v1/x",
        "http://host/prefix/v1/x",
        "https://host:8443/prefix/v1/x",
        "https://user@host/prefix/v1/x",
        "https://cdn.example/视频 1.mp4",
        "https://cdn.example/v.mp4#t=3",
        "ftp://cdn.example/v.mp4",
        "data:video/mp4;base64,AAAA",
        "javascript:alert(1)",
        "#top",
        "",
        "https://",
    ];
    let rows = locations.map(|location| format!("{location:36} {}", redirected(302, location)));
    assert_snapshot!(rows.join("\n"), @"
    https://cdn.example/v.mp4?sig=a%2Bb  -   https://cdn.example/v.mp4?sig=a%2Bb
    https://cdn.example                  -   https://cdn.example/
    //cdn.example/v.mp4                  -   https://cdn.example/v.mp4
    /prefix/v1/other                     key https://host/prefix/v1/other
    /other                               -   https://host/other
    video.mp4                            key https://host/prefix/v1/videos/t/video.mp4
    ../../../x                           -   https://host/prefix/v1/videos/t/../../../x
    ?variant=thumbnail                   key https://host/prefix/v1/videos/t/content?variant=thumbnail
    https://host/prefix/v1/x             key https://host/prefix/v1/x
    http://host/prefix/v1/x              -   http://host/prefix/v1/x
    https://host:8443/prefix/v1/x        -   https://host:8443/prefix/v1/x
    https://user@host/prefix/v1/x        -   https://user@host/prefix/v1/x
    https://cdn.example/视频 1.mp4         -   https://cdn.example/%E8%A7%86%E9%A2%91%201.mp4
    https://cdn.example/v.mp4#t=3        -   https://cdn.example/v.mp4
    ftp://cdn.example/v.mp4              the answer cannot be understood: redirected to nowhere (HTTP 302)
    data:video/mp4;base64,AAAA           the answer cannot be understood: redirected to nowhere (HTTP 302)
    javascript:alert(1)                  the answer cannot be understood: redirected to nowhere (HTTP 302)
    #top                                 the answer cannot be understood: redirected to nowhere (HTTP 302)
                                         the answer cannot be understood: redirected to nowhere (HTTP 302)
    https://                             the answer cannot be understood: redirected to nowhere (HTTP 302)
    ");
}

#[test]
fn only_redirects_are_followed_and_never_those_of_an_order() {
    let rows = [200, 204, 300, 301, 302, 303, 304, 305, 307, 308, 400]
        .map(|status| format!("{status} {}", redirected(status, "/x")));
    assert_snapshot!(rows.join("\n"), @"
    200 not followed
    204 not followed
    300 not followed
    301 -   https://host/x
    302 -   https://host/x
    303 -   https://host/x
    304 not followed
    305 not followed
    307 -   https://host/x
    308 -   https://host/x
    400 not followed
    ");
    let endpoint = endpoint("https://host");
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let mut order = get("https://host/v1/video/generations");
        *order.method_mut() = method;
        assert!(endpoint.follow(&order, &redirect(307, "/x")).expect("no error").is_none());
    }
}

#[test]
fn a_redirect_without_a_location_leads_nowhere() {
    let request = get("https://host/v1/videos/t/content");
    let answer = http::Response::builder().status(302).body(bytes::Bytes::new()).expect("an answer");
    let error = endpoint("https://host").follow(&request, &answer).expect_err("nowhere");
    assert_snapshot!(error, @"the answer cannot be understood: redirected to nowhere (HTTP 302)");
}
