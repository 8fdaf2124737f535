//! What a submit came to: not sent, refused, accepted, or unknown.

use std::sync::Arc;
use std::time::Duration;

use insta::assert_snapshot;
use video_protocol::{Class, ErrorKind, Flow, Input, Lost, NewApi, Outcome, RetryPolicy, Sent, Step};
use video_types::Generation;

use crate::fixture::{answer, named};

/// The one word of the design for what `input` makes of a submit that is tried once.
fn outcome(input: Input) -> String {
    let mut retry = RetryPolicy::default();
    retry.attempts = 1;
    let mut flow = Flow::submit(Arc::new(NewApi), Generation::new("m", "p"), "key-1").with_retry(retry);
    let first = flow.advance(Duration::ZERO, Input::Start);
    assert!(matches!(first, Step::Send { .. }), "{first:?}");
    let lost_unsent = matches!(&input, Input::Lost(lost) if lost.sent == Sent::No);
    match flow.advance(Duration::ZERO, input) {
        Step::Wait(_) | Step::Done(Outcome::Succeeded(_)) => {
            format!("accepted {}", flow.task().expect("a task").reference)
        }
        Step::Done(Outcome::Ended(error)) if error.task().is_some() => format!("accepted, then {}", error.verdict()),
        Step::Done(Outcome::Ended(error)) if error.kind() == ErrorKind::OutcomeUnknown => {
            assert!(!error.proves_no_task() && error.class() == Class::Permanent);
            "unknown".to_owned()
        }
        Step::Done(Outcome::Ended(error)) => {
            assert!(error.proves_no_task(), "{error:?}");
            let sent = if lost_unsent { "not sent" } else { "refused" };
            format!("{sent}: {:?} → {}", error.kind(), error.verdict())
        }
        step => format!("{step:?}"),
    }
}

#[test]
fn every_answer_to_a_submit_has_an_outcome() {
    let names: Vec<String> = ["submit", "refusal"].iter().flat_map(|kind| named(kind)).collect();
    let rows = names.iter().map(|name| {
        let status = answer(name).status().as_u16();
        format!("{status} {name}  {}", outcome(Input::Response(answer(name))))
    });
    assert_snapshot!(rows.collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_request_that_never_left_was_not_sent_and_one_that_may_have_is_unknown() {
    assert_snapshot!(outcome(Input::Lost(Lost::new(Sent::No, "connection refused"))), @"not sent: NoAnswer → unsent");
    assert_snapshot!(outcome(Input::Lost(Lost::new(Sent::Maybe, "connection reset"))), @"unknown");
}

#[test]
fn a_status_decides_where_the_body_says_nothing() {
    let statuses = [
        100, 200, 204, 300, 304, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 413, 415, 418, 421, 422, 425, 429,
        451, 499, 500, 501, 502, 503, 504, 520, 529, 599, 600, 999,
    ];
    let rows = statuses.map(|status| {
        let with = |body: &'static str| {
            let response = http::Response::builder().status(status).body(body.into()).expect("an answer");
            outcome(Input::Response(response))
        };
        let (empty, page, json) = (with(""), with("<html>"), with("{}"));
        if empty == page && page == json {
            format!("{status} {empty}")
        } else {
            format!("{status} {empty} | {page} | {json}")
        }
    });
    assert_snapshot!(rows.join("\n"), @"
    100 unknown
    200 unknown
    204 unknown
    300 unknown
    304 unknown
    400 refused: InvalidRequest → invalid
    401 refused: Unauthorized → refused
    402 refused: QuotaExceeded → refused
    403 refused: Misconfigured → unsent | refused: Misconfigured → unsent | refused: Unauthorized → refused
    404 refused: Misconfigured → unsent
    405 refused: InvalidRequest → invalid
    406 refused: InvalidRequest → invalid
    408 unknown
    409 refused: InvalidRequest → invalid
    410 refused: Misconfigured → unsent
    413 refused: InvalidRequest → invalid
    415 refused: InvalidRequest → invalid
    418 refused: InvalidRequest → invalid
    421 refused: InvalidRequest → invalid
    422 refused: InvalidRequest → invalid
    425 refused: RateLimited → unsent
    429 refused: RateLimited → unsent
    451 refused: InvalidRequest → invalid
    499 refused: InvalidRequest → invalid
    500 unknown
    501 refused: Misconfigured → unsent
    502 unknown
    503 unknown | unknown | refused: Unavailable → unsent
    504 unknown
    520 unknown
    529 unknown
    599 unknown
    600 unknown
    999 unknown
    ");
}
