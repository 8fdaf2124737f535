//! Settling by listing: what is found, what is absent, and what stays undecided.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::driver::Reply;
use crate::settling::{INTENT, cat, dog, nobody, page, play, settle, with};

#[test]
fn a_task_that_matches_is_found_at_the_first_look() {
    let log = play(settle(), [page(&[dog("v_2", 9), cat("v_1", 2)], false)], nobody);
    assert_snapshot!(log, @"
    0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    0.000 found openai:v_1@gw.example
    ");
}

#[test]
fn what_two_listings_apart_in_time_do_not_show_is_absent() {
    let log = play(settle(), [page(&[dog("v_2", 9)], false), page(&[dog("v_2", 9)], false)], nobody);
    assert_snapshot!(log, @"
     0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
     0.000 wait 30.000
    30.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    30.000 absent
    ");
}

#[test]
fn a_task_that_shows_late_is_found_at_the_second_look() {
    let log = play(settle(), [page(&[], false), page(&[cat("v_1", 2)], false)], nobody);
    assert_snapshot!(log, @"
     0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
     0.000 wait 30.000
    30.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    30.000 found openai:v_1@gw.example
    ");
}

#[test]
fn an_owned_task_is_never_found() {
    let mine = |id: &video_types::TaskId| id.as_str() == "v_1";
    let pages = || [page(&[cat("v_1", 2)], false), page(&[cat("v_1", 2)], false)];
    assert_snapshot!(play(settle(), pages(), mine), @"
     0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
     0.000 wait 30.000
    30.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    30.000 absent
    ");
    let other = [page(&[cat("v_2", 3), cat("v_1", 2)], false)];
    assert_snapshot!(play(settle(), other, mine), @"
    0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    0.000 found openai:v_2@gw.example
    ");
}

/// The last line, without its time.
fn last(log: &str) -> String {
    log.lines().last().unwrap_or_default().trim_start().split_once(' ').unwrap_or_default().1.to_owned()
}

/// The end of a settling whose list holds this one task.
fn end(task: Value) -> String {
    let pages = [page(std::slice::from_ref(&task), false), page(&[task], false)];
    last(&play(settle(), pages, nobody))
}

#[test]
fn what_a_listed_task_must_be_like() {
    let cat = || cat("v_1", 2);
    let told = |member: &str, value: Value| with(cat(), member, value);
    let rows = [
        ("the same", cat()),
        ("failed meanwhile", told("status", json!("failed"))),
        ("created 5 s before the intent", told("created_at", json!(INTENT - 5))),
        // Our clock may have been set back since.
        ("created 6 s before the intent", told("created_at", json!(INTENT - 6))),
        ("and another model", with(with(cat(), "model", json!("sora-2-pro")), "created_at", json!(INTENT - 6))),
        ("created 2 h 6 s before", told("created_at", json!(INTENT - 7206))),
        ("creation not told", told("created_at", Value::Null)),
        ("another prompt", told("prompt", json!("a cat in fog."))),
        ("another letter case", told("prompt", json!("A cat in fog"))),
        ("prompt trimmed or padded", told("prompt", json!(" a cat in fog "))),
        ("prompt shortened", told("prompt", json!("a cat…"))),
        ("prompt not told", told("prompt", Value::Null)),
        ("prompt blank", told("prompt", json!(""))),
        ("another model", told("model", json!("sora-2-pro"))),
        ("model not told", told("model", Value::Null)),
        ("another size", told("size", json!("720x1280"))),
        ("size spelled otherwise", told("size", json!("1280*720"))),
        ("size a word", told("size", json!("720p"))),
        ("size not told", told("size", Value::Null)),
        ("another length", told("seconds", json!("10"))),
        ("length of the result", told("seconds", json!("5.1"))),
        ("length a number", told("seconds", json!(5))),
        ("length not told", told("seconds", Value::Null)),
        ("a remix", told("remixed_from_video_id", json!("v_0"))),
    ];
    let rows = rows.map(|(what, task)| format!("{what:30} {}", end(task)));
    assert_snapshot!(rows.join("\n"), @"
    the same                       found openai:v_1@gw.example
    failed meanwhile               found openai:v_1@gw.example
    created 5 s before the intent  found openai:v_1@gw.example
    created 6 s before the intent  undecided: no task matches for sure: look at openai:v_1@gw.example
    and another model              absent
    created 2 h 6 s before         absent
    creation not told              undecided: no task matches for sure: look at openai:v_1@gw.example
    another prompt                 absent
    another letter case            absent
    prompt trimmed or padded       undecided: no task matches for sure: look at openai:v_1@gw.example
    prompt shortened               undecided: no task matches for sure: look at openai:v_1@gw.example
    prompt not told                undecided: no task matches for sure: look at openai:v_1@gw.example
    prompt blank                   undecided: no task matches for sure: look at openai:v_1@gw.example
    another model                  undecided: no task matches for sure: look at openai:v_1@gw.example
    model not told                 undecided: no task matches for sure: look at openai:v_1@gw.example
    another size                   undecided: no task matches for sure: look at openai:v_1@gw.example
    size spelled otherwise         found openai:v_1@gw.example
    size a word                    undecided: no task matches for sure: look at openai:v_1@gw.example
    size not told                  found openai:v_1@gw.example
    another length                 undecided: no task matches for sure: look at openai:v_1@gw.example
    length of the result           found openai:v_1@gw.example
    length a number                found openai:v_1@gw.example
    length not told                found openai:v_1@gw.example
    a remix                        undecided: no task matches for sure: look at openai:v_1@gw.example
    ");
}

#[test]
fn a_remix_is_known_by_its_origin_and_prompt() {
    use crate::settling::time;
    use video_protocol::{OpenAi, Settle, TaskRef};
    let told = |origin: Value| with(cat("v_1", 2), "remixed_from_video_id", origin);
    let rows = [
        ("made from it", told(json!("v_0"))),
        ("made from another", told(json!("v_9"))),
        ("origin not told", told(Value::Null)),
        ("another prompt", with(told(json!("v_0")), "prompt", json!("a dog"))),
    ];
    let rows = rows.map(|(what, task)| {
        let of = TaskRef::new("openai", "v_0");
        let dialect = std::sync::Arc::new(OpenAi::default());
        let settle = Settle::remix(dialect, &of, "a cat in fog", time(INTENT), time(INTENT + 60));
        let pages = [page(std::slice::from_ref(&task), false), page(&[task], false)];
        format!("{what:30} {}", last(&play(settle, pages, nobody)))
    });
    assert_snapshot!(rows.join("\n"), @"
    made from it                   found openai:v_1
    made from another              undecided: no task matches for sure: look at openai:v_1
    origin not told                undecided: no task matches for sure: look at openai:v_1
    another prompt                 absent
    ");
}

#[test]
fn a_sure_match_comes_before_a_doubtful_one() {
    let doubtful = with(cat("v_2", 3), "model", json!("sora-2-pro"));
    assert_snapshot!(play(settle(), [page(&[doubtful, cat("v_1", 2)], false)], nobody), @"
    0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    0.000 found openai:v_1@gw.example
    ");
}

#[test]
fn more_matches_than_orders_in_doubt_are_ambiguous() {
    let two = || page(&[cat("v_2", 3), cat("v_1", 2)], false);
    assert_snapshot!(play(settle(), [two(), two()], nobody), @"
     0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
     0.000 wait 30.000
    30.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    30.000 undecided: 2 tasks match: choose among openai:v_1@gw.example, openai:v_2@gw.example
    ");
    assert_snapshot!(play(settle().with_equals(2), [two()], nobody), @"
    0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    0.000 found openai:v_1@gw.example
    ");
    let five: Vec<Value> = (1..=5).rev().map(|number| cat(&format!("v_{number}"), number)).collect();
    assert_snapshot!(play(settle().with_equals(4), [page(&five, false), page(&five, false)], nobody), @"
     0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
     0.000 wait 30.000
    30.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    30.000 undecided: 5 tasks match: choose among openai:v_1@gw.example, openai:v_2@gw.example, openai:v_3@gw.example, …
    ");
}

#[test]
fn a_match_that_vanishes_between_the_listings_is_not_absent() {
    let doubtful = with(cat("v_2", 3), "model", json!("sora-2-pro"));
    assert_snapshot!(play(settle(), [page(&[doubtful], false), page(&[], false)], nobody), @"
     0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
     0.000 wait 30.000
    30.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    30.000 undecided: no task matches for sure: look at openai:v_2@gw.example
    ");
}

#[test]
fn a_task_that_somebody_turns_out_to_own_is_out_of_the_way() {
    let owned = std::cell::Cell::new(false);
    let doubtful = || page(&[with(cat("v_2", 3), "model", json!("sora-2-pro"))], false);
    let replies = [doubtful(), doubtful()].into_iter().enumerate().map(|(number, reply)| {
        owned.set(number == 1);
        reply
    });
    assert_snapshot!(play(settle(), replies, |_| owned.get()), @"
     0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
     0.000 wait 30.000
    30.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    30.000 absent
    ");
}

#[test]
fn an_entry_that_cannot_be_read_could_be_the_task() {
    let odd = || page(&[json!({"id": null, "prompt": "a cat in fog"}), dog("v_1", 1)], false);
    assert_snapshot!(play(settle(), [odd(), odd()], nobody), @"
     0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
     0.000 wait 30.000
    30.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    30.000 undecided: an entry of the list cannot be read: look in the gateway's console
    ");
    assert_snapshot!(play(settle(), [odd(), page(&[cat("v_2", 3)], false)], nobody), @"
     0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
     0.000 wait 30.000
    30.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    30.000 found openai:v_2@gw.example
    ");
}

#[test]
fn the_clock_of_the_gateway_is_known_by_its_date() {
    // The first answer is read a minute after the intent.
    let dated = |date: i64, created: i64| {
        let page = |later: i64| {
            let date = httpdate::fmt_http_date(crate::settling::time(INTENT + 60 + date + later));
            page(&[cat("v_1", created)], false).with_header("date", &date)
        };
        last(&play(settle(), [page(0), page(30)], nobody))
    };
    let rows = [
        ("in step, created 2 s after", 0, 2),
        ("in step, created 6 s before", 0, -6),
        ("in step, created two hours and 6 s before", 0, -7206),
        ("an hour behind, created 2 s after", -3600, 2 - 3600),
        ("an hour behind, created two hours and 6 s before", -3600, -7206 - 3600),
        ("an hour ahead, created 2 s after", 3600, 2 + 3600),
        // It may be the clock of a proxy that is ahead.
        ("an hour ahead, created 6 s before", 3600, -6 + 3600),
        ("an hour ahead, created three hours and 6 s before", 3600, -7206),
    ];
    let rows = rows.map(|(what, ahead, created)| format!("{what:50} {}", dated(ahead, created)));
    assert_snapshot!(rows.join("\n"), @"
    in step, created 2 s after                         found openai:v_1@gw.example
    in step, created 6 s before                        undecided: no task matches for sure: look at openai:v_1@gw.example
    in step, created two hours and 6 s before          absent
    an hour behind, created 2 s after                  found openai:v_1@gw.example
    an hour behind, created two hours and 6 s before   absent
    an hour ahead, created 2 s after                   found openai:v_1@gw.example
    an hour ahead, created 6 s before                  undecided: no task matches for sure: look at openai:v_1@gw.example
    an hour ahead, created three hours and 6 s before  absent
    ");
}

#[test]
fn an_order_noted_by_a_clock_that_was_set_back_since_is_not_called_absent() {
    // By the clock of today the task is from an hour before its own intent.
    let page = || page(&[cat("v_1", -3600), dog("v_0", -9000)], false);
    assert_snapshot!(play(settle(), [page(), page()], nobody), @"
     0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
     0.000 wait 30.000
    30.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    30.000 undecided: no task matches for sure: look at openai:v_1@gw.example
    ");
}

#[test]
fn a_date_that_is_none_or_a_wonder_breaks_nothing() {
    for date in ["", "yesterday", "Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"] {
        let page = || page(&[dog("v_1", 2)], false).with_header("date", date);
        let log = play(settle(), [page(), page()], nobody);
        assert!(log.ends_with("absent"), "{date}: {log}");
    }
}

#[test]
fn a_reply_that_is_lost_says_nothing_about_the_task() {
    let lost = Reply::Lost(video_protocol::Sent::Maybe);
    assert_snapshot!(play(settle(), [lost, page(&[cat("v_1", 2)], false)], nobody), @"
    0.000 Settle GET /v1/videos?limit=100&order=desc ← lost, maybe sent
    0.000 wait 0.912
    0.912 Settle GET /v1/videos?limit=100&order=desc ← 200
    0.912 found openai:v_1@gw.example
    ");
}
