//! Refusals that our server half writes, read by our client half.

use std::time::Duration;

use http::StatusCode;
use insta::assert_snapshot;
use proptest::prelude::*;
use video_protocol::{Dialect as _, Error, ErrorKind, HttpResponse, NewApi, Route, ServerDialect as _};
use video_types::{Generation, TaskId};

use crate::fixture::named;
use crate::transcript::{asked, error_line, polled, submitted};

fn read_as_submit(response: &HttpResponse) -> Error {
    NewApi.decode_submit(&Generation::new("m", "p"), response).expect_err("a refusal")
}

/// All errors that some fixture is.
fn errors() -> Vec<(String, Error)> {
    let names = ["submit", "refusal", "code", "token"].iter().flat_map(|kind| named(kind));
    names.filter_map(|name| Some((submitted(&name).err()?, name))).map(|(error, name)| (name, error)).collect()
}

fn members(error: &Error) -> (ErrorKind, video_protocol::Class, bool, String, Option<Duration>, Option<String>) {
    let words = if error.message().is_empty() { error.kind().as_str() } else { error.message() };
    let code = error.code().map(str::to_owned);
    (error.kind(), error.class(), error.proves_no_task(), words.to_owned(), error.retry_after(), code)
}

#[test]
fn a_refused_submit_is_read_as_the_same_error() {
    let mut different = Vec::new();
    for (name, error) in errors() {
        let response = NewApi.encode_error(Some(&Route::Submit), &error);
        assert!(response.status().is_client_error() || response.status().is_server_error(), "{name}");
        let read = read_as_submit(&response);
        assert_eq!(read.proves_no_task(), error.proves_no_task(), "{name}");
        assert_eq!(read.message(), error.message(), "{name}");
        let (mut before, mut after) = (members(&error), members(&read));
        // A code of our own where there was none is an addition.
        if before.5.is_none() {
            (before.5, after.5) = (None, None);
        }
        if before != after {
            different.push(format!("{name}\n    {}\n    {}", error_line(&error), error_line(&read)));
        }
    }
    assert_snapshot!(different.join("\n"));
}

#[test]
fn a_refused_poll_and_a_refused_content_are_read_as_the_same_error() {
    let id = TaskId::from("task_8Jd0");
    for name in [
        "poll-task-not-exist",
        "poll-not-implemented",
        "poll-invalid-channel",
        "poll-get-task-failed",
        "poll-convert-failed",
    ] {
        let error = polled(name).expect_err("a refusal");
        let read = NewApi.decode_poll(&asked(), &NewApi.encode_error(Some(&Route::Poll(id.clone())), &error));
        assert_eq!(members(&read.expect_err("a refusal")), members(&error), "{name}");
    }
    for name in named("content") {
        let error = NewApi.decode_content_error(&asked(), &crate::fixture::answer(&name));
        let response = NewApi.encode_error(Some(&Route::Content(id.clone())), &error);
        let read = NewApi.decode_content_error(&asked(), &response);
        assert_eq!(
            (read.kind(), read.class(), read.message()),
            (error.kind(), error.class(), error.message()),
            "{name}"
        );
    }
}

/// All kinds; the first seven say by themselves that nothing was ordered.
const KINDS: &[ErrorKind] = &[
    ErrorKind::InvalidRequest,
    ErrorKind::ModelUnavailable,
    ErrorKind::Unauthorized,
    ErrorKind::QuotaExceeded,
    ErrorKind::ContentRejected,
    ErrorKind::RateLimited,
    ErrorKind::NotFound,
    ErrorKind::Unavailable,
    ErrorKind::Misconfigured,
    ErrorKind::NotReady,
    ErrorKind::Decode,
    ErrorKind::NoAnswer,
    ErrorKind::OutcomeUnknown,
    ErrorKind::TaskFailed,
    ErrorKind::TaskExpired,
    ErrorKind::TaskCancelled,
    ErrorKind::TaskLost,
    ErrorKind::DeadlineExceeded,
    ErrorKind::Undelivered,
    ErrorKind::Local,
];

