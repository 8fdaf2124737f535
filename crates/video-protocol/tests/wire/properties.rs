//! What no answer and no number can break.

use std::time::{Duration, SystemTime};

use http::HeaderValue;
use proptest::prelude::*;
use video_protocol::{
    Asset, Bearer, DataUri, Dialect as _, Endpoint, HttpRequest, HttpResponse, NewApi, PollSchedule, RetryPolicy,
    ServerDialect as _,
};
use video_types::{Generation, Phase};

use crate::endpoint::endpoint;
use crate::fixture::{answer, named};
use crate::transcript::asked;

/// Bodies of the fixtures, cut and spliced, and plain noise.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let bodies: Vec<Vec<u8>> = named("").iter().map(|name| answer(name).body().to_vec()).collect();
    let one = prop::sample::select(bodies);
    prop_oneof![
        (one.clone(), any::<prop::sample::Index>()).prop_map(|(body, at)| body[..at.index(body.len() + 1)].to_vec()),
        (one.clone(), one, any::<prop::sample::Index>()).prop_map(|(a, b, at)| {
            let at = at.index(a.len() + 1);
            [&a[..at], &b[at.min(b.len())..]].concat()
        }),
        prop::collection::vec(any::<u8>(), 0..200),
    ]
}

fn header_value() -> impl Strategy<Value = HeaderValue> {
    let values =
        vec!["1", "-1", "1e400", "NaN", "Sun, 06 Nov 1994 08:49:37 GMT", "{}", "key-1", "99999999999999999999", ""];
    prop_oneof![
        prop::sample::select(values).prop_map(HeaderValue::from_static),
        prop::collection::vec(any::<u8>(), 0..20)
            .prop_filter_map("a header", |bytes| HeaderValue::from_bytes(&bytes).ok()),
    ]
}

fn response() -> impl Strategy<Value = HttpResponse> {
    const NAMES: &[&str] = &[
        "retry-after",
        "retry-after-ms",
        "date",
        "openai-poll-after-ms",
        "location",
        "x-new-api-other-ratios",
        "x-oneapi-request-id",
        "idempotency-key",
    ];
    let headers = prop::collection::vec((prop::sample::select(NAMES), header_value()), 0..4);
    (prop_oneof![3 => Just(200u16), 1 => 100u16..=999], headers, body()).prop_map(|(status, headers, body)| {
        let mut response = HttpResponse::new(body.into());
        *response.status_mut() = http::StatusCode::from_u16(status).expect("a status");
        for (name, value) in headers {
            response.headers_mut().append(name, value);
        }
        response
    })
}

proptest! {
    #[test]
    fn no_answer_breaks_the_client_half(response in response()) {
        let content = NewApi.decode_content_error(&asked(), &response);
        prop_assert!(content.task().is_some() && !content.to_string().contains('\n'));
        match NewApi.decode_submit(&Generation::new("m", "p"), &response) {
            Ok(task) => prop_assert!(response.status().is_success() && !task.reference.id.as_str().trim().is_empty()),
            Err(error) => prop_assert!(!error.to_string().contains('\n')),
        }
        match NewApi.decode_poll(&asked(), &response) {
            Ok(task) => {
                prop_assert_eq!(&task.reference, &asked());
                prop_assert_eq!(task.assets.is_empty(), task.phase() != Phase::Succeeded);
                prop_assert!(task.finished_at.is_none() || task.phase().is_terminal());
            }
            Err(error) => prop_assert!(error.task().is_some() && !error.proves_no_task()),
        }
    }

    #[test]
    fn no_delay_a_server_asks_for_is_longer_than_a_day(response in response()) {
        let error = NewApi.decode_content_error(&asked(), &response);
        prop_assert!(error.retry_after().is_none_or(|delay| delay <= Duration::from_secs(24 * 60 * 60)));
    }

    #[test]
    fn no_request_breaks_the_server_half(method in "GET|POST|HEAD|DELETE", path in "(/[a-z0-9%.]{0,8}){0,5}", body in body()) {
        let mut request = HttpRequest::new(body.into());
        request.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
        let _ = NewApi.decode_submit_request(&request);
        let parsed = http::Request::builder().method(method.as_str()).uri(if path.is_empty() { "/" } else { &path });
        if let Ok(request) = parsed.body(bytes::Bytes::new()) {
            let _ = NewApi.route(&request);
        }
    }

    #[test]
    fn no_text_breaks_a_link_a_data_uri_a_key_or_a_base_url(text: String) {
        if let Some(asset) = Asset::read(&text) {
            let _ = NewApi.encode_content(&asset);
        }
        let _ = Asset::read(&format!("https://h/v1/videos/{text}/content"));
        let _ = DataUri::parse(&text);
        let _ = DataUri::parse(&format!("data:{text}"));
        let _ = Bearer::new(&text);
        let _ = Endpoint::new(&text, Bearer::new("k").expect("a key"));
        let _ = Endpoint::new(&format!("https://h{text}"), Bearer::new("k").expect("a key"));
    }

    #[test]
    fn no_location_breaks_or_gets_the_key_elsewhere(location in prop::collection::vec(any::<u8>(), 0..40), prefix in "|https?://|//|/|\\.\\./") {
        let endpoint = endpoint("https://host/prefix");
        let request = http::Request::get("/v1/videos/t/content").body(bytes::Bytes::new()).expect("a request");
        let request = endpoint.prepare(request, SystemTime::UNIX_EPOCH).expect("it can be prepared");
        let Ok(value) = HeaderValue::from_bytes(&[prefix.as_bytes(), &location].concat()) else { return Ok(()) };
        let answer = http::Response::builder().status(302).header("location", value).body(()).expect("an answer");
        if let Ok(Some(next)) = endpoint.follow(&request, &answer) {
            let next = endpoint.prepare(next, SystemTime::UNIX_EPOCH).expect("it can be prepared");
            let home = next.uri().host() == Some("host") && next.uri().path().starts_with("/prefix/");
            prop_assert!(home || !next.headers().contains_key("authorization"), "{}", next.uri());
        }
    }

    #[test]
    fn no_policy_breaks_the_arithmetic_of_delays(
        base: Duration, cap: Duration, patience: Duration, tried: u32, asked: Option<Duration>, chance: f64,
    ) {
        let mut policy = RetryPolicy::default();
        (policy.base, policy.cap, policy.patience) = (base, cap, patience);
        let delay = policy.backoff(tried, asked, chance);
        prop_assert_eq!(delay.is_none(), asked.is_some_and(|asked| asked > patience));
        prop_assert!(delay.is_none_or(|delay| asked.is_none_or(|asked| delay >= asked)));
    }

    #[test]
    fn no_schedule_breaks_the_interval(
        first: Duration, rest: Duration, least: Duration, most: Duration, at: Duration, seen: u32, hint: Option<Duration>,
    ) {
        let mut schedule = PollSchedule::default();
        (schedule.first, schedule.rest, schedule.least, schedule.most) = (first, rest, least, most);
        let delay = schedule.delay(at, seen, hint);
        prop_assert!(hint.is_none() || delay >= least);
    }
}
