//! `cargo xtask wasm`, with a compiler that has the target or not, as the test says.

use insta::assert_snapshot;

use crate::house::House;

/// A compiler that says where the libraries of the target are, and else is the real one.
fn wasm(house: &House, folder: &str) -> String {
    let script = format!("#!/bin/sh\nif [ \"$2\" = target-libdir ]; then echo {folder}; else exec rustc \"$@\"; fi\n");
    house.plant("rustc.sh", script);
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
fn what_does_not_build_is_found() {
    let house = House::in_order();
    house.plant("crates/video-types/src/lib.rs", "//! A room.\ncompile_error!(\"not here\");\n");
    assert_snapshot!(wasm(&house, "."), @"
    not every pure crate builds for wasm32-unknown-unknown: video-types
    exit 1
    ");
}
