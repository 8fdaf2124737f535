//! Help texts, word for word.

use crate::run::Machine;

#[test]
fn every_help_text_teaches() {
    let machine = Machine::new();
    let commands: [&[&str]; 18] = [
        &["--help"],
        &["generate", "--help"],
        &["submit", "-h"],
        &["wait", "-h"],
        &["show", "-h"],
        &["download", "-h"],
        &["cancel", "--help"],
        &["verify", "--help"],
        &["serve", "-h"],
        &["models", "-h"],
        &["validate", "--help"],
        &["config", "-h"],
        &["config", "add", "--help"],
        &["conform", "--help"],
        &["doctor", "--help"],
        &[],
        &["genrate"],
        &["generate", "a cat", "--seconds", "0"],
    ];
    insta::assert_snapshot!(commands.map(|command| machine.video(command)).join("\n"));
}
