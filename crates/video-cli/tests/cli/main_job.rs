//! The README's first command and what surrounds it.

use crate::run::{Machine, ffprobe, steady};

#[test]
fn the_first_command_writes_a_real_clip_with_nothing_set_up() {
    let machine = Machine::new();
    let arguments = ["generate", "一只橘猫在阳光下打盹", "-o", "cat.mp4"];
    let shown = machine.video(&arguments);
    assert!(shown.contains("! queued (queued)\n") && shown.contains("\n! running "), "{shown}");
    steady().bind(|| insta::assert_snapshot!(shown));
    if let Some(facts) = ffprobe(&machine.file("cat.mp4")) {
        insta::assert_snapshot!(facts);
    }
}

#[test]
fn size_seconds_and_fps_are_as_asked() {
    let machine = Machine::new();
    let arguments = [
        "generate",
        "a red fox",
        "--size",
        "360x640",
        "--seconds",
        "2",
        "--fps",
        "30",
        "--seed",
        "7",
        "-q",
        "-o",
        "fox.mp4",
    ];
    insta::assert_snapshot!(machine.video(&arguments));
    if let Some(facts) = ffprobe(&machine.file("fox.mp4")) {
        insta::assert_snapshot!(facts);
    }
}

#[test]
fn the_same_request_gives_the_same_bytes() {
    let machine = Machine::new();
    for name in ["one.mp4", "two.mp4"] {
        let output = machine.output(&["generate", "a lighthouse", "--size", "320x180", "--seconds", "1", "-o", name]);
        assert!(output.status.success());
    }
    let [one, two] = ["one.mp4", "two.mp4"].map(|name| std::fs::read(machine.file(name)).expect("a file"));
    assert!(one == two);
}

#[test]
fn without_a_name_the_file_is_named_after_the_task() {
    let machine = Machine::new();
    let output = machine.output(&["generate", "a lighthouse", "--size", "320x180", "--seconds", "1", "-q"]);
    let path = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    assert!(path.starts_with("./video-task_"), "{path}");
    assert!(machine.file(&path).is_file());
}

#[test]
fn a_dash_writes_the_clip_to_stdout_and_nothing_else() {
    let machine = Machine::new();
    let output = machine.output(&["generate", "a lighthouse", "--size", "320x180", "--seconds", "1", "-o", "-"]);
    assert_eq!(&output.stdout[4..8], b"ftyp");
    let files: Vec<_> = std::fs::read_dir(machine.file("")).expect("a folder").collect();
    assert!(files.is_empty(), "{files:?}");
}

#[test]
fn a_clip_and_json_do_not_share_stdout() {
    let machine = Machine::new();
    insta::assert_snapshot!(machine.video(&["generate", "a lighthouse", "-o", "-", "--json"]));
}

#[test]
fn json_is_events_and_one_result_line() {
    let machine = Machine::new();
    let arguments = ["generate", "a lighthouse", "--size", "320x180", "--seconds", "1", "-o", "a.mp4", "--json", "-q"];
    steady().bind(|| insta::assert_snapshot!(machine.video(&arguments)));
}

#[test]
fn a_file_that_is_there_is_kept_and_nothing_is_ordered() {
    let machine = Machine::new();
    std::fs::write(machine.file("cat.mp4"), "precious").expect("a file");
    insta::assert_snapshot!(machine.video(&["generate", "a cat", "-o", "cat.mp4"]));
    assert_eq!(std::fs::read(machine.file("cat.mp4")).expect("a file"), b"precious");
    assert!(!machine.home().join("sandbox").exists());
}

#[test]
fn a_folder_that_is_not_there_is_found_before_anything_is_ordered() {
    let machine = Machine::new().with("VIDEO_LANG", "zh");
    insta::assert_snapshot!(machine.video(&["generate", "a cat", "-o", "nowhere/cat.mp4"]));
    assert!(!machine.home().join("sandbox").exists());
}

#[test]
fn a_picture_is_the_first_frame_in_every_form() {
    let machine = Machine::new();
    // One red pixel.
    let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==";
    let bytes = decode(png);
    std::fs::write(machine.file("red.png"), bytes).expect("a file");
    let uri = format!("data:image/png;base64,{png}");
    let mut clips = Vec::new();
    for (name, image) in [("path.mp4", "red.png"), ("uri.mp4", uri.as_str()), ("base64.mp4", png)] {
        let arguments = ["generate", "red", "--image", image, "--size", "320x180", "--seconds", "1", "-o", name];
        let output = machine.output(&arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        clips.push(std::fs::read(machine.file(name)).expect("a file"));
    }
    assert!(clips.windows(2).all(|pair| pair[0] == pair[1]), "the form of a picture does not matter");
    let plain = machine.output(&["generate", "red", "--size", "320x180", "--seconds", "1", "-o", "-"]);
    assert!(plain.stdout != clips[0], "the picture shows");
}

#[test]
fn a_dry_run_shows_the_exact_request_without_the_key() {
    let machine = Machine::new()
        .with("VIDEO_BASE_URL", "https://88api.ai/v1")
        .with("VIDEO_API_KEY", "Bearer sk-planted-secret\n");
    let arguments = [
        "generate",
        "a cat",
        "--model",
        "kling-v1-6",
        "--size",
        "1280x720",
        "--seconds",
        "5",
        "--meta",
        "negative_prompt=blur",
        "--meta",
        "cfg_scale:=0.5",
        "--dry-run",
    ];
    let shown = machine.video(&arguments);
    assert!(!shown.contains("planted"));
    insta::assert_snapshot!(shown);
}

fn decode(base64: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(base64).expect("base64")
}
