//! From what went wrong with the upstream to what the gateway's own client may hear of it.
//!
//! The rule: the client must come to the conclusion that the gateway came to. What proves that no task exists must
//! still prove it one hop later, and what proves nothing must not.

use http::StatusCode;
use video_protocol::{Class, Error, ErrorKind, Route};

use super::Refusal;

impl Refusal {
    /// What to say of an upstream's error on `route`.
    pub(crate) fn upstream(route: &Route, error: Error) -> Self {
        let orders = matches!(route, Route::Submit | Route::Remix(_));
        let words = without_keys(error.message());
        // Where to is between the operator and the upstream.
        let redirects = error.status().is_some_and(|status| status.is_redirection());
        match error.kind() {
            ErrorKind::OutcomeUnknown if redirects => {
                Self::unknown_outcome("The upstream redirected the order elsewhere")
            }
            ErrorKind::OutcomeUnknown => Self::unknown_outcome(words),
            _ if redirects => Self::misconfigured("it redirects elsewhere, so its base URL needs correcting"),
            ErrorKind::NotFound | ErrorKind::TaskLost if *route != Route::Submit => Self::unknown_task(route),
            // The address of the upstream is wrong, or it is another kind of server.
            ErrorKind::NotFound => Self::misconfigured(&words),
            ErrorKind::Misconfigured if error.code().is_none() => Self::misconfigured(&words),
            // New API's word for a key of the operator that a provider refused: signing in would not help.
            ErrorKind::Unauthorized => {
                let status = refusing(&error).unwrap_or(StatusCode::UNAUTHORIZED);
                let words = format!("The upstream refused the key of this gateway: {words}");
                Self::new(ErrorKind::Misconfigured, status, "fail_to_fetch_task", words)
            }
            ErrorKind::Undelivered => Self::undelivered(&error),
            kind => {
                let proven = orders && error.proves_no_task();
                let status = refusing(&error).unwrap_or(match kind {
                    ErrorKind::InvalidRequest | ErrorKind::ContentRejected => StatusCode::BAD_REQUEST,
                    // Said as JSON this proves that no task exists, as 502 would not.
                    ErrorKind::NoAnswer | ErrorKind::DeadlineExceeded | ErrorKind::Local if proven => {
                        StatusCode::SERVICE_UNAVAILABLE
                    }
                    ErrorKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
                    _ => StatusCode::BAD_GATEWAY,
                });
                let words = match kind {
                    ErrorKind::NoAnswer => format!("The upstream did not answer: {words}"),
                    ErrorKind::Decode => format!("The upstream's answer cannot be understood: {words}"),
                    _ => words,
                };
                let about_the_input = matches!(kind, ErrorKind::InvalidRequest | ErrorKind::ContentRejected);
                let error = error.with_status(status).with_message(words);
                Self { error, signed: !about_the_input, headers: Vec::new() }
            }
        }
    }

    fn misconfigured(words: &str) -> Self {
        let words = format!("The upstream of this gateway does not take this request: {words}");
        Self::new(ErrorKind::Misconfigured, StatusCode::NOT_IMPLEMENTED, "not_implemented", words)
    }

    /// The video is there, but no place gives it, with New API's words. After the delay the last place asked for, if any.
    fn undelivered(error: &Error) -> Self {
        let words = match error.status() {
            Some(status) => format!("Upstream service returned status {}", status.as_u16()),
            None => "Failed to fetch video content".to_owned(),
        };
        let delay = error.retry_after().filter(|_| error.class() == Class::Temporary);
        let status = if delay.is_some() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::BAD_GATEWAY };
        let mut refusal = Self::new(ErrorKind::Unavailable, status, "", words);
        refusal.error = refusal.error.temporary(delay);
        refusal
    }
}

/// The status of the upstream's answer, if it refuses: a refusal inside 200 or a redirect is none.
fn refusing(error: &Error) -> Option<StatusCode> {
    error.status().filter(|status| status.is_client_error() || status.is_server_error())
}

