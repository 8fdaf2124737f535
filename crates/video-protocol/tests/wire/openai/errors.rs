//! Refusals on this format's routes: one body for readers of every shape, and never a proof from nowhere.

use insta::assert_snapshot;
use proptest::prelude::*;
use video_protocol::{Dialect as _, Error, ErrorKind, HttpResponse, OpenAi, Route, ServerDialect as _};
use video_types::Generation;

use super::task;
use crate::fixture::named;
use crate::transcript::{error_line, submitted};

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

fn body(response: &HttpResponse) -> serde_json::Value {
    serde_json::from_slice(response.body()).expect("JSON")
}

#[test]
fn an_error_of_any_kind_has_a_status_a_type_and_a_code_on_every_route() {
    let routes = [
        Route::Submit,
        Route::Remix("t".into()),
        Route::Poll("t".into()),
        Route::Content("t".into()),
        Route::Delete("t".into()),
        Route::Cancel("t".into()),
        Route::List,
    ];
    let rows = KINDS.iter().map(|kind| {
        let answers = routes.iter().map(|route| OpenAi::default().encode_error(Some(route), &Error::new(*kind)));
        let statuses: Vec<String> = answers.map(|answer| answer.status().as_u16().to_string()).collect();
        let poll = body(&OpenAi::default().encode_error(Some(&Route::Poll("t".into())), &Error::new(*kind)));
        format!("{:18}{}  {} {}", format!("{kind:?}"), statuses.join(" "), poll["error"]["type"], poll["error"]["code"])
    });
    let rows: Vec<String> =
        ["kind              submit remix poll content delete cancel list".to_owned()].into_iter().chain(rows).collect();
    assert_snapshot!(rows.join("\n"));
}

#[test]
fn the_body_is_the_official_envelope_with_new_apis_members_beside() {
    let error = Error::invalid("seconds must be between 1 and 3600").with_code("invalid_seconds");
    let answer = OpenAi::default().encode_error(Some(&Route::Submit), &error);
    assert_snapshot!(serde_json::to_string_pretty(&body(&answer)).expect("text keys"), @r#"
    {
      "code": "invalid_seconds",
      "data": null,
      "error": {
        "code": "invalid_seconds",
        "message": "seconds must be between 1 and 3600",
        "param": null,
        "type": "invalid_request_error"
      },
      "message": "seconds must be between 1 and 3600"
    }
    "#);
}

#[test]
fn a_refused_submit_is_read_as_proven_exactly_if_it_was() {
    let names = ["submit", "refusal", "code", "token"].iter().flat_map(|kind| named(kind));
    for (name, error) in names.filter_map(|name| Some((name.clone(), submitted(&name).err()?))) {
        for route in [Route::Submit, Route::Remix("t".into())] {
            let answer = OpenAi::default().encode_error(Some(&route), &error);
            let read = match route {
                Route::Submit => OpenAi::default().decode_submit(&Generation::new("m", "p"), &answer),
                _ => OpenAi::default().decode_remix(&task(), &answer),
            };
            let read = read.expect_err("a refusal");
            assert_eq!(read.proves_no_task(), error.proves_no_task(), "{name} {route:?}");
            assert_eq!(read.message(), error.message(), "{name} {route:?}");
        }
    }
}

proptest! {
    #[test]
    fn a_remix_is_read_as_proven_exactly_if_it_is_or_its_kind_says_so(
        kind in prop::sample::select(KINDS), proven: bool, status in prop::option::of(100u16..=999), message: String,
        code in prop::option::of(prop::sample::select(vec!["invalid_request", "task_not_exist", "outcome_unknown", "50411", ""])),
    ) {
        let mut error = Error::new(kind).with_message(message);
        if let Some(status) = status {
            error = error.with_status(http::StatusCode::from_u16(status).expect("a status"));
        }
        if let Some(code) = code {
            error = error.with_code(code);
        }
        if proven {
            error = error.with_proof_of_no_task();
        }
        let answer = OpenAi::default().encode_error(Some(&Route::Remix("t".into())), &error);
        let read = OpenAi::default().decode_remix(&task(), &answer).expect_err("a refusal");
        prop_assert!(read.proves_no_task() || !proven, "lost: {}", error_line(&read));
        prop_assert!(!read.proves_no_task() || proven || KINDS[..7].contains(&kind), "from nowhere: {}", error_line(&read));
    }
}
