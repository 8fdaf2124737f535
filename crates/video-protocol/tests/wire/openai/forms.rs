//! What the server halves read: JSON, urlencoded and multipart, on both submit routes.

use insta::assert_snapshot;
use proptest::prelude::*;
use video_protocol::{HttpRequest, NewApi, OpenAi, ServerDialect};
use video_types::{Generation, ImageInput};

use super::{PIXEL, posted};

/// What a submit asks for, in short, or why it is refused.
fn told(dialect: &dyn ServerDialect, request: &HttpRequest) -> String {
    match dialect.decode_submit_request(request) {
        Ok(generation) => short(&generation),
        Err(error) => {
            let param = error.problem().and_then(|problem| problem.param.clone());
            assert!(error.proves_no_task());
            format!(
                "refused: {} [{}, {}]",
                error.message(),
                error.code().unwrap_or("-"),
                param.unwrap_or_else(|| "-".to_owned())
            )
        }
    }
}

fn short(generation: &Generation) -> String {
    let mut text = format!("{} {:?}", generation.model, generation.prompt);
    let mut say = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            text += &format!(" {name}={value}");
        }
    };
    for image in &generation.images {
        let image: String = image.as_str().chars().take(40).collect();
        say("image", Some(image));
    }
    say("size", generation.size.as_ref().map(ToString::to_string));
    say("seconds", generation.seconds.map(|seconds| seconds.to_string()));
    say("fps", generation.fps.map(|fps| fps.to_string()));
    say("seed", generation.seed.map(|seed| seed.to_string()));
    say("mode", generation.mode.clone());
    let metadata = serde_json::to_string(&generation.metadata).expect("text keys");
    say("metadata", (!generation.metadata.is_empty()).then_some(metadata));
    let extra = serde_json::to_string(&generation.extra).expect("text keys");
    say("extra", (!generation.extra.is_empty()).then_some(extra));
    text
}

/// `name=value` or `name@filename;type=value`, one part each, as a form with the boundary `b`.
fn multipart(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (head, value) in parts {
        let (name, rest) = head.split_once('@').unwrap_or((head, ""));
        body.extend_from_slice(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"").as_bytes());
        if head.contains('@') {
            let (filename, media_type) = rest.split_once(';').unwrap_or((rest, ""));
            body.extend_from_slice(format!("; filename=\"{filename}\"").as_bytes());
            if !media_type.is_empty() {
                body.extend_from_slice(format!("\r\nContent-Type: {media_type}").as_bytes());
            }
        }
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b--\r\n");
    body
}

const FORM: &str = "multipart/form-data; boundary=b";
const MODEL: (&str, &[u8]) = ("model", b"m");
const PROMPT: (&str, &[u8]) = ("prompt", "猫".as_bytes());

fn openai(parts: &[(&str, &[u8])]) -> String {
    told(&OpenAi::default(), &posted("/v1/videos", FORM, multipart(&[&[MODEL, PROMPT], parts].concat())))
}

fn new_api(parts: &[(&str, &[u8])]) -> String {
    told(&NewApi, &posted("/v1/video/generations", FORM, multipart(&[&[MODEL, PROMPT], parts].concat())))
}