/// The words without what looks like a key: gateways repeat the key they refuse.
fn without_keys(words: &str) -> String {
    let mut clean = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(at) = rest.find("sk-") {
        let (before, key) = rest.split_at(at);
        let length = key.find(|c: char| !(c.is_ascii_alphanumeric() || "-_*".contains(c))).unwrap_or(key.len());
        clean.push_str(before);
        // `task-` and `disk-full` end in it too.
        let is_word = before.ends_with(|c: char| c.is_ascii_alphanumeric()) || length < 10;
        clean.push_str(if is_word { &key[..length] } else { "sk-***" });
        rest = &key[length..];
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use http::Response;
    use video_protocol::{Dialect, HttpResponse, NewApi, ServerDialect};
    use video_types::Generation;

    use super::*;
    use crate::request_id::RequestId;

    /// Reads an answer to a submit as a client does, and passes it on as the gateway does.
    fn one_hop(status: u16, headers: &[(&str, &str)], body: &str) -> (Error, Option<HttpResponse>) {
        let mut answer = Response::builder().status(status);
        for (name, value) in headers {
            answer = answer.header(*name, *value);
        }
        let answer = answer.body(bytes::Bytes::from(body.to_owned())).unwrap();
        let error = NewApi.decode_submit(&Generation::new("m", "p"), &answer).unwrap_err();
        let passed = error.proves_no_task().then(|| {
            let again = NewApi.decode_submit(&Generation::new("m", "p"), &answer).unwrap_err();
            let refusal = Refusal::upstream(&Route::Submit, again);
            NewApi.encode_error(Some(&Route::Submit), &refusal.error)
        });
        (error, passed)
    }

    #[test]
    fn a_proof_that_no_task_exists_still_proves_it_one_hop_later() {
        type Row = (u16, &'static [(&'static str, &'static str)], &'static str);
        let rows: &[Row] = &[
            (400, &[], r#"{"code":"invalid_request","message":"prompt is required","data":null}"#),
            (401, &[], r#"{"error":{"message":"Invalid token sk-0123456789abcdef","type":"new_api_error"}}"#),
            (403, &[], r#"{"code":"insufficient_user_quota","message":"no money","data":null}"#),
            (404, &[], r#"{"error":{"message":"Invalid URL (POST /v1/video/generations)"}}"#),
            (404, &[], "<html><title>Not found</title></html>"),
            (413, &[], r#"{"code":"read_request_body_failed","message":"too large","data":null}"#),
            (429, &[("retry-after", "7")], r#"{"code":"fail_to_fetch_task","message":"busy","data":null}"#),
            (503, &[], r#"{"error":{"message":"No available channel","code":"model_not_found"}}"#),
            (503, &[("retry-after", "2")], "<html>busy</html>"),
            (500, &[], r#"{"code":"50411","message":"sensitive","data":null}"#),
            (501, &[], ""),
            (200, &[], r#"{"code":"ali_api_error","message":"InvalidParameter","data":null}"#),
            (307, &[("location", "https://elsewhere.example/v1")], ""),
        ];
        let mut table = Vec::new();
        for (status, headers, body) in rows {
            let (first, passed) = one_hop(*status, headers, body);
            let passed = passed.expect("a proof");
            let second = NewApi.decode_submit(&Generation::new("m", "p"), &passed).unwrap_err();
            assert!(second.proves_no_task(), "{first} became {second}");
            assert_eq!(first.class(), second.class(), "{first} became {second}");
            table.push(format!("{first}\n  -> {second}\n"));
        }
        insta::assert_snapshot!(table.concat());
    }

    #[test]
    fn what_never_left_this_machine_proves_it_too() {
        for kind in [ErrorKind::NoAnswer, ErrorKind::DeadlineExceeded, ErrorKind::Local] {
            let refusal = Refusal::upstream(&Route::Submit, Error::new(kind).with_proof_of_no_task());
            let answer = NewApi.encode_error(Some(&Route::Submit), &refusal.error);
            let second = NewApi.decode_submit(&Generation::new("m", "p"), &answer).unwrap_err();
            assert!(second.proves_no_task(), "{kind:?} became {second}");
        }
    }

    #[test]
    fn an_unknown_outcome_stays_unknown_and_is_not_repeated() {
        let error = Error::new(ErrorKind::OutcomeUnknown)
            .with_status(StatusCode::SERVICE_UNAVAILABLE)
            .with_message("the server is in trouble (HTTP 503)");
        let refusal = Refusal::upstream(&Route::Submit, error);
        let answer = refusal.answer(&NewApi, Some(&Route::Submit), &RequestId::random());
        assert_eq!(answer.status(), 502);
        assert_eq!(answer.headers()["x-should-retry"], "false");
        let refusal = Refusal::upstream(&Route::Submit, Error::new(ErrorKind::OutcomeUnknown).with_message("evidence"));
        let answer = NewApi.encode_error(Some(&Route::Submit), &refusal.error);
        let second = NewApi.decode_submit(&Generation::new("m", "p"), &answer).unwrap_err();
        assert!(!second.proves_no_task());
        insta::assert_snapshot!(String::from_utf8_lossy(answer.body()));
    }

    #[test]
    fn what_looks_like_a_key_is_masked_and_words_are_not() {
        let rows = [
            "Incorrect API key provided: sk-0123456789abcdef.",
            "TokenStatusExhausted[sk-abc***xyz]",
            "task-queue is full, disk-full-alarm-raised",
            "sk-",
            "ends with sk-0123456789",
            "sk-0123456789 and sk-abcdefghij",
        ];
        let table: Vec<String> = rows.into_iter().map(|row| format!("{row}\n  -> {}", without_keys(row))).collect();
        insta::assert_snapshot!(table.join("\n"));
    }
}
