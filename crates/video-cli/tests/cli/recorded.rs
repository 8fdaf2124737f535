//! What a person sees: commands run in a terminal of tmux, whose screen is read while bars are drawn on it.

use std::fmt::Write as _;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::Instant;
use unicode_width::UnicodeWidthStr as _;
use video_testkit::GatewayOptions;

use crate::batches::{Shop, prompts};
use crate::run::skipped;

/// Far more than any step takes, whatever runs beside.
const PATIENCE: Duration = Duration::from_secs(120);
/// Most bars of jobs at once; one more line sums up.
const MOST_BARS: usize = 8;

/// Whether there is a tmux to record with.
fn has_tmux() -> bool {
    let has = Command::new("tmux").arg("-V").output().is_ok_and(|output| output.status.success());
    if !has {
        skipped("tmux");
    }
    has
}

/// A command that runs in a terminal of its own. The terminal stays until this is dropped.
struct Recording {
    folder: TempDir,
    columns: usize,
}

impl Recording {
    fn begin(command: &Command, columns: usize) -> Self {
        let recording = Self { folder: tempfile::tempdir().expect("a folder"), columns };
        let script = recording.folder.path().join("run.sh");
        std::fs::write(&script, shell(command)).expect("a file");
        let run = format!("sh {}", quoted(&script.to_string_lossy()));
        let wide = columns.to_string();
        recording.tmux(&["new-session", "-d", "-x", &wide, "-y", "24", &run]);
        recording
    }

    fn tmux(&self, arguments: &[&str]) -> String {
        let mut tmux = Command::new("tmux");
        tmux.env_remove("TMUX").env("LANG", "C.UTF-8").args(["-u", "-f", "/dev/null", "-S"]);
        let output = tmux.arg(self.folder.path().join("socket")).args(arguments).output().expect("tmux runs");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    fn press(&self, key: &str) {
        self.tmux(&["send-keys", key]);
    }

    /// Looks at the screen until it is as wanted.
    fn until(&self, what: &str, is_it: impl Fn(&Screen) -> bool) -> Screen {
        let began = Instant::now();
        loop {
            let screen = Screen { text: self.tmux(&["capture-pane", "-p"]), columns: self.columns };
            assert!(screen.bars().count() <= MOST_BARS + 1, "{}", screen.text);
            if is_it(&screen) {
                return screen;
            }
            assert!(began.elapsed() < PATIENCE, "no {what} on this screen:\n{}", screen.text);
            std::thread::yield_now();
        }
    }

    /// Waits for the exit code, and gives what stands on the screen, the terminal's own line breaks taken out.
    fn end(&self, code: u8) -> String {
        let end = format!("exit {code}");
        let screen = self.until(&end, |screen| screen.text.lines().any(|line| line == end));
        assert_eq!(screen.bars().count(), 0, "a bar was left:\n{}", screen.text);
        self.tmux(&["capture-pane", "-p", "-J"])
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let socket = self.folder.path().join("socket");
        let _ = Command::new("tmux").arg("-S").arg(socket).arg("kill-server").output();
    }
}

/// The lines of a terminal at one moment.
struct Screen {
    text: String,
    columns: usize,
}

impl Screen {
    /// Lines that begin with the spinner.
    fn bars(&self) -> impl Iterator<Item = &str> {
        self.text.lines().filter(|line| line.starts_with(|sign| ('\u{2801}'..='\u{28ff}').contains(&sign)))
    }

    /// Whether each bar is whole: from its spinner to its clock, one column narrower than the terminal.
    fn is_whole(&self) -> bool {
        let is_clock = |word: &str| word.split_once(':').is_some_and(|(_, seconds)| seconds.len() == 2);
        self.bars().all(|line| line.width() == self.columns - 1 && line.rsplit(' ').next().is_some_and(is_clock))
    }

