//! Profiles, presets and which setting wins.

use crate::run::Machine;

#[test]
fn a_preset_and_a_key_from_stdin_make_a_profile() {
    let machine = Machine::new();
    let add = ["config", "add", "--preset", "88api", "--model", "kling-v1-6", "--key-stdin"];
    let shown = [
        machine.video(&["config", "presets"]),
        machine.video(&["config", "list"]),
        machine.video_with_stdin(&add, "  Bearer sk-planted-secret \n"),
        machine.video(&["config", "add", "兆投", "--preset", "兆投算力"]),
        machine.video(&["config", "list"]),
        machine.video(&["config", "show"]),
        machine.video(&["config", "use", "兆投"]),
        machine.video(&["config", "show", "--json"]),
        machine.video(&["config", "use", "88api"]),
        machine.video(&["config", "remove", "88api"]),
        machine.video(&["generate", "a cat"]),
        machine.video(&["config", "use", "88api"]),
    ]
    .join("\n");
    assert!(!shown.contains("planted"), "{shown}");
    insta::assert_snapshot!(shown);
}

#[cfg(unix)]
#[test]
fn the_profile_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let machine = Machine::new();
    machine.video_with_stdin(&["config", "add", "--preset", "88api", "--key-stdin"], "sk-xxxx");
    let file = std::fs::metadata(machine.home().join("profiles.toml")).expect("the file");
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_new_address_does_not_inherit_the_key() {
    let machine = Machine::new();
    machine.video_with_stdin(&["config", "add", "mine", "--base-url", "https://one.example", "--key-stdin"], "sk-xxxx");
    insta::assert_snapshot!(
        [
            machine.video(&["config", "add", "mine", "--base-url", "https://two.example"]),
            machine.video(&["generate", "a cat", "--model", "m"]),
        ]
        .join("\n")
    );
}

#[test]
fn bad_settings_are_refused_by_name() {
    let machine = Machine::new();
    let shown = [
        machine.video(&["config", "add", "x"]),
        machine.video(&["config", "add", "x", "--base-url", "88api.ai"]),
        machine.video(&["config", "add", "x", "--base-url", "https://user:secret@88api.ai"]),
        machine.video(&["config", "add", "--preset", "nope"]),
        machine.video_with_stdin(&["config", "add", "--preset", "88api", "--key-stdin"], "\n"),
        machine.video_with_stdin(&["--lang", "zh", "config", "add", "a b", "--preset", "88api"], ""),
    ];
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn a_damaged_profile_file_is_named_without_its_key() {
    let machine = Machine::new();
    std::fs::create_dir_all(machine.home()).expect("a home");
    let text =
        "default = \"a\"\n[profiles.a]\nbase_url = \"https://a.example\"\nkey = \"sk-planted-secret\nmodel = 3\n";
    std::fs::write(machine.home().join("profiles.toml"), text).expect("a file");
    let shown = machine.video(&["generate", "a cat"]);
    assert!(!shown.contains("planted"), "{shown}");
    insta::assert_snapshot!(shown);
}

#[test]
fn a_profile_says_how_much_of_prompts_is_kept_and_the_environment_has_the_last_word() {
    let machine = Machine::new();
    let add =
        ["config", "add", "quiet", "--base-url", "http://127.0.0.1:1", "--journal-prompts", "hashed", "--key-stdin"];
    machine.video_with_stdin(&add, "sk-xxxx");
    let order = ["submit", "a secret boat", "-m", "m"];
    let kept = |machine: &Machine| {
        // Nobody is there, so nothing is ordered; the intent is in the journal.
        machine.output(&order);
        machine.video(&["list"])
    };
    let shown = [machine.video(&["config", "show"]), kept(&machine)];
    let machine = machine.with("VIDEO_JOURNAL_PROMPTS", "stored");
    let louder = machine.video(&["config", "show"]);
    let path = machine.home().join("profiles.toml");
    let text = std::fs::read_to_string(&path).expect("a file").replace("\"hashed\"", "\"sometimes\"");
    std::fs::write(&path, text).expect("a file");
    let machine = machine.with("VIDEO_JOURNAL_PROMPTS", "");
    let wrong = machine.video(&order);
    let shown = [&shown[0], &shown[1], &louder, &wrong].map(String::as_str).join("\n");
    crate::run::steady().bind(|| insta::assert_snapshot!(shown));
}
