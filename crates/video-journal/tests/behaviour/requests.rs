//! What is ordered: its canonical form, and what is kept of it.

use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::json;
use video_journal::{Order, Prompts, Request};
use video_types::{Generation, ImageInput, Metadata, Seconds, Size};

fn full() -> Generation {
    let metadata = Metadata::default().with("camera", json!({"pan": 1, "axis": "x"})).with("cfg_scale", 0.5);
    let mut wanted = Generation::new("kling-v1-6", "a lighthouse in fog")
        .with_image(ImageInput::new("https://example.com/a.png"))
        .with_size(Size::new(1280, 720))
        .with_seconds(Seconds::new(5).unwrap())
        .with_fps(24)
        .with_seed(-7)
        .with_mode("pro")
        .with_metadata(metadata);
    wanted.extra.insert("user".to_owned(), json!("me"));
    wanted
}

/// These texts are what jobs on disk are recognised by: they never change.
#[test]
fn the_canonical_form_and_its_hash() {
    let request = Request::new(&full().into(), Prompts::Stored);
    assert_snapshot!(request.kept(), @r#"{"extra":{"user":"me"},"fps":24,"images":["https://example.com/a.png"],"metadata":{"camera":{"axis":"x","pan":1},"cfg_scale":0.5},"mode":"pro","model":"kling-v1-6","prompt":"a lighthouse in fog","seconds":5,"seed":-7,"size":"1280x720"}"#);
    assert_snapshot!(request.hash(), @"1257c9720ede0edf01d3611358b16f4fc91042e0f1a0bebe885ac92d12b8bf6c");
    let least = Request::new(&Generation::new("m", "p").into(), Prompts::Stored);
    assert_snapshot!(least.kept(), @r#"{"model":"m","prompt":"p"}"#);
    let of = "new-api:task_1@88api.ai".parse().unwrap();
    let remix = Request::new(&Order::Remix { of, prompt: "by night".to_owned() }, Prompts::Stored);
    assert_snapshot!(remix.kept(), @r#"{"prompt":"by night","remix_of":"new-api:task_1@88api.ai"}"#);
    assert!(remix.is_whole() && matches!(remix.order(), Some(Order::Remix { .. })));
}

#[test]
fn where_prompts_are_not_stored_their_hashes_are() {
    let request = Request::new(&full().into(), Prompts::Hashed);
    assert_snapshot!(request.kept(), @r#"{"extra":{"bytes":13,"sha256":"c21257b68bccd2e6aaf55db3252ce0a12e2637f527e78798c5c2cfcdfa052088"},"fps":24,"images":{"bytes":29,"sha256":"83a567ea99bae2965be121d3b0723f758ee30967fb90a6b0b3278e6cdf211c2e"},"metadata":{"bytes":47,"sha256":"24637c744d68f20d1e9f7425fcbac76c0c65d73410d36ba578545f12c155d10d"},"mode":"pro","model":"kling-v1-6","prompt":{"bytes":19,"sha256":"7e20b70efb40cf5860273399fdfe6002bc4265ac52c47ebe9eee25fc28f9b5d0"},"seconds":5,"seed":-7,"size":"1280x720"}"#);
    assert_eq!((request.is_whole(), request.order()), (false, None));
    assert_eq!(request.hash(), Request::new(&full().into(), Prompts::Stored).hash());
    assert_snapshot!(format!("{request:?}"), @r#"Request { hash: RequestHash(1257c9720ede0edf01d3611358b16f4fc91042e0f1a0bebe885ac92d12b8bf6c), model: "kling-v1-6", whole: false, .. }"#);
}

#[test]
fn a_large_picture_is_not_kept() {
    let picture = format!("data:image/png;base64,{}", "A".repeat(2000));
    let wanted = Generation::new("m", "p").with_image(ImageInput::new(picture));
    let request = Request::new(&wanted.into(), Prompts::Stored);
    assert_snapshot!(request.kept(), @r#"{"images":[{"bytes":2022,"sha256":"05ce5dbe84ff526e0e6c5645f0adf575f72a915bc0ff5098ee750c5771fe5380"}],"model":"m","prompt":"p"}"#);
    assert_eq!((request.is_whole(), request.order()), (false, None));
}

#[test]
fn absent_and_empty_are_the_same_and_everything_else_counts() {
    let hash = |wanted: Generation| Request::new(&wanted.into(), Prompts::Stored).hash();
    let plain = || Generation::new("m", "p");
    assert_eq!(hash(plain()), hash(plain().with_metadata(Metadata::default())));
    let others = [
        Generation::new("m2", "p"),
        Generation::new("m", "p2"),
        plain().with_size(Size::new(1, 1)),
        plain().with_seconds(Seconds::new(5).unwrap()),
        plain().with_fps(5),
        plain().with_seed(5),
        plain().with_mode("5"),
        plain().with_image(ImageInput::new("5")),
        plain().with_metadata(Metadata::default().with("a", 5)),
    ];
    let hashes: std::collections::BTreeSet<_> = others.into_iter().chain([plain()]).map(hash).collect();
    assert_eq!(hashes.len(), 10);
}

proptest! {
    #[test]
    fn what_is_kept_whole_gives_the_order_back(
        model in ".*", prompt in ".*", images in prop::collection::vec(".{0,40}", 0..3), size in prop::option::of(".*"),
        seconds in prop::option::of(1..3600_u32), fps in prop::option::of(any::<u32>()),
        seed in prop::option::of(any::<i64>()), mode in prop::option::of(".*"), name in ".*", value in any::<f64>(),
    ) {
        let mut wanted = Generation::new(model, prompt);
        wanted.images = images.into_iter().map(ImageInput::new).collect();
        wanted.size = size.map(Size::from);
        wanted.seconds = seconds.and_then(Seconds::new);
        (wanted.fps, wanted.seed, wanted.mode) = (fps, seed, mode);
        wanted.metadata.insert(name.clone(), json!({"b": value, "a": [null, name.clone()]}));
        wanted.extra.insert(name, json!(value));
        let order = Order::from(wanted);
        let request = Request::new(&order, Prompts::Stored);
        prop_assert_eq!(request.order(), Some(order));
    }
}
