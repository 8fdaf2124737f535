//! `cargo xtask ci`, and how chores are called.

use insta::assert_snapshot;

use crate::house::House;

/// What `ci` itself prints, every time taken written as `N s`; what `cargo test` prints is cargo's affair.
fn ci(house: &House) -> String {
    let text = house.xtask(&["ci"]);
    let ours =
        text.lines().filter(|line| !line.is_empty() && !line.starts_with("running") && !line.starts_with("test "));
    ours.map(without_time).collect::<Vec<_>>().join("\n")
}

fn without_time(line: &str) -> String {
    let words =
        line.split(' ').map(|word| if word.parse::<f64>().is_ok() && line.starts_with("== ") { "N" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_house_in_order_passes_every_step() {
    let house = House::in_order();
    assert_snapshot!(ci(&house), @r"
    == fmt: cargo fmt --all -- --check
    == fmt passed in N s
    == check: cargo xtask check
    check layers: 0 findings, 0 notices
    check tidy: 0 findings, 0 notices
    == check passed in N s
    == codegen: cargo xtask codegen --check
    codegen: no facts under spec/, so nothing to generate
    == codegen passed in N s
    == clippy: cargo clippy --workspace --all-targets -- -D warnings
    == clippy passed in N s
    == test: cargo test --workspace
    == test passed in N s
    == doc: RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps
    == doc passed in N s
    == ci passed in N s
    exit 0
    ");
}

#[test]
fn ci_stops_at_the_first_step_that_fails() {
    let house = House::in_order();
    house.plant("crates/video-types/src/lib.rs", "//! A room.\nfn unused() {}\n");
    assert_snapshot!(ci(&house), @r"
    == fmt: cargo fmt --all -- --check
    == fmt passed in N s
    == check: cargo xtask check
    check layers: 0 findings, 0 notices
    check tidy: 0 findings, 0 notices
    == check passed in N s
    == codegen: cargo xtask codegen --check
    codegen: no facts under spec/, so nothing to generate
    == codegen passed in N s
    == clippy: cargo clippy --workspace --all-targets -- -D warnings
    == clippy failed after N s; this step alone: cargo clippy --workspace --all-targets -- -D warnings
    exit 1
    ");
}

#[test]
fn ci_stops_at_a_finding() {
    let house = House::in_order();
    house.remove("crates/video-types/README.md");
    assert_snapshot!(ci(&house), @r"
    == fmt: cargo fmt --all -- --check
    == fmt passed in N s
    == check: cargo xtask check
    check layers: 0 findings, 0 notices
    crates/video-types/README.md:1: missing
        say what the crate is for, and show it in use
    check tidy: 1 finding, 0 notices
    == check failed after N s; this step alone: cargo xtask check
    exit 1
    ");
}

#[test]
fn ci_names_the_settings_of_a_step_that_failed() {
    let house = House::in_order();
    house.plant("crates/video-types/src/lib.rs", "//! A [`Room`].\n");
    assert_snapshot!(ci(&house), @r"
    == fmt: cargo fmt --all -- --check
    == fmt passed in N s
    == check: cargo xtask check
    check layers: 0 findings, 0 notices
    check tidy: 0 findings, 0 notices
    == check passed in N s
    == codegen: cargo xtask codegen --check
    codegen: no facts under spec/, so nothing to generate
    == codegen passed in N s
    == clippy: cargo clippy --workspace --all-targets -- -D warnings
    == clippy passed in N s
    == test: cargo test --workspace
    == test passed in N s
    == doc: RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps
    == doc failed after N s; this step alone: RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps
    exit 1
    ");
}

#[test]
fn help_lists_the_chores() {
    assert_snapshot!(House::in_order().xtask(&["--help"]), @r#"
    usage: cargo xtask CHORE

      ci                    everything CI checks, in its order, on this machine
      check [layers|tidy]   what the compiler cannot see: who may know whom, and house order
      codegen [--check]     typed crates, tables and reference pages from spec/; --check says which are stale

    Exit code: 0 in order, 1 something to mend, 2 the chore itself could not run.
    exit 0
    "#);
}

#[test]
fn an_unknown_chore_is_told_the_known_ones() {
    assert_snapshot!(House::in_order().xtask(&["dance"]), @r#"
    xtask: no chore is called `dance`
    usage: cargo xtask CHORE

      ci                    everything CI checks, in its order, on this machine
      check [layers|tidy]   what the compiler cannot see: who may know whom, and house order
      codegen [--check]     typed crates, tables and reference pages from spec/; --check says which are stale

    Exit code: 0 in order, 1 something to mend, 2 the chore itself could not run.

    exit 2
    "#);
}

#[test]
fn an_unknown_check_is_told_the_known_ones() {
    assert_snapshot!(House::in_order().xtask(&["check", "weather"]), @r"
    xtask: no check is called `weather`; there are: layers, tidy
    exit 2
    ");
}
