//! `video cancel`: what became of it, in words, as JSON, as an exit code and in the journal.

use crate::run::{Machine, steady};

const SMALL: [&str; 6] = ["--sandbox", "--size", "64x64", "--seconds", "1", "--meta"];

/// The journal's id and the handle of an order of the sandbox.
fn order(machine: &Machine, prompt: &str, wish: &str) -> String {
    let wish = format!("sandbox:={wish}");
    let output = machine.output(&[&["submit", prompt], &SMALL[..], &[&wish]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn a_cancel_says_what_became_of_it_and_the_journal_keeps_it() {
    let machine = Machine::new();
    let slow = order(&machine, "a cat", r#"{"seconds":3600}"#);
    let other = order(&machine, "a dog", r#"{"seconds":3600}"#);
    let quick = order(&machine, "an owl", r#"{"seconds":0}"#);
    machine.output(&["wait", &quick]);
    steady().bind(|| {
        insta::assert_snapshot!(
            [
                machine.video(&["cancel", &slow]),
                // Once more is no mistake.
                machine.video(&["cancel", &slow, "--json"]),
                machine.video(&["--lang", "zh", "cancel", &quick]),
                machine.video(&["cancel", &quick, &other, "--json"]),
                machine.video(&["cancel", "nobody-1", "--quiet"]),
                machine.video(&["list"]),
                machine.video(&["wait", &slow]),
                machine.video(&["cancel"]),
            ]
            .join("\n")
        );
    });
}
