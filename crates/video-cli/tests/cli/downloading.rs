//! One fault in a download of 256 MiB, a process killed in the middle of it, and `video verify`: judged by what the
//! server was asked for and by the file.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use video_testkit::{Delivery, FarEnd, Reply};

use crate::run::{Machine, skipped, steady};

const MIB: usize = 1 << 20;
/// How much of a body is one piece.
const PIECE: usize = 64 << 10;
const KEY: &str = "sk-planted-secret";

/// A video of somewhat more than 256 MiB, made once; in a debug build it takes a moment.
static VIDEO: LazyLock<bytes::Bytes> = LazyLock::new(|| film(256 * MIB).into());

/// A film with so many bytes of frames, none of which repeats soon.
fn film(bytes: usize) -> Vec<u8> {
    let boxed = |kind: &[u8; 4], length: usize| {
        let size = u32::try_from(length + 8).expect("a small box");
        [size.to_be_bytes(), *kind].concat()
    };
    let mut film =
        [&boxed(b"ftyp", 16)[..], b"isom\0\0\x02\0isommp41", &boxed(b"moov", 0), &boxed(b"mdat", bytes)].concat();
    let block: Vec<u8> = (0..=u8::MAX).cycle().take(PIECE - 3).collect();
    let end = film.len() + bytes;
    while film.len() < end {
        let left = end - film.len();
        film.extend_from_slice(&block[..left.min(block.len())]);
    }
    film
}

/// What the server does with one request for the content.
#[derive(Debug, Clone, Copy)]
enum Turn {
    /// Serves what was asked for, ranges too.
    Right,
    /// The same, but breaks before this byte of the whole.
    Breaks(usize),
    /// The same, but ends in good order before this byte, and has announced no length.
    Ends(usize),
    /// The same, but says nothing more from this byte on.
    FallsSilent(usize),
    /// The whole, whatever was asked for.
    Whole,
    /// The whole of another version.
    Newer,
    /// A film with so many bytes of frames, made as it is sent.
    Frames(usize),
    /// An answer that is no video.
    Other(u16, &'static str, &'static str),
}

/// A gateway with one finished task, and the bytes its content route has sent.
struct Gateway {
    far_end: FarEnd,
    sent: Arc<AtomicUsize>,
    _runtime: tokio::runtime::Runtime,
}

impl Gateway {
    fn start(turns: impl IntoIterator<Item = Turn>) -> Self {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let _guard = runtime.enter();
        let turns: Mutex<Vec<Turn>> = Mutex::new(turns.into_iter().collect());
        let sent = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&sent);
        let far_end = FarEnd::start(move |asked| {
            if asked.target.ends_with("/content") {
                let mut turns = turns.lock().expect("no panic");
                // the last one stays
                let turn = if turns.len() > 1 { turns.remove(0) } else { turns[0] };
                content(turn, asked, &count)
            } else {
                let task = r#"{"code":"success","data":{"task_id":"task_1","status":"SUCCESS","progress":"100%"}}"#;
                Reply::status(200).header("content-type", "application/json").body(task)
            }
        })
        .expect("a far end");
        Self { far_end, sent, _runtime: runtime }
    }

    fn machine(&self) -> Machine {
        Machine::new().with("VIDEO_BASE_URL", self.far_end.url("")).with("VIDEO_API_KEY", KEY)
    }

    /// What the content route was asked, one line a request, and how much it sent in all.
    fn ledger(&self) -> String {
        let seen = self.far_end.ledger().seen();
        let asked = seen.deliveries.iter().filter(|delivery| delivery.target.ends_with("/content")).map(|delivery| {
            let value =
                |name| delivery.headers.get(name).map(|value: &http::HeaderValue| value.to_str().expect("text"));
            format!("{:?} {:?} {:?}", value("range"), value("if-range"), value("accept-encoding"))
        });
        asked.collect::<Vec<_>>().join("\n")
    }

    /// How often the video was sent, in thousandths.
    fn times(&self) -> usize {
        self.sent.load(Ordering::SeqCst) * 1000 / VIDEO.len()
    }
}

/// A film that takes no memory here either.
fn made_on_the_way(frames: usize) -> Reply {
    let mut head = film(0);
    let size = u32::try_from(frames + 8).expect("a small box").to_be_bytes();
    let mdat = head.len() - 8;
    head[mdat..mdat + 4].copy_from_slice(&size);
    let length = (head.len() + frames).to_string();
    let block = bytes::Bytes::from(vec![7; PIECE]);
    let pieces = std::iter::once(head.into()).chain((0..frames / PIECE).map(|_| block.clone()));
    Reply::status(200).header("content-type", "video/mp4").header("content-length", &length).pieces(pieces)
}

