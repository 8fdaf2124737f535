//! Runs `video` in a home of its own and shows what happened as text.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A person's machine: a home, a working folder, and nothing in the environment.
pub(crate) struct Machine {
    folder: TempDir,
    environment: Vec<(String, String)>,
}

impl Machine {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("work")).expect("a working folder");
        Self { folder, environment: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// A file in the working folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("work").join(name)
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_video"));
        command.args(arguments).env_clear().current_dir(self.folder.path().join("work"));
        // A far end that loses an order on purpose need not be asked twice, half a minute apart.
        command.env("VIDEO_SETTLE_AFTER", "off");
        command.env("VIDEO_HOME", self.home()).env("LANG", "C.UTF-8").stdin(Stdio::null());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    pub(crate) fn output(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the binary runs")
    }

    /// Types a command and shows all of it.
    pub(crate) fn video(&self, arguments: &[&str]) -> String {
        self.show(arguments, &self.output(arguments))
    }

    /// The same with something on stdin.
    pub(crate) fn video_with_stdin(&self, arguments: &[&str], stdin: &str) -> String {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        child.stdin.take().expect("a pipe").write_all(stdin.as_bytes()).expect("stdin is read");
        self.show(arguments, &child.wait_with_output().expect("it ends"))
    }

    pub(crate) fn show(&self, arguments: &[&str], output: &Output) -> String {
        let mut text = format!("$ video {}\n", arguments.join(" "));
        for (mark, stream) in [("", &output.stdout), ("! ", &output.stderr)] {
            for line in String::from_utf8_lossy(stream).lines() {
                writeln!(text, "{mark}{line}").expect("text");
            }
        }
        writeln!(text, "exit {}", output.status.code().map_or_else(|| "by signal".to_owned(), |code| code.to_string()))
            .expect("text");
        text.replace(&*self.folder.path().to_string_lossy(), "DIR")
    }
}

/// What differs between two runs, made the same.
pub(crate) fn steady() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"task_[0-9A-Za-z]{32}", "task_ID");
    settings.add_filter(r"127\.0\.0\.1:\d+", "HOST");
    settings.add_filter(r"[0-9a-f]{64}", "SHA256");
    settings.add_filter(r"request [0-9A-Za-z]{32}", "request REQUEST_ID");
    settings.add_filter(r"request id: [0-9A-Za-z]{32}", "request id: REQUEST_ID");
    settings.add_filter(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "JOB");
    settings.add_filter(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME");
    settings.add_filter(r#""sequence":\d+"#, r#""sequence":N"#);
    settings.add_filter(r#""by":"[^"]*""#, r#""by":"OWNER""#);
    // How often a job is looked at depends on the machine.
    settings.add_filter(r"(! (running|queued|trouble:|生成中|排队中|遇到问题)[^\n]*\n)+", "");
    settings.add_filter(r#"(\{[^\n]*"event":"(status|trouble|downloading)"[^\n]*\n)+"#, "(status events)\n");
    settings.add_filter(r"\d+ bytes", "N bytes");
    settings.add_filter(r#""bytes":\d+"#, r#""bytes":N"#);
    settings
}

/// What ffprobe says of a file, or `None` where there is no ffprobe: a failure with CI=true.
pub(crate) fn ffprobe(path: &Path) -> Option<String> {
    let entries = "stream=codec_name,pix_fmt,width,height,r_frame_rate,nb_read_frames:format=duration";
    let arguments =
        ["-v", "error", "-count_frames", "-show_entries", entries, "-of", "default=noprint_wrappers=1"].map(OsStr::new);
    let Ok(output) = Command::new("ffprobe").args(arguments).arg(path).output() else {
        skipped("ffprobe");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Says that a test cannot run for want of something: a failure with CI=true.
#[expect(clippy::print_stderr, reason = "a test that cannot run says so")]
pub(crate) fn skipped(tool: &str) {
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "needs {tool}");
    eprintln!("skipped: needs {tool}");
}

/// The task a command printed.
pub(crate) fn task(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
