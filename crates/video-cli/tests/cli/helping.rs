//! Help texts and near misses, word for word; and what help does not do.

use crate::run::Machine;
use crate::stocked::{Came, add, ago, journal};

/// Every command there is.
const COMMANDS: [&str; 27] = [
    "generate",
    "batch",
    "submit",
    "wait",
    "show",
    "download",
    "cancel",
    "models",
    "validate",
    "verify",
    "list",
    "resume",
    "reconcile",
    "serve",
    "config",
    "config presets",
    "config add",
    "config list",
    "config use",
    "config remove",
    "config show",
    "conform",
    "doctor",
    "storage",
    "storage parts",
    "storage prune",
    "completions",
];

fn help(machine: &Machine, more: &[&str]) -> String {
    let top = machine.video(&[&["--help"], more].concat());
    let each = COMMANDS.map(|command| {
        let words: Vec<&str> = command.split(' ').chain(["--help"]).chain(more.iter().copied()).collect();
        machine.video(&words)
    });
    format!("{top}\n{}", each.join("\n"))
}

#[test]
fn every_help_text_teaches() {
    insta::assert_snapshot!(help(&Machine::new(), &[]));
}

#[test]
fn help_speaks_chinese_where_that_is_asked_for() {
    let machine = Machine::new().with("VIDEO_LANG", "zh");
    let commands = [&["--help"][..], &["generate", "-h"], &["list", "-h"], &["storage", "prune", "--help"]];
    insta::assert_snapshot!(commands.map(|command| machine.video(command)).join("\n"));
    let by_option = Machine::new();
    assert!(by_option.video(&["list", "--help", "--lang", "zh"]).contains("列出日志中的任务"));
    assert!(by_option.with("LANG", "zh_CN.UTF-8").video(&["list", "--help"]).contains("列出日志中的任务"));
}

#[test]
fn a_near_miss_is_answered_with_what_was_meant() {
    let machine = Machine::new().with("VIDEO_API_KEY", "sk-test").with("VIDEO_BASE_URL", "http://127.0.0.1:1");
    let store = journal(&machine);
    for name in ["0198c450-a", "0198c450-b", "0198c451-c"] {
        add(&store, name, "kling-v1", "a cat", Came::Accepted, ago(60));
    }
    drop(store);
    let typed: [&[&str]; 10] = [
        &[],
        &["genrate"],
        &["storage", "prun"],
        &["generate", "a cat", "--modle", "kling-v1"],
        &["generate", "a cat", "--seconds", "0"],
        &["generate", "a cat", "--model", "klin-v1-6", "--dry-run"],
        &["models", "klin-v1-6"],
        &["show", "0198c450", "--sandbox"],
        &["show", "0198c450", "--sandbox", "--lang", "zh"],
        &["list", "--state", "savd"],
    ];
    insta::assert_snapshot!(typed.map(|words| machine.video(words)).join("\n"));
}

/// Counts work instead of time: nothing of this machine is read or made for help, a mistake or a version.
#[test]
fn help_and_mistakes_open_nothing() {
    let machine = Machine::new().with("HTTPS_PROXY", "::nonsense::").with("VIDEO_BASE_URL", "nonsense");
    std::fs::write(machine.home(), "a file where a folder should be").expect("a file");
    for words in [&["--help"][..], &["--version"], &["generate", "--help"], &["genrate"], &["completions", "bash"]] {
        let output = machine.output(words);
        assert!(matches!(output.status.code(), Some(0 | 2)), "{words:?}");
    }
    assert!(machine.home().is_file());
}

/// On Linux also by what the system was asked for.
#[cfg(target_os = "linux")]
#[test]
fn help_starts_no_thread_and_opens_no_socket() {
    let machine = Machine::new();
    let trace = machine.file("trace");
    let mut strace = std::process::Command::new("strace");
    let command = machine.command(&[]);
    strace.args(["-f", "-e", "trace=socket,clone,clone3,mkdir,mkdirat", "-o"]).arg(&trace).arg(command.get_program());
    strace.arg("--help").env("VIDEO_HOME", machine.home());
    if !strace.output().is_ok_and(|output| output.status.success()) {
        crate::run::skipped("strace");
        return;
    }
    let trace = std::fs::read_to_string(&trace).expect("a trace");
    let calls: Vec<&str> = trace.lines().filter(|line| line.contains('(')).collect();
    assert_eq!(calls, Vec::<&str>::new());
}