#[test]
fn an_error_of_any_kind_has_a_status_and_a_code_on_every_route() {
    let task = TaskId::from("t");
    let shown = |route: &Route, error: Error| {
        let response = NewApi.encode_error(Some(route), &error);
        let body: serde_json::Value = serde_json::from_slice(response.body()).expect("JSON");
        format!(
            "{} {}",
            response.status().as_u16(),
            body["code"].as_str().filter(|code| !code.is_empty()).unwrap_or("-")
        )
    };
    let rows = KINDS.iter().map(|kind| {
        let (open, proven) = (Error::new(*kind), Error::new(*kind).with_proof_of_no_task());
        let submit = (shown(&Route::Submit, open), shown(&Route::Submit, proven));
        let poll = shown(&Route::Poll(task.clone()), Error::new(*kind));
        let content = shown(&Route::Content(task.clone()), Error::new(*kind));
        format!("{:18}{:32}{:32}{poll:32}{content}", format!("{kind:?}"), submit.0, submit.1)
    });
    let head = format!("{:18}{:32}{:32}{:32}content", "", "submit", "submit, proven", "poll");
    assert_snapshot!([head].into_iter().chain(rows).collect::<Vec<_>>().join("\n"));
}

#[test]
fn an_end_or_a_missing_video_is_read_as_what_it_is() {
    let route = Route::Content(TaskId::from("task_8Jd0"));
    let kinds = [
        ErrorKind::TaskFailed,
        ErrorKind::TaskExpired,
        ErrorKind::TaskCancelled,
        ErrorKind::NotReady,
        ErrorKind::NotFound,
        ErrorKind::Undelivered,
    ];
    let rows = kinds.map(|kind| {
        let read = NewApi.decode_content_error(&asked(), &NewApi.encode_error(Some(&route), &Error::new(kind)));
        assert_eq!(read.kind(), kind);
        error_line(&read)
    });
    assert_snapshot!(rows.join("\n"), @"
    TaskFailed, permanent, about a task → failed: the generation failed (HTTP 400, video_generation_failed)
    TaskExpired, permanent, about a task → expired: the provider gave the task up (HTTP 400, task_expired)
    TaskCancelled, permanent, about a task → cancelled: the task was cancelled (HTTP 400, task_cancelled)
    NotReady, temporary, about a task → running: the task has not ended yet (HTTP 400, task_not_completed)
    NotFound, permanent, about a task → lost: the server does not know this task (HTTP 404, task_not_exist)
    Undelivered, permanent, about a task → undelivered: the video could not be delivered (HTTP 410, artifact_gone)
    ");
}

#[test]
fn a_delay_is_rounded_up_to_whole_seconds() {
    let error = Error::new(ErrorKind::RateLimited).with_proof_of_no_task().temporary(Some(Duration::from_millis(1200)));
    let response = NewApi.encode_error(Some(&Route::Submit), &error);
    assert_eq!(response.headers()["retry-after"], "2");
    assert_eq!(read_as_submit(&response).retry_after(), Some(Duration::from_secs(2)));
}

proptest! {
    /// Whoever reads a proof orders again: it must never come from nowhere, and never get lost.
    #[test]
    fn a_submit_is_read_as_proven_exactly_if_it_is_or_its_kind_says_so(
        kind in prop::sample::select(KINDS), proven: bool, status in prop::option::of(100u16..=999),
        code in prop::option::of(prop_oneof![
            any::<String>(),
            prop::sample::select(vec!["invalid_request", "model_not_found", "50411", "task_not_exist", "outcome_unknown", "not_implemented", ""])
                .prop_map(str::to_owned),
        ]),
        message in prop_oneof![any::<String>(), Just("数据库错误".to_owned()), Just("No available channel".to_owned())],
        seconds in prop::option::of(0u64..100),
    ) {
        let refuses = KINDS[..7].contains(&kind);
        let mut error = Error::new(kind).with_message(message);
        if let Some(seconds) = seconds {
            error = error.temporary(Some(Duration::from_secs(seconds)));
        }
        if let Some(status) = status {
            error = error.with_status(StatusCode::from_u16(status).expect("a status"));
        }
        if let Some(code) = code {
            error = error.with_code(code);
        }
        if proven {
            error = error.with_proof_of_no_task();
        }
        let read = read_as_submit(&NewApi.encode_error(Some(&Route::Submit), &error));
        prop_assert!(read.proves_no_task() || !proven, "lost: {}", error_line(&read));
        prop_assert!(!read.proves_no_task() || proven || refuses, "from nowhere: {}", error_line(&read));
    }
}
