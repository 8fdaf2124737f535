//! `cargo xtask check layers`: what the code of pure crates may not reach for.

use insta::assert_snapshot;

use crate::house::House;

fn layers(house: &House) -> String {
    house.xtask(&["check", "layers"])
}

#[test]
fn a_pure_crate_that_reaches_for_the_world_is_found_in_every_spelling() {
    let house = House::in_order();
    let source = r#"//! A room.
use std::{fmt, io::{self, stdin}, fs::File};
use std::time::{Instant, SystemTime};

pub fn clocks() -> (Instant, SystemTime) {
    (Instant::now(), std::time::SystemTime::now())
}

macro_rules! hidden {
    () => { ::std::net::TcpStream::connect("") };
}

pub async fn wait() {
    tokio::task::yield_now().await;
    std::thread::yield_now();
    io::stdout();
    std::process::abort();
    std::env::args();
}
"#;
    house.plant("crates/video-types/src/lib.rs", source);
    assert_snapshot!(layers(&house), @r"
    crates/video-types/src/lib.rs:2: video-types is pure, but reaches for `io::stdin`
        take time, bytes and chance as arguments; do I/O in an edge crate
    crates/video-types/src/lib.rs:2: video-types is pure, but reaches for `std::fs`
        take time, bytes and chance as arguments; do I/O in an edge crate
    crates/video-types/src/lib.rs:6: video-types is pure, but reaches for `Instant::now`
        take time, bytes and chance as arguments; do I/O in an edge crate
    crates/video-types/src/lib.rs:6: video-types is pure, but reaches for `SystemTime::now`
        take time, bytes and chance as arguments; do I/O in an edge crate
    crates/video-types/src/lib.rs:10: video-types is pure, but reaches for `std::net`
        take time, bytes and chance as arguments; do I/O in an edge crate
    crates/video-types/src/lib.rs:14: video-types is pure, but reaches for `tokio`
        take time, bytes and chance as arguments; do I/O in an edge crate
    crates/video-types/src/lib.rs:15: video-types is pure, but reaches for `std::thread`
        take time, bytes and chance as arguments; do I/O in an edge crate
    crates/video-types/src/lib.rs:16: video-types is pure, but reaches for `io::stdout`
        take time, bytes and chance as arguments; do I/O in an edge crate
    crates/video-types/src/lib.rs:17: video-types is pure, but reaches for `std::process`
        take time, bytes and chance as arguments; do I/O in an edge crate
    crates/video-types/src/lib.rs:18: video-types is pure, but reaches for `std::env`
        take time, bytes and chance as arguments; do I/O in an edge crate
    check layers: 10 findings, 0 notices
    exit 1
    ");
}

#[test]
fn comments_and_strings_of_a_pure_crate_may_speak_of_the_world() {
    let house = House::in_order();
    let source = r#"//! Not `std::fs`.
#![doc = "nor std::net"]

// Nor SystemTime::now().
/* nor /* nested */ tokio::spawn */
/// Nor `std::env::var`.
pub const TEXT: &str = r"std::process";
"#;
    house.plant("crates/video-types/src/lib.rs", source);
    assert_snapshot!(layers(&house), @r"
    check layers: 0 findings, 0 notices
    exit 0
    ");
}

#[test]
fn chance_in_a_pure_crate_is_found() {
    let house = House::in_order();
    let source = "//! A room.\n\nuse std::hash::{BuildHasher, RandomState};\n\npub fn key() -> u64 {\n    fastrand::u64(..) ^ rand::random::<u64>() ^ RandomState::new().hash_one(0)\n}\n";
    house.plant("crates/video-types/src/lib.rs", source);
    assert_snapshot!(layers(&house), @"
    crates/video-types/src/lib.rs:3: video-types is pure, but reaches for `RandomState`
        take time, bytes and chance as arguments; do I/O in an edge crate
    crates/video-types/src/lib.rs:6: video-types is pure, but reaches for `fastrand`
        take time, bytes and chance as arguments; do I/O in an edge crate
    crates/video-types/src/lib.rs:6: video-types is pure, but reaches for `rand`
        take time, bytes and chance as arguments; do I/O in an edge crate
    crates/video-types/src/lib.rs:6: video-types is pure, but reaches for `RandomState`
        take time, bytes and chance as arguments; do I/O in an edge crate
    check layers: 4 findings, 0 notices
    exit 1
    ");
}

#[test]
fn tests_of_a_pure_crate_may_reach_for_the_world_and_only_they() {
    let house = House::in_order();
    let source = r#"//! A room.

#[cfg(test)]
use std::{fs, env};
#[cfg(test)]
mod tests {
    #[test]
    fn reads() {
        std::fs::read("Cargo.toml").unwrap();
    }
}
#[cfg(not(test))]
pub fn read() {
    drop(std::fs::read("Cargo.toml"));
}
#[cfg(test)]
const WHERE: &str = std::env!("PATH");
pub fn leave() {
    std::process::abort();
}
"#;
    house.plant("crates/video-types/src/lib.rs", source);
    assert_snapshot!(layers(&house), @"
    crates/video-types/src/lib.rs:14: video-types is pure, but reaches for `std::fs`
        take time, bytes and chance as arguments; do I/O in an edge crate
    crates/video-types/src/lib.rs:19: video-types is pure, but reaches for `std::process`
        take time, bytes and chance as arguments; do I/O in an edge crate
    check layers: 2 findings, 0 notices
    exit 1
    ");
}

#[test]
fn only_pure_crates_are_read_for_the_world() {
    let house = House::in_order();
    house.plant("crates/video-client/src/lib.rs", "//! A room.\nuse std::fs;\n");
    assert_snapshot!(layers(&house), @r"
    check layers: 0 findings, 0 notices
    exit 0
    ");
}
