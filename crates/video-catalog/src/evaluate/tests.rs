//! Random rules over random requests: nothing panics, and what is said is what the words mean.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use video_types::{Generation, ImageInput, Metadata, Seconds, Size};

use super::{broken, holds};
use crate::sent::Sent;
use crate::{Condition, Confidence, Kind, Piece, Requirement, Rule, Selection, Severity, Target, Word, models, report};

/// Names that parameters have, members of them, and names nobody has.
const NAMES: &[&str] = &[
    "mode",
    "duration",
    "image",
    "images",
    "camera_control",
    "camera_control.config.pan",
    "image_tail",
    "seed",
    "frames",
    "multi_prompt",
    "prompt",
    "resolution",
    "size",
    "input",
    "parameters",
    "",
    ".",
    "a.b.c",
    "action",
    "content",
];

const KEYS: &[&str] = &["duration", "config", "x", ""];

/// Lives as long as the facts do; a few kilobytes over all cases.
fn kept<T>(items: Vec<T>) -> &'static [T] {
    Vec::leak(items)
}

fn names() -> impl Strategy<Value = &'static [&'static str]> {
    prop::collection::vec(prop::sample::select(NAMES), 0..4).prop_map(kept)
}

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(NAMES)
}

fn word() -> impl Strategy<Value = Word> {
    prop_oneof![
        prop::sample::select(&["std", "5", "10", "", "nan", "1e999"][..]).prop_map(Word::Text),
        any::<i64>().prop_map(Word::Whole),
        any::<f64>().prop_map(Word::Number),
        any::<bool>().prop_map(Word::Flag),
    ]
}

fn words() -> impl Strategy<Value = &'static [Word]> {
    prop::collection::vec(word(), 0..4).prop_map(kept)
}

fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        names().prop_map(Condition::Present),
        names().prop_map(Condition::AnyPresent),
        names().prop_map(Condition::Endpoint),
        (name(), words()).prop_map(|(name, words)| Condition::Is(name, words)),
        (name(), any::<u32>(), any::<u32>()).prop_map(|(name, least, most)| Condition::ItemCount(name, least, most)),
    ]
}

fn requirement() -> impl Strategy<Value = Requirement> {
    let piece = (any::<char>(), any::<char>(), any::<bool>()).prop_map(|(first, last, repeats)| {
        let ranges = kept(vec![(first, last)]);
        if repeats { Piece::repeated(ranges) } else { Piece::once(ranges) }
    });
    prop_oneof![
        names().prop_map(Requirement::Present),
        names().prop_map(Requirement::Absent),
        names().prop_map(Requirement::AnyPresent),
        (name(), words()).prop_map(|(name, words)| Requirement::Is(name, words)),
        prop::collection::vec(names(), 0..3).prop_map(|groups| Requirement::AtMostOneGroup(kept(groups))),
        names().prop_map(Requirement::ExactlyOneNonzero),
        (name(), prop::sample::select(KEYS), name()).prop_map(|(list, key, param)| Requirement::SumEquals {
            list,
            key,
            param
        }),
        (name(), any::<u32>(), any::<u32>()).prop_map(|(name, least, most)| Requirement::ItemCount(name, least, most)),
        (name(), any::<u32>()).prop_map(|(name, most)| Requirement::MaxChars(name, most)),
        (name(), any::<i64>(), any::<i64>()).prop_map(|(name, divisor, rest)| Requirement::Modulo(name, divisor, rest)),
        (name(), prop::collection::vec(piece, 0..4))
            .prop_map(|(name, pieces)| Requirement::Pattern(name, kept(pieces))),
        Just(Requirement::Never),
    ]
}

fn rule() -> impl Strategy<Value = Rule> {
    (prop::collection::vec(condition(), 0..3), prop::collection::vec(requirement(), 0..3)).prop_map(
        |(when, require)| Rule {
            id: "random",
            models: &["*"],
            when: kept(when),
            require: kept(require),
            severity: Severity::Error,
            message: "random",
            message_zh: "随机",
            confidence: Confidence::Derived,
            sources: &["derived"],
        },
    )
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z0-9:*]{0,6}".prop_map(Value::from),
        Just(json!("5")),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let key =
            prop::sample::select(&["type", "config", "pan", "duration", "prompt", "negative_prompt", "seed", "x"][..]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..4).prop_map(|pairs| Value::from(
                pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>()
            )),
        ]
    })
}

fn generation() -> impl Strategy<Value = Generation> {
    let all: Vec<&'static str> = models(&Selection::all()).map(|(_, model)| model.id).collect();
    let model = prop_oneof![prop::sample::select(all), "[a-z0-9/-]{0,12}".prop_map(|name| &*name.leak())];
    let key = prop_oneof![name().prop_map(str::to_owned), "[a-z._]{0,8}"];
    let metadata = prop::collection::vec((key, json()), 0..5);
    let images = prop::collection::vec(
        prop::sample::select(&["http://a/b", "data:image/png;base64,aGk=", "aGk=", ""][..]),
        0..4,
    );
    let size = prop::option::of(prop_oneof!["[0-9x*p]{0,9}", Just("1920x1080".to_owned())]);
    let rest = (size, prop::option::of(1u32..3600), prop::option::of(any::<i64>()), prop::option::of("[a-z]{0,4}"));
    (model, ".{0,20}", metadata, images, rest).prop_map(
        |(model, prompt, metadata, images, (size, seconds, seed, mode))| {
            let mut generation = Generation::new(model, prompt);
            generation.metadata = Metadata::from_iter(metadata);
            generation.images = images.into_iter().map(ImageInput::new).collect();
            generation.size = size.map(Size::from);
            generation.seconds = seconds.and_then(Seconds::new);
            generation.seed = seed;
            generation.mode = mode;
            generation.extra.insert("user".to_owned(), json!("me"));
            generation
        },
    )
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![Just(Target::Generations), Just(Target::Videos)]
}

proptest! {
    #[test]
    fn no_rule_and_no_request_makes_the_evaluator_panic(rule in rule(), generation in generation(), target in target()) {
        for provider in crate::providers() {
            let model = generation.model.as_str();
            let mut sent = Sent::new(provider, &generation, (model, model), target);
            sent.taken = provider.models.first().map_or(&[], |model| model.takes);
            sent.endpoint = provider.channel.endpoints.iter().find(|(_, when)| holds(when, &sent)).map(|(id, _)| *id);
            let said = broken(&rule, &sent);
            prop_assert!(said.is_none() || holds(rule.when, &sent), "a rule speaks only where its condition holds");
            prop_assert!(said.is_some() || !rule.require.is_empty() || !holds(rule.when, &sent), "an empty requirement speaks");
        }
    }

    #[test]
    fn every_request_gets_a_report_that_says_where_and_why(generation in generation(), target in target()) {
        let report = report(&generation, target);
        for finding in &report.findings {
            prop_assert!(!finding.path.is_empty() || generation.metadata.get("").is_some());
            prop_assert!(!finding.sources.is_empty() && !finding.message.zh.is_empty(), "{finding}");
        }
        prop_assert!(report.findings.is_sorted_by(|one, other| one.severity >= other.severity));
        prop_assert_eq!(report.fields.is_empty(), report.provider.is_none());
    }
}

#[test]
fn every_kind_is_read_back_from_its_word() {
    assert!(Kind::ALL.iter().all(|kind| Kind::parse(kind.as_str()) == Some(*kind)));
    assert_eq!(Kind::parse("Text-To-Video"), None);
}
