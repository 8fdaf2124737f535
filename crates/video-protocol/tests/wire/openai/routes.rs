//! Which request is about what, and what its query says.

use insta::assert_snapshot;
use video_protocol::{Dialect as _, ListOrder, ListQuery, OpenAi, Route, ServerDialect as _, TaskRef};
use video_types::openai::ContentVariant;

use super::{asked, shown, task};

#[test]
fn a_request_belongs_to_a_route_or_to_none() {
    let requests = [
        ("POST", "/v1/videos"),
        ("POST", "/v1/videos?x=1"),
        ("GET", "/v1/videos"),
        ("HEAD", "/v1/videos?limit=1"),
        ("PUT", "/v1/videos"),
        ("DELETE", "/v1/videos"),
        ("GET", "/v1/videos/"),
        ("GET", "/v1/videos/video_1"),
        ("HEAD", "/v1/videos/video_1"),
        ("POST", "/v1/videos/video_1"),
        ("DELETE", "/v1/videos/video_1"),
        ("DELETE", "/v1/videos/a%2Fb"),
        ("GET", "/v1/videos/video_1/content"),
        ("HEAD", "/v1/videos/video_1/content?variant=thumbnail"),
        ("DELETE", "/v1/videos/video_1/content"),
        ("POST", "/v1/videos/video_1/content"),
        ("POST", "/v1/videos/video_1/remix"),
        ("GET", "/v1/videos/video_1/remix"),
        ("POST", "/v1/videos/video_1/cancel"),
        ("DELETE", "/v1/videos/video_1/cancel"),
        ("GET", "/v1/videos/remix"),
        ("POST", "/v1/videos/edits"),
        ("POST", "/v1/videos/characters"),
        ("GET", "/v1/videos/characters/char_1"),
        ("GET", "/v1/videos/a/b/content"),
        ("GET", "/v1/videos/%FF"),
        ("GET", "/v1/videosx"),
        ("POST", "/v1/video/generations"),
        ("GET", "/"),
    ];
    let rows =
        requests.map(|(method, uri)| format!("{method:7}{uri:48}{:?}", OpenAi::default().route(&asked(method, uri))));
    assert_snapshot!(rows.join("\n"), @r#"
    POST   /v1/videos                                      Some(Submit)
    POST   /v1/videos?x=1                                  Some(Submit)
    GET    /v1/videos                                      Some(List)
    HEAD   /v1/videos?limit=1                              Some(List)
    PUT    /v1/videos                                      None
    DELETE /v1/videos                                      None
    GET    /v1/videos/                                     None
    GET    /v1/videos/video_1                              Some(Poll("video_1"))
    HEAD   /v1/videos/video_1                              Some(Poll("video_1"))
    POST   /v1/videos/video_1                              None
    DELETE /v1/videos/video_1                              Some(Delete("video_1"))
    DELETE /v1/videos/a%2Fb                                Some(Delete("a/b"))
    GET    /v1/videos/video_1/content                      Some(Content("video_1"))
    HEAD   /v1/videos/video_1/content?variant=thumbnail    Some(Content("video_1"))
    DELETE /v1/videos/video_1/content                      None
    POST   /v1/videos/video_1/content                      None
    POST   /v1/videos/video_1/remix                        Some(Remix("video_1"))
    GET    /v1/videos/video_1/remix                        None
    POST   /v1/videos/video_1/cancel                       Some(Cancel("video_1"))
    DELETE /v1/videos/video_1/cancel                       None
    GET    /v1/videos/remix                                Some(Poll("remix"))
    POST   /v1/videos/edits                                None
    POST   /v1/videos/characters                           None
    GET    /v1/videos/characters/char_1                    None
    GET    /v1/videos/a/b/content                          None
    GET    /v1/videos/%FF                                  None
    GET    /v1/videosx                                     None
    POST   /v1/video/generations                           None
    GET    /                                               None
    "#);
}

#[test]
fn an_id_of_any_text_goes_through_every_path_and_back() {
    let dialect = OpenAi::default();
    for id in [
        "task_8Jd0",
        "a/b",
        "..",
        ".",
        "%2F",
        "视频 1",
        "a?b#c",
        "x".repeat(512).as_str(),
        "a%zz",
        "content",
        "remix",
        "cancel",
    ] {
        let task = TaskRef::new("openai", id);
        let route = |request: Result<video_protocol::HttpRequest, _>| dialect.route(&request.expect("a request"));
        assert_eq!(route(dialect.encode_poll(&task)), Some(Route::Poll(id.into())));
        assert_eq!(route(dialect.encode_delete(&task)), Some(Route::Delete(id.into())));
        assert_eq!(route(dialect.encode_cancel(&task)), Some(Route::Cancel(id.into())));
        assert_eq!(route(dialect.encode_remix(&task, "p")), Some(Route::Remix(id.into())));
        assert_eq!(route(dialect.encode_variant(&task, &ContentVariant::THUMBNAIL)), Some(Route::Content(id.into())));
    }
}

#[test]
fn the_page_asked_for_is_the_page_that_is_read() {
    let queries = [
        ListQuery::default(),
        ListQuery::default().with_limit(0),
        ListQuery::default().with_limit(100).with_order(ListOrder::Ascending).with_after("video 1&x=ü"),
    ];
    let rows = queries.map(|query| {
        let request = OpenAi::default().encode_list(&query).expect("a request");
        assert_eq!(OpenAi::default().route(&request), Some(Route::List));
        assert_eq!(OpenAi::default().decode_list_request(&request).expect("it can be read"), query);
        request.uri().to_string()
    });
    assert_snapshot!(rows.join("\n"), @"
    /v1/videos?limit=20&order=desc
    /v1/videos?limit=0&order=desc
    /v1/videos?limit=100&order=asc&after=video+1%26x%3D%C3%BC
    ");
    let too_many = OpenAi::default().encode_list(&ListQuery::default().with_limit(101));
    assert_snapshot!(shown(&too_many), @"refused: the request was refused: limit must be from 0 to 100");
}

#[test]
fn a_query_that_cannot_be_read_is_refused_by_name() {
    let queries = [
        "",
        "limit=&order=&after=",
        "limit=5&limit=7",
        "limit=+7",
        "x=1&after=video_1",
        "limit=101",
        "limit=-1",
        "limit=ten",
        "limit=1.5",
        "order=ASC",
        "order=random",
        "after=%0A1",
        "after=%20",
    ];
    let rows = queries.map(|query| {
        let read = OpenAi::default().decode_list_request(&asked("GET", &format!("/v1/videos?{query}")));
        let read = read.map(|query| format!("{query:?}"));
        let refused = read.unwrap_or_else(|error| {
            let param = error.problem().and_then(|problem| problem.param.clone()).unwrap_or_default();
            format!("refused: {} [{param}]", error.message())
        });
        format!("{query:22} {refused}")
    });
    assert_snapshot!(rows.join("\n"), @r#"
                           ListQuery { limit: 20, order: Descending, after: None }
    limit=&order=&after=   ListQuery { limit: 20, order: Descending, after: None }
    limit=5&limit=7        ListQuery { limit: 7, order: Descending, after: None }
    limit=+7               ListQuery { limit: 7, order: Descending, after: None }
    x=1&after=video_1      ListQuery { limit: 20, order: Descending, after: Some("video_1") }
    limit=101              refused: limit must be a whole number from 0 to 100 [limit]
    limit=-1               refused: limit must be a whole number from 0 to 100 [limit]
    limit=ten              refused: limit must be a whole number from 0 to 100 [limit]
    limit=1.5              refused: limit must be a whole number from 0 to 100 [limit]
    order=ASC              refused: order must be asc or desc [order]
    order=random           refused: order must be asc or desc [order]
    after=%0A1             refused: after must be the id of a video [after]
    after=%20              ListQuery { limit: 20, order: Descending, after: None }
    "#);
}

#[test]
fn a_variant_is_the_video_or_what_is_offered() {
    let dialect = OpenAi::default();
    let read = |query: &str, offered: &[ContentVariant]| {
        let request = asked("GET", &format!("/v1/videos/video_1/content{query}"));
        match dialect.decode_content_request(&request, offered) {
            Ok(variant) => variant.to_string(),
            Err(error) => {
                let answer = dialect.encode_error(Some(&Route::Content("video_1".into())), &error);
                format!("{} {}", answer.status().as_u16(), String::from_utf8_lossy(answer.body()))
            }
        }
    };
    assert_snapshot!(read("", &[]), @"video");
    assert_snapshot!(read("?variant=", &[]), @"video");
    assert_snapshot!(read("?variant=video", &[]), @"video");
    assert_snapshot!(read("?variant=thumbnail", &[ContentVariant::THUMBNAIL]), @"thumbnail");
    assert_snapshot!(read("?variant=thumbnail", &[]), @r#"400 {"code":"invalid_request","data":null,"error":{"code":"invalid_request","message":"variant \"thumbnail\" is not available: leave it out, or write variant=video","param":"variant","type":"invalid_request_error"},"message":"variant \"thumbnail\" is not available: leave it out, or write variant=video"}"#);
    assert_snapshot!(read("?variant=spritesheet", &[ContentVariant::THUMBNAIL]), @r#"400 {"code":"invalid_request","data":null,"error":{"code":"invalid_request","message":"variant \"spritesheet\" is not available: leave it out, or write variant=video","param":"variant","type":"invalid_request_error"},"message":"variant \"spritesheet\" is not available: leave it out, or write variant=video"}"#);
}

#[test]
fn a_variant_is_asked_for_only_if_it_is_not_the_video() {
    let uri = |variant: ContentVariant| {
        OpenAi::default().encode_variant(&task(), &variant).expect("a request").uri().to_string()
    };
    assert_snapshot!(uri(ContentVariant::VIDEO), @"/v1/videos/task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U/content");
    assert_snapshot!(uri(ContentVariant::SPRITESHEET), @"/v1/videos/task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U/content?variant=spritesheet");
    assert_snapshot!(uri(ContentVariant::from("a b")), @"/v1/videos/task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U/content?variant=a+b");
}
