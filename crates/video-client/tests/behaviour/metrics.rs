//! What is counted of jobs, and the text of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use video_client::events::{Activity, Events};
use video_client::metrics::{Metrics, Recorder};
use video_client::{ErrorKind, Outcome, Verdict};
use video_transport::Answer;
use video_types::Generation;

use crate::answers::{accepted, failed, no_connection, page, refused, running, succeeded, video};
use crate::stage::{KEY, Stage};

fn stage(answers: impl IntoIterator<Item = Answer>) -> (Stage, Recorder) {
    let (events, recorder) = (Events::new(), Recorder::new());
    events.observe(Arc::new(recorder.clone()));
    (Stage::with(answers, |builder| builder.events(&events)), recorder)
}

/// Two jobs: one is saved after trouble on the way, one fails; and an order that is refused.
async fn three_jobs() -> Metrics {
    let (stage, recorder) = stage([
        no_connection(),
        accepted(),
        page(502, "Bad Gateway"),
        running(42),
        succeeded("https://cdn.example/v.mp4"),
        video(),
        accepted(),
        failed("too dark"),
        refused(400, "invalid_request", "no such size"),
    ]);
    let Outcome::Succeeded(task) = stage.accepted().await.finish().await else { panic!("{}", stage.record.text()) };
    stage.download(&task).await;
    stage.accepted().await.finish().await;
    let odd = Generation::new("we\"ird\\\nmodel", "a secret prompt");
    stage.client.submit_under(odd, "order-3").await.expect_err("refused");
    recorder.snapshot()
}

#[tokio::test(start_paused = true)]
async fn jobs_are_counted_by_how_they_ended_with_requests_retries_errors_bytes_and_times() {
    let metrics = three_jobs().await;
    let total = metrics.total();
    assert_eq!((total.ended(), total.saved()), (3, 1));
    assert_eq!(total.outcomes, BTreeMap::from([(Verdict::Saved, 1), (Verdict::Failed, 1), (Verdict::Invalid, 1)]));
    assert_eq!(total.errors, BTreeMap::from([(ErrorKind::TaskFailed, 1), (ErrorKind::InvalidRequest, 1)]));
    assert_eq!(total.success_rate().map(|rate| format!("{rate:.3}")).as_deref(), Some("0.333"));
    assert_eq!((total.requests_for(Activity::Submit), total.requests_for(Activity::Poll)), (4, 4));
    assert_eq!(total.retries, BTreeMap::from([(Activity::Submit, 1), (Activity::Poll, 1)]));
    assert!(total.received > 4148, "{}", total.received);
    assert_eq!((total.latency.count(), total.download.count(), total.job.count()), (8, 1, 3));
    assert_eq!((total.queue.count(), total.generation.count()), (1, 1));
    let median = total.job.percentile(50.0).expect("a median");
    assert!((4.9..5.2).contains(&median.as_secs_f64()), "{median:?}");
    let mean = total.job.mean().expect("a mean");
    assert!((6.0..9.0).contains(&mean.as_secs_f64()), "{mean:?}");
    assert!(total.job.percentile(99.0) >= total.job.percentile(95.0) && total.job.percentile(95.0) >= Some(median));
}

