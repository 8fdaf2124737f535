//! Code written by others: what the documentation pages of New API's resellers tell their readers to write runs against
//! `video serve --compat docs`. Only the host in it is changed, and time runs faster.
//!
//! The pages are not in the repository. They are read at run time from the folder that `VIDEO_SEED_DOCS` names.

mod page;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use video_client::events::{Activity, Events};
use video_client::metrics::{Counts, Recorder};
use video_client::{Client, ErrorKind, PollSchedule, Target, Verdict};
use video_testkit::{Account, GatewayOptions};
use video_types::{Generation, Seconds};

use crate::batches::{Shop, prompts, write_batch};
use crate::run::{Machine, ffprobe, skipped, steady};
use crate::serving::Serving;
use page::{Page, folder};

/// How much faster the clock of the programs runs: they poll every five seconds and more.
const TIMES_FASTER: &str = "5";
/// The first version whose `fetch`, `Blob` and `URL` are those of a browser.
const NODE: u32 = 20;

#[test]
fn the_programs_of_the_first_page_end_well() {
    the_programs_end_well("000");
}

#[test]
fn the_programs_of_the_second_page_end_well() {
    the_programs_end_well("001");
}

/// Both pages have the same programs for different hosts, so they tell the same story.
fn the_programs_end_well(number: &str) {
    let Some(folder) = pages_and_node() else { return };
    let page = Page::read(&folder, number);
    assert_eq!(page.headings(), (6, 3), "headings with JavaScript and with commands");
    let blocks = page.blocks();
    assert_eq!(blocks.len(), 9, "blocks of JavaScript");

    let serving = Serving::start(&["--compat", "docs"]);
    let work = tempfile::tempdir().expect("a folder");
    write_blocks(&blocks, work.path(), &serving);
    let told = node(&["time.cjs", "browser.cjs"], "scenarios.cjs", "blocks", work.path(), &serving);
    let orders = serving.log().matches("order accepted").count();
    let story = format!("{told}orders in the gateway's log: {orders}\n\n{}", videos(work.path()));
    let mut settings = steady();
    settings.add_filter("request id: [0-9A-Za-z]{32}", "request id: REQUEST_ID");
    settings.bind(|| insta::assert_snapshot!("the_programs_of_a_page", story));
    for name in ["flow-new-api.mp4", "flow-openai.mp4", "client.mp4"] {
        if let Some(facts) = ffprobe(&work.path().join(name)) {
            insta::assert_snapshot!(format!("the_programs_of_a_page_{name}"), facts);
        }
    }
}

/// Puts the blocks into a folder `blocks`, with our gateway in the place of their host.
fn write_blocks(blocks: &[String], work: &Path, serving: &Serving) {
    let host = host(blocks);
    std::fs::create_dir(work.join("blocks")).expect("a folder");
    for (number, block) in (1..).zip(blocks) {
        let path = work.join(format!("blocks/block-{number}.js"));
        std::fs::write(path, block.replace(&host, &serving.url)).expect("a file");
    }
}

/// What our client counts of the same three jobs, and how long each took.
async fn counted(url: &str) -> (Counts, Vec<Duration>) {
    let (events, recorder) = (Events::new(), Recorder::new());
    events.observe(Arc::new(recorder.clone()));
    let schedule = PollSchedule::every(Duration::from_millis(250));
    let client = Client::builder(url).key("sk-xxxx").schedule(schedule).events(&events).build().expect("a client");
    let work = tempfile::tempdir().expect("a folder");
    let mut times = Vec::new();
    for prompt in ["one", "two", "three"] {
        let mut wanted = Generation::new("kling-v1", prompt);
        (wanted.size, wanted.seconds) = (Some("320x180".into()), Seconds::new(1));
        let fails = prompt == "three";
        if fails {
            wanted.metadata.insert("sandbox", json!({ "fail": "failed" }));
        }
        let began = Instant::now();
        let job = client.submit(wanted).await.expect("accepted");
        let target = Target::file(work.path().join(format!("{prompt}.mp4")));
        let saved = client.finish_and_download(job, target, &|_| ()).await;
        assert_eq!(saved.err().map(|error| error.kind()), fails.then_some(ErrorKind::TaskFailed));
        times.push(began.elapsed());
    }
    (recorder.snapshot().total(), times)
}

