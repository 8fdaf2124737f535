//! Where output goes: pipes that close, disks that are full, colours that nobody asked for.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::run::{Machine, steady};
use crate::stocked::{Came, add, ago, journal};

#[test]
fn a_list_whose_reader_has_seen_enough_ends_quietly() {
    let machine = Machine::new();
    let store = journal(&machine);
    for number in 0..3000 {
        add(&store, &format!("job-{number}"), "kling-v1", &"a long prompt ".repeat(20), Came::Accepted, ago(60));
    }
    drop(store);
    let all = machine.output(&["list", "--limit", "100000"]);
    assert_eq!(String::from_utf8_lossy(&all.stdout).lines().count(), 3000);
    assert_eq!(String::from_utf8_lossy(&machine.output(&["list"]).stdout).lines().count(), 20);
    for json in [&["list", "--limit", "100000"][..], &["list", "--limit", "100000", "--json"]] {
        let mut child =
            machine.command(json).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        assert!(line.contains("job-2999"), "{line}");
        let output = child.wait_with_output().expect("it ends");
        assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn data_that_a_full_disk_did_not_take_is_an_error() {
    let machine = Machine::new();
    add(&journal(&machine), "job-1", "kling-v1", "a cat", Came::Accepted, ago(60));
    let shown = ["en", "zh"].map(|language| {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("a device");
        let output = machine.command(&["list", "--lang", language]).stdout(full).output().expect("the binary runs");
        machine.show(&["list"], &output)
    });
    insta::assert_snapshot!(shown.join("\n"));
}

#[cfg(unix)]
#[test]
fn closed_streams_are_nobody_listening() {
    let machine = Machine::new();
    add(&journal(&machine), "job-1", "kling-v1", "a cat", Came::Accepted, ago(60));
    for closed in [">&-", "2>&-", ">&- 2>&- <&-"] {
        for words in ["list", "--help", "storage", "models", "show nothing --sandbox"] {
            let program = machine.command(&[]).get_program().to_owned();
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", &format!("exec \"$0\" {words} {closed}")]).arg(program);
            let output = shell.env("VIDEO_HOME", machine.home()).output().expect("a shell");
            let code = output.status.code();
            assert_eq!(code, Some(i32::from(words.starts_with("show"))), "{words} {closed}");
        }
    }
}

#[test]
fn what_goes_to_a_pipe_has_no_colour_unless_it_is_forced() {
    let machine = Machine::new();
    let coloured = |machine: &Machine, words: &[&str]| {
        let output = machine.output(words);
        [output.stdout, output.stderr].concat().contains(&0x1b)
    };
    let small = ["generate", "a cat", "--sandbox", "--size", "320x180", "--seconds", "1", "-o", "cat.mp4"];
    for words in [&["--help"][..], &["genrate"], &["list"], &["models"], &["doctor"], &["storage"], &small] {
        assert!(!coloured(&machine, words), "{words:?}");
    }
    let forced = Machine::new().with("CLICOLOR_FORCE", "1");
    assert!(coloured(&forced, &["--help"]));
    assert!(!coloured(&forced, &["list"]));
    let both = forced.with("NO_COLOR", "1");
    assert!(!coloured(&both, &["--help"]), "NO_COLOR wins");
}

#[test]
fn of_a_video_that_waits_it_is_said_how_long_its_link_lives() {
    let machine = Machine::new();
    let store = journal(&machine);
    add(&store, "job-1", "kling-v1", "thirty days", Came::Succeeded, ago(600));
    add(&store, "job-2", "vidu2.0", "an hour, of which half is over", Came::Undelivered, ago(1800));
    add(&store, "job-3", "vidu2.0", "an hour, long ago", Came::Succeeded, ago(90_000));
    add(&store, "job-4", "a-resellers-own", "nobody knows", Came::Succeeded, ago(600));
    add(&store, "job-5", "vidu2.0", "not yet", Came::Accepted, ago(600));
    drop(store);
    let links = |shown: &str| -> Vec<String> {
        let link = |line: &str| {
            line.split(r#""link":"#).nth(1).map(|rest| rest.split(",\"model\"").next().unwrap_or(rest).to_owned())
        };
        shown.lines().filter_map(link).collect()
    };
    let json = machine.video(&["list", "--json"]);
    let mut settings = steady();
    settings.add_filter(r"another \d+", "another N");
    settings.add_filter(r"还剩 \d+", "还剩 N");
    settings.add_filter(r#""seconds_left":[1-9]\d*"#, r#""seconds_left":N"#);
    settings.bind(|| {
        let shown = [machine.video(&["list"]), machine.video(&["list", "--lang", "zh"]), links(&json).join("\n")];
        insta::assert_snapshot!(shown.join("\n"));
    });
}
