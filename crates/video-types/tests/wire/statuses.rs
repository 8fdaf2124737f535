//! What every status word means.

use insta::assert_snapshot;
use video_types::{Phase, TaskStatus};

use crate::transcript::table;

fn phases<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    table(words.into_iter().map(|word| format!("{:15}{:?}", format!("{word:?}"), TaskStatus::from(word).phase())))
}

#[test]
fn the_words_of_the_wrapper() {
    let words = ["NOT_START", "SUBMITTED", "QUEUED", "IN_PROGRESS", "SUCCESS", "FAILURE", "UNKNOWN"];
    assert_snapshot!(phases(words), @r#"
    "NOT_START"    Pending
    "SUBMITTED"    Pending
    "QUEUED"       Pending
    "IN_PROGRESS"  Running
    "SUCCESS"      Succeeded
    "FAILURE"      Failed
    "UNKNOWN"      Unknown
    "#);
}

#[test]
fn the_words_of_the_openai_object_and_of_the_documentation() {
    let words = ["queued", "in_progress", "completed", "failed", "unknown", "processing", "succeeded", "cancelled"];
    assert_snapshot!(phases(words), @r#"
    "queued"       Pending
    "in_progress"  Running
    "completed"    Succeeded
    "failed"       Failed
    "unknown"      Unknown
    "processing"   Running
    "succeeded"    Succeeded
    "cancelled"    Cancelled
    "#);
}

#[test]
fn the_words_of_providers_and_look_alikes() {
    let words = [
        "submitted",
        "created",
        "queueing",
        "pending",
        "preparing",
        "initializing",
        "in_queue",
        "waiting",
        "Processing",
        "running",
        "generating",
        "rendering",
        "succeed",
        "Success",
        "complete",
        "done",
        "finished",
        "fail",
        "Fail",
        "error",
        "rejected",
        "timeout",
        "canceled",
        "CANCELED",
        "expired",
    ];
    assert_snapshot!(phases(words), @r#"
    "submitted"    Pending
    "created"      Pending
    "queueing"     Pending
    "pending"      Pending
    "preparing"    Pending
    "initializing" Pending
    "in_queue"     Pending
    "waiting"      Pending
    "Processing"   Running
    "running"      Running
    "generating"   Running
    "rendering"    Running
    "succeed"      Succeeded
    "Success"      Succeeded
    "complete"     Succeeded
    "done"         Succeeded
    "finished"     Succeeded
    "fail"         Failed
    "Fail"         Failed
    "error"        Failed
    "rejected"     Failed
    "timeout"      Failed
    "canceled"     Cancelled
    "CANCELED"     Cancelled
    "expired"      Expired
    "#);
}

#[test]
fn case_dashes_and_spaces_do_not_matter() {
    assert_snapshot!(phases(["In-Progress", "in progress", " QUEUED\n", "Not-Start", "SuCcEsS"]), @r#"
    "In-Progress"  Running
    "in progress"  Running
    " QUEUED\n"    Pending
    "Not-Start"    Pending
    "SuCcEsS"      Succeeded
    "#);
}

#[test]
fn a_word_nobody_knows_is_never_an_end() {
    assert_snapshot!(phases(["hatching", "", "successful?", "成功", "200", "not_found", "failed_over"]), @r#"
    "hatching"     Unknown
    ""             Unknown
    "successful?"  Unknown
    "成功"           Unknown
    "200"          Unknown
    "not_found"    Unknown
    "failed_over"  Unknown
    "#);
    assert!(!Phase::Unknown.is_terminal());
}

#[test]
fn a_status_keeps_its_spelling() {
    let status: TaskStatus = serde_json::from_str("\"In-Progress\"").expect("text");
    assert_eq!(serde_json::to_string(&status).expect("text"), "\"In-Progress\"");
}
