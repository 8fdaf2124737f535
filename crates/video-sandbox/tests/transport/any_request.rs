//! Whatever is sent to the sandbox, an HTTP answer comes back.

use std::num::NonZeroUsize;

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};
use video_sandbox::Sandbox;
use video_transport::{Request, Transport as _};

/// Sends to a sandbox whose threads end with it, and gives the status.
fn answered(request: Request) -> u16 {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let sandbox = Sandbox::builder().renders_at_once(NonZeroUsize::MIN).build();
    let response = runtime.block_on(sandbox.send(request)).expect("an answer");
    let (head, body) = response.into_parts();
    runtime.block_on(body.collect(16 << 20)).expect("a whole body");
    head.status.as_u16()
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        "[ -~]{0,12}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        proptest::sample::select(vec![
            "64x64",
            "1x1",
            "720p",
            "99999999999999999999",
            "data:,x",
            "data:image/png;base64,AAAA",
            "http://[",
            "https://host/cat.png",
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z_]{1,8}", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

/// An order in which some members are anything.
fn any_order() -> impl Strategy<Value = Value> {
    let field = prop_oneof![
        "model",
        "prompt",
        "image",
        "images",
        "input_reference",
        "size",
        "duration",
        "seconds",
        "mode",
        "metadata",
        "fps",
        "seed",
        "width",
        "height",
        "n",
        "sandbox",
        "[a-z]{1,5}"
    ];
    let steering = proptest::collection::btree_map("seconds|fail|status", any_value(), 0..3);
    let changes = proptest::collection::vec((field, any_value()), 0..4);
    (changes, proptest::option::of(steering)).prop_map(|(changes, steering)| {
        let mut order = crate::stage::small("fox");
        if let Some(steering) = steering {
            order["metadata"] = json!({"sandbox": steering});
        }
        for (field, value) in changes {
            order[field] = value;
        }
        order
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_as_an_order_are_answered(body: Vec<u8>, json: bool) {
        let mut request = http::Request::post("http://sandbox/v1/video/generations");
        if json {
            request = request.header("content-type", "application/json");
        }
        let status = answered(request.body(Bytes::from(body)).expect("a request"));
        prop_assert_eq!(status, 400);
    }

    #[test]
    fn any_members_of_an_order_are_answered(order in any_order()) {
        let request = http::Request::post("http://sandbox/v1/video/generations").header("content-type", "application/json");
        let status = answered(request.body(order.to_string().into()).expect("a request"));
        prop_assert!(matches!(status, 200 | 400), "{status}: {order}");
    }

    #[test]
    fn any_path_method_and_range_are_answered(
        method in "GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|[A-Z]{1,6}",
        start in "/|/v1/video/generations|/v1/video/generations/|/v1/videos/|/v1/videos/x/content",
        rest in "([!$&'()*+,;=:@a-zA-Z0-9/._~-]|%[0-9a-fA-F]{2}){0,40}",
        end in "|/content|/remix|/cancel",
        range in proptest::option::of("bytes=[0-9,-]{0,12}|[ -~]{0,20}"),
    ) {
        let mut request = http::Request::builder().method(method.as_str()).uri(format!("http://sandbox{start}{rest}{end}"));
        if let Some(range) = &range {
            request = request.header("range", range.trim()).header("if-range", range.trim());
        }
        let status = answered(request.body(Bytes::new()).expect("a request"));
        prop_assert!(matches!(status, 400 | 404), "{status}");
    }
}
