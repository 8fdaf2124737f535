//! `cargo xtask wasm`, with a compiler that has the target or not, as the test says.

use insta::assert_snapshot;

use crate::house::House;

/// The real compiler, but for where the libraries of the target are; what is for wasm it compiles for this machine.
const COMPILER: &str = r#"#!/bin/sh
[ "$2" = target-libdir ] && { echo FOLDER; exit; }
for argument; do
  shift
  case "$argument" in --target|wasm32-unknown-unknown) ;; *) set -- "$@" "$argument" ;; esac
done
exec rustc "$@"
"#;

fn wasm(house: &House, folder: &str) -> String {
    house.plant("rustc.sh", COMPILER.replace("FOLDER", folder));
    house.allow_to_run("rustc.sh");
    let rustc = house.root().join("rustc.sh").display().to_string();
    house.xtask_with(&["wasm"], &[("RUSTC", &rustc)])
}

#[test]
fn without_the_target_it_is_skipped_and_says_what_it_needs() {
    assert_snapshot!(wasm(&House::in_order(), "/no/such/folder"), @"
    skipped: needs the wasm32-unknown-unknown target (rustup target add wasm32-unknown-unknown)
    exit 0
    ");
}

#[test]
fn with_the_target_every_pure_crate_is_built_and_no_other() {
    let house = House::in_order();
    house.plant("crates/video-client/src/lib.rs", "//! A room.\ncompile_error!(\"not asked for\");\n");
    assert_snapshot!(wasm(&house, "."), @"
    built for wasm32-unknown-unknown: video-types
    exit 0
    ");
}

#[test]
fn what_does_not_build_is_found() {
    let house = House::in_order();
    house.plant("crates/video-types/src/lib.rs", "//! A room.\ncompile_error!(\"not here\");\n");
    assert_snapshot!(wasm(&house, "."), @"
    not every pure crate builds for wasm32-unknown-unknown: video-types
    exit 1
    ");
}