#[tokio::test(start_paused = true)]
async fn the_text_is_what_prometheus_reads_and_has_no_prompt_and_no_key() {
    let text = three_jobs().await.to_prometheus();
    let read = read(&text);
    let value = |name: &str, labels: &str| read.get(&(name.to_owned(), labels.to_owned())).copied();
    let ours = r#"model="kling-v1-6",gateway="gateway.example""#;
    assert_eq!(value("video_jobs_total", &format!(r#"{ours},outcome="saved""#)), Some(1.0));
    assert_eq!(value("video_jobs_total", &format!(r#"{ours},outcome="failed""#)), Some(1.0));
    assert_eq!(value("video_success_ratio", ours), Some(0.5));
    assert_eq!(value("video_requests_total", &format!(r#"{ours},activity="submit",answer="none""#)), Some(1.0));
    assert_eq!(value("video_requests_total", &format!(r#"{ours},activity="poll",answer="5xx""#)), Some(1.0));
    assert_eq!(value("video_job_seconds_count", ours), Some(2.0));
    let odd = r#"model="we\"ird\\\nmodel",gateway="gateway.example""#;
    assert_eq!(value("video_errors_total", &format!(r#"{odd},kind="invalid-request""#)), Some(1.0));
    for secret in [KEY, "cat in the sun", "secret prompt", "task_1", "order-3"] {
        assert!(!text.contains(secret), "{secret} is in\n{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn however_many_models_there_are_what_is_kept_does_not_grow() {
    let (stage, recorder) = stage(std::iter::repeat_with(|| refused(400, "no", "no")).take(300));
    for number in 0..300 {
        let model = if number % 2 == 0 { format!("model-{number}") } else { format!("{number}{}", "长".repeat(500)) };
        stage.client.submit_under(Generation::new(model, "p"), "key").await.expect_err("refused");
    }
    let metrics = recorder.snapshot();
    assert_eq!(metrics.iter().count(), 65);
    assert_eq!(metrics.total().ended(), 300);
    let other: Vec<_> = metrics.iter().filter(|(labels, _)| labels.model == "other").collect();
    assert_eq!(other.iter().map(|(_, counts)| counts.ended()).collect::<Vec<_>>(), [300 - 64]);
    assert!(metrics.iter().all(|(labels, _)| labels.model.len() <= 96));
    read(&metrics.to_prometheus());
}

/// Reads the text format as strictly as its reference does: names, labels and their escapes, one type for each family before its
/// samples, families not mixed, no sample twice; of histograms ascending bounds, counts that do not fall, `+Inf` equal to the count.
fn read(text: &str) -> BTreeMap<(String, String), f64> {
    let is_name = |name: &str| {
        let first = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        first && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
    };
    assert!(text.ends_with('\n'));
    let (mut types, mut helped, mut samples) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
    let mut family = String::new();
    let mut bucket: Option<(String, f64, f64)> = None;
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, words) = help.split_once(' ').expect("a name and words");
            assert!(is_name(name) && !words.is_empty() && helped.insert(name.to_owned()), "{line}");
            continue;
        }
        if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').expect("a name and a type");
            assert!(["counter", "gauge", "histogram"].contains(&kind) && helped.contains(name), "{line}");
            assert!(kind != "counter" || name.ends_with("_total"), "{line}");
            assert!(types.insert(name.to_owned(), kind.to_owned()).is_none(), "twice: {line}");
            name.clone_into(&mut family);
            continue;
        }
        let (series, value) = line.rsplit_once(' ').expect("a value");
        let value: f64 = value.parse().expect("a number");
        let (name, labels) = series
            .split_once('{')
            .map_or((series, ""), |(name, labels)| (name, labels.strip_suffix('}').expect("a brace")));
        let labels = read_labels(labels, &is_name);
        let histogram = types.get(&family).is_some_and(|kind| kind == "histogram");
        let part = name.strip_prefix(family.as_str()).expect("a sample of the family whose type was said last");
        let parts = if histogram { &["_bucket", "_sum", "_count"][..] } else { &[""][..] };
        assert!(parts.contains(&part) && value >= 0.0, "{line}");
        let others: Vec<String> =
            labels.iter().filter(|(name, _)| name != "le").map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let others = others.join(",");
        if part == "_bucket" {
            let le = &labels.iter().find(|(name, _)| name == "le").expect("a bound").1;
            let le = if le == "+Inf" { f64::INFINITY } else { le.parse().expect("a bound") };
            if let Some((before, bound, count)) = bucket.take().filter(|(before, _, _)| *before == others) {
                assert!(bound < le && count <= value, "{before}: {line}");
            }
            bucket = Some((others.clone(), le, value));
        }
        if part == "_count" {
            assert_eq!(bucket.take(), Some((others.clone(), f64::INFINITY, value)), "{line}");
        }
        let whole: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        assert!(samples.insert((name.to_owned(), whole.join(",")), value).is_none(), "twice: {line}");
    }
    samples
}

/// Names and values, the values as they are escaped.
fn read_labels(mut rest: &str, is_name: &impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let mut labels = Vec::new();
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"").expect("a name");
        assert!(is_name(name), "{name}");
        let (mut end, mut escaped) = (None, false);
        for (at, c) in after.char_indices() {
            match c {
                _ if escaped => {
                    assert!(['\\', '"', 'n'].contains(&c), "an escape: {rest}");
                    escaped = false;
                }
                '\\' => escaped = true,
                '"' => {
                    end = Some(at);
                    break;
                }
                _ => {}
            }
        }
        let end = end.expect("the end of a value");
        labels.push((name.to_owned(), after[..end].to_owned()));
        rest = after[end + 1..].strip_prefix(',').unwrap_or(&after[end + 1..]);
    }
    labels
}
