//! What lies on the disk, what of it may go, and what never does.

use std::fs::{self, File};
use std::path::PathBuf;

use crate::run::{Machine, steady};

const SMALL: [&str; 5] = ["--sandbox", "--size", "320x180", "--seconds", "1"];

fn settings() -> insta::Settings {
    let mut settings = steady();
    settings.add_filter(r"\d+(\.\d+)? (GB|MB) free", "ROOM free");
    settings.add_filter(r"剩余 \d+(\.\d+)? (GB|MB)", "剩余 ROOM");
    settings.add_filter(r" +\d+ (B|kB|MB)\b( +\d+[smhd]\b)?", "  SIZE AGE");
    settings.add_filter(r"\b\d+ (B|kB|MB) +\d+[smhd]\b", "SIZE AGE");
    settings.add_filter(r#""(oldest_seconds|newest_seconds|age_seconds|free|bytes)":\d+"#, r#""$1":N"#);
    settings.add_filter(r"释放 \d+ (B|kB|MB)", "释放 SIZE");
    settings.add_filter(r"，\d+ (B|kB|MB)", "，SIZE");
    settings
}

/// An unfinished download of ours, and a file of that ending that is somebody else's.
fn left_over(machine: &Machine) -> [PathBuf; 3] {
    let [part, record, other] =
        ["cat.mp4.part", "cat.mp4.part.resume", "letter.pdf.part"].map(|name| machine.file(name));
    fs::write(&part, "half a video").expect("a file");
    fs::write(&record, "video-part 1\netag \"a\"\n").expect("a file");
    fs::write(&other, "half a letter").expect("a file");
    [part, record, other]
}

fn generate(machine: &Machine, prompt: &str, output: &str) {
    let output = machine.output(&[&["generate", prompt, "-o", output], &SMALL[..]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn on_a_new_machine_there_is_nothing_and_looking_makes_nothing() {
    let machine = Machine::new();
    let shown = [
        machine.video(&["storage"]),
        machine.video(&["storage", "--lang", "zh"]),
        machine.video(&["storage", "--json"]),
        machine.video(&["storage", "parts"]),
        machine.video(&["storage", "prune", "--older-than", "30d"]),
        machine.video(&["storage", "prune"]),
        machine.video(&["storage", "prune", "--older-than", "soon"]),
    ];
    assert!(!machine.home().exists());
    settings().bind(|| insta::assert_snapshot!(shown.join("\n")));
}

#[test]
fn what_is_old_goes_and_open_jobs_and_videos_stay() {
    let machine = Machine::new();
    generate(&machine, "a cat", "cat.mp4");
    assert!(machine.output(&[&["submit", "a dog"], &SMALL[..]].concat()).status.success());
    let [part, record, other] = left_over(&machine);
    let older = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    // Older than the open job, so it cannot be its.
    File::options().write(true).open(&part).and_then(|file| file.set_modified(older)).expect("a time");
    let sandbox = || fs::read_dir(machine.home().join("sandbox")).expect("a folder").count();
    assert_eq!(sandbox(), 2);
    let mut shown = vec![
        machine.video(&["storage"]),
        machine.video(&["storage", "parts", "--json"]),
        machine.video(&["storage", "prune", "--older-than", "1d", "--journal"]),
        machine.video(&["storage", "prune", "--older-than", "0s", "--dry-run"]),
    ];
    assert_eq!((sandbox(), part.exists()), (2, true), "--dry-run removes nothing");
    shown.push(machine.video(&["storage", "prune", "--older-than", "0s"]));
    assert_eq!((sandbox(), part.exists(), record.exists()), (1, false, false));
    assert!(other.exists() && machine.file("cat.mp4").exists(), "what is not ours, and what was asked for, stays");
    shown.push(machine.video(&["storage", "--lang", "zh"]));
    shown.push(machine.video(&["list"]));
    shown.push(machine.video(&["resume", "--sandbox", "--poll-every", "100ms", "-o", "dog.mp4"]));
    assert!(machine.file("dog.mp4").exists());
    settings().bind(|| insta::assert_snapshot!(shown.join("\n")));
}

#[test]
fn a_part_in_use_and_one_that_may_be_an_open_jobs_stay() {
    let machine = Machine::new();
    let [part, ..] = left_over(&machine);
    let held = File::options().write(true).open(&part).expect("a file");
    held.lock().expect("a lock");
    let mut shown = vec![machine.video(&["storage", "parts"])];
    shown.push(machine.video(&["storage", "prune", "--older-than", "0s", "--parts"]));
    drop(held);
    assert!(machine.output(&[&["submit", "a dog"], &SMALL[..]].concat()).status.success());
    left_over(&machine);
    shown.push(machine.video(&["storage", "parts", "--lang", "zh"]));
    shown.push(machine.video(&["storage", "prune", "--older-than", "0s", "--parts", "--lang", "zh"]));
    assert!(part.exists());
    settings().bind(|| insta::assert_snapshot!(shown.join("\n")));
}

/// The mistake that would cost money.
#[test]
fn a_batch_whose_records_were_pruned_orders_nothing_again() {
    let machine = Machine::new();
    fs::write(machine.file("shots.jsonl"), "{\"prompt\":\"a cat\"}\n{\"prompt\":\"a dog\"}\n").expect("a file");
    let batch = [&["batch", "shots.jsonl", "--poll-every", "100ms"], &SMALL[..]].concat();
    assert!(machine.output(&batch).status.success());
    let pruned = machine.output(&["storage", "prune", "--older-than", "0s", "--json"]);
    let pruned = String::from_utf8_lossy(&pruned.stdout).into_owned();
    assert!(pruned.contains(r#"{"area":"journal","bytes":"#) && pruned.contains(r#""count":2"#), "{pruned}");
    let again = machine.output(&batch);
    assert!(again.status.success());
    let said = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(said.contains("2 done") || said.contains("done"), "{said}");
    assert_eq!(fs::read_dir(machine.home().join("sandbox")).expect("a folder").count(), 0, "nothing was ordered");
}

#[test]
fn videos_go_only_when_it_is_said_twice_and_only_if_they_are_what_was_saved() {
    let machine = Machine::new();
    generate(&machine, "a cat", "cat.mp4");
    generate(&machine, "a dog", "dog.mp4");
    fs::write(machine.file("dog.mp4"), "something else").expect("a file");
    let results = ["storage", "prune", "--older-than", "0s", "--results"];
    let shown = [
        machine.video(&results),
        machine.video(&[&results[..], &["--lang", "zh"]].concat()),
        machine.video(&[&results[..], &["--dry-run"]].concat()),
        machine.video(&[&results[..], &["--yes"]].concat()),
    ];
    assert_eq!((machine.file("cat.mp4").exists(), machine.file("dog.mp4").exists()), (false, true));
    settings().bind(|| insta::assert_snapshot!(shown.join("\n")));
}

#[test]
fn where_the_journal_cannot_be_read_nothing_goes() {
    let machine = Machine::new();
    generate(&machine, "a cat", "cat.mp4");
    let [part, ..] = left_over(&machine);
    fs::write(machine.home().join("journal.sqlite"), "a letter to somebody, and long enough").expect("a file");
    let shown = machine.video(&["storage", "prune", "--older-than", "0s"]);
    assert!(part.exists());
    assert_eq!(fs::read_dir(machine.home().join("sandbox")).expect("a folder").count(), 1);
    settings().bind(|| insta::assert_snapshot!(shown));
}

#[test]
fn a_narrow_terminal_is_not_overrun() {
    let machine = Machine::new().with("COLUMNS", "40");
    generate(&machine, "一只橘猫在阳光下打盹，旁边有一只狗", "cat.mp4");
    for command in [&["storage"][..], &["storage", "--lang", "zh"], &["models"], &["models", "--lang", "zh"], &["list"]]
    {
        let output = machine.output(command);
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let width = unicode_width::UnicodeWidthStr::width(line);
            assert!(width <= 40, "{command:?}: {width} columns: {line}");
        }
    }
}