    /// The columns in which bars begin.
    fn bars_begin(&self) -> Vec<usize> {
        let begins = |line: &str| line.find(['━', '╌']).map(|at| line[..at].width());
        let mut begin: Vec<usize> = self.bars().take(MOST_BARS).filter_map(begins).collect();
        begin.sort_unstable();
        begin.dedup();
        begin
    }
}

/// A script that runs a command as it is, says its exit code and waits.
fn shell(command: &Command) -> String {
    // A shell that catches Ctrl-C goes on once the command has ended; the command itself is given it as ever.
    let folder = command.get_current_dir().expect("a folder");
    let mut text = format!("trap : INT\ncd {}\nenv -i TERM=screen", quoted(&folder.to_string_lossy()));
    for (name, value) in command.get_envs() {
        let value = value.unwrap_or_default().to_string_lossy();
        write!(text, " {}={}", name.to_string_lossy(), quoted(&value)).expect("text");
    }
    for word in std::iter::once(command.get_program()).chain(command.get_args()) {
        write!(text, " {}", quoted(&word.to_string_lossy())).expect("text");
    }
    text + " > printed.txt\necho \"exit $?\"\nread -r end\n"
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A gateway whose jobs take long enough to be looked at, and a person's machine in this language.
fn shop(language: &str, job_time: Duration) -> Shop {
    let mut shop = Shop::open(GatewayOptions { job_time, ..GatewayOptions::default() });
    shop.machine = shop.machine.with("VIDEO_LANG", language);
    shop
}

/// Ten jobs, eight at once; Ctrl-C; `video resume`; and the same batch again.
fn a_batch(columns: usize, language: &str) {
    if !has_tmux() {
        return;
    }
    let shop = shop(language, Duration::from_secs(4));
    let mut names = prompts(8);
    names.extend(["一只橘猫在阳光下打盹然后伸懒腰".to_owned(), "a-paper-boat-on-a-pond-at-dawn".to_owned()]);
    names.rotate_right(2);
    shop.write(&names);
    let batch = shop.machine.command(&[
        "batch",
        "shots.jsonl",
        "--concurrency",
        "8",
        "--max-jobs",
        "10",
        "--poll-every",
        "100ms",
    ]);

    let recording = Recording::begin(&batch, columns);
    let percent = |screen: &Screen| screen.bars().filter(|line| line.contains('%')).count();
    let screen = recording.until("eight bars", |screen| {
        screen.bars().count() == MOST_BARS + 1 && screen.is_whole() && percent(screen) == MOST_BARS
    });
    assert_eq!(screen.text.lines().filter(|line| !line.is_empty()).count(), MOST_BARS + 2, "{}", screen.text);
    assert_eq!(screen.bars_begin().len(), 1, "bars do not begin in one column:\n{}", screen.text);
    let (at_work, detached) = if language == "zh" { ("进行中 8", "已脱离") } else { ("8 at work", "detached") };
    assert!(screen.bars().last().is_some_and(|sum| sum.contains(at_work)), "{}", screen.text);

    recording.press("C-c");
    let left = recording.end(130);
    // Three lines of talk after the first, each once, and how it ended.
    assert_eq!(left.matches(detached).count(), 1, "{left}");
    assert!(!left.contains(['━', '╌']), "a piece of a bar was left:\n{left}");

    let resumed = Recording::begin(&shop.machine.command(&["resume"]), columns).end(0);
    assert!(!resumed.contains(['━', '╌']), "a piece of a bar was left:\n{resumed}");
    let done = Recording::begin(&batch, columns).end(0);
    assert!(done.lines().any(|line| line.starts_with("10 ")), "{done}");
    assert_eq!(shop.gateway.account().tasks.len(), 10, "each was ordered once");
}

#[test]
fn a_batch_of_ten_in_eighty_columns() {
    a_batch(80, "en");
}

#[test]
fn a_batch_of_ten_in_eighty_columns_in_chinese() {
    a_batch(80, "zh");
}

#[test]
fn a_batch_of_ten_in_forty_columns() {
    a_batch(40, "en");
}

#[test]
fn a_batch_of_ten_in_forty_columns_in_chinese() {
    a_batch(40, "zh");
}

#[test]
fn one_job_has_one_bar_and_leaves_its_lines() {
    if !has_tmux() {
        return;
    }
    for (columns, language, saved) in [(80, "en", "saved cat.mp4"), (40, "zh", "已保存 cat.mp4")] {
        let shop = shop(language, Duration::from_secs(2));
        let generate = ["generate", "一只猫", "--model", "m-1", "-o", "cat.mp4", "--poll-every", "100ms"];
        let recording = Recording::begin(&shop.machine.command(&generate), columns);
        let screen = recording.until("a bar", |screen| screen.bars().count() == 1 && screen.text.contains('━'));
        assert!(screen.is_whole(), "{}", screen.text);
        let ended = recording.end(0);
        assert!(ended.contains(saved) && !ended.contains(['━', '╌']), "{ended}");
    }
}
