//! What a shell is offered while somebody types.

use crate::run::Machine;
use crate::stocked::{Came, add, ago, journal};

/// What the program answers a shell that asks about these words, the last of which is being typed.
fn offered(machine: &Machine, words: &[&str]) -> String {
    let output = machine
        .command(&[&["--", "video"], words].concat())
        .env("VIDEO_COMPLETE", "fish")
        .output()
        .expect("the binary runs");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success());
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

fn stocked() -> Machine {
    let machine = Machine::new();
    let store = journal(&machine);
    add(&store, "0198-a", "kling-v1", "a lighthouse\nin fog", Came::Accepted, ago(30));
    add(&store, "0198-b", "vidu2.0", "一只橘猫", Came::Succeeded, ago(20));
    add(&store, "0199-c", "kling-v1", "a dog", Came::Failed, ago(10));
    machine
}

#[test]
fn jobs_are_offered_to_the_commands_that_have_something_to_do_with_them() {
    let machine = stocked();
    let asked: [&[&str]; 7] = [
        &["show", ""],
        &["show", "0198"],
        &["wait", ""],
        &["resume", ""],
        &["download", ""],
        &["reconcile", ""],
        &["show", "0300"],
    ];
    let told = asked.map(|words| format!("video {} <TAB>\n{}", words.join(" "), offered(&machine, words)));
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn models_profiles_states_commands_and_options_are_offered() {
    let machine = stocked();
    let added = machine.output(&["config", "add", "mine", "--base-url", "http://127.0.0.1:1"]);
    assert!(added.status.success());
    let asked: [&[&str]; 6] = [
        &["generate", "a cat", "--model", "kling-v1"],
        &["generate", "a cat", "--profile", ""],
        &["config", "use", ""],
        &["list", "--state", "un"],
        &["sto"],
        &["storage", "prune", "--o"],
    ];
    let told = asked.map(|words| format!("video {} <TAB>\n{}", words.join(" "), offered(&machine, words)));
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn without_a_journal_or_with_a_broken_one_nothing_is_said_and_nothing_made() {
    let machine = Machine::new();
    assert_eq!(offered(&machine, &["wait", ""]).lines().filter(|line| line.contains("0198")).count(), 0);
    assert!(!machine.home().exists());
    std::fs::create_dir_all(machine.home()).expect("a folder");
    let file = machine.home().join("journal.sqlite");
    std::fs::write(&file, "a letter to somebody, and long enough").expect("a file");
    offered(&machine, &["wait", ""]);
    offered(&machine, &["wait", "01"]);
    assert_eq!(std::fs::read_dir(machine.home()).expect("a folder").count(), 1);
}

#[test]
fn asking_changes_no_byte_of_the_journal() {
    let machine = stocked();
    let file = machine.home().join("journal.sqlite");
    let before = std::fs::read(&file).expect("a file");
    assert!(offered(&machine, &["show", ""]).contains("0199-c"));
    assert!(std::fs::read(&file).expect("a file") == before);
    assert_eq!(std::fs::read_dir(machine.home()).expect("a folder").count(), 1);
}

#[test]
fn each_shell_gets_a_script_that_asks_this_program() {
    let machine = Machine::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = machine.output(&["completions", shell]);
        let script = String::from_utf8_lossy(&script.stdout).into_owned();
        assert!(script.contains("VIDEO_COMPLETE") && script.contains("video"), "{shell}: {script}");
    }
    assert!(!machine.home().exists());
    insta::assert_snapshot!(machine.video(&["completions", "tcsh"]));
}

/// The script in the shell it is for.
#[test]
fn bash_offers_what_the_program_knows() {
    let machine = stocked();
    let script = "set -e; source <(\"$VIDEO\" completions bash); \
                  COMP_WORDS=(video wait 0198); COMP_CWORD=2; COMP_TYPE=9; _clap_complete_video video 0198 wait; \
                  printf '%s\\n' \"${COMPREPLY[@]}\"";
    let mut command = machine.command(&[]);
    let mut bash = std::process::Command::new("bash");
    bash.args(["-c", script]).env_clear().env("VIDEO_HOME", machine.home()).env("VIDEO", command.get_program());
    bash.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let Ok(output) = bash.output() else {
        drop(command.status());
        crate::run::skipped("bash");
        return;
    };
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(told.trim(), "0198-b\n0198-a", "{}", String::from_utf8_lossy(&output.stderr));
}