fn content(turn: Turn, asked: &Delivery, count: &AtomicUsize) -> Reply {
    let whole = VIDEO.len();
    let range =
        asked.headers.get("range").and_then(|range| range.to_str().ok()?.strip_prefix("bytes=")?.strip_suffix('-'));
    let same = asked.headers.get("if-range").is_some_and(|version| version == "\"v1\"");
    let from = range.and_then(|from| from.parse().ok()).filter(|_| same && !matches!(turn, Turn::Whole | Turn::Newer));
    let from: usize = from.unwrap_or(0);
    let until = match turn {
        Turn::Breaks(at) | Turn::Ends(at) | Turn::FallsSilent(at) => at.max(from),
        _ => whole,
    };
    let etag = if matches!(turn, Turn::Newer) { "\"v2\"" } else { "\"v1\"" };
    let mut reply = match turn {
        Turn::Frames(frames) => return made_on_the_way(frames),
        Turn::Other(status, kind, body) => return Reply::status(status).header("content-type", kind).body(body),
        _ if from > 0 => Reply::status(206).header("content-range", &format!("bytes {from}-{}/{whole}", whole - 1)),
        _ => Reply::status(200),
    };
    reply = reply.header("content-type", "video/mp4").header("etag", etag);
    if !matches!(turn, Turn::Ends(_)) {
        reply = reply.header("content-length", &(whole - from).to_string());
    }
    count.fetch_add(until - from, Ordering::SeqCst);
    let body = VIDEO.slice(from..until);
    let reply = reply.pieces((0..body.len()).step_by(PIECE).map(|at| body.slice(at..body.len().min(at + PIECE))));
    match turn {
        Turn::Breaks(_) => reply.cutting(),
        Turn::FallsSilent(_) => reply.stalling(),
        // a body of unknown length whose sender is gone
        Turn::Ends(_) => reply.feeding(tokio::sync::mpsc::channel(1).1),
        _ => reply,
    }
}

/// Where the break is: at 54 %.
fn middle() -> usize {
    VIDEO.len() * 54 / 100
}

/// Downloads with one fault. The file is the right one; what was said, what was asked for, how often it was sent.
fn right_after(turns: impl IntoIterator<Item = Turn>) -> (String, usize) {
    let gateway = Gateway::start(turns);
    let machine = gateway.machine();
    let said = machine.video(&["download", "task_1", "-o", "cat.mp4"]);
    let file = std::fs::read(machine.file("cat.mp4"));
    assert!(file.is_ok_and(|file| file == *VIDEO), "not the video\n{said}{}", gateway.ledger());
    assert_eq!(std::fs::read_dir(machine.file("")).expect("a folder").count(), 1);
    (format!("{said}\n{}", gateway.ledger()), gateway.times())
}

#[test]
fn w6_a_break_at_54_percent_costs_no_byte_twice() {
    let (said, times) = right_after([Turn::Breaks(middle()), Turn::Right]);
    // Some bytes are on the way when a connection breaks.
    assert!((1000..=1010).contains(&times), "{times} thousandths\n{said}");
    let mut settings = steady();
    settings.add_filter(r"bytes=\d+-", "bytes=N-");
    settings.bind(|| insta::assert_snapshot!(said));
}

