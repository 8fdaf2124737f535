//! Settling by listing: pages, failures, and lists that are not what they should be.

use std::sync::Arc;

use insta::assert_snapshot;
use serde_json::{Value, json};
use video_protocol::{NewApi, Sent};

use crate::driver::Reply;
use crate::settling::{answer, cat, dog, nobody, page, play, settle, settle_by};

/// Dogs created so many seconds after the intent.
fn dogs(created: impl IntoIterator<Item = i64>) -> Vec<Value> {
    created.into_iter().map(|after| dog(&format!("v_{}", 1_000_000 + after), after)).collect()
}

#[test]
fn pages_are_read_until_they_are_older_than_the_intent() {
    let pages = [page(&dogs([50, 40]), true), page(&dogs([20, -7204]), true), page(&dogs([-7207, -7211]), true)];
    assert_snapshot!(play(settle(), pages, nobody), @"
     0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
     0.000 Settle GET /v1/videos?limit=100&order=desc&after=v_1000040 ← 200
     0.000 Settle GET /v1/videos?limit=100&order=desc&after=v_992796 ← 200
     0.000 wait 30.000
    30.000 Settle GET /v1/videos?limit=100&order=desc (end of the script)
    ");
}

#[test]
fn a_list_that_goes_from_old_to_new_is_read_to_its_end() {
    let old = [page(&dogs([-9000, -8000]), true), page(&dogs([-70, -60]), true), page(&[cat("v_1", 2)], false)];
    assert_snapshot!(play(settle(), old, nobody), @"
    0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    0.000 Settle GET /v1/videos?limit=100&order=desc&after=v_992000 ← 200
    0.000 Settle GET /v1/videos?limit=100&order=desc&after=v_999940 ← 200
    0.000 found openai:v_1@gw.example
    ");
}

#[test]
fn a_list_that_does_not_say_whether_there_is_more_is_read_until_a_page_is_empty() {
    let silent = |tasks: &[Value]| answer(&json!({"data": tasks}));
    let pages = || [silent(&dogs([50, 40])), silent(&dogs([30])), silent(&[])];
    assert_snapshot!(play(settle(), pages().into_iter().chain(pages()), nobody), @"
     0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
     0.000 Settle GET /v1/videos?limit=100&order=desc&after=v_1000040 ← 200
     0.000 Settle GET /v1/videos?limit=100&order=desc&after=v_1000030 ← 200
     0.000 wait 30.000
    30.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    30.000 Settle GET /v1/videos?limit=100&order=desc&after=v_1000040 ← 200
    30.000 Settle GET /v1/videos?limit=100&order=desc&after=v_1000030 ← 200
    30.000 absent
    ");
}

#[test]
fn a_list_that_repeats_itself_is_not_read_for_ever() {
    let pages = [page(&dogs([50, 40]), true), page(&dogs([50, 40]), true)];
    assert_snapshot!(play(settle(), pages, nobody), @"
    0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    0.000 Settle GET /v1/videos?limit=100&order=desc&after=v_1000040 ← 200
    0.000 undecided: the list has no end: look in the gateway's console
    ");
    let endless = (0..).map(|number| page(&dogs([1000 + number]), true));
    let log = play(settle().with_most_requests(3), endless, nobody);
    assert_snapshot!(log, @"
    0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    0.000 Settle GET /v1/videos?limit=100&order=desc&after=v_1001000 ← 200
    0.000 Settle GET /v1/videos?limit=100&order=desc&after=v_1001001 ← 200
    0.000 undecided: the list has no end: look in the gateway's console
    ");
}

#[test]
fn a_cursor_that_is_gone_begins_the_listing_again() {
    let gone = Reply::status(400, r#"{"error":{"message":"after is unknown","code":"invalid_request"}}"#);
    let pages = [page(&dogs([50, 40]), true), gone, page(&dogs([50]), true), page(&[cat("v_1", 2)], false)];
    assert_snapshot!(play(settle(), pages, nobody), @"
    0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    0.000 Settle GET /v1/videos?limit=100&order=desc&after=v_1000040 ← 400
    0.000 wait 0.912
    0.912 Settle GET /v1/videos?limit=100&order=desc ← 200
    0.912 Settle GET /v1/videos?limit=100&order=desc&after=v_1000050 ← 200
    0.912 found openai:v_1@gw.example
    ");
    let pages = [page(&dogs([50, 40]), true), page(&[], false), page(&dogs([50]), true), page(&[cat("v_1", 2)], false)];
    assert_snapshot!(play(settle(), pages, nobody), @"
    0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    0.000 Settle GET /v1/videos?limit=100&order=desc&after=v_1000040 ← 200
    0.000 wait 0.912
    0.912 Settle GET /v1/videos?limit=100&order=desc ← 200
    0.912 Settle GET /v1/videos?limit=100&order=desc&after=v_1000050 ← 200
    0.912 found openai:v_1@gw.example
    ");
}

#[test]
fn a_server_that_promises_more_after_every_full_page_has_an_end_all_the_same() {
    let walk = || [page(&dogs([50, 40]), true), page(&[], false)];
    let log = play(settle(), walk().into_iter().chain(walk()).chain(walk()), nobody);
    assert_snapshot!(log, @"
     0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
     0.000 Settle GET /v1/videos?limit=100&order=desc&after=v_1000040 ← 200
     0.000 wait 0.912
     0.912 Settle GET /v1/videos?limit=100&order=desc ← 200
     0.912 Settle GET /v1/videos?limit=100&order=desc&after=v_1000040 ← 200
     0.912 wait 30.000
    30.912 Settle GET /v1/videos?limit=100&order=desc ← 200
    30.912 Settle GET /v1/videos?limit=100&order=desc&after=v_1000040 ← 200
    30.912 absent
    ");
}

#[test]
fn a_listing_that_can_never_be_finished_stays_undecided() {
    let gone = || Reply::status(400, r#"{"error":{"message":"after is unknown","code":"invalid_request"}}"#);
    let pages = (0..10).flat_map(|_| [page(&dogs([50, 40]), true), gone()]);
    assert_snapshot!(play(settle(), pages, nobody), @"
     0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
     0.000 Settle GET /v1/videos?limit=100&order=desc&after=v_1000040 ← 400
     0.000 wait 0.912
     0.912 Settle GET /v1/videos?limit=100&order=desc ← 200
     0.912 Settle GET /v1/videos?limit=100&order=desc&after=v_1000040 ← 400
     0.912 wait 1.147
     2.060 Settle GET /v1/videos?limit=100&order=desc ← 200
     2.060 Settle GET /v1/videos?limit=100&order=desc&after=v_1000040 ← 400
     2.060 wait 1.079
     3.139 Settle GET /v1/videos?limit=100&order=desc ← 200
     3.139 Settle GET /v1/videos?limit=100&order=desc&after=v_1000040 ← 400
     3.139 wait 7.825
    10.964 Settle GET /v1/videos?limit=100&order=desc ← 200
    10.964 Settle GET /v1/videos?limit=100&order=desc&after=v_1000040 ← 400
    10.964 undecided: the list cannot be had, try later: the answer cannot be understood: the list could not be read to its end: after is unknown
    ");
}

#[test]
fn trouble_on_the_way_is_waited_out_and_the_page_asked_again() {
    let replies = [
        page(&dogs([50, 40]), true),
        Reply::status(503, "{}").with_header("retry-after", "7"),
        Reply::status(502, "<html>bad gateway"),
        Reply::Lost(Sent::Maybe),
        Reply::status(200, r#"{"data":[{"id":"v_1","prom"#),
        page(&[cat("v_1", 2)], false),
    ];
    assert_snapshot!(play(settle(), replies, nobody), @"
     0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
     0.000 Settle GET /v1/videos?limit=100&order=desc&after=v_1000040 ← 503
     0.000 wait 7.221
     7.221 Settle GET /v1/videos?limit=100&order=desc&after=v_1000040 ← 502
     7.221 wait 1.147
     8.368 Settle GET /v1/videos?limit=100&order=desc&after=v_1000040 ← lost, maybe sent
     8.368 wait 1.079
     9.447 Settle GET /v1/videos?limit=100&order=desc&after=v_1000040 ← 200
     9.447 wait 7.825
    17.273 Settle GET /v1/videos?limit=100&order=desc&after=v_1000040 ← 200
    17.273 found openai:v_1@gw.example
    ");
}

#[test]
fn five_failures_in_a_row_leave_it_undecided() {
    assert_snapshot!(play(settle(), (0..9).map(|_| Reply::status(500, "{}")), nobody), @"
     0.000 Settle GET /v1/videos?limit=100&order=desc ← 500
     0.000 wait 0.912
     0.912 Settle GET /v1/videos?limit=100&order=desc ← 500
     0.912 wait 1.147
     2.060 Settle GET /v1/videos?limit=100&order=desc ← 500
     2.060 wait 1.079
     3.139 Settle GET /v1/videos?limit=100&order=desc ← 500
     3.139 wait 7.825
    10.964 Settle GET /v1/videos?limit=100&order=desc ← 500
    10.964 undecided: the list cannot be had, try later: the server is in trouble: internal server error with an empty answer (HTTP 500)
    ");
}

#[test]
fn a_list_that_is_not_there_or_refused_leaves_it_undecided_at_once() {
    let refusals = [
        Reply::status(404, r#"{"error":{"message":"Invalid URL (GET /v1/videos)","type":"invalid_request_error"}}"#),
        Reply::status(405, r#"{"error":{"message":"method not allowed"}}"#),
        Reply::status(501, r#"{"code":"not_implemented","message":"not implemented"}"#),
        Reply::status(401, r#"{"error":{"message":"invalid key"}}"#),
        Reply::LostForGood,
    ];
    let logs = refusals.map(|refusal| play(settle(), [refusal], nobody));
    assert_snapshot!(logs.join("\n"), @"
    0.000 Settle GET /v1/videos?limit=100&order=desc ← 404
    0.000 undecided: the gateway does not list tasks: look in its console
    0.000 Settle GET /v1/videos?limit=100&order=desc ← 405
    0.000 undecided: the gateway does not list tasks: look in its console
    0.000 Settle GET /v1/videos?limit=100&order=desc ← 501
    0.000 undecided: the gateway does not list tasks: look in its console
    0.000 Settle GET /v1/videos?limit=100&order=desc ← 401
    0.000 undecided: the list cannot be had, try later: the key was refused: invalid key (HTTP 401)
    0.000 Settle GET /v1/videos?limit=100&order=desc ← cannot be sent
    0.000 undecided: the list cannot be had, try later: no answer: no such scheme
    ");
    // A page is a proxy that speaks: it may pass.
    let log = play(settle(), [Reply::status(404, "<html>not found"), page(&[cat("v_1", 2)], false)], nobody);
    assert_snapshot!(log, @"
    0.000 Settle GET /v1/videos?limit=100&order=desc ← 404
    0.000 wait 0.912
    0.912 Settle GET /v1/videos?limit=100&order=desc ← 200
    0.912 found openai:v_1@gw.example
    ");
}

#[test]
fn new_api_lists_by_the_routes_of_openai_if_it_lists_at_all() {
    assert_snapshot!(play(settle_by(Arc::new(NewApi)), [page(&[cat("task_1", 2)], false)], nobody), @"
    0.000 Settle GET /v1/videos?limit=100&order=desc ← 200
    0.000 found new-api:task_1@gw.example
    ");
}

#[test]
fn a_format_without_a_list_leaves_it_undecided() {
    assert_snapshot!(play(settle_by(Arc::new(crate::plain::Plain)), [], nobody), @"   0.000 undecided: the gateway does not list tasks: look in its console");
}

#[test]
fn after_its_end_it_sends_nothing_any_more() {
    use std::time::Duration;
    use video_protocol::{Input, Step};
    let mut settle = settle();
    let Reply::Answer(response) = page(&[cat("v_1", 2)], false) else { panic!("an answer") };
    assert!(matches!(settle.advance(Duration::ZERO, Input::Start, nobody), Step::Send { .. }));
    assert!(matches!(settle.advance(Duration::ZERO, Input::Response(response), nobody), Step::Done(_)));
    assert!(matches!(settle.advance(Duration::ZERO, Input::Waited, nobody), Step::Done(_)));
}
