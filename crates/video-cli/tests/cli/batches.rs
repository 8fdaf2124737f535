//! `video batch`: many jobs, each ordered once whatever happens, judged by the gateway's own book.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Output, Stdio};
use std::time::Duration;

use tokio::runtime::Runtime;
use video_testkit::{FarEnd, Fault, Faults, GatewayOptions, Reply, Route, SimulatedGateway};

use crate::run::{Machine, steady};

/// A gateway with a book, a person's machine set up for it, and the threads it runs on.
pub(crate) struct Shop {
    pub(crate) gateway: SimulatedGateway,
    pub(crate) machine: Machine,
    _runtime: Runtime,
}

impl Shop {
    pub(crate) fn open(options: GatewayOptions) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(1).build().expect("threads");
        let gateway = {
            let _inside = runtime.enter();
            SimulatedGateway::start(options).expect("a free port")
        };
        let machine = Machine::new().with("VIDEO_BASE_URL", gateway.url("")).with("VIDEO_API_KEY", "sk-test");
        Self { gateway, machine, _runtime: runtime }
    }

    /// Writes a batch of these prompts, each naming its file.
    pub(crate) fn write(&self, prompts: &[String]) {
        write_batch(&self.machine, prompts);
    }

    fn arguments<'a>(more: &[&'a str]) -> Vec<&'a str> {
        [&["batch", "shots.jsonl", "--poll-every", "100ms"], more].concat()
    }

    pub(crate) fn run(&self, more: &[&str]) -> Output {
        self.machine.output(&Self::arguments(more))
    }

    pub(crate) fn start(&self, more: &[&str]) -> Child {
        let mut command = self.machine.command(&Self::arguments(more));
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs")
    }

    /// What the gateway says of the files that are there.
    pub(crate) fn judgement(&self, prompts: &[String]) -> String {
        let there = prompts.iter().filter_map(|prompt| {
            let file = std::fs::read(self.machine.file(&format!("{prompt}.mp4"))).ok()?;
            Some((prompt.as_str(), file))
        });
        self.gateway.account().judge(there).to_string()
    }
}

