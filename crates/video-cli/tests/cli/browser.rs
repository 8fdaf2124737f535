//! A web page of another origin orders a video and plays it in Chromium's `<video>`, which asks for it by `Range`.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use insta::assert_snapshot;
use video_testkit::{FarEnd, Reply};

use crate::clients::program;
use crate::serving::Serving;

/// How long the page may take: a browser that was never started before needs seconds for its profile alone.
const PATIENCE: Duration = Duration::from_secs(90);

/// A running browser; closed when dropped.
struct Browser(Child);

impl Browser {
    /// Opens a page without a window, in a profile of its own, and asks nobody on the network for anything else.
    fn open(program: &Path, profile: &Path, url: &str) -> Self {
        let mut command = Command::new(program);
        command.args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]);
        command.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
        command.arg(format!("--user-data-dir={}", profile.join("profile").display())).arg(url);
        command.env_clear().env("HOME", profile).env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().expect("the browser runs"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Killed, it would leave processes behind that still write into the profile.
        let asked = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.0.kill();
        }
        let _ = self.0.wait();
    }
}

#[test]
fn a_page_orders_a_video_and_plays_it() {
    let Some(chromium) = program("chromium") else { return };
    let serving = Serving::start(&["--token", "right-key"]);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _guard = runtime.enter();
    let (tell, told) = channel();
    let page = FarEnd::start(move |asked| match (asked.method.as_str(), asked.target.split('?').next()) {
        ("GET", Some("/player.html")) => Reply::status(200)
            .header("content-type", "text/html; charset=utf-8")
            .body(include_str!("../clients/browser/player.html")),
        ("POST", Some("/report")) => {
            let _ = tell.send(String::from_utf8_lossy(&asked.body).into_owned());
            Reply::status(204)
        }
        _ => Reply::status(404),
    });
    let page = page.expect("a far end");
    let profile = tempfile::tempdir().expect("a folder");
    let url = page.url(&format!("/player.html?gateway={}&key=right-key", serving.url));
    let browser = Browser::open(&chromium, profile.path(), &url);
    let report = told.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no report:\n{}", serving.log()));
    drop(browser);
    assert_snapshot!(report);

    // The whole, and after a seek the rest from there on.
    let log = serving.end();
    let content: Vec<&str> = log.lines().filter(|line| line.contains(r#"route="content""#)).collect();
    assert!(content.iter().all(|line| line.contains("method=GET") && line.contains("status=206")), "{log}");
    let bytes = |line: &&str| line.split(" bytes=").nth(1)?.split(' ').next()?.parse::<u64>().ok();
    let sent: Vec<u64> = content.iter().filter_map(bytes).collect();
    let (least, most) = (sent.iter().min().expect("a part"), sent.iter().max().expect("a part"));
    assert!(*least < most * 3 / 4, "{log}");
}
