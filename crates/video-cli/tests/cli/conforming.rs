//! What `video conform` finds out, and that it finds it out for free.

use video_testkit::{ClosedPort, Delivery, FarEnd, Reply};

use crate::run::{Machine, steady};
use crate::serving::Serving;

const KEY: &str = "sk-planted-secret";
const TASK: &str = r#"{"code":"task_not_exist","message":"task_not_exist","data":null}"#;
const CONTENT: &str = r#"{"error":{"message":"Task not found","type":"invalid_request_error"}}"#;

/// A machine with the planted key.
fn machine() -> Machine {
    Machine::new().with("VIDEO_API_KEY", KEY)
}

/// The words behind `--compat`, from its own help, so that a new one is tried too.
fn compats() -> Vec<String> {
    let help = Machine::new().video(&["serve", "-h"]);
    let line =
        help.lines().skip_while(|line| !line.contains("--compat")).find(|line| line.contains("possible values: "));
    let words = line.and_then(|line| line.split("possible values: ").nth(1)).expect("the words").trim_end_matches(']');
    words.split(", ").map(str::to_owned).collect()
}

/// Runs against a far end in both languages; checks that nothing was ordered and that the key is not shown.
fn against(answer: impl Fn(&Delivery) -> Reply + Send + Sync + 'static) -> String {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _guard = runtime.enter();
    let far_end = FarEnd::start(answer).expect("a far end");
    let shown =
        ["en", "zh"].map(|language| machine().video(&["--lang", language, "conform", &far_end.url("")])).join("\n");
    for delivery in far_end.ledger().seen().deliveries {
        assert!(["GET", "HEAD", "OPTIONS"].contains(&delivery.method.as_str()), "{}", delivery.method);
        assert!(delivery.body.is_empty());
    }
    assert!(!shown.contains("planted"), "{shown}");
    shown
}

fn json(status: u16, body: &str) -> Reply {
    Reply::status(status).header("content-type", "application/json").body(body.to_owned())
}

/// New API as read in its source: `version` as in its header, or none of it.
fn new_api(delivery: &Delivery, version: Option<&str>, no_key: &str) -> Reply {
    let key = delivery.headers.get("authorization").and_then(|value| value.to_str().ok());
    let path = delivery.target.as_str();
    let error = |words: &str, kind: &str| format!(r#"{{"error":{{"message":"{words}","type":"{kind}","code":""}}}}"#);
    let reply = if delivery.method == "OPTIONS" {
        Reply::status(204).header("access-control-allow-origin", "*")
    } else if path == "/api/status" || path.starts_with("/v1/tasks") || path.starts_with("/v1/videos?") {
        json(404, &error(&format!("Invalid URL (GET {path})"), "invalid_request_error"))
    } else if key != Some("Bearer sk-planted-secret") {
        json(401, &error(if key.is_none() { no_key } else { "Invalid token" }, "new_api_error"))
    } else if path == "/v1/models" {
        json(200, r#"{"object":"list","data":[]}"#)
    } else if path.ends_with("/content") {
        json(404, CONTENT)
    } else {
        json(400, TASK)
    };
    let reply = reply.header("x-oneapi-request-id", "2026");
    match version {
        Some(version) => reply.header("x-new-api-version", version),
        None => reply,
    }
}

#[test]
fn our_own_gateway_is_known_in_every_compat() {
    let compats = compats();
    assert!(compats.len() >= 2, "{compats:?}");
    let mut shown = Vec::new();
    for compat in &compats {
        let serving = Serving::start(&["--compat", compat, "--token", KEY]);
        for more in [&["--lang", "en"][..], &["--lang", "zh"], &["--json"]] {
            let text = machine().video(&[&["conform", &serving.url], more].concat());
            assert!(text.contains(&format!("--compat {compat}")), "{text}");
            assert!(!text.contains("planted"), "{text}");
            shown.push(text.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
        }
        assert!(!serving.end().contains("POST"), "conform orders nothing");
    }
    steady().bind(|| insta::assert_snapshot!(shown.join("\n")));
}

#[test]
fn new_api_before_it_told_its_version_is_known_by_what_it_does() {
    steady().bind(|| insta::assert_snapshot!(against(|delivery| new_api(delivery, None, "Token not provided"))));
}

#[test]
fn new_api_that_tells_its_version_is_known_by_it() {
    let shown = against(|delivery| new_api(delivery, Some("v1.0.0-rc.24"), "Invalid token"));
    steady().bind(|| insta::assert_snapshot!(shown));
}

#[test]
fn a_plain_web_server_is_no_video_gateway() {
    let page = |_: &Delivery| Reply::status(404).header("content-type", "text/html").body("<h1>Not Found</h1>");
    steady().bind(|| insta::assert_snapshot!(against(page)));
}

#[test]
fn a_wrong_key_is_refused() {
    let shown = against(|_| json(401, r#"{"error":{"message":"Invalid token","type":"new_api_error","code":""}}"#));
    steady().bind(|| insta::assert_snapshot!(shown));
}

#[test]
fn a_key_that_the_server_repeats_everywhere_is_never_shown() {
    let shown = against(|_| {
        let body =
            format!(r#"{{"error":{{"message":"{KEY}","type":"{KEY}","code":"{KEY}"}},"data":{{"version":"{KEY}"}}}}"#);
        json(400, &body).header("retry-after", KEY).header("x-new-api-version", KEY)
    });
    assert!(shown.contains("***"), "{shown}");
}

#[test]
fn nobody_there_and_a_redirect_are_told_apart() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _guard = runtime.enter();
    let closed = ClosedPort::take().expect("a port");
    let nobody =
        ["en", "zh"].map(|language| machine().video(&["--lang", language, "conform", &closed.url("")])).join("\n");
    let moved = against(|_| Reply::status(301).header("location", "https://elsewhere.example/"));
    let moved: Vec<&str> =
        moved.lines().filter(|line| ["format", "格式", "!", "exit"].iter().any(|word| line.contains(word))).collect();
    steady().bind(|| insta::assert_snapshot!(format!("{nobody}\n{}", moved.join("\n"))));
}

#[test]
fn a_dry_run_shows_every_request_and_sends_none() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _guard = runtime.enter();
    let far_end = FarEnd::start(|_| Reply::status(500)).expect("a far end");
    let arguments = ["conform", &far_end.url("/prefix/v1"), "--dry-run"];
    let shown = [machine().video(&arguments), Machine::new().video(&[&arguments[..], &["--json"]].concat())].join("\n");
    assert_eq!(far_end.ledger().seen().connections, 0);
    steady().bind(|| insta::assert_snapshot!(shown));
}

#[test]
fn the_gateway_and_the_key_come_from_where_they_are_kept() {
    let serving = Serving::start(&["--token", KEY]);
    let machine = Machine::new();
    let nothing = machine.video(&["conform"]);
    let no_key = machine.video(&["conform", &serving.url]);
    machine.video_with_stdin(&["config", "add", "mine", "--base-url", &serving.url, "--key-stdin"], KEY);
    for arguments in [&["conform"][..], &["conform", &serving.url], &["conform", "--profile", "mine"]] {
        assert!(machine.video(arguments).ends_with("exit 0\n"), "{arguments:?}");
    }
    steady().bind(|| insta::assert_snapshot!([nothing, no_key].join("\n")));
}