/// Writes a batch of these prompts, each naming its file.
pub(crate) fn write_batch(machine: &Machine, prompts: &[String]) {
    let mut text = String::new();
    for prompt in prompts {
        writeln!(text, r#"{{"model":"m-1","prompt":"{prompt}","name":"{prompt}"}}"#).expect("text");
    }
    std::fs::write(machine.file("shots.jsonl"), text).expect("a file");
}

pub(crate) fn prompts(number: usize) -> Vec<String> {
    (1..=number).map(|number| format!("shot-{number}")).collect()
}

/// Names, outcomes and files of result lines, in the order of names; then what was said, and the exit code.
fn told(output: &Output) -> String {
    let mut rows: Vec<String> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).expect("a JSON object");
            assert_eq!(line["schema"], "video.result/1");
            let path = line["path"].as_str().map_or("-", |path| path.rsplit('/').next().unwrap_or(path));
            let error = &line["error"]["kind"];
            format!(
                "{} {} {path} {error}",
                line["name"].as_str().expect("a name"),
                line["outcome"].as_str().expect("a word")
            )
        })
        .collect();
    rows.sort();
    let code = output.status.code().map_or_else(|| "by signal".to_owned(), |code| code.to_string());
    format!("{}\n{}exit {code}\n", rows.join("\n"), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_second_run_orders_nothing_and_moved_lines_are_known() {
    let shop = Shop::open(GatewayOptions::default());
    let mut lines = prompts(4);
    shop.write(&lines);
    let first = told(&shop.run(&[]));
    lines.rotate_left(1);
    lines.insert(1, "shot-5".to_owned());
    shop.write(&lines);
    std::fs::remove_file(shop.machine.file("shot-2.mp4")).expect("it was saved");
    let second = told(&shop.run(&[]));
    let third = told(&shop.run(&["--quiet"]));
    insta::assert_snapshot!(format!("{first}\n{second}\n{third}\n{}", shop.judgement(&prompts(5))));
}

#[test]
fn a_file_that_was_changed_is_left_alone_unless_it_may_be_replaced() {
    let shop = Shop::open(GatewayOptions::default());
    shop.write(&prompts(1));
    shop.run(&[]);
    std::fs::write(shop.machine.file("shot-1.mp4"), "cut by hand").expect("a file");
    let kept = shop.machine.video(&Shop::arguments(&["--quiet"]));
    assert_eq!(std::fs::read(shop.machine.file("shot-1.mp4")).expect("a file"), b"cut by hand");
    let replaced = told(&shop.run(&["--overwrite"]));
    let left: Vec<_> = std::fs::read_dir(shop.machine.file("")).expect("a folder").collect();
    assert_eq!(left.len(), 2, "nothing but the batch and the video: {left:?}");
    let mut settings = steady();
    settings.add_filter("task_[0-9A-Za-z]{3,}", "task_ID");
    settings.bind(|| insta::assert_snapshot!(format!("{kept}\n{replaced}\n{}", shop.judgement(&prompts(1)))));
}

#[test]
fn equal_lines_are_separate_orders() {
    let shop = Shop::open(GatewayOptions::default());
    std::fs::write(shop.machine.file("shots.jsonl"), "{\"prompt\":\"same\"}\n".repeat(3)).expect("a file");
    let runs = [shop.run(&["-m", "m-1"]), shop.run(&["-m", "m-1"])].map(|output| told(&output));
    let ordered = shop.gateway.account().tasks.len();
    insta::assert_snapshot!(format!("{}\n{ordered} ordered", runs.join("\n")));
}

#[test]
fn a_batch_with_a_bad_line_sends_nothing() {
    let shop = Shop::open(GatewayOptions::default());
    let write = |text: &str| std::fs::write(shop.machine.file("shots.jsonl"), text).expect("a file");
    let good = r#"{"model":"m-1","prompt":"a","name":"a"}"#;
    let mut shown = Vec::new();
    for text in [
        format!("{good}\n{{\"prompt\":\"b\",\"seconds\":9999}}\nnonsense\n{{\"model\":\"m-1\",\"prompt\":\"cut o"),
        format!("{good}\n{good}\n"),
        format!("{good}\n{{\"model\":\"m-1\",\"prompt\":\"b\",\"image\":\"no-such.png\"}}\n"),
    ] {
        write(&text);
        shown.push(shop.machine.video(&Shop::arguments(&[])));
    }
    write(&format!("{good}\n"));
    std::fs::write(shop.machine.file("a.mp4"), "mine").expect("a file");
    shown.push(shop.machine.video(&Shop::arguments(&[])));
    shown.push(shop.machine.video(&Shop::arguments(&["-o", "a.mp4/{name}.mp4"])));
    shown.push(shop.machine.video_with_stdin(&["batch", "-"], good));
    shown.push(Machine::new().video_with_stdin(&["batch", "-", "--batch", "b"], good));
    assert_eq!(shop.gateway.account().all_requests(), 0);
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn what_failed_is_left_unless_it_is_wanted_again() {
    let machine = Machine::new();
    let line = |name: &str, wish: &str| {
        format!(r#"{{"prompt":"{name}","name":"{name}","size":"64x64","seconds":1,"metadata":{{"sandbox":{wish}}}}}"#)
    };
    let text =
        [line("good", r#"{"seconds":0}"#), line("bad", r#"{"fail":"failed"}"#), line("rude", r#"{"fail":"filtered"}"#)];
    std::fs::write(machine.file("shots.jsonl"), text.join("\n")).expect("a file");
    let mut tasks = std::collections::BTreeSet::new();
    let runs = [&[][..], &[], &["--retry-failed"], &["--retry-failed"]].map(|more| {
        let output = machine.output(&[&["batch", "shots.jsonl", "--sandbox", "--poll-every", "100ms"], more].concat());
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let line: serde_json::Value = serde_json::from_str(line).expect("a JSON object");
            tasks.insert(line["task_id"].as_str().expect("an id").to_owned());
        }
        let mut said: Vec<String> = told(&output).lines().map(str::to_owned).collect();
        // Jobs end in any order.
        said.sort();
        format!("{}\n{}\n", more.join(" "), said.join("\n"))
    });
    steady().bind(|| insta::assert_snapshot!(format!("{}\n{} ordered", runs.join("\n"), tasks.len())));
}

#[test]
fn it_begins_no_more_than_it_may() {
    let shop = Shop::open(GatewayOptions::default());
    shop.write(&prompts(5));
    let runs = [shop.run(&["--max-jobs", "2"]), shop.run(&["--max-jobs", "2"])].map(|output| told(&output));
    insta::assert_snapshot!(format!("{}\n{}", runs.join("\n"), shop.judgement(&prompts(5))));
}

#[test]
fn it_stops_after_failures_for_the_same_reason() {
    let machine = Machine::new();
    let line = |number| {
        let wish = r#"{"sandbox":{"fail":"failed"}}"#;
        format!(r#"{{"prompt":"{number}","name":"{number}","size":"64x64","seconds":1,"metadata":{wish}}}"#)
    };
    std::fs::write(machine.file("shots.jsonl"), (1..=6).map(line).collect::<Vec<_>>().join("\n")).expect("a file");
    let arguments = ["batch", "shots.jsonl", "--sandbox", "--concurrency", "1", "--poll-every", "100ms"];
    let output = machine.output(&[&arguments[..], &["--stop-after-failures", "2"]].concat());
    steady().bind(|| insta::assert_snapshot!(told(&output)));
}

#[test]
fn lost_answers_neither_count_as_failures_nor_break_a_row_of_them() {
    let runtime = Runtime::new().expect("a runtime");
    let _inside = runtime.enter();
    let far_end = FarEnd::start(|delivery| {
        if String::from_utf8_lossy(&delivery.body).contains("lost") {
            return Reply::hang_up();
        }
        let denied = r#"{"error":{"message":"this token may not","type":"new_api_error","code":""}}"#;
        Reply::status(401).header("content-type", "application/json").body(denied)
    })
    .expect("a far end");
    let machine = Machine::new().with("VIDEO_BASE_URL", far_end.url("")).with("VIDEO_API_KEY", "sk-test");
    let line = |name: &str| format!("{{\"model\":\"m-1\",\"prompt\":\"{name}\",\"name\":\"{name}\"}}\n");
    let names = ["lost-1", "lost-2", "lost-3", "denied-1", "lost-4", "denied-2", "never begun"];
    std::fs::write(machine.file("shots.jsonl"), names.map(line).concat()).expect("a file");
    let output = machine.output(&["batch", "shots.jsonl", "--concurrency", "1", "--stop-after-failures", "2"]);
    steady().bind(|| insta::assert_snapshot!(told(&output)));
}

#[test]
fn an_order_nobody_knows_of_is_left_to_be_reconciled() {
    let faults = Faults::at(Route::Submit, 2, Fault::ServerError).carrying_out(true);
    let shop = Shop::open(GatewayOptions { faults, ..GatewayOptions::default() });
    shop.write(&prompts(3));
    let runs = [&["--concurrency", "1"][..], &["--retry-failed"]].map(|more| told(&shop.run(more)));
    insta::assert_snapshot!(format!("{}\n{}", runs.join("\n"), shop.judgement(&prompts(3))));
}

#[test]
fn a_batch_of_the_sandbox_is_another_than_that_of_a_gateway() {
    let shop = Shop::open(GatewayOptions::default());
    shop.write(&prompts(1));
    let sandbox = told(&shop.run(&["--sandbox", "-o", "try-{name}.mp4", "--size", "64x64", "--seconds", "1"]));
    let paid = told(&shop.run(&["--size", "64x64", "--seconds", "1"]));
    insta::assert_snapshot!(format!("{sandbox}\n{paid}\n{}", shop.judgement(&prompts(1))));
}

#[test]
fn the_bill_is_told_as_the_gateway_sent_it() {
    let runtime = Runtime::new().expect("a runtime");
    let _inside = runtime.enter();
    let far_end = FarEnd::start(|delivery| {
        let reply = Reply::status(200).header("content-type", "application/json");
        if delivery.method == "POST" {
            let reply = reply.header("x-new-api-other-ratios", r#"{"seconds":5}"#);
            return reply.body(r#"{"task_id":"task_1","status":"queued"}"#);
        }
        let failed = r#"{"task_id":"task_1","status":"FAILURE","fail_reason":"no luck","quota":500000}"#;
        reply.body(format!(r#"{{"code":"success","message":"","data":{failed}}}"#))
    })
    .expect("a far end");
    let machine = Machine::new().with("VIDEO_BASE_URL", far_end.url("")).with("VIDEO_API_KEY", "sk-test");
    let arguments = ["batch", "-", "--batch", "b", "--poll-every", "100ms"];
    let shown = machine.video_with_stdin(&arguments, r#"{"model":"m-1","prompt":"a","name":"a"}"#);
    steady().bind(|| insta::assert_snapshot!(shown));
}

#[test]
fn case_36_two_processes_on_one_file_order_each_line_once() {
    let shop = Shop::open(GatewayOptions { job_time: Duration::from_millis(200), ..GatewayOptions::default() });
    shop.write(&prompts(20));
    let (one, other) = (shop.start(&[]), shop.start(&[]));
    for child in [one, other] {
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 20);
    }
    assert_eq!(shop.judgement(&prompts(20)), "20 good, 0 bad, 20 paid, 0 ordered twice, 0 paid without a good file");
}

/// Kills a batch of 24 after 7 result lines and gives what the same command does then.
fn killed(honours_keys: bool) -> (Shop, Output) {
    let job_time = Duration::from_millis(300);
    let shop = Shop::open(GatewayOptions { job_time, honours_keys, ..GatewayOptions::default() });
    shop.write(&prompts(24));
    let mut child = shop.start(&["--concurrency", "6"]);
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    // Some are saved, some under way, some not begun.
    for _ in 0..7 {
        lines.next().expect("a line").expect("text");
    }
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    let output = shop.run(&["--concurrency", "6"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("another run"), "the dead do not hold their lines: {said}");
    (shop, output)
}

#[test]
fn a_batch_killed_in_the_middle_is_finished_by_the_same_command() {
    let (shop, output) = killed(true);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert_eq!(shop.judgement(&prompts(24)), "24 good, 0 bad, 24 paid, 0 ordered twice, 0 paid without a good file");
}

#[test]
fn without_honoured_keys_what_the_kill_hid_is_left_unknown_and_all_else_is_finished() {
    let (shop, output) = killed(false);
    let outcomes = String::from_utf8_lossy(&output.stdout).into_owned();
    let count = |outcome: &str| outcomes.matches(&format!(r#""outcome":"{outcome}""#)).count();
    assert_eq!(count("saved") + count("unknown"), 24, "{}", told(&output));
    assert!(count("unknown") <= 6, "only what was under way: {}", told(&output));
    let judgement = shop.judgement(&prompts(24));
    assert!(judgement.contains(", 0 bad,") && judgement.contains(", 0 ordered twice,"), "{judgement}");
}

#[test]
fn an_interrupt_detaches_and_the_same_command_goes_on() {
    let shop = Shop::open(GatewayOptions { job_time: Duration::from_secs(2), ..GatewayOptions::default() });
    shop.write(&prompts(5));
    let mut child = shop.start(&["--json"]);
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut said = String::new();
    while said.matches("accepted").count() < 3 {
        assert!(stdout.read_line(&mut said).expect("text") > 0, "{said}");
    }
    let status = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(status.expect("kill runs").success());
    let output = child.wait_with_output().expect("it ends");
    let second = told(&shop.run(&[]));
    let first = format!("{}exit {:?}", String::from_utf8_lossy(&output.stderr), output.status.code());
    insta::assert_snapshot!(format!("{first}\n\n{second}\n{}", shop.judgement(&prompts(5))));
}

#[test]
fn what_a_batch_left_open_is_resumed_to_the_files_of_its_lines() {
    let shop = Shop::open(GatewayOptions { job_time: Duration::from_secs(1), ..GatewayOptions::default() });
    shop.write(&prompts(3));
    let mut shown = Vec::new();
    for (name, output) in [("one", "one/{model}/{name}.mp4"), ("two", "{{two}}/{name} {id}.mp4")] {
        let batch = ["--batch", name, "-o", output];
        let mut child = shop.start(&[&batch[..], &["--json"]].concat());
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut said = String::new();
        while said.matches(r#""event":"accepted""#).count() < 3 {
            assert!(stdout.read_line(&mut said).expect("text") > 0, "{said}");
        }
        let status = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(status.expect("kill runs").success());
        child.wait_with_output().expect("it ends");
        let mut resumed: Vec<String> =
            shop.machine.video(&["resume", "--poll-every", "100ms"]).lines().map(str::to_owned).collect();
        // Jobs end in any order.
        resumed.sort();
        shown.push(format!("{}\n\n{}", resumed.join("\n"), told(&shop.run(&batch))));
    }
    let mut settings = steady();
    settings.add_filter("task_[0-9A-Za-z]{3,}", "task_ID");
    settings.bind(|| insta::assert_snapshot!(shown.join("\n")));
}

#[test]
fn a_crowded_gateway_gets_fewer_jobs_at_once() {
    let options = GatewayOptions {
        job_time: Duration::from_millis(300),
        most_in_flight: Some(2),
        retry_after: Duration::from_millis(200),
        ..GatewayOptions::default()
    };
    let shop = Shop::open(options);
    shop.write(&prompts(10));
    let output = shop.run(&["--concurrency", "8"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert_eq!(shop.judgement(&prompts(10)), "10 good, 0 bad, 10 paid, 0 ordered twice, 0 paid without a good file");
    assert!(shop.gateway.account().most_in_flight <= 2);
}

#[test]
fn the_sandbox_renders_a_batch_offline() {
    let machine = Machine::new();
    let text = "{\"prompt\":\"a paper boat\",\"name\":\"boat\"}\n{\"prompt\":\"a lighthouse\",\"name\":\"light\"}\n";
    std::fs::write(machine.file("shots.jsonl"), text).expect("a file");
    let arguments = ["batch", "shots.jsonl", "--sandbox", "--concurrency", "1", "--size", "320x180", "--seconds", "1"];
    let arguments = [&arguments[..], &["--poll-every", "200ms", "-o", "out/{name}.mp4"]].concat();
    let shown = [machine.video(&arguments), machine.video(&arguments)];
    assert!(machine.file("out/boat.mp4").exists() && machine.file("out/light.mp4").exists());
    steady().bind(|| insta::assert_snapshot!(shown.join("\n")));
}

#[test]
fn hashed_prompts_of_a_batch_are_in_no_byte_of_the_journal() {
    for (setting, kept) in [("hashed", false), ("stored", true)] {
        let machine = Machine::new().with("VIDEO_JOURNAL_PROMPTS", setting);
        std::fs::write(machine.file("shots.jsonl"), "{\"prompt\":\"a very secret boat\",\"name\":\"boat\"}\n")
            .expect("a file");
        let arguments =
            ["batch", "shots.jsonl", "--sandbox", "--size", "64x64", "--seconds", "1", "--poll-every", "200ms"];
        // The second run knows the line again by its hash.
        for run in ["first", "again"] {
            assert!(machine.output(&arguments).status.success(), "{setting}, {run}");
        }
        let files = std::fs::read_dir(machine.home()).expect("the home").map(|file| file.expect("a file").path());
        let journal = files.filter(|path| path.to_string_lossy().contains("journal.sqlite"));
        let bytes: Vec<u8> = journal.flat_map(|path| std::fs::read(path).expect("a file")).collect();
        assert!(!bytes.is_empty());
        let found = bytes.windows(16).any(|part| part == b"very secret boat");
        assert_eq!(found, kept, "{setting}");
    }
}
