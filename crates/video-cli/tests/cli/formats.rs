//! The same job in both formats, in this process and over the gateway.

use crate::run::{Machine, steady, task};
use crate::serving::Serving;

const SMALL: [&str; 6] = ["--model", "sandbox-1", "--size", "320x180", "--seconds", "1"];

#[test]
fn every_format_over_every_way_saves_the_same_clip() {
    let serving = Serving::start(&[]);
    let mut shown = Vec::new();
    let mut clips = Vec::new();
    for format in ["new-api", "openai"] {
        for (way, machine) in [("sandbox", Machine::new()), ("gateway", serving.client("/v1"))] {
            let sandbox: &[&str] = if way == "sandbox" { &["--sandbox"] } else { &[] };
            let arguments =
                [&["generate", "a paper boat", "-o", "boat.mp4", "--format", format], &SMALL[..], sandbox].concat();
            shown.push(format!("# {format} over the {way}\n{}", machine.video(&arguments)));
            clips.push(std::fs::read(machine.file("boat.mp4")).expect("a file"));
        }
    }
    assert!(clips.windows(2).all(|pair| pair[0] == pair[1]), "the way does not change the clip");
    steady().bind(|| insta::assert_snapshot!(shown.join("\n")));
}

#[test]
fn the_handle_says_the_format() {
    let serving = Serving::start(&[]);
    let machine = serving.client("").with("VIDEO_FORMAT", "openai");
    let handle = task(&machine.output(&[&["submit", "a paper boat", "-q"], &SMALL[..]].concat()));
    let plain = serving.client("");
    steady().bind(|| {
        insta::assert_snapshot!(
            [
                plain.video(&["wait", &handle]),
                plain.video(&["show", &handle]),
                plain.video(&["download", &handle, "-o", "boat.mp4"]),
                plain.video(&["show", &handle, "--format", "new-api"]),
            ]
            .join("\n")
        );
    });
}

#[test]
fn a_dry_run_shows_the_other_format() {
    let machine = Machine::new().with("VIDEO_BASE_URL", "https://88api.ai").with("VIDEO_API_KEY", "sk-xxxx");
    let arguments = [&["generate", "a paper boat", "--format", "openai", "--dry-run"], &SMALL[..]].concat();
    insta::assert_snapshot!(machine.video(&arguments));
}
