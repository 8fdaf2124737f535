//! What goes wrong at a gateway: the outcome, the exit code, and one line a person can act on, in both languages.

use std::fmt::Write as _;

use video_testkit::{ClosedPort, FarEnd, Reply};

use crate::run::{Machine, steady};

/// Runs a job against a gateway that answers every request the same way, in both languages.
fn job_against(answer: impl Fn() -> Reply + Send + Sync + 'static) -> String {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _guard = runtime.enter();
    let far_end = FarEnd::start(move |_| answer()).expect("a far end");
    let mut shown = String::new();
    for language in ["en", "zh"] {
        let machine = at(&far_end.url("")).with("VIDEO_LANG", language);
        writeln!(shown, "{}", machine.video(&["generate", "a cat", "--model", "kling-v1", "-o", "cat.mp4"]))
            .expect("text");
        assert!(!machine.file("cat.mp4").exists());
    }
    let orders = far_end.ledger().seen().whole("POST");
    writeln!(shown, "orders: {orders}").expect("text");
    shown
}

fn at(url: &str) -> Machine {
    Machine::new().with("VIDEO_BASE_URL", url).with("VIDEO_API_KEY", "sk-planted-secret")
}

fn json(status: u16, body: &'static str) -> Reply {
    Reply::status(status).header("content-type", "application/json").body(body)
}

macro_rules! refusals {
    ($($name:ident: $answer:expr;)*) => {$(
        #[test]
        fn $name() {
            let shown = job_against(|| $answer);
            assert!(!shown.contains("planted"), "{shown}");
            steady().bind(|| insta::assert_snapshot!(stringify!($name), shown));
        }
    )*};
}

refusals! {
    a_wrong_key_is_refused_and_ordered_once: json(401, r#"{"error":{"message":"Invalid token (request id: 20260226103015123456789Ab3dEf9h)","type":"new_api_error","code":""}}"#);
    an_empty_account_is_refused: json(403, r#"{"code":"insufficient_user_quota","message":"用户额度不足, 剩余额度: ¥0.01","data":null}"#);
    a_missing_field_is_invalid: json(400, r#"{"code":"invalid_request","message":"prompt is required","data":null}"#);
    a_model_nobody_serves_is_invalid: json(503, r#"{"error":{"message":"No available channel for model kling-v1 under group default (distributor)","type":"new_api_error","code":"model_not_found"}}"#);
    moderation_filters: json(500, r#"{"code":"50412","message":"Text Risk Not Pass","data":null}"#);
    an_html_502_leaves_the_outcome_unknown_and_is_never_repeated: Reply::status(502).header("content-type", "text/html").body("<html><head><title>502 Bad Gateway</title></head></html>");
    an_empty_400_is_invalid: Reply::status(400);
    a_redirect_of_an_order_is_not_followed: Reply::status(301).header("location", "https://elsewhere.example/v1/video/generations?key=1");
    a_success_without_an_id_leaves_the_outcome_unknown: json(200, r#"{"ok":true}"#);
    terminal_tricks_in_a_message_are_harmless: json(400, "{\"code\":\"invalid_request\",\"message\":\"\\u001b[2Jgone\\u0007\",\"data\":null}");
}

#[test]
fn nobody_there_is_unsent() {
    let closed = ClosedPort::take().expect("a port");
    let machine = at(&closed.url("")).with("VIDEO_LANG", "en");
    steady().bind(|| {
        insta::assert_snapshot!(machine.video(&[
            "generate",
            "a cat",
            "--model",
            "m",
            "--deadline",
            "2s",
            "-o",
            "cat.mp4"
        ]));
    });
}

#[test]
fn what_is_missing_is_asked_for_before_anything_is_sent() {
    let mut shown = Vec::new();
    for language in ["en", "zh"] {
        let nothing = Machine::new().with("VIDEO_LANG", language);
        let key_alone = Machine::new().with("VIDEO_LANG", language).with("VIDEO_API_KEY", "sk-xxxx");
        let url_alone = Machine::new().with("VIDEO_LANG", language).with("VIDEO_BASE_URL", "https://88api.ai");
        let both = at("https://88api.ai").with("VIDEO_LANG", language);
        shown.push(nothing.video(&["generate", "  "]));
        shown.push(nothing.video(&["submit", "a cat"]));
        shown.push(key_alone.video(&["generate", "a cat"]));
        shown.push(url_alone.video(&["generate", "a cat", "--model", "m"]));
        shown.push(both.video(&["generate", "a cat"]));
        shown.push(nothing.video(&["generate", "a cat", "--image", "nowhere.png"]));
        shown.push(nothing.video(&["generate", "a cat", "--meta", "novalue"]));
        shown.push(nothing.video(&["generate", "a cat", "--size", "10x10"]));
        shown.push(nothing.video(&["wait", "task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U", "--sandbox"]));
    }
    steady().bind(|| insta::assert_snapshot!(shown.join("\n")));
}
