//! What `video doctor` sees, in good states and in bad ones.

use video_journal::SqliteStore;
use video_testkit::{ClosedPort, FarEnd, Reply};

use crate::run::{Machine, steady};
use crate::serving::Serving;

const KEY: &str = "sk-planted-secret";

/// What differs from machine to machine, made the same.
fn settings() -> insta::Settings {
    let mut settings = steady();
    settings.add_filter(r"\d+(\.\d+)? (GB|MB) free", "ROOM free");
    settings.add_filter(r"剩余 \d+(\.\d+)? (GB|MB)", "剩余 ROOM");
    settings.add_filter(r"\d+ 字节", "N 字节");
    settings.add_filter(r"\d+\.\d+\.\d+ \(\w+ \w+\)", "VERSION (SYSTEM)");
    settings.add_filter(r"\d{5,} s ", "MANY s ");
    settings.add_filter(r"\d{5,} 秒", "MANY 秒");
    settings
}

/// Only the lines that are not ok.
fn trouble(shown: &str) -> String {
    let lines: Vec<&str> = shown.lines().filter(|line| !line.starts_with("ok ") && !line.starts_with("正常")).collect();
    lines.join("\n")
}

fn both(machine: &Machine) -> String {
    let shown = ["en", "zh"].map(|language| machine.video(&["--lang", language, "doctor"]));
    assert!(!shown.concat().contains("planted"), "{}", shown.concat());
    shown.map(|shown| trouble(&shown)).join("\n")
}

fn at(url: &str) -> Machine {
    Machine::new().with("VIDEO_BASE_URL", url).with("VIDEO_API_KEY", KEY)
}

#[test]
fn a_machine_in_order_is_reported_whole_and_without_secrets() {
    let serving = Serving::start(&["--token", KEY]);
    let machine = at(&serving.url).with("HTTPS_PROXY", "http://user:planted@proxy.example:3128/x");
    let shown = [
        machine.video(&["doctor"]),
        machine.video(&["doctor", "--lang", "zh", "--format", "openai"]),
        machine.video(&["doctor", "--json"]),
    ];
    assert!(!shown.concat().contains("planted"));
    assert!(!machine.home().exists(), "looking changes nothing");
    settings().bind(|| insta::assert_snapshot!(shown.join("\n")));
}

#[test]
fn nothing_set_up_is_a_warning() {
    settings().bind(|| insta::assert_snapshot!(both(&Machine::new())));
}

#[test]
fn a_wrong_key_no_key_and_a_key_without_gateway_are_problems() {
    let serving = Serving::start(&["--token", "another"]);
    let shown = [
        both(&at(&serving.url)),
        both(&Machine::new().with("VIDEO_BASE_URL", &serving.url)),
        both(&Machine::new().with("VIDEO_API_KEY", KEY)),
        both(&at("https://user:planted@88api.ai")),
    ];
    settings().bind(|| insta::assert_snapshot!(shown.join("\n\n")));
}

#[test]
fn a_gateway_that_is_not_there_and_one_without_tls_are_problems() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _guard = runtime.enter();
    let closed = ClosedPort::take().expect("a port");
    let plain = FarEnd::start(|_| Reply::status(200)).expect("a far end");
    let untrusted = plain.url("").replace("http://", "https://");
    let [closed, untrusted] = [both(&at(&closed.url(""))), both(&at(&untrusted))];
    // The words of the operating system and of the TLS library are theirs.
    settings().bind(|| {
        let mut settings = insta::Settings::clone_current();
        settings.add_filter(r"\[[^\]]*\]", "[WHY]");
        settings.bind(|| insta::assert_snapshot!([closed, untrusted].join("\n\n")));
    });
}

#[test]
fn a_server_in_trouble_and_one_that_forbids_are_told_apart() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _guard = runtime.enter();
    let shown = [503, 403].map(|status| {
        let far_end = FarEnd::start(move |_| Reply::status(status).body("<html>")).expect("a far end");
        both(&at(&far_end.url("")))
    });
    settings().bind(|| insta::assert_snapshot!(shown.join("\n\n")));
}

#[test]
fn a_clock_that_is_wrong_and_an_answer_of_nobody_are_told() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _guard = runtime.enter();
    let far_end = FarEnd::start(|_| Reply::status(200).header("date", "Sun, 06 Nov 1994 08:49:37 GMT").body("<html>"))
        .expect("a far end");
    settings().bind(|| insta::assert_snapshot!(both(&at(&far_end.url("")))));
}

#[cfg(unix)]
#[test]
fn profiles_that_others_can_read_or_nobody_can_are_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let machine = Machine::new();
    std::fs::create_dir_all(machine.home()).expect("a folder");
    let file = machine.home().join("profiles.toml");
    std::fs::write(&file, "[profiles.mine]\nbase_url = \"http://127.0.0.1:1\"\n").expect("a file");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("a mode");
    let open = both(&machine);
    std::fs::write(&file, "[profiles.mine]\nkey = \"sk-planted\n").expect("a file");
    settings().bind(|| insta::assert_snapshot!([open, both(&machine)].join("\n\n")));
}

#[test]
fn a_folder_that_is_not_there_and_a_locale_without_chinese_are_told() {
    let machine = Machine::new().with("LC_ALL", "POSIX");
    let shown = ["en", "zh"].map(|language| trouble(&machine.video(&["--lang", language, "doctor", "-o", "nowhere"])));
    settings().bind(|| insta::assert_snapshot!(shown.join("\n")));
}

#[test]
fn the_journal_is_checked_and_never_made() {
    let machine = Machine::new();
    let line = |machine: &Machine| {
        let shown = ["en", "zh"].map(|language| machine.video(&["--lang", language, "doctor"])).concat();
        let lines: Vec<&str> = shown.lines().filter(|line| line.contains("journal")).collect();
        lines.join("\n")
    };
    let mut shown = vec![line(&machine)];
    assert!(!machine.home().exists());
    std::fs::create_dir_all(machine.home()).expect("a folder");
    let file = machine.home().join("journal.sqlite");
    drop(SqliteStore::open(&file).expect("a journal"));
    shown.push(line(&machine));
    // As an older version of this program left it: it is looked at, and stays what it is.
    let mut older = std::fs::read(&file).expect("the file");
    older[60..64].copy_from_slice(&1_u32.to_be_bytes());
    std::fs::write(&file, &older).expect("a file");
    shown.push(line(&machine));
    assert!(std::fs::read(&file).expect("the file") == older);
    assert_eq!(std::fs::read_dir(machine.home()).expect("a folder").count(), 1);
    std::fs::write(&file, "no journal at all, but a letter to somebody").expect("a file");
    shown.push(line(&machine));
    assert_eq!(std::fs::read(&file).expect("the file"), b"no journal at all, but a letter to somebody");
    settings().bind(|| insta::assert_snapshot!(shown.join("\n")));
}
