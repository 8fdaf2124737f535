//! A gateway that repeats the key and a signed link wherever it can, and every place where a person could find them.

use std::path::Path;

use tokio::runtime::Runtime;
use video_testkit::{Delivery, FarEnd, Reply};

use crate::run::Machine;
use crate::serving::Serving;

/// All that is secret here has this word in it.
const PLANTED: &str = "planted";
const KEY: &str = "sk-planted-key";

fn json(status: u16, body: String) -> Reply {
    let reply = Reply::status(status).header("content-type", "application/json").body(body);
    reply.header("x-oneapi-request-id", KEY).header("x-request-id", KEY).header("server", KEY)
}

/// The whole of a link, as it would open the video for anybody.
fn link(host: &str) -> String {
    format!("http://{host}/files/v.mp4?signature=planted-signature&token={KEY}")
}

/// The beginning of a video, announced as longer than what comes.
fn cut_video() -> Reply {
    let mut bytes = b"\0\0\0\x18ftypisom\0\0\x02\0isommp41\0\x01\0\0mdat".to_vec();
    bytes.resize(30_000, 7);
    let reply = Reply::status(200).header("content-type", "video/mp4").header("content-length", "65560");
    reply.header("etag", "\"v1\"").body(bytes).cutting()
}

/// Answers by what the prompt or the id of a task says, with the secrets in each answer.
fn mirror(seen: &Delivery) -> Reply {
    let host = seen.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let link = link(host);
    let error = |status, code: &str| {
        let message = format!("{KEY} may not: see {link}");
        json(
            status,
            format!(
                r#"{{"code":"{code}","message":"{message}","error":{{"message":"{message}","code":"{code}","type":"{KEY}"}}}}"#
            ),
        )
    };
    let (body, target) = (String::from_utf8_lossy(&seen.body).into_owned(), seen.target.as_str());
    let about = |word: &str| body.contains(word) || target.contains(word);
    match (seen.method.as_str(), about("refused"), about("content")) {
        ("POST", true, _) => error(401, "invalid_api_key"),
        ("POST", ..) if about("moderated") => error(400, "moderation_blocked"),
        ("POST", ..) if about("lost") => Reply::status(502).header("content-type", "text/html").body(link),
        ("POST", ..) if about("garbled") => {
            json(200, format!(r#"{{"id" "task_garbled","url" "{link}","key" "{KEY}"}}"#))
        }
        ("POST", ..) => {
            let words = ["undelivered", "failed", "slow", "odd"];
            let word = words.iter().find(|word| about(word)).unwrap_or(&"undelivered");
            json(200, format!(r#"{{"id":"task_{word}","task_id":"task_{word}","status":"queued","message":"{KEY}"}}"#))
        }
        (_, _, true) | (_, true, _) => error(404, "not_found"),
        _ if target.starts_with("/files/") => cut_video(),
        _ => {
            let (status, reason) = match () {
                () if about("failed") => ("FAILURE", format!("{KEY}: see {link}")),
                () if about("slow") => ("IN_PROGRESS", format!("{KEY}: see {link}")),
                () if about("odd") => return error(500, "get_channel_failed"),
                () => ("SUCCESS", String::new()),
            };
            let id = target.rsplit('/').next().unwrap_or_default();
            json(
                200,
                format!(
                    r#"{{"code":"success","message":"{KEY}","data":{{"task_id":"{id}","status":"{status}","fail_reason":"{reason}","result_url":"{link}"}}}}"#
                ),
            )
        }
    }
}

/// Every file below a folder that holds the word, by name; and how many files there are.
fn files_with(folder: &Path, word: &str) -> (Vec<String>, Vec<String>) {
    let (mut guilty, mut all) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().is_dir() {
            let (more_guilty, more) = files_with(&entry.path(), word);
            guilty.extend(more_guilty);
            all.extend(more);
            continue;
        }
        let name = entry.file_name().to_string_lossy().into_owned();
        // A file that a process removes meanwhile holds nothing.
        let bytes = std::fs::read(entry.path()).unwrap_or_default();
        if bytes.windows(word.len()).any(|window| window == word.as_bytes()) {
            guilty.push(name.clone());
        }
        all.push(name);
    }
    (guilty, all)
}

/// A machine whose key is planted, told to say all it can.
fn machine(url: &str) -> Machine {
    let machine = Machine::new().with("VIDEO_BASE_URL", url).with("VIDEO_API_KEY", KEY);
    machine.with("RUST_LOG", "trace").with("RUST_BACKTRACE", "full")
}

fn clean(machine: &Machine, said: &str) {
    assert!(!said.contains(PLANTED), "{said}");
    for folder in [machine.home(), machine.file("")] {
        assert_eq!(files_with(&folder, PLANTED).0, Vec::<String>::new());
    }
}

#[test]
fn a_gateway_that_repeats_the_key_everywhere_gets_it_into_no_output_and_no_file() {
    let runtime = Runtime::new().expect("a runtime");
    let guard = runtime.enter();
    let far_end = FarEnd::start(mirror).expect("a far end");
    drop(guard);
    let machine = machine(&far_end.url(""));
    let quick = ["--poll-every", "100ms", "--deadline", "1s"];
    let mut said = String::new();
    for more in [&["--json"][..], &[], &["--lang", "zh"]] {
        let mut video = |arguments: &[&str]| {
            let shown = machine.video(&[more, arguments].concat());
            said += &shown;
            shown
        };
        for what in ["refused", "moderated", "lost", "garbled", "failed", "slow", "odd"] {
            let (output, metrics) = (format!("{what}.mp4"), format!("{what}.prom"));
            let order = ["generate", what, "--model", "m", "-o", &output, "--force", "--metrics", &metrics];
            video(&[&order, &quick[..]].concat());
        }
        for task in ["task_failed", "task_slow", "task_odd", "task_refused"] {
            video(&["show", task]);
            video(&[&["wait", task], &quick[..]].concat());
        }
        video(&["submit", "refused again", "--model", "m"]);
        video(&["list"]);
        video(&["reconcile"]);
        video(&["doctor"]);
        video(&["conform"]);
    }
    // What is downloaded in part and what a batch leaves behind: once, since each pauses before it gives up.
    let lines = ["undelivered", "lost", "failed", "refused"];
    let lines = lines.map(|word| format!(r#"{{"model":"m","prompt":"{word} of a batch","name":"{word}"}}"#));
    std::fs::write(machine.file("shots.jsonl"), lines.join("\n")).expect("a file");
    let batch = [
        "--json",
        "batch",
        "shots.jsonl",
        "--poll-every",
        "100ms",
        "-o",
        "batch-{name}.mp4",
        "--metrics",
        "batch.prom",
    ];
    said += &machine.video(&batch);
    said += &machine.video(&["list", "--json", "--limit", "100"]);
    said += &machine.video(&["--json", "download", "task_undelivered", "-o", "again.mp4"]);
    said += &machine.video(&["resume", "--json", "--poll-every", "100ms", "--deadline", "1s"]);
    clean(&machine, &said);
    // Nothing of this was said to nobody: the words were there to be masked, and the files to hold them.
    for outcome in ["refused", "filtered", "unknown", "failed", "running", "undelivered"] {
        assert!(said.contains(&format!(r#""outcome":"{outcome}""#)), "no job was {outcome}: {said}");
    }
    assert!(said.contains(r#""event":"accepted""#) && said.contains(r#""event":"trouble""#), "no events: {said}");
    let (_, files) = files_with(&machine.file(""), PLANTED);
    assert!(files.iter().any(|name| name.contains(".part")), "{files:?}");
    assert_eq!(files.iter().filter(|name| name.contains(".prom")).count(), 8, "{files:?}");
    let counted = std::fs::read_to_string(machine.file("batch.prom")).expect("what was counted");
    assert!(counted.contains("video_jobs_total{"), "{counted}");
}

#[test]
fn a_program_that_is_killed_leaves_no_key_in_the_log_of_its_journal() {
    let runtime = Runtime::new().expect("a runtime");
    let guard = runtime.enter();
    let far_end = FarEnd::start(mirror).expect("a far end");
    drop(guard);
    let machine = machine(&far_end.url(""));
    let arguments = ["generate", "slow", "--model", "m", "-o", "slow.mp4", "--poll-every", "100ms"];
    let mut child = machine.command(&arguments);
    let mut child = child.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().expect("it");
    // The third look is after the journal has noted the first.
    let polls = |seen: &video_testkit::Seen| seen.deliveries.iter().filter(|one| one.method == "GET").count() >= 3;
    runtime.block_on(far_end.ledger().until(polls));
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    let (guilty, files) = files_with(&machine.home(), PLANTED);
    assert_eq!(guilty, Vec::<String>::new());
    assert!(files.iter().any(|name| name.ends_with("-wal")), "its log is still there: {files:?}");
    clean(&machine, "");
}

#[test]
fn a_served_gateway_logs_no_key_and_tells_its_callers_none() {
    let runtime = Runtime::new().expect("a runtime");
    let guard = runtime.enter();
    let far_end = FarEnd::start(mirror).expect("a far end");
    drop(guard);
    let served = machine(&far_end.url("")).with("VIDEO_SERVE_TOKENS", "token-of-a-caller");
    let serving = Serving::of(served, &[]);
    let caller = serving.client("").with("VIDEO_API_KEY", "token-of-a-caller");
    let mut said = String::new();
    for what in ["refused", "moderated", "lost", "garbled", "failed", "slow"] {
        let output = format!("{what}.mp4");
        let arguments = ["--json", "generate", what, "--model", "m", "-o", &output];
        said += &caller.video(&[&arguments[..], &["--poll-every", "100ms", "--deadline", "1s"]].concat());
    }
    said += &caller.video(&["show", "task_undelivered", "--json"]);
    let log = serving.end();
    assert!(log.contains("route="), "it logs: {log}");
    assert!(!log.contains(PLANTED) && !log.contains("token-of-a-caller"), "{log}");
    // A caller is given the link of a result, which is what it paid for; it is never shown the key of the upstream.
    assert!(!said.contains(KEY), "{said}");
}
