//! The stream of events and the counts, as they leave the program.

use serde_json::Value;

use crate::run::Machine;

fn objects(stdout: &[u8]) -> Vec<Value> {
    let lines = String::from_utf8_lossy(stdout).into_owned();
    lines.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect()
}

#[test]
fn events_are_numbered_from_the_order_to_the_end_and_the_result_is_the_last_line() {
    let machine = Machine::new();
    let output = machine.output(&["generate", "a cat", "--seconds", "1", "--size", "320x180", "-o", "a.mp4", "--json"]);
    let mut objects = objects(&output.stdout);
    let result = objects.pop().expect("a result");
    assert_eq!((&result["schema"], &result["outcome"]), (&"video.result/1".into(), &"saved".into()));
    let names: Vec<&str> = objects.iter().filter_map(|event| event["event"].as_str()).collect();
    assert_eq!(names.len(), objects.len());
    assert_eq!(names[..3], ["ordered", "sent", "accepted"]);
    assert_eq!(names[names.len() - 3..], ["succeeded", "saved", "ended"]);
    let numbers: Vec<u64> = objects.iter().filter_map(|event| event["sequence"].as_u64()).collect();
    assert_eq!((numbers.len(), numbers[0]), (objects.len(), 1));
    assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    let times: Vec<&str> = objects.iter().filter_map(|event| event["at"].as_str()).collect();
    assert!(times.len() == objects.len() && times.is_sorted(), "{times:?}");
    let progress: Vec<u64> = objects.iter().filter_map(|event| event["progress"].as_u64()).collect();
    assert!(progress.is_sorted(), "{progress:?}");
    assert!(objects.iter().all(|event| event["job"] == result["job"]));
}

#[test]
fn counts_are_in_the_file_without_prompt_and_key() {
    let machine = Machine::new();
    let arguments =
        ["generate", "a secret cat", "--seconds", "1", "--size", "320x180", "-o", "a.mp4", "--metrics", "video.prom"];
    assert!(machine.output(&arguments).status.success());
    let text = std::fs::read_to_string(machine.file("video.prom")).expect("the file");
    for line in [
        "# TYPE video_jobs_total counter",
        r#"video_jobs_total{model="sandbox-1",gateway="sandbox",outcome="saved"} 1"#,
        r#"video_requests_total{model="sandbox-1",gateway="sandbox",activity="submit",answer="2xx"} 1"#,
        r#"video_success_ratio{model="sandbox-1",gateway="sandbox"} 1"#,
        r#"video_download_seconds_count{model="sandbox-1",gateway="sandbox"} 1"#,
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("secret") && !text.contains("key"), "{text}");
    let left = std::fs::read_dir(machine.file("")).expect("the folder").count();
    assert_eq!(left, 2, "the video and the counts, nothing else");
}

#[test]
fn a_file_for_counts_that_cannot_be_written_stops_a_command_before_anything_is_sent() {
    let machine = Machine::new();
    let told =
        machine.video(&["generate", "a cat", "--seconds", "1", "-o", "a.mp4", "--metrics", "nowhere/video.prom"]);
    insta::assert_snapshot!(told);
    assert!(!machine.home().exists(), "nothing was begun");
}
