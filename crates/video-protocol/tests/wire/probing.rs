//! What free answers tell of a gateway: fixtures by release, as read in the source of New API.

use std::fmt::Write as _;

use http::Response;
use video_protocol::{HttpResponse, Question, Reason, Survey};

/// `status header=value… body`, or nothing for no answer.
fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> HttpResponse {
    let mut builder = Response::builder().status(status);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(body.to_owned().into()).expect("an answer")
}

const TASK: &str = r#"{"code":"task_not_exist","message":"task_not_exist","data":null}"#;
const CONTENT: &str = r#"{"error":{"message":"Task not found","type":"invalid_request_error"}}"#;

fn no_route(what: &str) -> String {
    format!(
        r#"{{"error":{{"message":"Invalid URL (GET {what})","type":"invalid_request_error","param":"","code":""}}}}"#
    )
}

fn token(words: &str) -> String {
    format!(r#"{{"error":{{"message":"{words} (request id: 2026)","type":"new_api_error","code":""}}}}"#)
}

/// New API as it was in one release.
#[expect(clippy::struct_excessive_bools, reason = "what a release has and has not")]
struct NewApi {
    version_header: Option<&'static str>,
    status_page: Option<&'static str>,
    objects: bool,
    content: bool,
    content_wants_key: bool,
    no_key: &'static str,
    wrong_key: &'static str,
    plugins: bool,
}

impl NewApi {
    const OLD: Self = Self {
        version_header: None,
        status_page: None,
        objects: true,
        content: true,
        content_wants_key: true,
        no_key: "未提供令牌",
        wrong_key: "无效的令牌",
        plugins: false,
    };

    fn answers(&self) -> Vec<(Question, HttpResponse)> {
        let answers = Question::ALL.map(|question| {
            let mut headers = vec![("x-oneapi-request-id", "2026"), ("access-control-allow-origin", "*")];
            headers.extend(self.version_header.map(|version| ("x-new-api-version", version)));
            let content = if self.content { (404, CONTENT.to_owned()) } else { (404, no_route("/content")) };
            let (status, body) = match question {
                Question::Status => match self.status_page {
                    Some(version) => (200, format!(r#"{{"success":true,"data":{{"version":"{version}"}}}}"#)),
                    None => (404, "<html>not found</html>".to_owned()),
                },
                Question::Models => (200, r#"{"object":"list","data":[]}"#.to_owned()),
                Question::Wrapper => (400, TASK.to_owned()),
                Question::WrapperUnsigned => (401, token(self.no_key)),
                Question::WrapperWrongKey => (401, token(self.wrong_key)),
                Question::Object if self.objects => (400, TASK.to_owned()),
                Question::Object => (404, no_route("/v1/videos/task_0")),
                Question::List => (404, no_route("/v1/videos")),
                Question::ContentUnsigned if self.content_wants_key => (401, token(self.no_key)),
                Question::Content | Question::ContentUnsigned | Question::ContentRange if self.plugins => (
                    404,
                    r#"{"error":{"message":"x","type":"artifact_not_found","code":"artifact_not_found"}}"#.to_owned(),
                ),
                Question::Content | Question::ContentUnsigned | Question::ContentRange => content,
                Question::ContentHead => (404, String::new()),
                Question::PluginTask if self.plugins => (400, TASK.to_owned()),
                Question::PluginTask => (404, no_route("/v1/tasks/task_0")),
                _ => (204, String::new()),
            };
            (question, answer(status, &headers, &body))
        });
        answers.into()
    }
}

fn shown(answers: &[(Question, HttpResponse)]) -> String {
    let survey = Survey::of(answers);
    let mut text = String::new();
    for finding in &survey.findings {
        let reason = finding.reason.map(|reason: Reason| format!(" ({reason:?})")).unwrap_or_default();
        let line = format!("{:17} {:8} {}{reason}", finding.feature.name(), finding.state.as_str(), finding.value);
        writeln!(text, "{}", line.trim_end()).expect("text");
    }
    let quirks: Vec<&str> = survey.quirks.iter().map(|quirk| quirk.name()).collect();
    writeln!(text, "quirks: {}", quirks.join(", ")).expect("text");
    writeln!(text, "usable: {}, key refused: {}", survey.is_usable(), survey.refuses_key()).expect("text");
    text
}

macro_rules! gateways {
    ($($name:ident: $answers:expr;)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(stringify!($name), shown(&$answers));
        }
    )*};
}

gateways! {
    probing_new_api_before_0_9_5: NewApi { objects: false, content: false, ..NewApi::OLD }.answers();
    probing_new_api_0_9_20: NewApi { content_wants_key: false, ..NewApi::OLD }.answers();
    probing_new_api_0_10: NewApi::OLD.answers();
    probing_new_api_0_12_1: NewApi {
        version_header: Some("v0.12.1"), no_key: "Token not provided", wrong_key: "Invalid token", ..NewApi::OLD
    }.answers();
    probing_new_api_1_rc_24_behind_a_proxy: NewApi {
        status_page: Some("v1.0.0-rc.24"), no_key: "Invalid token", wrong_key: "Invalid token", ..NewApi::OLD
    }.answers();
    probing_new_api_of_unknown_version_after_0_12_7: NewApi {
        no_key: "Invalid token", wrong_key: "Invalid token", ..NewApi::OLD
    }.answers();
    probing_new_api_with_plugins: NewApi {
        version_header: Some("v1.0.0-rc.30"), no_key: "Invalid token", wrong_key: "Invalid token", plugins: true, ..NewApi::OLD
    }.answers();
    probing_openai: Question::ALL.map(|question| {
        let missing = r#"{"error":{"message":"Video with id 'task_0' not found.","type":"invalid_request_error","code":"not_found"}}"#;
        let no_route = no_route("/v1/video/generations/task_0");
        let refused = r#"{"error":{"message":"Incorrect API key provided","type":"invalid_request_error","code":"invalid_api_key"}}"#;
        let (status, body) = match question {
            Question::Object | Question::Content | Question::ContentRange => (404, missing),
            Question::List | Question::Models => (200, r#"{"object":"list","data":[]}"#),
            Question::ContentHead => (404, ""),
            Question::ContentUnsigned => (401, refused),
            _ => (404, no_route.as_str()),
        };
        (question, answer(status, &[("x-request-id", "req_1")], body))
    });
    probing_a_plain_web_server: Question::ALL.map(|question| (question, answer(404, &[("content-type", "text/html")], "<h1>404</h1>")));
    probing_an_application_that_answers_everything_with_its_page: Question::ALL.map(|question| (question, answer(200, &[("content-type", "text/html; charset=utf-8")], "<!doctype html>")));
    probing_a_refused_key: Question::ALL.map(|question| (question, answer(401, &[], &token("Invalid token"))));
    probing_a_server_in_trouble: Question::ALL.map(|question| (question, answer(503, &[("retry-after", "5")], "<html>busy</html>")));
    probing_nobody: [];
}

#[test]
fn no_question_orders_anything() {
    let table: Vec<String> = Question::ALL
        .into_iter()
        .map(|question| {
            let request = question.request();
            assert!(request.body().is_empty());
            format!(
                "{:18} {:?}: {} {} {:?}",
                question.name(),
                question.caller(),
                request.method(),
                request.uri(),
                request.headers()
            )
        })
        .collect();
    insta::assert_snapshot!(table.join("\n"));
}

#[test]
fn nothing_in_an_answer_makes_a_survey_panic() {
    let bodies = [
        "",
        "null",
        "[]",
        "1",
        r#"{"error":1}"#,
        r#"{"error":{"code":7}}"#,
        r#"{"data":{"version":9}}"#,
        "\u{0}",
        "<",
        r#"{"code":"","data":null}"#,
    ];
    for body in bodies {
        for status in [100, 200, 206, 301, 400, 404, 418, 500, 599, 999] {
            let answers =
                Question::ALL.map(|question| (question, answer(status, &[("x-new-api-version", "v0..1-")], body)));
            let survey = Survey::of(&answers);
            assert_eq!(survey.findings.len(), 17);
            assert!(!survey.is_usable(), "{status} {body}");
        }
    }
}
