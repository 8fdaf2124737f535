//! How far a task is, from whatever its gateway writes for it.

use std::fmt::Write as _;

use http::Response;
use proptest::prelude::*;
use serde_json::{Value, json};
use video_protocol::{Dialect as _, NewApi, Stage, TaskProgress};
use video_types::TaskStatus;

use crate::transcript::asked;

/// Reads answers of one task, one after the other, and tells how far it is after each.
fn told(answers: &[Value]) -> String {
    let mut progress = TaskProgress::default();
    let mut text = String::new();
    for data in answers {
        let body = json!({ "code": "success", "data": data }).to_string();
        let task = NewApi.decode_poll(&asked(), &Response::new(body.into())).expect("a task");
        progress.observe(&task);
        let percent = progress.percent().map_or_else(|| "-".to_owned(), |percent| format!("{percent} %"));
        writeln!(
            text,
            "{:<13}{:<8}-> {:<10}{percent}",
            data["status"].as_str().unwrap_or("-"),
            data["progress"].to_string(),
            progress.stage().as_str()
        )
        .expect("text");
    }
    text
}

#[test]
fn the_ladder_of_new_api_is_told_as_stages() {
    let rungs =
        [("NOT_START", "0%"), ("SUBMITTED", "10%"), ("QUEUED", "20%"), ("IN_PROGRESS", "30%"), ("SUCCESS", "100%")];
    insta::assert_snapshot!(told(&rungs.map(|(status, progress)| json!({"status": status, "progress": progress}))), @r#"
    NOT_START    "0%"    -> submitted -
    SUBMITTED    "10%"   -> submitted -
    QUEUED       "20%"   -> queued    -
    IN_PROGRESS  "30%"   -> working   -
    SUCCESS      "100%"  -> succeeded 100 %
    "#);
    // The same by the OpenAI routes, where one word stands for two rungs.
    let rungs = [("queued", 10), ("queued", 20), ("in_progress", 30), ("in_progress", 50), ("failed", 100)];
    insta::assert_snapshot!(told(&rungs.map(|(status, progress)| json!({"status": status, "progress": progress}))), @r"
    queued       10      -> submitted -
    queued       20      -> queued    -
    in_progress  30      -> working   -
    in_progress  50      -> working   -
    failed       100     -> ended     -
    ");
}

#[test]
fn who_counts_is_believed_in_every_spelling_and_never_backwards() {
    let spellings = [
        json!("20%"),
        json!("30%"),
        json!(3),
        json!("7%"),
        json!("12"),
        json!(0.31),
        json!(null),
        json!(45.9),
        json!("9%"),
    ];
    let answers = spellings.map(|progress| json!({"status": "in_progress", "progress": progress}));
    insta::assert_snapshot!(told(&answers), @r#"
    in_progress  "20%"   -> working   -
    in_progress  "30%"   -> working   -
    in_progress  3       -> working   3 %
    in_progress  "7%"    -> working   7 %
    in_progress  "12"    -> working   12 %
    in_progress  0.31    -> working   31 %
    in_progress  null    -> working   31 %
    in_progress  45.9    -> working   45 %
    in_progress  "9%"    -> working   45 %
    "#);
}

#[test]
fn nonsense_is_no_progress_and_a_hundred_is_none_before_the_end() {
    let nonsense = [
        json!(150),
        json!(-1),
        json!("NaN"),
        json!("soon"),
        json!({"of": 3}),
        json!(99.9),
        json!(1e300),
        json!("100%"),
    ];
    let answers = nonsense.map(|progress| json!({"status": "rendering", "progress": progress}));
    insta::assert_snapshot!(told(&answers), @r#"
    rendering    150     -> working   -
    rendering    -1      -> working   -
    rendering    "NaN"   -> working   -
    rendering    "soon"  -> working   -
    rendering    {"of":3}-> working   -
    rendering    99.9    -> working   99 %
    rendering    1e+300  -> working   99 %
    rendering    "100%"  -> working   99 %
    "#);
}

#[test]
fn the_first_end_stands() {
    let answers = [("queued", 4), ("failed", 80), ("completed", 100), ("in_progress", 5)];
    insta::assert_snapshot!(told(&answers.map(|(status, progress)| json!({"status": status, "progress": progress}))), @r"
    queued       4       -> queued    4 %
    failed       80      -> ended     4 %
    completed    100     -> ended     4 %
    in_progress  5       -> ended     4 %
    ");
}

fn word() -> impl Strategy<Value = TaskStatus> {
    let words = [
        "NOT_START",
        "SUBMITTED",
        "queued",
        "IN_PROGRESS",
        "running",
        "what",
        "SUCCESS",
        "failed",
        "cancelled",
        "expired",
    ];
    // Ends are seldom, or there is nothing to see.
    prop::sample::select((0..60).map(|at: usize| words[if at < 54 { at % 6 } else { at - 50 }]).collect::<Vec<_>>())
        .prop_map(TaskStatus::from)
}

proptest! {
    #[test]
    fn progress_never_goes_back_and_is_a_hundred_at_success_alone(
        said in prop::collection::vec((word(), any::<Option<u8>>()), 1..40),
    ) {
        let mut progress = TaskProgress::default();
        for (status, number) in said {
            let before = progress;
            progress.said(&status, number);
            prop_assert!(progress.stage() >= before.stage());
            prop_assert!(progress.percent() >= before.percent());
            prop_assert_eq!(progress.percent() == Some(100), progress.stage() == Stage::Succeeded);
            if matches!(before.stage(), Stage::Ended | Stage::Succeeded) {
                prop_assert_eq!(progress, before);
            }
        }
    }

    #[test]
    fn no_ladder_is_taken_for_a_percentage(
        rungs in prop::collection::vec(prop::sample::select(vec![0, 10, 20, 30, 50, 100]), 1..20), status in word(),
    ) {
        let mut progress = TaskProgress::default();
        for rung in rungs {
            progress.said(&status, Some(rung));
        }
        prop_assert!(matches!(progress.percent(), None | Some(100)));
    }
}