#[test]
fn our_metrics_count_what_the_monitor_of_a_page_counts_and_more() {
    let Some(folder) = pages_and_node() else { return };
    let blocks = Page::read(&folder, "000").blocks();
    let serving = Serving::start(&["--compat", "docs"]);
    let work = tempfile::tempdir().expect("a folder");
    write_blocks(&blocks, work.path(), &serving);
    let told = node(&["time.cjs", "browser.cjs"], "monitor.cjs", "blocks", work.path(), &serving);
    let theirs: Value = serde_json::from_str(&told).unwrap_or_else(|error| panic!("{error}: {told}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (ours, times) = runtime.block_on(counted(&serving.url));

    assert_eq!(theirs["totalRequests"], json!(ours.ended()));
    assert_eq!(theirs["successfulRequests"], json!(ours.saved()));
    assert_eq!(theirs["failedRequests"], json!(ours.ended() - ours.saved()));
    assert_eq!(theirs["errors"], json!(ours.errors.values().sum::<u64>()));
    let rate = |rate: Option<f64>| format!("{:.6}", rate.expect("a rate"));
    assert_eq!(rate(theirs["successRate"].as_f64()), rate(ours.success_rate()));
    // Each mean is that of the times beside it.
    let mean = |times: &[f64]| times.iter().sum::<f64>() / 3.0;
    let near =
        |mean: f64, measured: f64| assert!((mean - measured).abs() <= measured * 0.05 + 0.05, "{mean} {measured}");
    let seconds: Vec<f64> = times.iter().map(Duration::as_secs_f64).collect();
    near(ours.job.mean().expect("a mean").as_secs_f64(), mean(&seconds));
    let of_page = |value: &Value| value.as_f64().expect("milliseconds") / 1000.0;
    let their_times: Vec<f64> = theirs["times"].as_array().expect("times").iter().map(of_page).collect();
    near(of_page(&theirs["averageResponseTime"]), mean(&their_times));

    // What the page's monitor does not tell.
    assert_eq!(ours.errors, [(ErrorKind::TaskFailed, 1)].into());
    assert_eq!(ours.outcomes, [(Verdict::Saved, 2), (Verdict::Failed, 1)].into());
    assert_eq!((ours.requests_for(Activity::Submit), ours.download.count()), (3, 2));
    assert!(ours.requests_for(Activity::Poll) >= 3);
    let at = |percent| ours.job.percentile(percent).expect("a percentile").as_secs_f64();
    let longest = seconds.iter().copied().fold(0.0, f64::max);
    assert!(at(50.0) <= at(95.0) && at(95.0) <= at(99.0) && at(99.0) <= longest * 1.02 + 0.01, "{seconds:?}");
}

/// Ten jobs at our gateway, which passes them on to a gateway with a book; that book after `run`, which is given our
/// gateway, a folder to save into and the batch, and the verdict of the book on the files there.
fn ten_jobs(run: impl FnOnce(&Serving, &Machine)) -> (Account, String) {
    let shop = Shop::open(GatewayOptions { job_time: Duration::from_millis(700), ..GatewayOptions::default() });
    let upstream = Machine::new().with("VIDEO_BASE_URL", shop.gateway.url("")).with("VIDEO_API_KEY", "sk-upstream");
    let serving = Serving::of(upstream, &["--compat", "docs"]);
    let person = serving.client("");
    run(&serving, &person);
    let files = prompts(10).into_iter().filter_map(|prompt| {
        let file = std::fs::read(person.file(&format!("{prompt}.mp4"))).ok()?;
        Some((prompt, file))
    });
    let files: Vec<_> = files.collect();
    let account = shop.gateway.account();
    let verdict = account.judge(files.iter().map(|(prompt, file)| (prompt.as_str(), file.clone())));
    (account, verdict.to_string())
}

#[test]
fn the_manager_of_a_page_and_our_batch_keep_ten_jobs_at_three_at_once() {
    let Some(folder) = pages_and_node() else { return };
    let blocks = Page::read(&folder, "000").blocks();
    let theirs = ten_jobs(|serving, person| {
        write_blocks(&blocks, &person.file(""), serving);
        let slots = node(&["time.cjs", "browser.cjs"], "manager.cjs", "blocks", &person.file(""), serving);
        assert_eq!(slots, "3");
    });
    let ours = ten_jobs(|serving, person| {
        write_batch(person, &prompts(10));
        let output = person.output(&["batch", "shots.jsonl", "--concurrency", "3", "--poll-every", "200ms"]);
        assert!(output.status.success(), "{}\n{}", person.show(&["batch"], &output), serving.log());
    });
    for (account, verdict) in [theirs, ours] {
        assert_eq!(account.most_in_flight, 3, "as many as there are slots, and never a fourth");
        assert_eq!(verdict, "10 good, 0 bad, 10 paid, 0 ordered twice, 0 paid without a good file");
    }
}

#[test]
fn our_cache_orders_once_what_the_cache_of_a_page_orders_again_when_keys_are_turned() {
    let Some(folder) = pages_and_node() else { return };
    let blocks = Page::read(&folder, "000").blocks();
    let serving = Serving::start(&["--compat", "docs"]);
    let work = tempfile::tempdir().expect("a folder");
    write_blocks(&blocks, work.path(), &serving);
    let theirs = node(&["time.cjs", "browser.cjs"], "cache.cjs", "blocks", work.path(), &serving);
    assert_eq!(theirs, "[true,false,true]");
    let orders = || serving.log().matches("order accepted").count();
    assert_eq!(orders(), 2);

    let machine = Machine::new().with("VIDEO_BASE_URL", &serving.url).with("VIDEO_API_KEY", "sk-xxxx");
    let metadata = |first: &str, second: &str| {
        format!(r#"{{"sandbox":{{"seconds":0}},"{first}":{},"{second}":{}}}"#, first.len(), second.len())
    };
    let mut ours = Vec::new();
    for (first, second) in [("one", "three"), ("one", "three"), ("three", "one")] {
        std::fs::write(machine.file("meta.json"), metadata(first, second)).expect("a file");
        let before = orders();
        let words = ["generate", "a cat", "--model", "kling-v1", "--size", "320x180", "--seconds", "1", "--force"];
        let more = ["--meta-file", "meta.json", "--cache=1h", "--poll-every", "100ms"];
        assert!(machine.output(&[&words[..], &more].concat()).status.success());
        ours.push(orders() > before);
    }
    assert_eq!(ours, [true, false, false]);
}

#[test]
fn every_order_of_the_pages_ends_with_a_video() {
    let Some(folder) = pages_and_node() else { return };
    let mut orders = Vec::new();
    for (number, count) in [("000", 5), ("001", 5), ("002", 3)] {
        let found = Page::read(&folder, number).orders();
        assert_eq!(found.len(), count, "orders of page {number}");
        for (position, order) in (1..).zip(found) {
            let with_key = order.headers.into_iter().map(|(name, value)| {
                // One page leaves the place of the key empty.
                let value = if value.is_empty() { "Bearer sk-xxxx".to_owned() } else { value };
                (name, value.into())
            });
            let headers: serde_json::Map<_, _> = with_key.collect();
            let name = format!("page-{number}-order-{position}");
            orders.push(json!({ "name": name, "path": order.path, "headers": headers, "body": order.body }));
        }
    }
    let serving = Serving::start(&["--compat", "docs"]);
    let work = tempfile::tempdir().expect("a folder");
    std::fs::write(work.path().join("orders.json"), json!(orders).to_string()).expect("a file");
    let told = node(&[], "orders.cjs", "orders.json", work.path(), &serving);
    insta::assert_snapshot!(told + "\n" + &videos(work.path()));
}

/// The folder of the pages, if there is one, and Node to run them.
fn pages_and_node() -> Option<PathBuf> {
    let output = Command::new("node").arg("--version").output().ok();
    let version = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let major = version.and_then(|version| version.strip_prefix('v')?.split('.').next()?.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE) {
        skipped(&format!("node {NODE}"));
        return None;
    }
    let folder = folder();
    if folder.is_none() {
        skipped("VIDEO_SEED_DOCS");
    }
    folder
}

/// The one host the programs of a page ask, as it stands in their links.
fn host(blocks: &[String]) -> String {
    let links = blocks.iter().flat_map(|block| block.split("https://").skip(1));
    let mut hosts: Vec<&str> = links.map(|rest| rest.split(['/', '\'', '`', '"']).next().unwrap_or(rest)).collect();
    hosts.dedup();
    assert_eq!(hosts.len(), 1, "one host: {hosts:?}");
    format!("https://{}", hosts.concat())
}

/// Runs one of the scripts beside this file in a folder and gives what it says.
fn node(preloaded: &[&str], script: &str, input: &str, work: &Path, serving: &Serving) -> String {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/seed_pages");
    let mut command = Command::new("node");
    command.current_dir(work).env("TIMES_FASTER", TIMES_FASTER);
    for preloaded in preloaded {
        command.arg("--require").arg(scripts.join(preloaded));
    }
    let output = command.arg(scripts.join(script)).args([input, &serving.url]).output().expect("node runs");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}\n{complaints}\n{}", serving.log());
    told
}

/// The MP4 files of a folder, each with its boxes on the top level.
fn videos(folder: &Path) -> String {
    let files = std::fs::read_dir(folder).expect("a folder").filter_map(|file| Some(file.ok()?.path()));
    let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|it| it == "mp4")).collect();
    files.sort();
    let mut text = String::new();
    for path in files {
        let boxes = boxes(&std::fs::read(&path).expect("a file"));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        writeln!(text, "{name}: {}", boxes.join(" ")).expect("text");
    }
    text
}

/// The names of the boxes of an MP4 file on its top level. They fill it exactly.
fn boxes(mut rest: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    while !rest.is_empty() {
        let (length, name) = rest.split_at_checked(8).map(|(head, _)| head.split_at(4)).expect("the head of a box");
        let length = u32::from_be_bytes(length.try_into().expect("four bytes"));
        names.push(String::from_utf8_lossy(name).into_owned());
        rest = rest.get(length.max(8) as usize..).expect("a whole box");
    }
    names
}