#[test]
fn w6_a_503_first_costs_nothing() {
    let busy = Turn::Other(503, "application/json", r#"{"error":{"message":"busy","type":"server_error"}}"#);
    assert_eq!(right_after([busy, Turn::Right]).1, 1000);
}

#[test]
fn w6_a_range_that_is_ignored_and_another_version_begin_again() {
    for again in [Turn::Whole, Turn::Newer] {
        let (said, times) = right_after([Turn::Breaks(middle()), again]);
        assert!((1500..=1540).contains(&times), "{again:?}: {times} thousandths\n{said}");
    }
}

#[test]
fn w6_a_clean_cut_is_found_and_continued() {
    let (said, times) = right_after([Turn::Ends(middle()), Turn::Right]);
    assert!((1000..=1010).contains(&times), "{times} thousandths\n{said}");
}

#[test]
fn w6_what_is_no_video_never_stands_under_the_name() {
    let mut told = Vec::new();
    for (kind, body) in [
        ("text/html", "<html><title>Sign in</title></html>"),
        ("application/json", r#"{"error":"no"}"#),
        ("video/mp4", ""),
    ] {
        let gateway = Gateway::start([Turn::Other(200, kind, body)]);
        let machine = gateway.machine();
        told.push(machine.video(&["download", "task_1", "-o", "cat.mp4"]));
        assert_eq!(std::fs::read_dir(machine.file("")).expect("a folder").count(), 0);
    }
    steady().bind(|| insta::assert_snapshot!(told.join("\n")));
}

/// Waits until a file has at least so many bytes.
fn wait_for(path: &Path, bytes: usize) {
    for _ in 0..100_000_000_u64 {
        if std::fs::metadata(path).is_ok_and(|about| about.len() >= bytes as u64) {
            return;
        }
        std::thread::yield_now();
    }
    panic!("{} never had {bytes} bytes", path.display());
}

#[test]
fn w6_a_process_that_is_killed_is_continued_by_the_next_one() {
    let gateway = Gateway::start([Turn::FallsSilent(middle()), Turn::FallsSilent(middle() + 40 * MIB), Turn::Right]);
    let machine = gateway.machine();
    for reached in [middle(), middle() + 40 * MIB] {
        let mut child = machine
            .command(&["download", "task_1", "-o", "cat.mp4"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        // all that came but what is still in its buffers
        wait_for(&machine.file("cat.mp4.part"), reached - MIB);
        child.kill().expect("kill -9");
        child.wait().expect("it ends");
        assert!(!machine.file("cat.mp4").exists());
    }
    let said = machine.video(&["download", "task_1", "-o", "cat.mp4"]);
    let file = std::fs::read(machine.file("cat.mp4"));
    assert!(file.is_ok_and(|file| file == *VIDEO), "not the video\n{said}{}", gateway.ledger());
    // two were killed, and each lost a MiB of 256 at the most
    assert!((1000..=1010).contains(&gateway.times()), "{} thousandths\n{}", gateway.times(), gateway.ledger());
    assert!(said.contains("that an earlier download had left"), "{said}");
    let left: Vec<_> =
        std::fs::read_dir(machine.file("")).expect("a folder").flatten().map(|file| file.file_name()).collect();
    assert_eq!(left, ["cat.mp4"]);
}

#[test]
fn a_download_that_is_left_is_continued_by_the_next_one() {
    let gateway = Gateway::start([Turn::FallsSilent(middle()), Turn::Right]);
    let machine = gateway.machine();
    let child = machine
        .command(&["download", "task_1", "-o", "cat.mp4"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    wait_for(&machine.file("cat.mp4.part"), middle() - MIB);
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(status.success());
    let left = child.wait_with_output().expect("it ends");
    let said = machine.show(&["download", "task_1", "-o", "cat.mp4"], &left);
    steady().bind(|| insta::assert_snapshot!(said));
    let said = machine.video(&["download", "task_1", "-o", "cat.mp4"]);
    assert!(std::fs::read(machine.file("cat.mp4")).is_ok_and(|file| file == *VIDEO), "not the video\n{said}");
    assert!((1000..=1010).contains(&gateway.times()), "{} thousandths\n{said}", gateway.times());
}

#[test]
fn a_download_that_failed_in_the_middle_says_what_it_kept_and_the_next_one_goes_on() {
    let gateway = Gateway::start([Turn::Breaks(middle()), Turn::Other(451, "text/plain", "not here"), Turn::Right]);
    let machine = gateway.machine();
    let said = [(); 2].map(|()| machine.video(&["download", "task_1", "-o", "cat.mp4"]));
    assert!(said[1].contains("exit 0"), "{}\n{}", said.join("\n"), gateway.ledger());
    assert!((1000..=1010).contains(&gateway.times()), "{} thousandths", gateway.times());
}

/// The most memory a download of so many bytes of frames takes, in kB; `None` where nobody tells.
fn peak_of(frames: usize) -> Option<usize> {
    let gateway = Gateway::start([Turn::Frames(frames)]);
    let machine = gateway.machine();
    let mut child = machine
        .command(&["download", "task_1", "-o", "-"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    // The whole video is in the spool file when the first byte comes out: then the peak is behind it.
    let mut out = child.stdout.take().expect("a pipe");
    let mut start = [0; 8];
    std::io::Read::read_exact(&mut out, &mut start).expect("the video");
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    child.kill().expect("killed");
    child.wait().expect("it ends");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(peak.trim().trim_end_matches(" kB").parse().expect("a number"))
}

#[test]
fn a_gib_takes_at_most_8_mb_more_memory_than_a_mib() {
    let (Some(small), Some(large)) = (peak_of(MIB), peak_of(1024 * MIB)) else { return skipped("/proc") };
    assert!(large <= small + 8000, "{large} kB for a GiB, {small} kB for a MiB");
}

#[test]
fn verify_tells_whole_files_from_others_by_exit_code() {
    let machine = Machine::new();
    let film = film(1000);
    std::fs::write(machine.file("whole.mp4"), &film).expect("a file");
    std::fs::write(machine.file("cut.mp4"), &film[..film.len() - 1]).expect("a file");
    std::fs::write(machine.file("page.mp4"), "<html>").expect("a file");
    std::fs::write(machine.file("open.webm"), [&[0x1a, 0x45, 0xdf, 0xa3][..], &[0; 100]].concat()).expect("a file");
    let hash = |name: &str| {
        let said = machine.output(&["verify", name, "--json"]).stdout;
        let said: serde_json::Value = serde_json::from_slice(&said).expect("an object");
        said["sha256"].as_str().expect("a hash").to_owned()
    };
    let (whole, open) = (hash("whole.mp4"), hash("open.webm"));
    let other = "0".repeat(64);
    let commands: [&[&str]; 12] = [
        &["verify", "whole.mp4"],
        &["verify", "whole.mp4", "--sha256", &whole.to_uppercase()],
        &["verify", "whole.mp4", "--json"],
        &["verify", "whole.mp4", "--sha256", &other],
        &["verify", "cut.mp4"],
        &["verify", "cut.mp4", "--json"],
        &["--lang", "zh", "verify", "page.mp4"],
        &["verify", "open.webm"],
        &["verify", "open.webm", "--sha256", &open],
        &["verify", "none.mp4"],
        &["verify", "."],
        &["verify", "whole.mp4", "--sha256", "abc"],
    ];
    insta::assert_snapshot!(commands.map(|command| machine.video(command)).join("\n"));
}

#[test]
fn verify_compares_a_file_with_what_was_saved() {
    let machine = Machine::new();
    let wish = ["generate", "A cat", "--sandbox", "--size", "320x180", "--seconds", "1", "-q", "-o", "cat.mp4"];
    let made = machine.video(&wish);
    assert!(made.contains("exit 0"), "{made}");
    let journal = || std::fs::read(machine.home().join("journal.sqlite")).expect("a journal");
    let before = journal();
    let mut said = vec![machine.video(&["verify", "cat.mp4"]), machine.video(&["verify", "./cat.mp4", "--json"])];
    // another whole video, and the same one under another name
    std::fs::rename(machine.file("cat.mp4"), machine.file("moved.mp4")).expect("renamed");
    std::fs::write(machine.file("cat.mp4"), film(1000)).expect("a file");
    said.push(machine.video(&["verify", "cat.mp4"]));
    said.push(machine.video(&["--lang", "zh", "verify", "cat.mp4"]));
    said.push(machine.video(&["verify", "moved.mp4"]));
    said.push(machine.video(&["verify", "moved.mp4", "--job", "nothing"]));
    let jobs = machine.output(&["list", "--json"]).stdout;
    let job: serde_json::Value =
        serde_json::from_slice(jobs.split(|byte| *byte == b'\n').next().expect("a line")).expect("an object");
    said.push(machine.video(&["verify", "moved.mp4", "--job", job["job"].as_str().expect("a job")]));
    assert!(before == journal(), "the journal was changed");
    // one that cannot be read keeps nobody from looking at the file
    std::fs::write(machine.home().join("journal.sqlite"), "no journal").expect("a file");
    said.push(machine.video(&["verify", "moved.mp4"]));
    steady().bind(|| insta::assert_snapshot!(said.join("\n")));
}

#[test]
fn a_file_is_named_by_its_places() {
    let machine = Machine::new();
    let wish = ["generate", "A cat: in the sun?", "--seed", "7", "--size", "320x180", "--seconds", "1", "-q", "-o"];
    let said = [
        machine.video(&[&wish[..], &["{name}-{model}-{seed}.mp4"]].concat()),
        machine.video(&[&wish[..], &["{name}-{model}-{seed}.mp4"]].concat()),
        machine.video(&[&wish[..], &["out/{model}/{name}.mp4"]].concat()),
        machine.video(&[&wish[..], &["none/cat.mp4"]].concat()),
        machine.video(&[&wish[..], &["{prompt}.mp4"]].concat()),
        machine.video(&["--lang", "zh", "download", "x", "--sandbox", "-o", "{prompt}.mp4"]),
    ];
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_spool_folder_is_left_empty_when_nobody_reads() {
    let gateway = Gateway::start([Turn::Right]);
    let machine = gateway.machine();
    let spool = tempfile::tempdir().expect("a folder");
    let mut child = machine
        .command(&["download", "task_1", "-o", "-"])
        .env("TMPDIR", spool.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(9));
    assert_eq!(std::fs::read_dir(spool.path()).expect("a folder").count(), 0);
}