#[test]
fn the_fields_of_a_form_are_the_members_of_the_format() {
    assert_snapshot!(openai(&[("seconds", b"8"), ("size", b"1280x720"), ("fps", b"24"), ("seed", b""), ("mode", b"pro"), ("user", b"u-1")]), @r#"m "猫" size=1280x720 seconds=8 fps=24 mode=pro extra={"user":"u-1"}"#);
    assert_snapshot!(openai(&[("metadata", br#"{"seed":1}"#)]), @r#"m "猫" metadata={"seed":1}"#);
    assert_snapshot!(openai(&[("metadata@blob;application/json", br#"{"seed":1}"#)]), @r#"m "猫" metadata={"seed":1}"#);
    assert_snapshot!(openai(&[("n", b"2")]), @"refused: n must be 1: send one request for each video [invalid_request, n]");
    assert_snapshot!(openai(&[("prompt", b"again")]), @"refused: prompt must be text [invalid_request, prompt]");
    assert_snapshot!(openai(&[("size", b"\xff\xfe")]), @"refused: size must be text in UTF-8 [invalid_request, size]");
}

#[test]
fn fields_of_the_official_clients_nest_in_brackets() {
    assert_snapshot!(openai(&[("input_reference[image_url]", b"https://img.example/a.png")]), @r#"m "猫" image=https://img.example/a.png"#);
    assert_snapshot!(openai(&[("input_reference[file_id]", b"file_1")]), @"refused: input_reference.file_id cannot be looked up here: send the picture itself, as a link, a data URI or a file part [invalid_request, input_reference.file_id]");
    assert_snapshot!(openai(&[("images[]", b"a"), ("images[]", b"b")]), @r#"m "猫" image=a image=b"#);
    assert_snapshot!(openai(&[("images[0]", b"a"), ("images[1]", b"b")]), @r#"m "猫" image=a image=b"#);
    assert_snapshot!(openai(&[("metadata[camera][zoom]", b"0.5"), ("metadata[camera][pan]", b"1")]), @r#"m "猫" metadata={"camera":{"pan":"1","zoom":"0.5"}}"#);
    assert_snapshot!(openai(&[("characters[][id]", b"c1"), ("characters[][id]", b"c2")]), @r#"m "猫" extra={"characters":[{"id":"c1"},{"id":"c2"}]}"#);
    assert_snapshot!(openai(&[("a[b", b"1"), ("[c]", b"2"), ("d]e[", b"3"), ("f[g]h", b"4"), ("x[1][2][3][4][5][6][7][8]", b"5")]), @r#"m "猫" extra={"[c]":"2","a[b":"1","d]e[":"3","f[g]h":"4","x[1][2][3][4][5][6][7][8]":"5"}"#);
    assert_snapshot!(openai(&[("user", b"a"), ("user[b]", b"c")]), @"refused: user[b] is given twice in different forms [invalid_request, user[b]]");
    assert_snapshot!(openai(&[("user[b]", b"c"), ("user", b"a")]), @"refused: user is given twice in different forms [invalid_request, user]");
}

#[test]
fn files_are_pictures_under_their_three_names_and_nothing_else() {
    let png = b"\x89PNG\r\n\x1a\n\0\0".as_slice();
    assert_snapshot!(openai(&[("input_reference@cat.png;image/png", png)]), @r#"m "猫" image=data:image/png;base64,iVBORw0KGgoAAA=="#);
    assert_snapshot!(openai(&[("input_reference@cat;application/octet-stream", png)]), @r#"m "猫" image=data:image/png;base64,iVBORw0KGgoAAA=="#);
    assert_snapshot!(openai(&[("input_reference@cat", b"\xff\xd8\xff\xe0")]), @r#"m "猫" image=data:image/jpeg;base64,/9j/4A=="#);
    assert_snapshot!(openai(&[("input_reference@cat;text/plain", b"what is this")]), @r#"m "猫" image=data:text/plain;base64,d2hhdCBpcyB0aGlz"#);
    assert_snapshot!(openai(&[("image@cat.png;image/jpeg; q=1", png)]), @r#"m "猫" image=data:image/png;base64,iVBORw0KGgoAAA=="#);
    assert_snapshot!(openai(&[("images@a.png;image/png", png), ("images@b.png;image/png", png)]), @r#"m "猫" image=data:image/png;base64,iVBORw0KGgoAAA== image=data:image/png;base64,iVBORw0KGgoAAA=="#);
    assert_snapshot!(openai(&[("input_reference@a.png;image/png", png), ("input_reference@b.png;image/png", png)]), @r#"m "猫" image=data:image/png;base64,iVBORw0KGgoAAA== image=data:image/png;base64,iVBORw0KGgoAAA=="#);
    assert_snapshot!(openai(&[("image[]@a.png;image/png", png), ("image[]", b"https://img.example/b.png")]), @r#"m "猫" image=data:image/png;base64,iVBORw0KGgoAAA== image=https://img.example/b.png"#);
    assert_snapshot!(openai(&[("input_reference@;application/octet-stream", b"")]), @r#"m "猫""#);
    assert_snapshot!(openai(&[("input_reference", b"https://img.example/a.png")]), @r#"m "猫" image=https://img.example/a.png"#);
    assert_snapshot!(openai(&[("video@v.mp4;video/mp4", b"....")]), @"refused: video cannot be a file: send pictures as input_reference [invalid_request, video]");
    assert_snapshot!(openai(&[("notes@n.txt;text/plain", b"kept")]), @r#"m "猫" extra={"notes":"kept"}"#);
}

#[test]
fn on_new_apis_route_unknown_parts_are_provider_parameters() {
    assert_snapshot!(new_api(&[("seconds", b"8"), ("negative_prompt", b"rain"), ("cfg", b"0.50"), ("seed_2", b"007"), ("nan", b"NaN")]), @r#"m "猫" seconds=8 metadata={"cfg":0.5,"nan":"NaN","negative_prompt":"rain","seed_2":7}"#);
    assert_snapshot!(new_api(&[("bgm", b"1"), ("bgm", b"2"), ("metadata", br#"{"bgm":true,"x":[1]}"#)]), @r#"m "猫" metadata={"bgm":true,"x":[1]}"#);
    assert_snapshot!(new_api(&[("image", b"https://img.example/a.png")]), @r#"m "猫" image=https://img.example/a.png"#);
    let form = "model=m&prompt=a+cat&negative_prompt=rain&metadata=%7B%22seed%22%3A1%7D&duration=5";
    assert_snapshot!(told(&NewApi, &posted("/v1/video/generations", "application/x-www-form-urlencoded", form)), @r#"m "a cat" seconds=5 metadata={"seed":1} extra={"negative_prompt":"rain"}"#);
}

#[test]
fn urlencoded_forms_are_read_alike() {
    let told = |body: &'static str| {
        told(&OpenAi::default(), &posted("/v1/videos", "Application/X-WWW-Form-Urlencoded; charset=utf-8", body))
    };
    assert_snapshot!(told("model=m&prompt=%E7%8C%AB+%26+dog&seconds=8&user=u%201"), @r#"m "猫 & dog" seconds=8 extra={"user":"u 1"}"#);
    assert_snapshot!(told("model=m&prompt=p&images=a&images=b&metadata[seed]=1"), @r#"m "p" image=a image=b metadata={"seed":"1"}"#);
    assert_snapshot!(told("model=m&prompt="), @"refused: prompt is required [invalid_request, prompt]");
    assert_snapshot!(told(""), @"refused: model is required [missing_model, model]");
    let many = format!("model=m&prompt=p{}", "&a=1".repeat(999));
    let refused =
        OpenAi::default().decode_submit_request(&posted("/v1/videos", "application/x-www-form-urlencoded", many));
    assert_snapshot!(refused.expect_err("too many").message(), @"the form has more than 1000 fields");
}

#[test]
fn a_body_of_another_type_is_refused_by_the_type_that_is_taken() {
    let body = r#"{"model":"m","prompt":"p"}"#;
    for content_type in ["text/plain", "application/xml", "", "multipart/mixed; boundary=b"] {
        for dialect in [&OpenAi::default() as &dyn ServerDialect, &NewApi] {
            let text = told(dialect, &posted("/v1/videos", content_type, body));
            assert_eq!(text, "refused: send the body as JSON with Content-Type: application/json [invalid_request, -]");
        }
    }
}

#[test]
fn a_broken_form_is_refused_with_new_apis_code() {
    let refused =
        |content_type: &str, body: &'static str| told(&OpenAi::default(), &posted("/v1/videos", content_type, body));
    assert_snapshot!(refused("multipart/form-data", "--b--"), @"refused: Content-Type names no boundary: write multipart/form-data; boundary=… [invalid_multipart_form, -]");
    assert_snapshot!(refused(FORM, "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n"), @"refused: the form ends before its last boundary [invalid_multipart_form, -]");
    let part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n";
    let many = posted("/v1/videos", FORM, format!("{}--b--", part.repeat(10_000)));
    assert_snapshot!(told(&OpenAi::default(), &many), @"refused: the form has more than 1000 parts [invalid_multipart_form, -]");
}

#[test]
fn the_bodies_of_the_seed_documents_are_taken_on_either_route() {
    let bodies = [
        r#"{"model":"sora-2","prompt":"一个穿着宇航服的宇航员在月球上行走, 高品质, 电影级","seconds":"5","size":"1920x1080"}"#,
        r#"{"model":"kling-v1","prompt":"一只可爱的小狗在花园里玩耍","duration":5}"#,
        r#"{"model":"kling-v2-master","image":"https://example.com/cat.jpg","prompt":"猫咪慢慢睁开眼睛,伸懒腰","duration":3,"metadata":{"seed":54321,"camera_control":{"type":"simple","config":{"horizontal":1.0}}}}"#,
        r#"{"model":"viduq1","prompt":"未来城市的夜景","size":"1920x1080","duration":5,"metadata":{"resolution":"1080p","bgm":true,"seed":0}}"#,
    ];
    let rows = bodies.map(|body| {
        let openai = told(&OpenAi::default(), &posted("/v1/videos", "application/json", body));
        assert_eq!(openai, told(&NewApi, &posted("/v1/video/generations", "application/json", body)));
        openai
    });
    assert_snapshot!(rows.join("\n"), @r#"
    sora-2 "一个穿着宇航服的宇航员在月球上行走, 高品质, 电影级" size=1920x1080 seconds=5
    kling-v1 "一只可爱的小狗在花园里玩耍" seconds=5
    kling-v2-master "猫咪慢慢睁开眼睛,伸懒腰" image=https://example.com/cat.jpg seconds=3 metadata={"camera_control":{"config":{"horizontal":1.0},"type":"simple"},"seed":54321}
    viduq1 "未来城市的夜景" size=1920x1080 seconds=5 metadata={"bgm":true,"resolution":"1080p","seed":0}
    "#);
}

#[test]
fn the_picture_of_a_form_is_the_picture_that_was_sent() {
    let sent = Generation::new("m", "p").with_image(ImageInput::new(PIXEL));
    let request = video_protocol::Dialect::encode_submit(&OpenAi::default(), &sent).expect("a request");
    let read = OpenAi::default().decode_submit_request(&request).expect("it can be read");
    assert_eq!(read.images[0].as_str(), format!("data:image/png;base64,{PIXEL}"));
}

proptest! {
    #[test]
    fn no_form_breaks_the_server_halves(
        content_type in "(application/json|application/x-www-form-urlencoded|multipart/form-data)(; ?boundary=\"?b\"?)?",
        body in "(--b|\r\n|Content-Disposition: form-data; name=|\"|model|prompt|images|metadata|\\[|\\]|=|&|%|;|filename=|\\{|\\}|\\PC){0,60}",
    ) {
        let request = posted("/v1/videos", &content_type, body);
        let _ = OpenAi::default().decode_submit_request(&request);
        let _ = OpenAi::default().decode_remix_request(&request);
        let _ = NewApi.decode_submit_request(&request);
    }
}
